"""Distance of a latent's normal distribution from the standard one."""

from torch import Tensor


def kl_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) of each latent [B, Z], in nats, at least 0."""
    return 0.5 * (mean.square() + log_variance.expm1() - log_variance)
