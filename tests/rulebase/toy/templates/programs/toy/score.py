from losses.mse import criterion
from models.mlp import network
from training.loop import train
