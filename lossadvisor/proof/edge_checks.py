"""Checks of the loss at the edges: half precision, compilation, and batches as they rarely come.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from lossadvisor.proof.contract import Range
from lossadvisor.proof.loss_checks import TOLERANCE
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors

EXTREME = 1e4
UNBOUNDED = {"value", "quantiles", "sin-cos", "mean-log-variance", "location-log-scale", "log-location-log-scale"} | {
    "log-mean-log-dispersion",
    "logit-mean-log-precision",
    "hurdle-log-normal",
}
"""Kinds of outputs that may be any number, beside logits."""
OVERFLOW = "an exponential overflows, or the logarithm of 0 is taken"
CLASSES = {"class-index", "label", "multi-hot"}


def slopes(subject: Subject, outputs: Tensors, *targets: Tensor) -> tuple[Tensor, Tensors]:
    """The loss, and its gradient for each output; under autocast the outputs are in half precision."""
    start = tuple(output.detach().to(subject.half or output.dtype).requires_grad_() for output in outputs)
    loss = subject.loss(start, *targets)

    def differentiate(scaled: Tensor) -> Tensors:
        return torch.autograd.grad(scaled, start, materialize_grads=True, retain_graph=True)

    return loss.detach(), tuple(part for part in subject.gradients(loss, differentiate) if part is not None)


def finite(subject: Subject, what: str, outputs: Tensors, *targets: Tensor) -> str:
    """The value of a batch whose loss and gradients must be finite, unless the program refuses it and says why.

    Raises:
        Failed: they are not.
    """
    try:
        loss, gradients = slopes(subject, outputs, *targets)
    except (AssertionError, ValueError) as refusal:
        if not str(refusal):
            raise
        return f"{what} is refused: {refusal}"
    if not loss.isfinite():
        why = "0 / 0, as of a mean over nothing, or inf - inf" if loss.isnan() else OVERFLOW
        raise Failed(f"{what} scores {loss.item()}: a finite value was expected ({why})")
    if not all(gradient.isfinite().all() for gradient in gradients):
        raise Failed(f"{what} scores {loss.item():.4f}, with a gradient that is not finite")
    return f"{loss.item():.4f}"


def half_precision(subject: Subject) -> str:
    """Arithmetic in half precision inside the loss: under autocast it must give what it gives in float32."""
    half, seen = subject.half or torch.bfloat16, []
    for name, probe in subject.probes.by_merit.items():
        outputs = tuple(output.to(half) for output in probe)
        with subject.under(half):
            loss, gradients = slopes(subject, outputs)
        if loss.dtype != torch.float32:
            raise Failed(f"the loss is {str(loss.dtype)[6:]} under autocast: it ends with a product in half precision")
        with subject.under(None):
            exact, wanted = slopes(subject, tuple(output.float() for output in outputs))
        if not (loss - exact).abs() <= 5 * TOLERANCE * (1 + exact.abs()):
            raise Failed(f"the {name} prediction scores {loss:.4f} under autocast, {exact:.4f} in float32")
        if name == "perfect":  # where many losses have a kink
            continue
        for gradient, right in zip(gradients, wanted, strict=True):
            error, norm = (gradient - right).norm(), right.norm()
            if not error <= 0.05 * norm + 1e-4:
                raise Failed(f"the gradient at the {name} prediction ({norm:.3g}) is {error:.3g} off under autocast")
        seen.append(f"{loss:.4f}")
    return ", ".join(seen)


def compiled(subject: Subject) -> str:
    """A loss that means something else once it is compiled: value and gradients must be those of the plain program."""
    if not subject.cell.compiled:
        raise NotChecked("nothing is compiled here")
    loss, gradients = slopes(subject, subject.probes.random)
    with subject.not_compiled():
        exact, wanted = slopes(subject, subject.probes.random)
    if not (loss - exact).abs() <= TOLERANCE * (1 + exact.abs()):
        raise Failed(f"a random prediction scores {loss:.4f} compiled, {exact:.4f} as written")
    for gradient, right in zip(gradients, wanted, strict=True):
        if not (gradient - right).norm() <= TOLERANCE * right.norm() + 1e-6:
            raise Failed("the gradient of the compiled loss is another one")
    return f"{loss:.4f}"


def one_sample(subject: Subject) -> str:
    """A batch of one sample, as the last of an epoch may be: a variance, a mean or a squeeze over it breaks."""
    outputs = [promised["shape"] for promised in subject.promised_outputs.values()]
    if "B" not in outputs[0]:
        raise NotChecked("the prediction has no axis of samples")
    alone = (first(output, shape) for output, shape in zip(subject.probes.random, outputs, strict=True))
    targets = (first(given, subject.promised_given[name]["shape"]) for name, given in subject.named.items())
    return finite(subject, "a batch of one sample", tuple(alone), *targets)


def first(tensor: Tensor, shape: list[str]) -> Tensor:
    """The first sample of a tensor; all of it where it has no axis of samples."""
    return tensor.narrow(shape.index("B"), 0, 1) if "B" in shape else tensor


def one_class(subject: Subject) -> str:
    """A batch in which one class is present, or none: a division by the count of the others breaks."""
    promised = subject.promised_targets["target"]
    if promised["kind"] not in CLASSES:
        raise NotChecked("the targets are no classes")
    targets, rest, seen = subject.targets, subject.given[1:], []
    counts, highest = subject.valid(targets), Range(promised["range"], subject.sizes)
    for value in sorted({0.0, min(highest.high - (not highest.closed), 1.0)}):
        alike = torch.where(counts, torch.full_like(targets, value), targets)
        seen.append(finite(subject, f"a batch in which all targets are {value:g}", subject.probes.random, alike, *rest))
    return ", ".join(seen)


def extremes(subject: Subject) -> str:
    """An overflow or the logarithm of a zero: outputs of 10000 either way must give finite numbers."""
    kind = subject.promised_outputs["prediction"]["kind"]
    if "logits" not in kind and kind not in UNBOUNDED:
        raise NotChecked("the prediction has bounds, or its exponential is meant to overflow")
    seen = [finite(subject, f"a {name} prediction", outputs) for name, outputs in stretched(subject)]
    return ", ".join(seen)


def stretched(subject: Subject) -> Iterator[tuple[str, Tensors]]:
    """The probes with outputs of ±10000."""
    for name, (prediction, *others) in subject.probes.by_merit.items():
        far = torch.where(prediction < prediction.mean(), -EXTREME, EXTREME).to(prediction)
        yield f"{name} (±{EXTREME:g})", (far, *others)


def one_and_all(subject: Subject) -> str:
    """Sequences with a single target, and such as miss none: what counts must not depend on how much is missing."""
    gone, targets = subject.missing(), subject.targets
    if gone is None or targets.dim() < 2 or len(subject.given) > 1:
        raise NotChecked("targets are no sequences of their own")
    counts = subject.valid(targets)
    if not counts.any():
        raise NotChecked("the batch has no target")
    some = targets[counts][0]
    single = torch.where(counts & (counts.flatten(1).cumsum(1).view_as(counts) == 1), targets, gone).to(targets)
    whole = torch.where(counts, targets, some)
    return ", ".join(
        (
            finite(subject, "a batch with one target a sample", subject.probes.random, single),
            finite(subject, "a batch without a missing target", subject.probes.random, whole),
        )
    )
