"""Logits and cosines: of classes, tokens, labels, levels, frames and pixels."""

from __future__ import annotations

import torch
from torch import Tensor

from lossadvisor.plot.paths.path import Layout, Numbers, Path, flat, given, like, moving
from lossadvisor.proof.subject import Subject

SIDE = 32
"""Pixels along each side of an image."""


def of_each_class(subject: Subject) -> tuple[Tensor, Tensor]:
    """A target of each class, and the same one-hot."""
    classes = like(subject).shape[-1]
    shape = flat(subject, classes)
    return torch.arange(classes).reshape(shape), torch.eye(classes).reshape(*shape, classes)


def logit_margin(subject: Subject, numbers: Numbers) -> Path:
    """A sample of each class, all of them right by the same margin."""
    target, pattern = of_each_class(subject)
    restore = subject.layout().restore
    return moving(lambda place: restore(place * pattern), *given(subject, target=target))


def rare_margin(subject: Subject, numbers: Numbers) -> Path:
    """A sample of each class, that of the rarest one moving."""
    target, pattern = of_each_class(subject)
    counts = subject.constants.get("CLASS_COUNTS", range(len(pattern), 0, -1))
    rarest = (torch.arange(target.numel()) == min(range(len(counts)), key=counts.__getitem__))[:, None]
    restore = subject.layout().restore

    def prediction(place: Tensor) -> Tensor:
        return restore(torch.where(rarest, place, numbers["others_margin"]) * pattern)

    return moving(prediction, *given(subject, target=target))


def soft_margin(subject: Subject, numbers: Numbers) -> Path:
    """Every class in turn is the likeliest one."""
    classes = like(subject).shape[-1]
    pattern = torch.eye(classes).reshape(*flat(subject, classes)[1:], classes)
    share = numbers["likely"]
    target = share * pattern + (1 - share) / (classes - 1) * (1 - pattern)
    return moving(lambda place: place * pattern, *given(subject, target=target))


def student_margin(subject: Subject, numbers: Numbers) -> Path:
    """Teacher and student prefer the same class, by margins of their own."""
    target, pattern = of_each_class(subject)
    teacher = numbers["teacher_margin"] * pattern
    return moving(lambda place: place * pattern, *given(subject, target=target, teacher_logits=teacher))


def next_margin(subject: Subject, numbers: Numbers) -> Path:
    """Each token of a sequence is foretold at the place before it."""
    target, pattern = of_each_class(subject)
    before = pattern.roll(-1, dims=1)
    return moving(lambda place: place * before, *given(subject, target=target))


def hidden_margin(subject: Subject, numbers: Numbers) -> Path:
    """Hidden states along the row of their token in the output layer."""
    return through_layer(subject, shift=0)


def next_hidden_margin(subject: Subject, numbers: Numbers) -> Path:
    """The same, each at the place before its token."""
    return through_layer(subject, shift=-1)


def through_layer(subject: Subject, *, shift: int) -> Path:
    width = like(subject).shape[-1]
    weight, target = torch.eye(width), torch.arange(width)[None]
    rows = weight.roll(shift, dims=0)[None]
    return moving(lambda place: place * rows, weight, *given(subject, target=target))


def level_logit(subject: Subject, numbers: Numbers) -> Path:
    """Samples of all classes, each level's logit on its right side."""
    levels = like(subject).shape[-1]
    target = torch.arange(levels + 1)
    pattern = 2.0 * (target[:, None] > torch.arange(levels)) - 1
    return moving(lambda place: place * pattern, *given(subject, target=target))


def frame_margin(subject: Subject, numbers: Numbers) -> Path:
    """A frame for each token, and a blank after it."""
    pattern = subject.probes.perfect[0].sign().clamp(min=0)
    return moving(lambda place: place * pattern, *given(subject))


def label_logit(label: float) -> Layout:
    """All labels are that one, and all logits equal."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        zeros = like(subject)
        target = torch.full_like(zeros, label)
        return moving(lambda place: zeros + place, *given(subject, target=target))

    return layout


def one_of_two_logits(label: int) -> Layout:
    """Two logits, of which the second moves: what it is above the first, which is 0, is the logit of label 1."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        second = torch.tensor([[0.0, 1.0]])
        return moving(lambda place: place * second, *given(subject, target=torch.tensor([label])))

    return layout


def student_logit(subject: Subject, numbers: Numbers) -> Path:
    """The label is 1, and the teacher has a logit of its own."""
    zeros = like(subject)
    others = given(subject, target=zeros + 1, teacher_logits=zeros + numbers["teacher_logit"])
    return moving(lambda place: zeros + place, *others)


def label_among_others(*, present: bool) -> Layout:
    """One label moves among others, half of which are present and all of which are right."""

    def layout(subject: Subject, numbers: Numbers) -> Path:
        target = (torch.arange(like(subject).shape[-1]) % 2 != int(present)).float()[None]
        moves = (torch.arange(target.shape[-1]) == 0)[None]
        others = numbers["other_logit"] * (2 * target - 1)
        return moving(lambda place: torch.where(moves, place, others), *given(subject, target=target))

    return layout


def class_cosine(subject: Subject, numbers: Numbers) -> Path:
    """The cosine with the own class moves, those with the others are 0."""
    target, pattern = of_each_class(subject)
    return moving(lambda place: place * pattern, *given(subject, target=target))


def object_logit(subject: Subject, numbers: Numbers) -> Path:
    """An image with one object, whose background is found already."""
    where = torch.zeros(SIDE * SIDE, dtype=torch.bool)
    where[: max(1, round(numbers["foreground_fraction"] * SIDE * SIDE))] = True
    where, background = where.reshape(SIDE, SIDE), numbers["background_logit"]
    channels = subject.outputs[0].shape[1]
    if subject.promised_targets["target"]["dtype"] != "int64":
        labels = where.float().expand(1, channels, SIDE, SIDE)
        return moving(
            lambda place: torch.where(where, place, -background).expand(1, channels, SIDE, SIDE),
            *given(subject, target=labels),
        )
    target = (where * (channels - 1))[None]
    zeros = torch.zeros(1, channels - 2, SIDE, SIDE)
    behind = torch.where(where, 0.0, background)[None, None]
    named = {"target": target}
    if "distances" in subject.named:
        named["distances"] = subject.call("signed_distances", target, channels)

    def prediction(place: Tensor) -> Tensor:
        return torch.cat([behind, zeros, torch.where(where, place, 0.0)[None, None]], dim=1)

    return moving(prediction, *given(subject, **named))


PATHS: dict[str, Layout] = {
    "logit_margin": logit_margin,
    "rare_margin": rare_margin,
    "soft_margin": soft_margin,
    "student_margin": student_margin,
    "next_margin": next_margin,
    "hidden_margin": hidden_margin,
    "next_hidden_margin": next_hidden_margin,
    "level_logit": level_logit,
    "frame_margin": frame_margin,
    "positive_logit": label_logit(1.0),
    "negative_logit": label_logit(0.0),
    "first_logit": one_of_two_logits(0),
    "second_logit": one_of_two_logits(1),
    "student_logit": student_logit,
    "present_logit": label_among_others(present=True),
    "absent_logit": label_among_others(present=False),
    "class_cosine": class_cosine,
    "object_logit": object_logit,
}
