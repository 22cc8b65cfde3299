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
    task = base.questions["task"].choices[answers["task"]]
    table = base.table(task.domain)
    path, assumed, rows = complete(base, table, answers)
    if strict and assumed:
        raise UserError(
            f"not answered: {', '.join(assumed)}",
            hint=" ".join(f"--{question} {'|'.join(table.alive(question, rows_of(table, answers)))}" for question in assumed),
        )
    (rule,) = table.rules_in(rows & table.possible)
    modifiers = table.modifiers_in(rows)
    loss, contract = base.loss(rule.loss, domain=rule.domain), base.contract(rule.contract)
    return Recommendation(
        rule,
        loss,
        contract,
        path,
        tuple(assumed),
        tuple(question for question in answers if question not in path),
        tuple(changes(base, table, path, rule)),
        modifiers,
        pitfalls(base, rule, loss, contract, modifiers),
    )


def pitfalls(
    base: RuleBase, rule: Rule, loss: Loss, contract: Contract, modifiers: tuple[Modifier, ...]
) -> tuple[Pitfall, ...]:
    """What can go wrong with this loss in this setting, the most specific first, each once."""
    sources = (rule, loss, contract, *modifiers)
    return tuple(base.pitfall(key) for key in dict.fromkeys(key for source in sources for key in source.pitfalls))


def rows_of(table: Table, answers: Answers) -> int:
    return table.matching({question: choice for question, choice in answers.items() if question in table.inputs})


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
        check_applies(base, table, answers["task"], question, choice)
    check_consistent(base, table, answers)
    return answers


def check_choice(base: RuleBase, question: str, value: str) -> Choice:
    choices = base.questions[question].choices
    for choice in choices.values():
        if value == choice.id or value in choice.aliases:
            return choice
    listing = "lossadvisor list tasks" if question == "task" else "lossadvisor list questions"
    raise unknown(f"choice for {question}:", value, choices, place=f"--{question}", listing=listing)


def table_of(base: RuleBase, task: str) -> Table:
    """The table that decides about `task`.

    Raises:
        UserError: its domain has no table yet.
    """
    domain = base.questions["task"].choices[task].domain
    if domain not in base.domains or task not in base.table(domain).inputs["task"]:
        raise UserError(
            f"task {task!r} is known, but its domain ({domain}) has no rules yet",
            place="--task",
            hint=f"covered so far: {', '.join(base.domains)}. `lossadvisor list tasks` shows which tasks are.",
        )
    return base.table(domain)


def check_applies(base: RuleBase, table: Table, task: str, question: str, choice: str) -> None:
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


def check_consistent(base: RuleBase, table: Table, answers: Answers) -> None:
    """Refuse answers that lead to no recommendation: name the two that contradict each other, and why."""
    if table.matching(answers) & table.possible:
        return
    pairs = [(a, b) for a in answers for b in answers if a < b]
    names = next(
        (pair for pair in pairs if not table.matching({q: answers[q] for q in pair}) & table.possible), tuple(answers)
    )
    told = {question: answers[question] for question in answers if question in names}
    reasons = table.rules_in(table.matching(told) & ~table.possible)
    last = list(told)[-1]
    open_ = table.alive(last, table.matching({q: c for q, c in answers.items() if q != last}))
    raise UserError(
        f"these answers contradict each other: {' and '.join(f'--{q} {c}' for q, c in told.items())}",
        place=f"--{last}",
        hint=" ".join([*(rule.impossible for rule in reasons[:1]), f"--{last} may be: {', '.join(open_)}." if open_ else ""]),
    )


def complete(base: RuleBase, table: Table, answers: Answers) -> tuple[dict[str, str], list[str], int]:
    """Fill in what was not answered.

    Returns:
        all answers that matter (asked in order, those that follow from others included), the ids of the assumed ones,
        and the rows that stand in the end.
    """
    rows = table.matching(answers)
    defaults = base.questions["task"].choices[answers["task"]].defaults
    path: dict[str, str] = {}
    assumed = []
    for question in table.inputs:
        alive = table.alive(question, rows)
        if question in answers:
            if matters(base, table, question, answers[question], rows, answers):
                path[question] = answers[question]
            continue
        if len(alive) > 1 and not live(base, table, question, rows):
            continue
        wanted = defaults.get(question, base.questions[question].default)
        path[question] = wanted if wanted in alive else alive[0]
        if len(alive) > 1:
            assumed.append(question)
        rows &= table.masks[question][path[question]]
    return path, assumed, rows


def live(base: RuleBase, table: Table, question: str, rows: int) -> bool:
    """Whether the answer to `question` can still change the outcome: the loss, or the conversion of the targets."""
    if table.tells_apart(question, rows):
        return True
    return question == "target" and len({conversion(base, table, choice, rows) for choice in table.alive(question, rows)}) > 1


def conversion(base: RuleBase, table: Table, target: str, rows: int) -> tuple[str, ...]:
    contracts = dict.fromkeys(rule.contract for rule in table.rules_in(rows & table.possible))
    return tuple(base.contract(key).stored.get(target, "") for key in contracts)


def matters(base: RuleBase, table: Table, question: str, choice: str, rows: int, answers: Answers) -> bool:
    """Whether a given answer had a say: with another one in its place, other rows or conversions would stand."""
    del rows, choice
    without = table.matching({q: c for q, c in answers.items() if q != question})
    return live(base, table, question, without) or len(table.alive(question, without)) == 1


def changes(base: RuleBase, table: Table, path: Answers, rule: Rule) -> list[tuple[str, str, str]]:
    """Each single answer, other than the task, that would lead to another loss: (question, choice, loss)."""
    found = []
    for question in table.inputs:
        if question == "task":
            continue
        others = {q: c for q, c in path.items() if q != question}
        for choice in table.alive(question, table.matching(others)):
            if choice == path.get(question):
                continue
            rows = complete(base, table, {**others, question: choice})[2] & table.possible
            other = table.rules_in(rows)[0]
            if other.loss != rule.loss:
                found.append((question, choice, other.loss))
    return found
