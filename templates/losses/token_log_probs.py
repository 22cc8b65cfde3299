"""What a policy gives to the tokens of an answer."""

import torch
from torch import Tensor

IGNORE = -100  # label of what is not part of the answer


def token_log_probs(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits [..., T, V], labels [..., T] -> log-probabilities [..., T], void at -100."""
    assert labels.dtype == torch.int64, f"labels are {labels.dtype}, not int64"
    assert logits.shape[:-1] == labels.shape, f"{logits.shape} against {labels.shape}"
    ids = labels.masked_fill(labels == IGNORE, 0)  # gather takes no -100
    return logits.float().log_softmax(dim=-1).gather(-1, ids[..., None]).squeeze(-1)
