"""A question as text: the labels of its choices, the help beside them, the line that stays of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lossadvisor.questionnaire.interview import TASK, Answer, Effect, Move, Prompt, Step, Steps, effect
from lossadvisor.rulebase.load import RuleBase

NARROWEST = 20
FEW = 3  # losses that are named before "and N more"


def no_help(_: Answer) -> str:
    return ""


def nowhere(_: Answer) -> Effect:
    return Effect()


@dataclass(frozen=True)
class Menu:
    """A list to choose from.

    Args:
        ask: the question.
        items: what can be chosen, and its label.
        headings: the line above an item.
        above: what was answered before: the steps' questions and answers.
        notice: a line that stands out.
        start: the item to point at first.
        back: whether there is something to go back to.
        why: why it is asked; `?` shows it.
        help: tells more about an item, shown while it is pointed at.
        leads: where an item leads; `?` shows it.
    """

    ask: str
    items: Mapping[Answer, str]
    headings: Mapping[Answer, str] = field(default_factory=dict)
    above: Sequence[tuple[str, str]] = ()
    notice: str = ""
    start: Answer | None = None
    back: bool = False
    why: str = ""
    help: Callable[[Answer], str] = no_help
    leads: Callable[[Answer], Effect] = nowhere


def menu_of(base: RuleBase, prompt: Prompt, steps: Steps, *, notice: str, width: int) -> Menu:
    """The menu for a question; `steps` are the answers before it."""
    question = prompt.question

    def choice_of(answer: Answer) -> str:
        return prompt.assumed if isinstance(answer, Move) else answer

    return Menu(
        question.ask,
        {**labels(prompt), **unsure_label(prompt)},
        headings=headings(prompt) if question.id == TASK else {},
        above=[answered(base, step, width) for step in steps],
        notice=notice,
        start=start(prompt),
        back=bool(steps),
        why=question.why,
        help=lambda answer: question.choices[choice_of(answer)].help,
        leads=lambda answer: effect(base, steps, question.id, choice_of(answer)),
    )


def labels(prompt: Prompt) -> dict[Answer, str]:
    """The label of each choice; tasks come grouped by their domains."""
    domains = list(dict.fromkeys(choice.domain for choice in prompt.choices))
    grouped = sorted(prompt.choices, key=lambda choice: domains.index(choice.domain))
    return {choice.id: choice.say for choice in grouped}


def unsure_label(prompt: Prompt) -> dict[Answer, str]:
    if not prompt.assumed:
        return {}
    return {Move.UNSURE: f"Not sure (takes: {prompt.question.choices[prompt.assumed].say})"}


def headings(prompt: Prompt) -> dict[Answer, str]:
    """The domain above its first task."""
    first: dict[str, str] = {}
    for choice in prompt.choices:
        first.setdefault(choice.domain, choice.id)
    return {
        choice: domain.capitalize() + (" (no rules yet)" if choice in prompt.missing else "")
        for domain, choice in first.items()
    }


def start(prompt: Prompt) -> Answer | None:
    if prompt.start or prompt.earlier is None:
        return prompt.start or None
    return prompt.earlier.choice if prompt.earlier.sure else Move.UNSURE


def in_full(found: Effect) -> str:
    """Where a choice leads, for the lines below the list; "" if no rule covers it yet."""
    more = f" and {len(found.losses) - FEW} more" if len(found.losses) > FEW else ""
    return ", ".join(found.losses[:FEW]) + more + converted(found)


def in_brief(found: Effect) -> str:
    """Where a choice leads, for its line in the list."""
    losses = f"{len(found.losses)} losses" if len(found.losses) > 1 else "".join(found.losses)
    return losses + converted(found)


def converted(found: Effect) -> str:
    return {"": "", "as-is": "; used as they are"}.get(found.conversion, "; the program converts them")


def answered(base: RuleBase, step: Step, width: int) -> tuple[str, str]:
    """What stays of a question on one line: the question (its id where room is scarce), and the answer."""
    question = base.questions[step.question]
    said = ("" if step.sure else "Not sure: ") + question.choices[step.choice].say
    room = width - len("? ") - 1
    ask = question.ask if len(question.ask) + len(said) <= room else question.id
    return ask, shorten(said, room - len(ask))


def label(menu: Menu, answer: Answer, width: int, *, explained: bool = False) -> str:
    """An item as it stands in the list, on one line; with where it leads once that was asked for."""
    indent = "  " if menu.headings else ""
    brief = in_brief(menu.leads(answer)) if explained else ""
    return shorten(indent + menu.items[answer] + (f" -> {brief}" if brief else ""), width)


def about(menu: Menu, answer: Answer, width: int, *, explained: bool) -> str:
    """What is told about the item that is pointed at; after `?` also why it is asked, and where the item leads."""
    cut = label(menu, answer, width).strip() != menu.items[answer]
    name = menu.items[answer] if cut or explained else ""
    full = in_full(menu.leads(answer)) if explained else ""
    lines = [
        menu.why if explained else "",
        ": ".join(part for part in (name, menu.help(answer)) if part),
        f"Leads to: {full}." if full else "",
    ]
    return "".join(fill(line, width) + "\n" for line in lines if line)


def known_keys(menu: Menu, width: int) -> str:
    """The keys of a menu, in words."""
    keys = ["Enter:_choose", *(["?:_explain"] if menu.why else []), *(["Shift-Tab:_back"] if menu.back else [])]
    return fill("  ".join([*keys, "Ctrl-C:_quit"]), width).replace("_", " ")


def shorten(text: str, width: int) -> str:
    """`text` cut to `width` columns, with dots where something is missing."""
    return text if len(text) <= width else text[: max(width - 3, 0)].rstrip() + "..."


def fill(text: str, width: int, *, indent: int = 0) -> str:
    """`text` on as many lines of `width` columns as it needs; `indent` leaves room before it."""
    from textwrap import wrap

    blank = " " * indent
    lines = wrap(text, max(width, NARROWEST), initial_indent=blank, subsequent_indent=blank, break_on_hyphens=False)
    return "\n".join(lines)[indent:]
