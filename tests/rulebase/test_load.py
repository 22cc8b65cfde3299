"""The rule files become records; a user's folder lies over the shipped ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from lossadvisor.errors import UserError
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase, strings
from lossadvisor.rulebase.records import Alternative, Default, Tensor, Term
from tests.rulebase.toybase import HERE, copy, toy, write

BROKEN: list[dict[str, Any]] = yaml.safe_load((HERE / "overlays.yaml").read_text(encoding="utf-8"))
OWN_LOSS = """\
own:
  name: Own
  call: own()
  contracts: [numbers]
  formula: x
  because: x
  references: [x]
"""
OWN_RULE = """\
domain: toy
rules:
- id: score
  when: {task: score}
  use: own
  contract: numbers
  because: Ours is better.
  references: [x]
  examples: [{task: score}]
"""


def test_a_card_is_read_as_it_is_written() -> None:
    focal, mse = toy().loss("focal"), toy().loss("mse")
    assert focal.defaults == {"gamma": Default(2.0, "The paper")}
    assert focal.libraries == {"torchvision": "focal_torchvision"}
    assert focal.contracts == ("classes",)
    assert mse.terms == (Term("square", "1", "Docs"),)
    assert toy().loss("cross_entropy").proof["bounds"] == [0, None]


def test_a_contract_is_read_as_it_is_written() -> None:
    classes = toy().contract("classes")
    assert classes.prediction == Tensor(("B", "C"), "float32", "logits", "(-inf, inf)")
    assert classes.stored == {"index": "as-is", "one-hot": "one_hot_to_index"}
    assert classes.options == ("named",)
    assert toy().contract("numbers").prediction.shape == ("B", "1")


def test_a_rule_is_read_as_it_is_written() -> None:
    common, rare, *_ = toy().table("toy").rules
    assert common.instead == (Alternative("focal", "classes", "most samples are easy", "it skips them"),)
    assert common.why_not == {"mse": "It compares numbers."}
    assert rare.examples == ({"task": "sort"}, {"task": "classify", "target": "hot"})


def test_a_rule_that_does_not_test_the_target_takes_what_its_contract_converts() -> None:
    common, _, score, *_ = toy().table("toy").rules
    assert common.when["target"] == ("index", "one-hot")
    assert score.when["target"] == ("floats",)


def test_questions_keep_their_order_and_choices_their_aliases() -> None:
    questions = toy().questions
    assert [*questions] == ["task", "target", "rarity", "colour"]
    assert questions["rarity"].choices["rare"].aliases == ("scarce",)
    assert questions["task"].choices["sort"].defaults == {"rarity": "rare"}
    assert questions["task"].default == ""


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ()), ("a", ("a",)), (1, ("1",)), (["a", 2], ("a", "2")), ((), ())]
)
def test_a_lone_value_counts_as_a_list(value: object, expected: tuple[str, ...]) -> None:
    assert strings(value) == expected


@pytest.mark.parametrize(
    ("find", "message", "guess"),
    [
        (lambda base: base.loss("fokal"), "unknown loss 'fokal'", "focal"),
        (lambda base: base.contract("number"), "unknown contract 'number'", "numbers"),
        (lambda base: base.pitfall("softmax"), "unknown pitfall 'softmax'", "softmax-twice"),
    ],
)
def test_an_unknown_card_is_an_error_with_the_nearest_one(
    find: Callable[[RuleBase], object], message: str, guess: str
) -> None:
    with pytest.raises(UserError) as caught:
        find(toy())
    assert caught.value.message == message
    assert f"did you mean '{guess}'?" in caught.value.hint


def test_only_the_files_that_are_asked_for_are_read(tmp_path: Path) -> None:
    top = copy(tmp_path, files={"rules/losses/other.yaml": "? [", "rules/tables/other.yaml": "? ["})
    base = RuleBase(shipped=top)
    assert base.domains == ["other", "toy"]
    assert base.loss("mse", domain="toy").name == "Squared error"
    assert base.table("toy").rules
    with pytest.raises(UserError, match="not valid YAML"):
        base.table("other")


def test_a_card_is_made_once() -> None:
    base = toy()
    assert base.loss("mse") is base.loss("mse", domain="toy")
    assert base.table("toy") is base.table("toy")


def test_a_folder_replaces_a_rule_and_brings_its_own_loss_and_template(tmp_path: Path) -> None:
    files = {"tables/toy.yaml": OWN_RULE, "losses/any-name.yaml": OWN_LOSS, "templates/losses/own.py": ""}
    base = toy(write(tmp_path, files))
    answer = decide(base, {"task": "score"})
    assert (answer.rule.because, answer.loss.name) == ("Ours is better.", "Own")
    assert base.losses == {
        **dict.fromkeys(("cross_entropy", "focal", "mse"), "losses/toy.yaml"),
        "own": "losses/any-name.yaml",
    }
    assert base.template_folders[0] == tmp_path / "templates"
    assert len(base.table("toy").rules) == 5


def test_a_folder_replaces_a_card_whatever_its_file_is_called(tmp_path: Path) -> None:
    base = toy(write(tmp_path, {"losses/aaa.yaml": OWN_LOSS.replace("own:", "mse:", 1)}))
    assert base.loss("mse").name == base.loss("mse", domain="toy").name == "Own"
    assert base.losses["mse"] == "losses/aaa.yaml"


def test_a_folder_adds_a_rule(tmp_path: Path) -> None:
    rule = "- id: {0}\n  when: {{task: score, tone: {0}}}\n  use: {1}\n  contract: numbers\n  because: x\n"
    files = {
        "questions.yaml": "tone:\n  ask: x\n  why: x\n  default: low\n  choices: {low: {say: x}, high: {say: x}}\n",
        "tables/toy.yaml": "domain: toy\ninputs: {tone: [low, high]}\nremove: [score, weigh, gone]\nrules:\n"
        + rule.format("low", "mse")
        + rule.format("high", "own"),
        "losses/toy.yaml": OWN_LOSS,
        "pitfalls/toy.yaml": "mine:\n  name: x\n  cause: x\n  fix: x\n",
    }
    base = toy(write(tmp_path, files))
    assert [*base.questions][-1] == "tone"
    assert [*base.table("toy").inputs] == ["task", "target", "rarity", "tone"]
    assert base.table("toy").modifiers == ()
    assert [*base.pitfalls] == ["softmax-twice", "wrong-dtype", "mine"]
    assert decide(base, {"task": "score"}).would_change == (("tone", "high", "own"),)
    assert decide(base, {"task": "score", "tone": "high"}).loss.id == "own"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such folder of rules"):
        RuleBase(tmp_path / "none")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="there is no such folder of rules"):
        RuleBase(tmp_path / "file")


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert decide(toy(tmp_path), {"task": "sort"}) == decide(toy(), {"task": "sort"})


@pytest.mark.parametrize("overlay", BROKEN, ids=lambda overlay: str(overlay["overlay"]))
def test_a_broken_folder_says_what_is_wrong_and_where(overlay: dict[str, Any], tmp_path: Path) -> None:
    base = toy(write(tmp_path, overlay["files"]))
    with pytest.raises(UserError) as caught:
        decide(base, {"task": "score"})
    assert caught.value.message == overlay["says"]
    assert caught.value.place.replace(f"{tmp_path}/", "") == overlay["at"]


def test_a_file_of_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "losses").mkdir()
    (tmp_path / "losses/toy.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="can't read the rule file: not UTF-8 text"):
        decide(toy(tmp_path), {"task": "score"})


def test_an_empty_table_of_a_folder_changes_nothing(tmp_path: Path) -> None:
    base = toy(write(tmp_path, {"tables/toy.yaml": "# nothing yet\n"}))
    assert base.table("toy").rules == toy().table("toy").rules
