"""Mean absolute error."""

from torch import nn

criterion = nn.L1Loss()
