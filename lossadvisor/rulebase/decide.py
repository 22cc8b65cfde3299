"""From answers to a recommendation."""

from __future__ import annotations

from collections.abc import Mapping

from lossadvisor.errors import UserError, unknown
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Answers, Choice, Contract, Loss, Modifier, Pitfall, Recommendation, Rule
from lossadvisor.rulebase.table import Table


def decide(base: RuleBase, given: Mapping[str, str], *, strict: bool = False) -> Recommendation:
    """The recommendation for the answers that were given; the others take their stated default.

    Args:
        given: question id to choice id or alias.
        strict: refuse to assume an answer that could change the outcome.

    Raises:
        UserError: an unknown question or choice, one that does not belong to the task, answers that contradict each
            other, no task, or an assumption under `strict`.
    """
    answers = check_answers(base, given)
    table = table_of(base, answers["task"])
    path, assumed, rows = complete(base, table, answers)
    if strict and assumed:
        raise not_answered(table, answers, assumed)
    rule = rule_of(table, rows)
    modifiers = table.modifiers_in(rows)
    loss = base.loss(rule.loss, domain=rule.domain)
    contract = base.contract(rule.contract, domain=rule.domain)
    return Recommendation(
        rule,
        loss,
        contract,
        path,
        tuple(assumed),
        tuple(question for question in answers if question not in path),
        tuple(changes(base, table, answers, path, rule)),
        modifiers,
        pitfalls(base, rule, loss, contract, modifiers),
    )


def rule_of(table: Table, rows: int) -> Rule:
    """The one rule among `rows`.

    Raises:
        UserError: there are two: the table was not checked.
    """
    rule, *others = table.rules_in(rows & table.possible)
    if others:
        raise UserError(
            f"two rules match these answers: {rule.id} and {others[0].id}", hint="`lossadvisor rules check` says where."
        )
    return rule


def pitfalls(
    base: RuleBase, rule: Rule, loss: Loss, contract: Contract, modifiers: tuple[Modifier, ...]
) -> tuple[Pitfall, ...]:
    """What can go wrong with this loss in this setting, the most specific first, each once."""
    sources: tuple[Rule | Loss | Contract | Modifier, ...] = (rule, loss, contract, *modifiers)
    keys = dict.fromkeys(key for source in sources for key in source.pitfalls)
    return tuple(base.pitfall(key, domain=rule.domain) for key in keys)


def not_answered(table: Table, answers: Answers, assumed: list[str]) -> UserError:
    rows = table.matching(answers)
    flags = (f"--{question} {'|'.join(table.alive(question, rows))}" for question in assumed)
    return UserError(f"not answered: {', '.join(assumed)}", hint=" ".join(flags))


def check_answers(base: RuleBase, given: Mapping[str, str]) -> dict[str, str]:
    """The answers with aliases resolved, in the order of the questions.

    Raises:
        UserError: as for `decide`.
    """
    for question in given:
        if question not in base.questions:
            raise unknown("question", question, base.questions, listing="lossadvisor list questions")
    answers = {
        question: check_choice(base, question, given[question]).id for question in base.questions if question in given
    }
    if "task" not in answers:
        raise UserError("the task is missing", hint="--task TASK; `lossadvisor list tasks` shows them all.")
    table = table_of(base, answers["task"])
    for question, choice in answers.items():
        check_applies(table, answers["task"], question, choice)
    check_consistent(table, answers)
    return answers


def check_choice(base: RuleBase, question: str, value: str) -> Choice:
    """The choice of `question` that `value` names, by its id or an alias.

    Raises:
        UserError: there is none.
    """
    choices = base.questions[question].choices
    for choice in choices.values():
        if value == choice.id or value in choice.aliases:
            return choice
    listing = "lossadvisor list tasks" if question == "task" else "lossadvisor list questions"
    raise unknown(f"choice for {question}:", value, choices, place=f"--{question}", listing=listing)


def table_of(base: RuleBase, task: str) -> Table:
    """The table that decides about `task`.

    Raises:
        UserError: no table covers it yet.
    """
    domain = base.questions["task"].choices[task].domain
    if domain not in base.domains or task not in base.table(domain).inputs.get("task", ()):
        raise UserError(
            f"task {task!r} is known, but its domain ({domain}) has no rules for it yet",
            place="--task",
            hint=f"covered so far: {', '.join(base.domains)}. `lossadvisor list tasks` shows which tasks are.",
        )
    return base.table(domain)


def check_applies(table: Table, task: str, question: str, choice: str) -> None:
    """Refuse a question or choice that the task's table does not have.

    Raises:
        UserError: names those that it has.
    """
    if question not in table.inputs:
        raise UserError(
            f"--{question} does not apply to task {task!r}",
            place=f"--{question}",
            hint=f"questions that do: {', '.join(table.inputs)}",
        )
    if choice not in table.inputs[question]:
        raise UserError(
            f"{question} {choice!r} does not apply to task {task!r}",
            place=f"--{question}",
            hint=f"one of: {', '.join(table.inputs[question])}",
        )


def check_consistent(table: Table, answers: Answers) -> None:
    """Refuse answers that lead to no recommendation: name the fewest that contradict each other, and why.

    Raises:
        UserError: they do.
    """
    if table.matching(answers) & table.possible:
        return
    told = conflict(table, answers)
    last = [*told][-1]
    open_ = table.alive(last, table.matching({q: choice for q, choice in answers.items() if q != last}))
    raise UserError(
        f"these answers contradict each other: {' and '.join(f'--{q} {choice}' for q, choice in told.items())}",
        place=f"--{last}",
        hint=" ".join([*reasons(table, told), *([f"--{last} may be: {', '.join(open_)}."] if open_ else [])]),
    )


def conflict(table: Table, answers: Answers) -> dict[str, str]:
    """The fewest of `answers` that already lead to no recommendation."""
    from itertools import combinations

    subsets = (dict(part) for size in range(1, len(answers)) for part in combinations(answers.items(), size))
    return next((part for part in subsets if not table.matching(part) & table.possible), dict(answers))


def reasons(table: Table, told: Answers) -> list[str]:
    """Why answers that contradict each other do: of the impossible rows that they match, those that test no more."""
    rows = table.rules_in(table.matching(told) & ~table.possible)
    rows = [row for row in rows if any(question in row.when for question in told)]
    exact = [row for row in rows if all(question in told for question in row.when)]
    return list(dict.fromkeys(row.impossible for row in exact or rows))[:2]


def complete(base: RuleBase, table: Table, answers: Answers) -> tuple[dict[str, str], list[str], int]:
    """Fill in what was not answered.

    Returns:
        all answers that matter (asked in order, those that follow from others included), the ids of the assumed ones,
        and the rows that stand in the end.
    """
    kept = dict(answers)
    filled, assumed, rows = fill(base, table, kept)
    # From the last question back: of two answers that each make the other idle, the one that is asked first counts.
    for question in reversed([*table.inputs]):
        if question in answers and question != "task":
            fewer = {other: choice for other, choice in kept.items() if other != question}
            without = fill(base, table, fewer)
            if without[:2] == (filled, assumed) and not (without[2] ^ rows) & table.deciding:
                kept = fewer
    path = {**kept, **filled}
    return {question: path[question] for question in table.inputs if question in path}, assumed, rows


def fill(base: RuleBase, table: Table, answers: Answers) -> tuple[dict[str, str], list[str], int]:
    """The answers that follow from `answers` or are assumed, the ids of the assumed ones, and the rows that stand."""
    rows = table.matching(answers)
    defaults = base.questions["task"].choices[answers["task"]].defaults
    filled: dict[str, str] = {}
    assumed = []
    for question in table.inputs:
        if question in answers:
            continue
        alive = table.alive(question, rows)
        if len(alive) > 1 and live(base, table, question, rows):
            assumed.append(question)
        elif len(alive) > 1 and question != "target":  # a program needs a format even where all are treated alike
            continue
        wanted = defaults.get(question, base.questions[question].default)
        filled[question] = wanted if wanted in alive else alive[0]
        rows &= table.masks[question][filled[question]]
    return filled, assumed, table.reachable(rows)


def live(base: RuleBase, table: Table, question: str, rows: int) -> bool:
    """Whether the answer to `question` can still change the outcome: the loss, or the conversion of the targets."""
    apart = table.tells_apart(question, rows)
    if apart or question != "target":
        return apart
    return len({conversion(base, table, choice, rows) for choice in table.alive(question, rows)}) > 1


def conversion(base: RuleBase, table: Table, target: str, rows: int) -> tuple[str, ...]:
    """How `target` is converted, for each contract that is still possible."""
    contracts = dict.fromkeys((rule.contract, rule.domain) for rule in table.rules_in(rows & table.possible))
    return tuple(base.contract(key, domain=domain).stored.get(target, "") for key, domain in contracts)


def changes(base: RuleBase, table: Table, answers: Answers, path: Answers, rule: Rule) -> list[tuple[str, str, str]]:
    """Each single answer, other than the task, that would lead to another loss: (question, choice, loss)."""
    found = []
    standing = table.matching(answers)
    for question, choices in table.inputs.items():
        for choice in choices:
            if question == "task" or choice == path.get(question):
                continue
            if question not in path and question not in answers and not standing & ~table.masks[question][choice]:
                continue  # it rules nothing out, and would not be asked
            other = {**answers, question: choice}
            if table.matching(other) & table.possible:
                loss = rule_of(table, fill(base, table, other)[2]).loss
                if loss != rule.loss:
                    found.append((question, choice, loss))
    return found
