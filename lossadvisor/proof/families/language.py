"""Special checks of language models: what foretells what, who sees what, and which tokens count."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from lossadvisor.proof import draws
from lossadvisor.proof.loss_checks import compare
from lossadvisor.proof.subject import Failed, Subject

TOLERANCE = 1e-4
FORETELLING = ("next-token-logits", "next-token-hidden", "student-logits")
"""Kinds that are judged by the token after each position."""


def oracle(subject: Subject) -> str:
    """A shift that is missing, made twice or the wrong way: only the next token's logits may score well."""
    best, *others = subject.probes.perfect
    lowest, usual = subject.value(subject.probes.perfect), subject.value(subject.probes.random)
    for name, places in {"current": 1, "previous": 2, "after the next": -1}.items():
        seen = subject.value((best.roll(places, dims=1), *others))
        if not seen > (lowest + usual) / 2:
            raise Failed(f"logits that are sure of the token {name} score {seen:.4f}, the right ones {lowest:.4f}")
    return f"{lowest:.4f} for the next token, more for its neighbours"


def tokens_counted(subject: Subject) -> str:
    """A token that should count and does not (id 0, the first of an answer), or the other way round."""
    (best, *others), worst = subject.probes.perfect, subject.probes.worst[0]
    lowest = subject.value(subject.probes.perfect)
    counts = F.pad(subject.valid(subject.targets)[:, 1:], (0, 1))  # at the position that foretells it
    tokens = {int(subject.targets[row, place + 1]): (row, place) for row, place in counts.nonzero().tolist()}
    for token, (row, place) in tokens.items():
        spoilt = best.clone()
        spoilt[row, place] = worst[row, place]
        if not subject.value((spoilt, *others)) > lowest + TOLERANCE:
            raise Failed(f"token {token}: the worst prediction costs nothing, such tokens don't count")
    spoilt = torch.where(counts[..., None], best, worst)
    compare(subject.value((spoilt, *others)), lowest, "with other predictions where no token counts, the batch scores")
    return f"{len(tokens)} tokens count, {int((~counts).sum())} positions don't"


def token_mean(subject: Subject) -> str:
    """A mean of means, in which tokens of short sequences weigh more: parts of a batch must add up by their tokens."""
    known = subject.valid(subject.targets)
    if subject.promised_outputs["prediction"]["kind"] in FORETELLING:
        known = known[:, 1:]
    counts = known.sum(dim=1)
    long = counts > counts.median()
    # The long ones are perfect, the short ones are not: their shares then differ most.
    outputs = tuple(
        torch.where(long.view(-1, *[1] * (best.dim() - 1)), best, other) if "B" in promised["shape"] else best
        for promised, best, other in zip(
            subject.promised_outputs.values(), subject.probes.perfect, subject.probes.random, strict=True
        )
    )
    shares = []
    for rows in (long, ~long):
        part = tuple(
            output[rows] if "B" in promised["shape"] else output
            for promised, output in zip(subject.promised_outputs.values(), outputs, strict=True)
        )
        shares.append(subject.value(part, *(target[rows] for target in subject.given)) * int(counts[rows].sum()))
    wanted = sum(shares) / int(counts.sum())
    return compare(subject.value(outputs), wanted, "not every token weighs the same: the batch scores")


def in_place(subject: Subject) -> str:
    """Labels that were shifted before, for a loss that shifts: each must be the token at its own place."""
    ids, labels, known = subject.inputs[0], subject.targets, subject.valid(subject.targets)
    if not ids[known].equal(labels[known]):
        raise Failed("labels are not the tokens at their own places: were they shifted before the loss shifts them?")
    return f"{int(known.sum())} labels in place"


def continuation(subject: Subject) -> str:
    """A predict() that reads the wrong position: from perfect logits up to t it must tell token t + 1."""
    best, *others = subject.probes.perfect
    known = subject.valid(subject.targets)
    for place in range(1, best.shape[1]):
        decoded = subject.call("predict", best[:, :place], *others)
        told = decoded[0] if isinstance(decoded, tuple) else decoded
        rows = known[:, place]
        if not told[rows].equal(subject.targets[rows, place]):
            raise Failed(f"predict() tells {told[rows].tolist()} where {subject.targets[rows, place].tolist()} follow")
    return f"{int(known[:, 1:].sum())} tokens foretold"


def causality(subject: Subject) -> str:
    """A model that sees the future: another last token must leave what is said before it as it was."""
    *before, ids = subject.inputs
    first, second = (outputs_with_last(subject, before, ids, token) for token in (0, 1))
    if (gap := float((first - second)[..., :-1, :].abs().max())) > 1e-6:
        raise Failed(f"another last token changes earlier outputs by {gap:.4f}: the causal mask is missing")
    if not (first - second)[..., -1, :].any():
        raise Failed("the last output does not depend on the last token")
    return "earlier outputs stay the same"


def both_sides(subject: Subject) -> str:
    """An encoder with a causal mask: what the last token is must tell at the first position."""
    first, second = (outputs_with_last(subject, [], subject.inputs[0], token) for token in (0, 1))
    if not (first - second)[:, 0].any():
        raise Failed("the first output does not depend on the last token: is there a causal mask?")
    return "the first output depends on the last token"


def outputs_with_last(subject: Subject, before: list[Tensor], ids: Tensor, token: int) -> Tensor:
    """The prediction for inputs that all end with `token`."""
    changed = ids.clone()
    changed[..., -1] = token
    with torch.no_grad():
        return subject.run(subject.build().eval(), *before, changed)[0]


def padding(subject: Subject) -> str:
    """Padding that counts or is attended to: a sequence must score the same without its padding."""
    pad = subject.constants["PAD"]
    amount = (subject.inputs[0] == pad).sum(dim=1).masked_fill(~subject.valid(subject.targets).any(dim=1), -1)
    row = int(amount.argmax())
    lengths = [length(ids[row], pad) for ids in subject.inputs]
    lengths += [lengths[-1]] * len(subject.given)
    padded = [tensor[row : row + 1] for tensor in subject.batch]
    bare = [tensor[:, :end] for tensor, end in zip(padded, lengths, strict=True)]
    model, count = subject.build().eval(), len(subject.inputs)
    with torch.no_grad():
        seen, wanted = (
            float(subject.loss(subject.run(model, *some[:count]), *some[count:])) for some in (padded, bare)
        )
    if abs(seen - wanted) > TOLERANCE * max(1.0, abs(wanted)):
        raise Failed(f"a sequence scores {seen:.4f} with its padding, {wanted:.4f} without")
    return f"{wanted:.4f} for {lengths[-1]} of {padded[count - 1].shape[1]} tokens"


def length(ids: Tensor, pad: int) -> int:
    """How many tokens there are before the padding at the end."""
    return int((ids != pad).nonzero().max()) + 1


def masking(subject: Subject) -> str:
    """Masks in other proportions, on special tokens or without labels: 80 % masked, 10 % replaced, 10 % left."""
    share, mask = subject.constants["MASK_SHARE"], subject.constants["MASK"]
    ids = torch.where(subject.valid(subject.targets), subject.targets, subject.inputs[0]).repeat(100, 1)
    draws.reseed()
    masked, labels = subject.call("mask_tokens", ids)
    selected = labels != -100
    special = torch.isin(ids, ids.new_tensor(subject.constants["SPECIAL"]))
    if not labels[selected].equal(ids[selected]):
        raise Failed("a label is not the token that was there: were labels copied after masking?")
    if not masked[~selected].equal(ids[~selected]):
        raise Failed("a token that was not selected is changed")
    if (selected & special).any():
        raise Failed("a special token or padding is selected")
    kinds = {
        "selected": (selected[~special], share),
        "masked": (masked[selected] == mask, 0.8),
        "replaced": ((masked != ids)[selected] & (masked[selected] != mask), 0.1),
    }
    for name, (found, wanted) in kinds.items():
        if abs(float(found.float().mean()) - wanted) > 0.02:
            raise Failed(f"{found.float().mean():.3f} of the tokens are {name}, {wanted} was expected")
    return ", ".join(f"{name} {found.float().mean():.3f}" for name, (found, _) in kinds.items())


def prompt_ignored(subject: Subject) -> str:
    """A prompt that is learned, or an answer whose first token is not: labels end where the prompt does."""
    labels = torch.arange(12, device=subject.targets.device).expand(4, 12).contiguous()
    lengths = torch.tensor([1, 2, 5, 12], device=labels.device)
    found = subject.call("completions_only", labels, lengths)
    for row, prompt in enumerate(lengths.tolist()):
        if (found[row, :prompt] != -100).any() or not found[row, prompt:].equal(labels[row, prompt:]):
            raise Failed(f"after a prompt of {prompt} tokens the labels are {found[row].tolist()}")
    if (subject.targets[:, :2] != -100).any():
        raise Failed("the labels of the batch start with the prompt")
    return "labels begin with the answer"


def decoder_inputs(subject: Subject) -> str:
    """A decoder that reads what it should write: its inputs are a start token, then the labels but the last."""
    inputs, labels = subject.inputs[1], subject.targets
    if not inputs[:, 0].eq(inputs[0, 0]).all() or (labels == inputs[0, 0]).any():
        raise Failed("the decoder's inputs do not begin with a start token")
    known = subject.valid(labels)[:, :-1]
    if not inputs[:, 1:][known].equal(labels[:, :-1][known]):
        raise Failed("the decoder's inputs are not the labels, late by one")
    return "late by one"


def source(subject: Subject) -> str:
    """A decoder that ignores its source: the source of another sample must change the loss."""
    model = subject.build().eval()
    first, *rest = subject.inputs
    with torch.no_grad():
        before, after = (float(subject.loss(subject.run(model, ids, *rest))) for ids in (first, first.roll(1, 0)))
    if abs(before - after) <= 1e-6:
        raise Failed(f"with the sources of other samples the loss is {after:.4f} as before: the source is not used")
    return f"{before:.4f} becomes {after:.4f}"


def ending(subject: Subject) -> str:
    """An end that is masked like padding: the model is never told to stop."""
    end, known = subject.constants["END"], subject.valid(subject.targets)
    last = [int(row[where][-1]) for row, where in zip(subject.targets, known, strict=True)]
    if set(last) != {end}:
        raise Failed(f"labels end with {sorted(set(last))[:3]}, the end token {end} was expected: was it masked?")
    return f"every sequence ends with {end}"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "next-token-oracle": oracle,
    "labels-in-place": in_place,
    "tokens-counted": tokens_counted,
    "token-mean": token_mean,
    "continuation": continuation,
    "prompt-ignored": prompt_ignored,
    "causality": causality,
    "both-sides": both_sides,
    "padding-invariance": padding,
    "masking": masking,
    "decoder-inputs": decoder_inputs,
    "source-used": source,
    "end-counted": ending,
}
"""Each check by its name in a contract."""
