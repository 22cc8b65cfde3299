"""What the README states is what the program does."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lossadvisor.rulebase.load import RuleBase
from tests.docs.generate import PARTS, README, ROOT, read_part

TEXT = README.read_text(encoding="utf-8")
RENEW = "`make docs` writes it anew"


def blocks(language: str) -> list[str]:
    """The code blocks of the README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOSSADVISOR_RULES": ""}
    command = [sys.executable, "-m", "lossadvisor", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("name", PARTS)
def test_a_generated_part_is_up_to_date(name: str) -> None:
    assert read_part(name) == PARTS[name](), RENEW


def test_the_page_about_labels_is_up_to_date_and_nothing_in_it_is_misread() -> None:
    from tests.docs import labels

    kept = labels.PAGE.read_text(encoding="utf-8")
    assert kept == labels.page(), RENEW
    assert "Wrong: lossadvisor 0 of" in kept


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal")
def test_the_picture_of_the_wizard_shows_what_it_shows_now() -> None:
    from tests.docs import pictures

    kept = (ROOT / "docs/wizard.svg").read_text(encoding="utf-8")
    assert pictures.text(kept) == pictures.text(pictures.wizard()), RENEW


@pytest.mark.torch
@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal")
def test_the_picture_of_the_verdict_shows_what_it_shows_now() -> None:
    from tests.docs import pictures

    kept = (ROOT / "docs/verdict.svg").read_text(encoding="utf-8")
    assert pictures.text(kept) == pictures.text(pictures.verdict()), RENEW


@pytest.mark.torch
def test_the_picture_of_curves_shows_what_they_show_now() -> None:
    from tests.docs import pictures

    pytest.importorskip("matplotlib")
    kept = (ROOT / "docs/curves.svg").read_text(encoding="utf-8")
    assert pictures.text(kept) == pictures.text(pictures.curves()), RENEW


def test_pictures_need_nothing_from_elsewhere() -> None:
    for path in (ROOT / "docs").glob("*.svg"):
        assert set(re.findall(r"https?://[^\s\"')<]+", path.read_text(encoding="utf-8"))) <= {
            "http://www.w3.org/1999/xlink",
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd",
            "https://www.textualize.io",
        }


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files_that_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_all_tasks_are_in_the_table() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", read_part("tasks"), re.MULTILINE)
    assert rows == list(RuleBase().questions["task"].choices)
    assert len(rows) >= 29


def test_the_figures_are_there() -> None:
    figures = read_part("figures")
    for command in ("recommend --json", "--help", "wizard", "rules check", "prove --all"):
        assert command in figures, "`make bench` measures it"


def test_the_rules_of_the_example_are_sound_and_decide(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("yaml") if "domain: classification" in block)
    table = tmp_path / "my-rules/tables/classification.yaml"
    table.parent.mkdir(parents=True)
    table.write_text(example, encoding="utf-8")
    checked = run(tmp_path, "rules", "check", "my-rules")
    assert checked.returncode == 0, checked.stdout
    rule = yaml.safe_load(example)["rules"][0]
    flags = [part for question, choice in rule["examples"][0].items() for part in (f"--{question}", choice)]
    shipped, own = (
        json.loads(run(tmp_path, "recommend", *flags, "--json", *extra).stdout)
        for extra in ([], ["--rules", "my-rules"])
    )
    assert shipped["rule"] == own["rule"] == rule["id"]
    assert own["loss"]["id"] == rule["use"] != shipped["loss"]["id"]


@pytest.mark.torch
def test_the_commands_of_the_example_work(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("sh") if "lossadvisor generate" in block)
    for line in example.splitlines():
        done = run(tmp_path, *shlex.split(line, comments=True)[1:])
        assert done.returncode == 0, f"{line}: {done.stderr}"


@pytest.mark.torch
def test_the_job_of_the_example_proves_the_program(tmp_path: Path) -> None:
    (job,) = (yaml.safe_load(block) for block in blocks("yaml") if "runs-on" in block)
    steps = [step["run"] for step in job["jobs"]["prove"]["steps"] if step.get("run", "").startswith("lossadvisor")]
    run(tmp_path, "generate", "--task", "multiclass", "--no-prove", "-o", "train.py")
    for step in steps:
        done = run(tmp_path, *shlex.split(step)[1:])
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "proof.xml").is_file()


def test_the_hooks_of_the_example_exist() -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    (example,) = (yaml.safe_load(block) for block in blocks("yaml") if "repos:" in block)
    for hook in example["repos"][0]["hooks"]:
        command = shlex.split(hooks[hook["id"]]["entry"])
        assert command[0] == "lossadvisor"
        assert run(ROOT, *command[1:], "--help").returncode == 0
    assert example["repos"][0]["rev"] == "v" + run(ROOT, "--version").stdout.strip()


def test_the_exit_codes_are_those_of_the_program() -> None:
    from lossadvisor import errors

    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)]
    assert codes == [0, errors.FOUND, errors.USAGE, errors.INTERNAL, errors.INTERRUPTED]
