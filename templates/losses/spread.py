"""A location and a spread on the log scale, from two outputs of a model."""

from torch import Tensor

SPREAD_LIMIT = 10.0  # of the log: its exponential stays finite in float32


def location_and_spread(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs [..., 2] -> location [...] and log-spread [...], the latter within +-SPREAD_LIMIT."""
    location, spread = prediction.unbind(dim=-1)
    return location, spread.clamp(-SPREAD_LIMIT, SPREAD_LIMIT)
