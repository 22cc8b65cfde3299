from losses.cross_entropy import criterion
from models.mlp import network
from targets.one_hot_to_index import convert  #: if convert
from training.loop import train

NAMES = None  #: if named
WEIGHTS = None  #: if weights
