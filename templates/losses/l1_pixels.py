"""Mean absolute error of the pixels."""

from torch import nn

criterion = nn.L1Loss()
