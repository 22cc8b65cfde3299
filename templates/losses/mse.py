"""Mean squared error."""

from torch import nn

criterion = nn.MSELoss()
