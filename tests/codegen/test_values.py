"""Numbers and names from the flags, checked before they reach a program."""

from __future__ import annotations

import pytest

from lossadvisor.codegen.values import example_counts, example_names, imbalance, parse_values
from lossadvisor.errors import UserError


def test_the_number_of_classes_follows_from_any_list() -> None:
    assert parse_values({"class_counts": "900, 90,10"}) == {"class_counts": [900, 90, 10], "num_classes": 3}
    assert parse_values({"class_weights": "0.5,2"})["num_classes"] == 2
    assert parse_values({"class_names": "cat, dog"}) == {"class_names": ["cat", "dog"], "num_classes": 2}
    assert parse_values({"num_classes": "7"}) == {"num_classes": 7}
    assert parse_values({"num_samples": "5000"}) == {"num_samples": 5000}
    assert parse_values({}) == {}


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"num_classes": "two"}, "not a number"),
        ({"num_classes": "1"}, "at least 2"),
        ({"class_counts": "5,0"}, "at least 1"),
        ({"class_counts": "5,-1"}, "at least 1"),
        ({"class_counts": "5,1.5"}, "not a number"),
        ({"class_counts": "5,"}, "not a number"),
        ({"class_counts": "5"}, "at least two classes"),
        ({"class_weights": "1,0"}, "positive"),
        ({"class_weights": "1,inf"}, "positive"),
        ({"class_names": "a,a"}, "different"),
        ({"class_names": "a,"}, "none empty"),
        ({"class_counts": "1,2", "class_names": "a,b,c"}, "--class-counts has 2, --class-names has 3"),
        ({"class_counts": "1,2", "num_classes": "3"}, "--num-classes says 3"),
    ],
)
def test_what_can_not_be_true_is_refused(raw: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse_values(raw)


@pytest.mark.parametrize(
    ("counts", "choice"),
    [
        ([100, 90], "balanced"),
        ([100, 10], "moderate"),
        ([100, 5], "moderate"),
        ([1000, 10], "severe"),
        ([10**6, 9], "extreme"),
    ],
)
def test_class_counts_answer_the_question_of_imbalance(counts: list[int], choice: str) -> None:
    assert imbalance(counts) == choice


@pytest.mark.parametrize("classes", [2, 3, 10, 1000])
def test_example_counts_fall_and_stay_positive(classes: int) -> None:
    counts = example_counts(classes)
    assert len(counts) == classes
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (900, 10)


def test_example_names_are_as_many_as_the_classes() -> None:
    assert example_names(3) == ["class 0", "class 1", "class 2"]
