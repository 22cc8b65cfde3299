"""Special checks of the losses of language models: in chunks, over alignments, from a teacher."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof.families.language import FORETELLING
from lossadvisor.proof.loss_checks import compare
from lossadvisor.proof.subject import Failed, Subject

TOLERANCE = 1e-4


def chunks(subject: Subject) -> str:
    """A loss in chunks that is not plain cross-entropy, keeps all logits, or adds up in half precision."""
    hidden, weight = (output.detach().clone().requires_grad_() for output in subject.probes.random)
    labels, states = subject.targets, hidden
    if subject.promised_outputs["prediction"]["kind"] in FORETELLING:
        labels, states = labels[:, 1:], hidden[:, :-1]
    wanted = F.cross_entropy((states @ weight.T).flatten(0, 1), labels.flatten())
    sizes: list[int] = []

    def keep(tensor: Tensor) -> Tensor:
        if tensor.shape[-1:] == weight.shape[:1]:
            sizes.append(tensor.numel())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda kept: kept):
        seen = subject.loss((hidden, weight))
    compare(seen.item(), wanted.item(), "in chunks the loss is")
    all_logits = int((labels != -100).sum()) * len(weight)
    if sum(sizes) >= all_logits:
        raise Failed(f"{sum(sizes)} logits are kept for the backward pass, all of them are {all_logits}")
    mine, plain = (torch.autograd.grad(loss, (hidden, weight), materialize_grads=True) for loss in (seen, wanted))
    if (gap := max(float((a - b).abs().max()) for a, b in zip(mine, plain, strict=True))) > TOLERANCE:
        raise Failed(f"in chunks the gradient is off by {gap:.4f}")
    half = subject.loss((hidden.detach().bfloat16(), weight.detach().bfloat16()))
    if half.dtype != torch.float32:
        raise Failed(f"the loss of bfloat16 states is {half.dtype}: sums of chunks lose their digits")
    if abs(half.item() - wanted.item()) > 0.02 * wanted.item():
        raise Failed(f"the loss of bfloat16 states is {half.item():.4f} instead of {wanted.item():.4f}")
    return f"{seen.item():.4f} like plain cross-entropy, {sum(sizes)} of {all_logits} logits kept"


def z_loss(subject: Subject) -> str:
    """A z-loss of another size, or outside the sum: logits that all rise by 30 must cost as much as it says."""
    (logits,) = subject.probes.random
    counts = subject.valid(subject.targets)[:, 1:]
    normaliser = logits[:, :-1].logsumexp(dim=-1)[counts]
    wanted = subject.constants["Z_WEIGHT"] * float(((normaliser + 30) ** 2 - normaliser**2).mean())
    seen = subject.value((logits + 30,)) - subject.value((logits,))
    return compare(seen / wanted, 1.0, "of what logits that all rise by 30 should cost, the loss charges")


def padded_frames(subject: Subject) -> str:
    """Frames beyond the end of an input that count: what is said there must not change the loss."""
    logits = subject.probes.random[0]
    beyond = torch.arange(logits.shape[1], device=logits.device) >= subject.named["frame_counts"][:, None]
    changed = torch.where(beyond[..., None], logits * -3 + 1, logits)
    before, after = subject.value((logits,)), subject.value((changed,))
    return compare(after, before, "with other logits beyond the last frame, a random prediction scores")


def too_few_frames(subject: Subject) -> str:
    """Sequences with more tokens than frames, whose loss is infinite or hidden: they must be refused."""
    short, seen = torch.ones_like(subject.named["frame_counts"]), None
    with contextlib.suppress(Exception):
        seen = subject.value(subject.probes.random, subject.targets, short)
    if seen is not None:
        raise Failed(f"one frame for all tokens of a sequence is taken without a word, and scores {seen:.4f}")
    return "refused"


def best_path(subject: Subject) -> str:
    """A decoder that keeps blanks or repeats: a perfect path must give the tokens back, two equal ones too."""
    counts = subject.named["frame_counts"]
    found = subject.call("predict", *subject.probes.perfect, counts)
    width = subject.targets.shape[1]
    if not found[:, :width].equal(subject.targets) or (found[:, width:] != -100).any():
        raise Failed("a perfect path is not decoded to its tokens")
    stretched = subject.probes.perfect[0].repeat_interleave(2, dim=1)
    if not subject.call("predict", stretched, 2 * counts)[:, :width].equal(subject.targets):
        raise Failed("a path that takes twice as many frames is decoded to other tokens: repeats must be merged")
    return f"{int(subject.valid(subject.targets).sum())} tokens found again"


def divergences(subject: Subject) -> tuple[float, float]:
    """For a teacher with two equal modes: the loss of a student that has one of them, and of one that is even."""
    shape = subject.outputs[0].shape
    teacher, one, even = torch.zeros((3, *shape), device=subject.device)
    teacher[..., :2], one[..., 0] = 16.0, 40.0
    return subject.value((one,), subject.targets, teacher), subject.value((even,), subject.targets, teacher)


def mode_covering(subject: Subject) -> str:
    """Student and teacher exchanged: the forward divergence must rather spread out than miss a mode."""
    one, even = divergences(subject)
    if not even < one:
        raise Failed(f"to miss one of two modes costs {one:.4f}, to spread out {even:.4f}: this is the reverse KL")
    return f"{even:.4f} spread out, {one:.4f} with one mode"


def mode_seeking(subject: Subject) -> str:
    """Student and teacher exchanged: the reverse divergence must rather miss a mode than spread out."""
    one, even = divergences(subject)
    if not one < even:
        raise Failed(f"to miss one of two modes costs {one:.4f}, to spread out {even:.4f}: this is the forward KL")
    return f"{one:.4f} with one mode, {even:.4f} spread out"


def teacher_frozen(subject: Subject) -> str:
    """A teacher that learns from its student: no gradient may reach its logits."""
    teacher = subject.named["teacher_logits"].clone().requires_grad_()
    start = subject.probes.random[0].clone().requires_grad_()
    found = torch.autograd.grad(
        subject.loss((start,), subject.targets, teacher), (start, teacher), materialize_grads=True
    )
    if found[1].any():
        raise Failed("a gradient reaches the teacher's logits: detach them")
    return "no gradient"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "chunks": chunks,
    "z-loss": z_loss,
    "padded-frames": padded_frames,
    "too-few-frames": too_few_frames,
    "best-path": best_path,
    "mode-covering": mode_covering,
    "mode-seeking": mode_seeking,
    "teacher-frozen": teacher_frozen,
}
"""Each check by its name in a contract or on a card."""
