"""Negative log-likelihood of a Poisson distribution."""

from torch import nn

criterion = nn.PoissonNLLLoss(log_input=True)  # exp(z) - y z: the model gives the log of the rate
