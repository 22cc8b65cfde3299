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
    # Detection.
    "every-object": "an object that does not count in one of the terms",
    "padding": "rows that hold no object, and count",
    "object-order": "a loss that depends on the order in which objects are listed",
    "query-order": "objects that are tied to queries by their place",
    "one-to-one": "two objects that share a query",
    "no-objects": "a mean over no objects, which is NaN",
    "background": "a loss that is content with finding nothing",
    "false-alarm": "background that does not count",
    "per-object": "boxes or masks that are averaged over all places",
    "per-positive": "a class term that is averaged over all anchors",
    "assignment": "anchors that are for the wrong object or for none, or count where they are in between",
    "detections": "a decoding in predict() that loses objects, or finds some twice",
    "well-formed": "boxes that can turn inside out",
    "own-class": "masks that compete between the classes",
    "zero-terms": "a term of another size than it says: its value at all-zero outputs is known",
    "perfect-terms": "a term that a perfect prediction can't bring to its known minimum",
}
"""Checks that run where a contract or a card asks for them."""

CHECK_NAMES = {**GENERAL, **SPECIAL}
