"""Checks of detectors: which place is for which object, and what counts how often.

They look at losses only, never at how a program assigns: an object is spoilt, added or taken away in the targets,
predictions that would be right for those are made, and the loss of the true targets must answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor

from lossadvisor.proof.kinds import KINDS, Side
from lossadvisor.proof.kinds.detection import PADDING, objects
from lossadvisor.proof.loss_checks import TOLERANCE, compare
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors

LEAST = 1e-3  # what a mistake must cost at least
ALL_PLACES = "a sum is divided by all places, not by those that are for an object"


def right_for(subject: Subject, targets: Mapping[str, Tensor]) -> Tensors:
    """The outputs that would be right for other targets than those of the batch."""
    made = []
    for position, (output, promise) in enumerate(zip(subject.outputs, subject.promised_outputs.values(), strict=True)):
        like = torch.zeros_like(output)
        random = subject.probes.random[position]
        side = Side(like, random, None, targets, position, lambda _: 0.0, subject.call)
        made.append(KINDS[promise["kind"]](side).perfect)
    return tuple(made)


def copied(subject: Subject) -> dict[str, Tensor]:
    """The targets of the batch, to be changed."""
    return {name: tensor.clone() for name, tensor in subject.named.items()}


def classes(subject: Subject) -> int:
    """The number of classes that an object can have."""
    return int(subject.constants["NUM_CLASSES"])


def altered(subject: Subject, image: int, number: int) -> Iterator[dict[str, Tensor]]:
    """The targets with one thing wrong about one object: its class, its place, its mask."""
    targets = copied(subject)
    targets["target"][image, number] = (targets["target"][image, number] + 1) % classes(subject)
    yield targets
    if "boxes" in targets:
        targets = copied(subject)
        box = targets["boxes"][image, number]
        box += (0.2 * (box[2:] - box[:2])).repeat(2) * (1 if box[2:].max() < 0.8 else -1)
        yield targets
    if "masks" in targets:
        targets = copied(subject)
        targets["masks"][image, number] = 1 - targets["masks"][image, number]
        yield targets


def every_object(subject: Subject) -> str:
    """An object that does not count in one of the terms: to get any single one wrong must cost something in each."""
    lowest, count = subject.terms(subject.probes.perfect), 0
    for image, number in objects(subject.targets):
        wrong = [subject.terms(right_for(subject, targets)) for targets in altered(subject, image, number)]
        for name, least in lowest.items():
            if not max(terms[name] for terms in wrong) > least + LEAST:
                raise Failed(f"object {number} of image {image} can be wrong, and the term {name} stays {least:.4f}")
        count += 1
    return f"{count} objects"


def padding(subject: Subject) -> str:
    """Rows without an object that count: what their box or mask holds, and how many they are, must change nothing."""
    gone, before = subject.targets == PADDING, subject.value(subject.probes.random)
    filled = copied(subject)
    for name, tensor in filled.items():
        if name != "target":
            tensor[gone] = torch.tensor([0.1, 0.1, 0.5, 0.5]).to(tensor) if name == "boxes" else 1.0
    after = subject.value(subject.probes.random, *filled.values())
    compare(after, before, "with other numbers in rows that hold no object, the batch scores")
    longer = {
        name: torch.cat([tensor, tensor[:1].expand_as(tensor)], dim=1) for name, tensor in copied(subject).items()
    }
    longer["target"][:, gone.shape[1] :] = PADDING
    after = subject.value(subject.probes.random, *longer.values())
    return compare(after, before, "with more rows that hold no object, the batch scores")


def object_order(subject: Subject) -> str:
    """A loss that depends on the order in which the objects of an image are listed."""
    before = subject.value(subject.probes.random)
    after = subject.value(subject.probes.random, *(tensor.flip(1) for tensor in subject.given))
    return compare(
        after, before, "an object is taken by its place in the list: with the objects in another order, it scores"
    )


def query_order(subject: Subject) -> str:
    """Objects that are tied to queries by their place: a set has no order."""
    before = subject.value(subject.probes.random)
    after = subject.value(tuple(output.flip(1) for output in subject.probes.random))
    return compare(after, before, "objects are tied to queries by number: with the queries in another order, it scores")


def one_to_one(subject: Subject) -> str:
    """Two objects that share a query: where all queries give the same, each object still needs one of its own."""
    start = tuple(output[:, :1].expand_as(output).clone().requires_grad_() for output in subject.probes.random)
    _, gradient = torch.autograd.grad(subject.loss(start), start, materialize_grads=True)
    used, wanted = gradient.flatten(2).any(dim=2).sum(dim=1), (subject.targets != PADDING).sum(dim=1)
    if not used.equal(wanted):
        told = "they share queries, one each was expected"
        raise Failed(f"{int(used.sum())} queries learn a place, for {int(wanted.sum())} objects: {told}")
    return f"{int(used.sum())} queries for as many objects"


def no_objects(subject: Subject) -> str:
    """A mean over no objects, which is NaN: where no image has any, all terms but the class are zero."""
    targets = copied(subject)
    targets["target"][:] = PADDING
    start = tuple(output.clone().requires_grad_() for output in subject.probes.random)
    loss = subject.loss(start, *targets.values())
    gradients = torch.autograd.grad(loss, start, materialize_grads=True)
    if not loss.isfinite() or not all(gradient.isfinite().all() for gradient in gradients):
        told = "or their gradient is not finite: is a sum divided by the number of objects, which is 0?"
        raise Failed(f"images without objects score {loss.item()}, {told}")
    for name, term in subject.terms(subject.probes.random, *targets.values()).items():
        if name != "class" and abs(term) > TOLERANCE:
            raise Failed(f"images without objects score {term:.4f} in the term {name}: zero was expected")
    return f"{loss.item():.4f}"


def background(subject: Subject) -> str:
    """A loss that is content with finding nothing: to take each object for background must cost."""
    targets = copied(subject)
    targets["target"][:] = PADDING
    best, worse = subject.terms(subject.probes.perfect), subject.terms(right_for(subject, targets))
    if not worse["class"] > best["class"] + 0.1:
        told = "that is too cheap, objects that are missed don't count"
        raise Failed(f"to find nothing at all scores {worse['class']:.4f} in the term class: {told}")
    return f"{best['class']:.4f} becomes {worse['class']:.4f}"


def false_alarm(subject: Subject) -> str:
    """Background that does not count: to see an object where there is none must cost."""
    targets, best = copied(subject), subject.terms(subject.probes.perfect)["class"]
    known = subject.targets != PADDING
    image = int((known.any(dim=1) & ~known.all(dim=1)).nonzero()[0])
    row = int((~known[image]).nonzero()[0])
    other = int((known[:, row]).nonzero()[0])
    for tensor in targets.values():
        tensor[image, row] = tensor[other, row]
    seen = subject.terms(right_for(subject, targets))["class"]
    if not seen > best + LEAST:
        told = "background does not count, or not where it is mistaken most"
        raise Failed(f"one object too many scores {seen:.4f} in the term class, none too many {best:.4f}: {told}")
    return f"{best:.4f} becomes {seen:.4f}"


def more_background(subject: Subject) -> dict[str, tuple[float, float]]:
    """Each term before and after as many images without objects, predicted perfectly, were added to the batch."""
    empty = (subject.targets == PADDING).all(dim=1).nonzero()
    if not len(empty):
        raise NotChecked("each image of the batch has an object")
    image, size = int(empty[0]), len(subject.targets)
    copies = [tensor[image : image + 1].expand_as(tensor) for tensor in (*subject.probes.perfect, *subject.given)]
    both = [
        torch.cat([tensor, copy]) for tensor, copy in zip((*subject.probes.random, *subject.given), copies, strict=True)
    ]
    cut = len(subject.outputs)
    before, after = subject.terms(subject.probes.random), subject.terms(tuple(both[:cut]), *both[cut:])
    if len(both[cut]) != 2 * size:
        raise NotChecked("the batch can't be made longer")
    return {name: (before[name], after[name]) for name in before}


def per_object(subject: Subject) -> str:
    """Boxes or masks that are averaged over all places: as much background again must not change their terms."""
    found = {name: pair for name, pair in more_background(subject).items() if name != "class"}
    for name, (before, after) in found.items():
        compare(after, before, f"{ALL_PLACES}: with as much background again, the term {name} is")
    return ", ".join(found)


def per_positive(subject: Subject) -> str:
    """A class term that is averaged over all anchors: as much background again, seen as such, must not change it."""
    before, after = more_background(subject)["class"]
    return compare(after, before, f"{ALL_PLACES}: with as much background again, the term class is")


CHECKS: dict[str, Callable[[Subject], str]] = {
    "every-object": every_object,
    "padding": padding,
    "object-order": object_order,
    "query-order": query_order,
    "one-to-one": one_to_one,
    "no-objects": no_objects,
    "background": background,
    "false-alarm": false_alarm,
    "per-object": per_object,
    "per-positive": per_positive,
}
"""The checks of this family by name."""
