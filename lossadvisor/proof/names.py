"""The names of all checks, and what each catches; known without torch."""

from __future__ import annotations

GENERAL: dict[str, str] = {
    "runs": "a program that crashes: its training and inference half run for a few steps",
    "contract": "tensors of another shape, dtype or range than the loss wants; boxes inverted, quantiles crossed",
    "scalar": "a loss that is not a finite float32 scalar with a graph",
    "gradients": "parameters that the loss does not reach, or reaches with NaN",
    "order": "a loss that does not prefer what is right: perfect < random < worst",
    "every-target": "a target that doesn't count: to get any single one wrong must cost something",
    "quantile-slope": "quantiles that are swapped or flipped",
    "zero-value": "another loss than it says, or a wrong reduction: the value at all-zero outputs is known",
    "perfect-value": "an activation too many: a perfect prediction then can't reach the known minimum",
    "direction": "a loss that pushes the wrong way",
    "shift": "a missing or second activation: softmax losses ignore a constant added to all logits",
    "pairing": "[B, 1] against [B], which broadcasts to [B, B]",
    "sample-order": "a loss that depends on the place of a sample in the batch",
    "bounds": "a loss that runs away",
    "refuses": "targets of a wrong shape or dtype that go unnoticed",
    "missing-ignored": "padding or missing targets that count",
    "all-missing": "a mean over nothing, which is NaN",
    "inference": "a threshold or an activation in predict() that does not fit the loss",
    "overfits": "a program that does not learn one batch by heart",
}
"""Checks that run on every program, in this order."""

SPECIAL: dict[str, str] = {
    "terms": "a term of a loss that is missing, does not count or prefers what is wrong",
    "steps": "a training step that moves what it must leave alone, or leaves what it must move",
    # Embeddings of labelled samples, pairs, triplets and views.
    "row-length": "embeddings that are not normalised, or along the wrong axis",
    "collapse": "a loss that lets all embeddings become equal: this must cost what its card says",
    "sides-alike": "a loss that treats the two sides of a pair differently",
    "every-side": "a side that is detached, and so never learns",
    "stop-gradient": "a goal that moves towards its prediction, until all rows are equal",
    "equal-rows": "the infinite slope of a root at 0: rows of zeros, and rows that are equal",
    "autocast": "products of embeddings in half precision, off by 0.1 after a small temperature",
    "nothing-to-compare": "a batch without positive or negative pairs, which scores NaN or 0",
    "other-classes": "a wrong class that costs nothing, however near its direction is",
    "neighbours": "embeddings that don't serve: the nearest row must belong to the same class, sample or pair",
    "row-spread": "a collapse in training: rows that are all equal after it",
    "slow-copy": "a target network that learns by itself, stands still, or follows too fast",
}
"""Checks that run where a contract or a card asks for them."""

CHECK_NAMES = {**GENERAL, **SPECIAL}
