"""CoNLL's columns: a token per line, a blank line after each sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lossadvisor.errors import UserError
from lossadvisor.labels.formats.places import TRAIN, files, globbed, local, suffix, survey, trained_on
from lossadvisor.labels.formats.tags import OUTSIDE, Spans, broken, scheme, spans_of
from lossadvisor.labels.formats.tokenlines import Layout, Sums, layout_of, read
from lossadvisor.labels.frequency import imbalance, rare, several
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import ClassCount, LabelProfile, Storage
from lossadvisor.labels.tables.paths import unchanged

SURE = (".conll", ".conllu", ".conllx", ".iob", ".iob2", ".bio", ".bioes", ".bilou", ".ner")
PERHAPS = ("", ".txt", ".tsv", ".tags", ".train", ".tagged")
LONG = 512  # tokens that most encoders take: words are split into more
PADDING = "-100"


def recognises(source: Source) -> bool:
    """Whether these are such files: by their suffix, or because their first lines look like it."""
    return source.kind in ("", "token-labels") and any(tagged(path) for path in found(source)[0][:3])


def tagged(path: Path) -> bool:
    end = suffix(path.name)
    return end in SURE or (end in PERHAPS and layout_of(path) is not None)


def found(source: Source) -> tuple[list[Path], list[Path]]:
    """The files of the training part, and those of the others."""
    root = local(source)
    if root is None or root.is_file():
        return ([root] if root else globbed(source)), []
    folders, _ = trained_on(survey(root))
    paths = [path for parts in folders for path in files(root.joinpath(*parts), (*SURE, *PERHAPS))]
    paths = [path for path in paths if not path.name.lower().startswith(("readme", "license"))]
    train = [path for path in paths if any(part in path.name.lower() for part in TRAIN)]
    return train or paths, [path for path in paths if train and path not in train]


def profile(source: Source) -> LabelProfile:
    """The labels of the tokens.

    Raises:
        UserError: a file is broken, or there is no such column.
    """
    paths, others = found(source)
    layout = layout_of(paths[0]) or Layout(())
    with unchanged(tuple(paths)):
        sums = read(paths, layout.chosen(source))
    tags, spans = sums.tags, spans_of(sums.pairs)
    if not tags:
        raise UserError("there are no tokens with labels in it", place=source.path, hint="a line is: token label")
    classes = tuple(ClassCount(tag, tags[tag]) for tag in sorted(tags) if tag != PADDING)
    kind = "token-labels" if len(classes) > 1 else "constant"
    return LabelProfile(
        source=source.path,
        columns=(layout.name(sums.column),),
        storage=Storage("conll", "string", (sums.sentences, None)),
        kind=source.kind or kind,
        confidence=1.0 if source.kind else 0.97 if spans.prefixes or layout.universal else 0.92,
        evidence=tuple(evidence(sums, layout, spans, others)),
        rows=sums.sentences,
        classes=classes,
        ignore=int(PADDING) if PADDING in tags else None,
        numbers={**imbalance(classes), **numbers(sums, spans, tags)},
        findings=(*broken(spans, sums.places), *findings(sums), *rare(classes, "tokens")),
    )


def numbers(sums: Sums, spans: Spans, tags: Counter[str]) -> dict[str, object]:
    tokens, name = tags.total(), scheme(spans)
    told = {"tokens": tokens, "longest": sums.longest, "mean_length": tokens / sums.sentences, "scheme": name}
    if name == "none":
        return told
    outside = sum(tags[tag] for tag in OUTSIDE)
    return {**told, "outside_fraction": outside / tokens, "spans": dict(sorted(spans.types.items()))}


def evidence(sums: Sums, layout: Layout, spans: Spans, others: Sequence[Path]) -> list[str]:
    told = [f"{sums.sentences:,} sentences of {sums.tags.total():,} tokens, a token per line, blank lines between"]
    if spans.prefixes:
        many = spans.types.total()
        told.append(f"labels of spans ({scheme(spans)}): {many:,} spans of {len(spans.types):,} types")
    if layout.others(sums.column):
        told.append(f"read: {layout.name(sums.column)}; labels too: {several(layout.others(sums.column))} (--column)")
    if others:
        told.append(f"counted in the training part alone, without {several([path.name for path in others])}")
    return told


def findings(sums: Sums) -> list[str]:
    told = []
    if sums.ragged:
        told.append(f"{len(sums.ragged):,} lines have no label, and were left out: {several(sums.ragged)}")
    if sums.longest > LONG:
        told.append(f"the longest sentence has {sums.longest:,} tokens: encoders that take {LONG} cut it")
    if sums.unlabelled:
        told.append(f"{sums.unlabelled:,} tokens have no label (_)")
    return told
