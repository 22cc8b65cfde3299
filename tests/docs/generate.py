"""Writes the parts of the README that stand between markers, and the pictures: `make docs`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Choice

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
EXAMPLE = ["--task", "multilabel", "--imbalance", "moderate"]
PROGRAM = ["generate", "--task", "multiclass", "--target", "class-name", "--class-names", "cat,dog,bird", "--no-prove"]
PART = r"(<!-- {name}: generated -->\n)((?:(?!<!--).)*?)(\n<!-- end -->)"


def read_part(name: str) -> str:
    """What the README holds between the markers of a part."""
    found = re.search(PART.format(name=name), README.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"README.md has no part {name}"
    return found[2]


def write_part(name: str, text: str) -> None:
    """Put `text` between the markers of a part."""
    read_part(name)
    whole = README.read_text(encoding="utf-8")
    README.write_text(
        re.sub(PART.format(name=name), lambda found: found[1] + text + found[3], whole, flags=re.DOTALL),
        encoding="utf-8",
    )


def output(*arguments: str, folder: str = "", code: int = 0) -> str:
    """What a command prints, as wide as a page; it runs in `folder`, or in an empty one, and must end with `code`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LOSSADVISOR", "FORCE_", "CLICOLOR"))
    }
    settings = {"COLUMNS": "88", "TERMINAL_WIDTH": "88", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-m", "lossadvisor", *arguments],
            capture_output=True,
            cwd=folder or empty,
            env={**kept, **settings, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert done.returncode == code, done.stderr.decode("utf-8")
    lines = done.stdout.decode("utf-8").strip("\n").splitlines()
    return "\n".join(line.rstrip() for line in lines)


def block(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def recommend() -> str:
    """A recommendation up to its pitfalls."""
    told, _, _ = output("recommend", *EXAMPLE).partition("\n\nPitfalls\n")
    return block(
        "",
        f"$ lossadvisor recommend {' '.join(EXAMPLE)}\n{told}\n\n"
        "[...] Pitfalls, sources, the command that writes the program",
    )


def failure() -> str:
    """A proof that fails, of a program with one edit: the table of cells, then why."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.py")
        output("generate", "--task", "multiclass", "--no-prove", "-o", "train.py", folder=folder)
        source = path.read_text(encoding="utf-8")
        path.write_text(source.replace("criterion(logits.float(),", "criterion(logits.float().softmax(1),"), "utf-8")
        told = output("prove", "train.py", "--precision", "fp32,bf16", "--device", "cpu", folder=folder, code=1)
    kept = [line for line in told.splitlines() if " s)" not in line and "not checked" not in line]
    head, _, tail = "\n".join(kept).partition("\n\n")
    top = [line for line in head.splitlines() if not line.startswith(("gradients", "order", "scalar", "refuses"))]
    return block("", "\n".join(["$ lossadvisor prove train.py --precision fp32,bf16", *top, "", tail.strip()]))


def counts() -> str:
    """How much the rule base holds."""
    base = RuleBase()
    tables = [base.table(domain) for domain in base.domains]
    rules = sum(not rule.impossible for table in tables for rule in table.rules)
    points = sum(table.points for table in tables)
    *first, last = base.domains
    return (
        f"{len(base.domains)} domains ({', '.join(first)} and {last}): {rules} rules, "
        f"{len(base.losses)} losses and {len(base.pitfalls)} pitfalls decide about "
        f"{points:,} combinations of answers to {len(base.questions)} questions."
    )


def tasks() -> str:
    """All tasks, with the loss that each leads to when nothing else is answered, and where other answers lead."""
    base = RuleBase()
    lines = ["| task | what you have | recommended loss | instead, or by other answers |", "|---|---|---|---|"]
    for task in base.questions["task"].choices.values():
        loss, others = losses(base, task)
        lines.append(f"| `{task.id}` | {task.say} | {loss} | {others} |")
    return "\n".join(lines)


def losses(base: RuleBase, task: Choice) -> tuple[str, str]:
    """The call of the recommended loss, and the names of the others that the task's answers can lead to."""
    if task.domain not in base.domains or task.id not in base.table(task.domain).inputs["task"]:
        return "to come", f"({task.domain})"
    answer = decide(base, {"task": task.id})
    others = [*(other.loss for other in answer.rule.instead), *(loss for _, _, loss in answer.would_change)]
    names = dict.fromkeys(base.loss(other).name for other in others if other != answer.loss.id)
    return f"`{answer.loss.call}`", "; ".join(names)


PARTS: dict[str, Callable[[], str]] = {
    "counts": counts,
    "recommend": recommend,
    "program": lambda: block("python", output(*PROGRAM)),
    "failure": failure,
    "tasks": tasks,
    "help": lambda: block("", f"$ lossadvisor --help\n{output('--help')}"),
}


def main() -> None:
    """Write all parts, pages and pictures."""
    from tests.docs import labels, pictures

    labels.PAGE.write_text(labels.page(), encoding="utf-8")
    for name, make in PARTS.items():
        write_part(name, make())
    made = {"wizard": pictures.wizard, "verdict": pictures.verdict, "curves": pictures.curves}
    for name, picture in made.items():
        (ROOT / "docs" / f"{name}.svg").write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
