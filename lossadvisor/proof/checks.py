"""The catalogue of checks, those of the whole program here. Each says in its first line which mistake it catches.

A check returns what it saw, raises `Failed` with what was seen and expected, or `NotChecked` with the reason.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import torch
from torch import Tensor

from lossadvisor.proof import loss_checks
from lossadvisor.proof.contract import Range, bind
from lossadvisor.proof.probes import valid
from lossadvisor.proof.subject import SEED, Failed, NotChecked, Subject


def runs(subject: Subject) -> str:
    """A program that crashes: its training and inference half run for a few steps."""
    main = getattr(subject.module, "__main_block__", None)
    if main is None:
        raise NotChecked("the program has no `if __name__ == '__main__'` block")
    steps = getattr(subject.module, "STEPS", None)
    if steps is not None:
        subject.module.STEPS = 2  # type: ignore[attr-defined]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(main, vars(subject.module))
    if steps is not None:
        subject.module.STEPS = steps  # type: ignore[attr-defined]
    return printed.getvalue().strip().splitlines()[-1] if printed.getvalue().strip() else "printed nothing"


def contract(subject: Subject) -> str:
    """Tensors of another shape, dtype or range than the loss wants: on the way from the data and the model."""
    sides = [("prediction", subject.prediction, subject.outputs), ("target", subject.target, subject.targets)]
    if len(subject.batch) != 2 + len(subject.others):
        raise Failed(f"batch() gives {len(subject.batch)} tensors, {2 + len(subject.others)} were promised")
    sides += [(name, tensor, subject.batch[2 + i]) for i, (name, tensor) in enumerate(subject.others.items())]
    for name, promised, tensor in sides:
        if wrong := bind(promised["shape"], tensor.shape, subject.sizes):
            raise Failed(f"{name}: shape {wrong}")
        dtype = str(tensor.dtype).removeprefix("torch.")
        if dtype != promised["dtype"]:
            raise Failed(f"{name}: {promised['dtype']} was promised, {dtype} came")
    for name, promised, tensor in sides:
        allowed = Range(promised["range"], subject.sizes)
        bad = next((value for value in tensor.detach().flatten().tolist() if not allowed.holds(value)), None)
        if bad is not None:
            raise Failed(f"{name}: {bad:g} lies outside {allowed.text}")
    if problem := malformed(subject.prediction["kind"], subject.outputs):
        raise Failed(f"prediction: {problem}")
    return ", ".join(f"{name} {list(tensor.shape)}" for name, _, tensor in sides)


def malformed(kind: str, outputs: Tensor) -> str:
    """What is wrong with predictions that must be ordered by construction, or ""."""
    if kind == "box-xyxy" and not (outputs[:, 2:] > outputs[:, :2]).all():
        return "a box whose x2 is not above its x1, or y2 above y1: IoU losses run away on those"
    if kind == "quantiles" and not (outputs.diff(dim=-1) >= 0).all():
        return "quantiles that cross"
    return ""


def scalar(subject: Subject) -> str:
    """A loss that is not a finite float32 scalar with a graph: no reduction, detached, or in half precision."""
    loss = subject.loss(subject.outputs)
    if loss.dim():
        raise Failed(f"the loss has shape {list(loss.shape)}, a scalar was expected: the reduction is missing")
    if not loss.requires_grad:
        raise Failed("the loss has no graph: something on the way to it detaches (argmax, item, no_grad)")
    if loss.dtype != torch.float32:
        raise Failed(f"the loss is {loss.dtype}, float32 was expected")
    if not loss.isfinite():
        raise Failed(f"the loss is {loss.item()}")
    return f"{loss.item():.4f}"


def gradients(subject: Subject) -> str:
    """Parameters that the loss does not reach, or reaches with NaN: they never learn."""
    subject.model.zero_grad()
    subject.loss(subject.model(subject.batch[0])).backward()
    unused = subject.proof.get("unused", ())
    count = 0
    for name, parameter in subject.model.named_parameters():
        if not parameter.requires_grad or name in unused:
            continue
        count += 1
        if parameter.grad is None:
            raise Failed(f"{name} gets no gradient: the loss does not depend on it")
        if not parameter.grad.isfinite().all():
            raise Failed(f"{name} gets a gradient that is not finite")
        if not parameter.grad.any():
            raise Failed(f"{name} gets a gradient of exactly zero")
    return f"{count} parameters"


def refuses(subject: Subject) -> str:
    """Wrong targets that go unnoticed: another shape or dtype must raise or warn, or change nothing."""
    targets, rest = subject.targets, subject.batch[2:]
    wrong = {"an extra axis": targets.unsqueeze(-1)}
    if targets.is_floating_point():
        if not targets.isnan().any() and targets.equal(targets.round()):
            wrong["int64"] = targets.long()
    else:
        wrong["float32"] = targets.float()
        wrong["a class that does not exist"] = targets.masked_fill(valid(targets), subject.outputs.shape[-1] + 1)
    right = subject.value(subject.probes.random)
    for name, tensor in wrong.items():
        with contextlib.suppress(Exception):
            seen = subject.value(subject.probes.random, tensor, *rest)
            if abs(seen - right) > 1e-6 * max(1.0, abs(right)):
                raise_later = (
                    f"targets with {name} are taken without a word, and score {seen:.4f} instead of {right:.4f}"
                )
                break
    else:
        return ", ".join(wrong)
    raise Failed(raise_later)


def all_missing(subject: Subject) -> str:
    """A mean over nothing, which is NaN: a batch whose targets are all missing must give zero gradients."""
    missing = torch.full_like(subject.targets, float("nan") if subject.targets.is_floating_point() else -100)
    if " or " not in subject.target["range"]:
        raise NotChecked("targets can't be missing here")
    start = subject.probes.random.clone().requires_grad_()
    loss = subject.loss(start, missing, *subject.batch[2:])
    if not loss.isfinite():
        raise Failed(f"a batch without a single target scores {loss.item()}: a finite value was expected")
    (gradient,) = torch.autograd.grad(loss, start)
    if gradient.any():
        raise Failed("a batch without a single target gives a gradient that is not zero")
    return f"{loss.item():.4f}"


def missing_ignored(subject: Subject) -> str:
    """Padding or missing targets that count: what is predicted there must not change the loss."""
    gone = ~valid(subject.targets)
    if not gone.any():
        raise NotChecked("no target of the batch is missing")
    changed = subject.probes.random.clone()
    changed[gone] = changed[gone].roll(1, dims=-1) * -3 + 1
    before, after = subject.value(subject.probes.random), subject.value(changed)
    return loss_checks.compare(after, before, "with other predictions for missing targets, the batch scores")


def inference(subject: Subject) -> str:
    """A threshold or an activation that does not fit the loss: a perfect prediction must be decoded to the targets."""
    decoded = subject.call("predict", subject.probes.perfect)
    decision: Tensor = decoded[0] if isinstance(decoded, tuple) else decoded
    targets = subject.targets
    if subject.prediction["kind"] == "quantiles":
        targets = targets[..., None].expand(decision.shape)
    if decision.shape != targets.shape:
        raise NotChecked(f"predict() gives {list(decision.shape)}, the targets are {list(targets.shape)}")
    if targets.is_floating_point() and not decision.is_floating_point():
        targets = targets.masked_fill(~valid(subject.targets), 0).round()
    count = valid(subject.targets)
    seen, wanted = decision[count].double(), targets[count].double()
    wrong = ~torch.isclose(seen, wanted, rtol=1e-2, atol=1e-2)
    if wrong.any():
        raise Failed(
            f"a perfect prediction is decoded to {seen[wrong][0]:g} where the target is {wanted[wrong][0]:g} "
            f"({int(wrong.sum())} of {wrong.numel()})"
        )
    return f"{wrong.numel()} targets found again"


class Learned(Exception):
    """The threshold is reached: no need to train on."""


def overfits(subject: Subject) -> str:
    """A program that does not learn: its own training loop must learn one batch by heart."""
    if "overfit" not in subject.proof:
        raise NotChecked("no threshold is known for this loss")
    goal = subject.value(subject.probes.perfect) + subject.proof["overfit"]
    seen: list[float] = []

    def watched(*arguments: Tensor) -> Tensor:
        loss: Tensor = subject.call("loss_fn", *arguments)
        seen.append(float(loss.detach()))
        if seen[-1] <= goal:
            raise Learned
        return loss

    torch.manual_seed(SEED)
    model = subject.call("build_model").to(subject.device)
    with contextlib.suppress(Learned):
        subject.call("train", model, lambda: subject.batch, watched)
    if not seen or not min(seen) <= goal:
        lowest = min(seen, default=float("nan"))
        raise Failed(f"after {len(seen)} steps on one batch the loss is {lowest:.4f}, at most {goal:.4f} was expected")
    return f"{seen[0]:.4f} -> {seen[-1]:.4f} in {len(seen)} steps"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "runs": runs,
    "contract": contract,
    "scalar": scalar,
    "gradients": gradients,
    "order": loss_checks.order,
    "every-target": loss_checks.every_target,
    "quantile-slope": loss_checks.quantile_slope,
    "zero-value": loss_checks.zero_value,
    "perfect-value": loss_checks.perfect_value,
    "direction": loss_checks.direction,
    "shift": loss_checks.shift,
    "pairing": loss_checks.pairing,
    "sample-order": loss_checks.sample_order,
    "bounds": loss_checks.bounds,
    "refuses": refuses,
    "missing-ignored": missing_ignored,
    "all-missing": all_missing,
    "inference": inference,
    "overfits": overfits,
}
"""Every check by its name, in the order in which they run."""
