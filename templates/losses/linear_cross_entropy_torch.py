"""Cross-entropy from hidden states, by PyTorch 2.13 or newer."""

from torch import Tensor
from torch.nn import LinearCrossEntropyOptions
from torch.nn.functional import linear_cross_entropy

IGNORE_INDEX = -100  # label of the tokens that don't count: padding, prompts, what isn't masked
OPTIONS = LinearCrossEntropyOptions()  # without it the logits are kept like anywhere else


def criterion(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Hidden states [N, D], output layer [V, D], token ids [N] int64 -> scalar float32."""
    losses = linear_cross_entropy(
        hidden, weight, targets, ignore_index=IGNORE_INDEX, reduction="none", options=OPTIONS
    )  # its "mean" adds up in bfloat16 and is NaN, gradients too, where no token counts
    return losses.float().sum() / (targets != IGNORE_INDEX).sum().clamp(min=1)
