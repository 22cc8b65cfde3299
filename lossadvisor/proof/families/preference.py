"""Special checks of losses for preferences: which tokens count, the reference, sums and means, what is decided."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossadvisor.proof import draws
from lossadvisor.proof.inference_checks import decided
from lossadvisor.proof.loss_checks import compare
from lossadvisor.proof.subject import Failed, NotChecked, Subject

CLOSE = 1e-4
FAR = 50  # times the worst prediction


def answers_alone(subject: Subject) -> str:
    """A prompt or padding that counts, or labels that are not the next tokens."""
    ids, labels = subject.inputs[0], subject.targets
    prompt, end = subject.constants["PROMPT"], subject.constants["EOS"]
    counts = subject.valid(labels)
    if not labels[..., :-1][counts[..., :-1]].equal(ids[..., 1:][counts[..., :-1]]):
        raise Failed("a label is not the token after its place: it is shifted too little or too much")
    if counts[..., : prompt - 1].any():
        raise Failed("labels in the prompt count: -100 was expected there")
    if (counts & ((ids == end).cumsum(dim=-1) > 0)).any():
        raise Failed("labels after the end of an answer count: -100 was expected there")
    if not (labels == end).any():
        raise Failed("no answer's end counts: the model would never learn to stop")
    outputs = tuple(spoil(output, counts) for output in subject.probes.random[1:])
    given = [labels, *(spoil(tensor, counts) for tensor in subject.given[1:])]
    before = subject.value(subject.probes.random)
    after = subject.value((subject.probes.random[0], *outputs), *given)
    compare(after, before, "with other numbers for prompts and padding, the batch scores")
    return f"{int(counts.sum())} of {counts.numel()} tokens count"


def spoil(tensor: Tensor, counts: Tensor) -> Tensor:
    """The tensor with other numbers in the places that don't count, if it has those places."""
    if tensor.shape[: counts.dim()] != counts.shape:
        return tensor
    changed = tensor.clone()
    changed[~counts] = changed[~counts].roll(1, dims=-1) * -3 + 1
    return changed


def normalised(subject: Subject) -> str:
    """Logits that are taken for log-probabilities: a number added to all those of one token must change nothing."""
    prediction, *others = subject.probes.random
    shifts = draws.noise(prediction[..., :1], 5) * 3
    before, after = subject.value(subject.probes.random), subject.value((prediction + shifts, *others))
    return compare(after, before, "with other numbers added to the logits of each token, the batch scores")


def far_off(subject: Subject) -> str:
    """A log(sigmoid) that underflows: a pair that is wrong by far must give a finite loss and a gradient."""
    worst = tuple((FAR * output).requires_grad_() for output in subject.probes.worst)
    loss = subject.loss(worst)
    if not loss.isfinite():
        raise Failed(f"pairs that are wrong by far score {loss.item()}: is it log(sigmoid) instead of logsigmoid?")
    (gradient,) = torch.autograd.grad(loss, worst[0])
    if not gradient.isfinite().all() or not gradient.any():
        raise Failed("pairs that are wrong by far get no gradient, or one that is not finite")
    return f"{loss.item():.1f}"


def random_logits(subject: Subject) -> Tensor:
    return draws.noise(subject.outputs[0], 3)


def at_reference(subject: Subject) -> str:
    """A reference that is left out, added, or taken over other tokens: a policy that equals it has learned nothing."""
    logits = random_logits(subject)
    outputs = [torch.zeros_like(output) for output in subject.outputs]
    outputs[0], outputs[1] = logits, logits
    return compare(subject.value(tuple(outputs)), subject.known("zero"), "a policy that equals its reference scores")


def frozen_reference(subject: Subject) -> str:
    """A reference that is trained, is the policy itself, has dropout, or does not start as the policy's copy."""
    model = subject.build()
    policy, reference = model.policy, model.reference
    assert isinstance(policy, nn.Module)
    assert isinstance(reference, nn.Module)
    model.eval()
    model.train()
    if any(module.training for module in reference.modules()):
        raise Failed("model.train() puts the reference into train mode: dropout would make it another at each call")
    if any(parameter.requires_grad for parameter in reference.parameters()):
        raise Failed("the reference's parameters require gradients: it is not frozen")
    own = {parameter.data_ptr() for parameter in policy.parameters()}
    if any(parameter.data_ptr() in own for parameter in reference.parameters()):
        raise Failed("policy and reference share parameters: both move together, and nothing is learned")
    named = dict(zip(subject.promised_outputs, subject.run(model), strict=True))
    if "reference" in named and named["reference"].requires_grad:
        raise Failed("the reference's output has a graph: no_grad is missing")
    model.eval()
    with torch.no_grad():
        gap = (policy(subject.inputs[0]) - reference(subject.inputs[0])).abs().max().item()
    if gap > CLOSE:
        raise Failed(f"before training, policy and reference differ by {gap:.4f}: a copy was expected")
    return "a frozen copy"


def sum_over_tokens(subject: Subject) -> str:
    """A mean over the tokens of an answer where the card says sum: beta would be far too small."""
    whole, half = halved(subject)
    if abs(whole - half) <= CLOSE * max(1.0, abs(whole)):
        raise Failed(f"answers of half the length score {half:.4f} as well: tokens are averaged, a sum was expected")
    return f"{whole:.4f}, with half of each answer {half:.4f}"


def mean_over_tokens(subject: Subject) -> str:
    """A sum over the tokens of an answer where the card says mean: long answers would count more."""
    whole, half = halved(subject)
    return compare(half, whole, "with half of each answer and the same log-probability per token, it scores")


def halved(subject: Subject) -> tuple[float, float]:
    """The loss where the tokens of (chosen) answers are each a little likelier, and with half of the tokens alone."""
    labels, counts = subject.targets, subject.valid(subject.targets)
    likely = counts.clone()
    if "up" in subject.named:
        likely &= subject.named["up"][:, None]
    else:
        likely[:, 1] = False
    outputs = [torch.zeros_like(output) for output in subject.outputs]
    outputs[0].scatter_(-1, labels.masked_fill(~counts, 0)[..., None], likely[..., None].to(outputs[0].dtype))
    place, length = counts.cumsum(dim=-1), counts.sum(dim=-1, keepdim=True)
    fewer = labels.masked_fill(2 * place > length + 1, -100)
    return subject.value(tuple(outputs)), subject.value(tuple(outputs), fewer, *subject.given[1:])


def drift(subject: Subject) -> str:
    """A baseline of KTO that may be negative, that gradients go through, or that works the wrong way."""
    labels, up = subject.given
    zeros = tuple(torch.zeros_like(output) for output in subject.outputs)

    def value(size: float, thumbs: Tensor) -> float:
        return subject.value((*zeros[:2], torch.full_like(zeros[2], size)), labels, thumbs)

    likes, dislikes = torch.ones_like(up), torch.zeros_like(up)
    compare(value(-5, likes), value(0, likes), "with a negative drift, which can only be noise, the batch scores")
    if value(5, likes) <= value(0, likes) or value(5, dislikes) >= value(0, dislikes):
        raise Failed("a policy that likes every answer must lose with thumbs up, and gain with thumbs down")
    moving = torch.ones_like(zeros[2]).requires_grad_()
    logits = random_logits(subject).requires_grad_()
    loss = subject.loss((logits, zeros[1], moving))
    if torch.autograd.grad(loss, moving, allow_unused=True, materialize_grads=True)[0].any():
        raise Failed("a gradient goes through the drift: it is a baseline, and must be detached")
    return f"thumbs up: {value(0, likes):.4f}, with a drift of 5 {value(5, likes):.4f}"


def verdict(subject: Subject) -> str:
    """A decision in predict() that takes the worse answer."""
    up = subject.named.get("up")

    sides = (subject.probes.perfect, subject.probes.worst)
    (perfect, surely, *_), (worst, hardly, *_) = (decided(subject, (*side, *subject.given)) for side in sides)
    wanted = torch.zeros_like(perfect) if up is None else up
    if not perfect.equal(wanted):
        raise Failed("predict() does not prefer the answers that a perfect model prefers")
    if (worst == wanted).any():
        raise Failed("predict() finds the better answer even where the model prefers the worse one")
    if up is None and not ((surely > 0) & (surely > hardly)).all():
        raise Failed(
            "the margin that predict() tells is not above 0, or no higher, where the model prefers the better one"
        )
    return f"{perfect.numel()} decisions"


def last_token(subject: Subject) -> str:
    """A reward that is read at padding: an answer must get the same one without it."""
    ids, padding = subject.inputs[0], subject.constants["PAD"]
    lengths = (ids != padding).sum(dim=-1)
    if (lengths == ids.shape[-1]).all():
        raise NotChecked("no answer of the batch is padded")
    model = subject.build().eval()
    with torch.no_grad():
        (together,) = subject.run(model)
        for place in lengths.flatten(0, 1).argsort()[:4].tolist():
            answer, length = ids.flatten(0, 1)[place], int(lengths.flatten()[place])
            (alone,) = subject.run(model, answer[None, None, :length])
            seen, wanted = together.flatten()[place].item(), alone.item()
            compare(seen, wanted, f"an answer of {length} tokens that is padded to {ids.shape[-1]} gets the reward")
    return f"{together.numel()} rewards"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "answers-alone": answers_alone,
    "normalised": normalised,
    "far-off": far_off,
    "at-reference": at_reference,
    "frozen-reference": frozen_reference,
    "sum-over-tokens": sum_over_tokens,
    "mean-over-tokens": mean_over_tokens,
    "drift": drift,
    "verdict": verdict,
    "last-token": last_token,
}
