"""What labels answer, what stays open, and the constants that they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lossadvisor.codegen.markers import Noted
from lossadvisor.labels import values as label_values
from lossadvisor.labels.answers import open_questions
from lossadvisor.labels.look import Look, caveats, interpret, told_by_task
from lossadvisor.labels.profile import Source
from lossadvisor.labels.records import KINDS, NO_TARGET
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from tests.labels.profiles import written

BASE = RuleBase()
CASES = yaml.safe_load(Path(__file__).with_name("answers.yaml").read_text(encoding="utf-8"))
TASKS = list(BASE.questions["task"].choices)


def looked(case: dict[str, Any]) -> Look:
    return interpret(BASE, Source("labels.csv"), written(case["profile"]), case.get("given", {}))


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Noted) else value


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_labels_answer_what_they_can(case: dict[str, Any]) -> None:
    seen = looked(case)
    answers = {answer.question: answer.choice for answer in seen.answers}
    for question, choice in case.get("answers", {}).items():
        assert answers.get(question) == choice, question
    for question in case.get("open", []):
        assert question in open_questions(BASE, seen.known)
    values = {name: plain(value) for name, value in seen.values.items()}
    for name, value in case.get("values", {}).items():
        assert values.get(name) == value, name
    if "task" in seen.known:
        found = decide(BASE, seen.known)
        assert found.loss.id == case.get("loss", found.loss.id)


def test_every_kind_has_a_case() -> None:
    assert {case["profile"]["kind"] for case in CASES} == KINDS.keys() - set(NO_TARGET)


def test_an_answer_is_no_surer_than_the_kind() -> None:
    for case in CASES:
        seen = looked(case)
        assert all(answer.confidence <= seen.profile.confidence for answer in seen.answers)
        assert all(answer.evidence for answer in seen.answers)


@given(st.sampled_from(CASES), st.sampled_from(TASKS))
def test_answers_never_contradict_the_task(case: dict[str, Any], task: str) -> None:
    seen = interpret(BASE, Source("labels.csv"), written(case["profile"]), {"task": task})
    decide(BASE, seen.known)


@given(st.sampled_from(CASES), st.sampled_from([*KINDS]))
def test_any_rival_only_takes_answers_away(case: dict[str, Any], rival: str) -> None:
    alone = {**case, "profile": {**case["profile"], "rival": ""}}
    sure = {(answer.question, answer.choice) for answer in looked(alone).answers}
    unsure = looked({**case, "profile": {**case["profile"], "confidence": 0.5, "rival": rival}}).answers
    assert {(answer.question, answer.choice) for answer in unsure} <= sure


@pytest.mark.parametrize("kind", NO_TARGET)
def test_what_is_no_target_answers_nothing(kind: str) -> None:
    assert interpret(BASE, Source("labels.csv"), written({"kind": kind}), {}).answers == ()


def test_a_value_says_how_it_was_computed() -> None:
    seen = looked({"profile": {"kind": "multi-hot", "rows": 10, "classes": {"a": 4, "b": 0}}})
    assert seen.values["class_counts"].how == "positives of a, b in labels.csv (y); b: none, taken as 1"
    assert seen.values["num_samples"].how == "labelled samples in labels.csv (y)"


def test_more_classes_than_can_be_listed_are_left_out() -> None:
    many = dict.fromkeys(range(label_values.LISTED + 1), 5)
    assert looked({"profile": {"kind": "class-index", "classes": many}}).values == {}


def test_numbers_without_a_spread_give_no_scale() -> None:
    assert looked({"profile": {"kind": "real", "numbers": {"mean": 3.0, "std": 0.0}}}).values == {}
    odd = {"mean": 3.0, "std": 1.0, "median": 3.0, "quantiles": [1, 2], "outlier_fraction": 0.01}
    assert looked({"profile": {"kind": "real", "numbers": odd}}).values["std"].value == 1.0


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ({"kind": "multi-real"}, "put COLUMNS, MEAN and STD in yourself"),
        ({"kind": "ordinal", "classes": {"low": 5, "mid": 5, "top": 5}}, "--class-names A,B,C"),
        ({"kind": "binary", "classes": {0: 10, 1: 90}}, "stands for yes, and is the frequent one"),
        ({"kind": "boxes", "numbers": {"category_ids": ["a", "b"]}}, "category ids are no numbers"),
        ({"kind": "class-index", "classes": dict.fromkeys(range(1001), 5)}, "too many to write down"),
        ({"kind": "mask", "rival": "constant", "confidence": 0.8, "question": "Void?"}, "Void? The answers take them"),
    ],
)
def test_what_to_know_is_told(profile: dict[str, Any], says: str) -> None:
    assert any(says in line for line in caveats(written(profile)))


def test_a_task_that_one_of_two_kinds_is_made_for_settles_it() -> None:
    profile = written({"kind": "class-index", "rival": "count", "confidence": 0.7})
    assert told_by_task(BASE, profile, "regression") == "count"
    assert told_by_task(BASE, profile, "multiclass") == "class-index"
    assert told_by_task(BASE, profile, "diffusion") == told_by_task(BASE, profile, "") == ""


def test_all_that_depends_on_the_order_of_classes_follows_the_names() -> None:
    seen = looked({"profile": {"kind": "binary", "classes": {"broken": 20, "fine": 3980}}})
    assert [*caveats(seen.profile)] == [
        "'fine' stands for yes, and is the frequent one. --class-names fine,broken makes 'broken' the yes."
    ]
    turned = seen.in_order(["fine", "broken"])
    assert [*caveats(turned.profile)] == []
    assert turned.values["class_counts"] == ([3980, 20], "no (fine) and yes (broken) in labels.csv (y)")
    assert turned.values["prior"].value == 0.005
    assert turned.values["class_names"].value == ["fine", "broken"]
    assert seen.in_order(["fine", "other"]) is seen
