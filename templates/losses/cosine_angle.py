"""One minus the cosine of the angle between prediction and target."""

from torch import Tensor


def criterion(prediction: Tensor, target: Tensor) -> Tensor:
    """Sines and cosines [..., 2] of any length, angles [...] in radians, float32 -> scalar."""
    sine, cosine = prediction.unbind(dim=-1)
    square = (sine.square() + cosine.square()).clamp(min=1e-24)  # a vector of length 0 has no angle
    aligned = (sine * target.sin() + cosine * target.cos()) * square.rsqrt()
    return 1 - aligned.mean()
