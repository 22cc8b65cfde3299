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
    # Language models.
    "next-token-oracle": "a shift that is missing, made twice or the wrong way",
    "labels-in-place": "labels that were shifted before, for a loss that shifts",
    "tokens-counted": "a token that should count and does not (id 0), or the other way round (padding)",
    "token-mean": "a mean of means, in which tokens of short sequences weigh more",
    "continuation": "a predict() that reads another position than the last one",
    "prompt-ignored": "a prompt that is learned, or an answer whose first token is not",
    "causality": "a model that sees the token that it should foretell",
    "both-sides": "an encoder with a causal mask",
    "padding-invariance": "padding that counts, or is attended to",
    "masking": "masks in other proportions, on special tokens, or with the wrong labels",
    "decoder-inputs": "a decoder that reads what it should write",
    "source-used": "a decoder that ignores its source",
    "end-counted": "an end token that is masked like padding",
    "chunks": "a loss in chunks that is not plain cross-entropy, or keeps all logits",
    "z-loss": "a z-loss of another size, or outside the sum",
    "padded-frames": "frames beyond the end of an input that count",
    "too-few-frames": "sequences with more tokens than frames that go unnoticed",
    "best-path": "a CTC decoder that keeps blanks or repeats",
    "mode-covering": "a forward KL divergence with student and teacher exchanged",
    "mode-seeking": "a reverse KL divergence with student and teacher exchanged",
    "teacher-frozen": "a teacher that learns from its student",
    # Pairs of embeddings.
    "both-towers": "a side that gets no gradient; the other one hides it by following",
    "row-scale": "embeddings that are not normalised, or over the wrong axis",
    "one-side": "sides that are not paired row by row",
    "every-row": "a row that doesn't count: to get any single one wrong must cost something",
    "autocast": "similarities in half precision",
    "equal-rows": "a gradient that is NaN where embeddings are equal",
    "collapse": "too few or too many negatives: the value of embeddings that are all equal is known",
    "temperature": "a temperature that multiplies instead of dividing",
    "symmetric": "a loss of both sides that looks from one side only",
    "order-of-scores": "a ranking loss in which scores count by their size",
    "doubles": "rows of one id that count as negatives of each other",
    "row-inference": "a search that does not fit the loss: perfect rows must be found",
    "retrieval": "embeddings that don't serve a search: rows that don't find each other after training",
    "learned-scale": "a scale or bias that is not in the optimizer, or not used",
    "clamped-scale": "a scale that grows without end, or is stuck beyond its limit",
    "undecayed-scale": "weight decay on the scale",
    "start-balanced": "sigmoids without a bias, whose negatives swamp the start",
    # Embeddings of labelled samples, labelled pairs, triplets and views.
    "stop-gradient": "a goal that moves towards its prediction, until all rows are equal",
    "zero-rows": "rows of zeros, and a few that are equal, whose gradients must be finite",
    "nothing-to-compare": "a batch without positive or negative pairs, which scores NaN or 0",
    "other-classes": "a wrong class that costs nothing, however near its direction is",
    "neighbours": "embeddings that don't serve: the nearest row must belong to the same class, sample or pair",
    "row-spread": "a collapse in training: rows that are all equal after it",
    "slow-copy": "a target network that learns by itself, stands still, or follows too fast",
}
"""Checks that run where a contract or a card asks for them."""

CHECK_NAMES = {**GENERAL, **SPECIAL}
