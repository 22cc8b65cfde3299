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
    "image-range": "images of another range, such as bytes, that are taken without a word",
    "term-gradients": "a term of a loss that is a number only: nothing gets a gradient from it",
    "frozen-features": "a feature network that learns, drifts or is in training mode",
    "perceptual-distance": "features that don't tell an image from a noisy one",
    "content-and-style": "a content or style term that is not zero where it must be, or zero where it must not",
    "style-summary": "a summary of style that depends on where things are, or mixes the samples of a batch",
    "ssim": "SSIM with the wrong data range, or one that isn't symmetric",
    "variation": "a total variation that is not about neighbours",
    "discriminator-labels": "a discriminator that is taught the contrary, or ends in a sigmoid",
    "learns-in-turns": "networks that learn nothing in their turns",
    "condition": "a discriminator that does not see the input beside the image",
    "cycle": "a way back that starts from the wrong image, or is cut off from the way there",
    "identity": "an identity term that is fed the wrong domain",
    "domains": "a discriminator that sees images of the other domain",
}
"""Checks that run where a contract or a card asks for them."""

CHECK_NAMES = {**GENERAL, **SPECIAL}
