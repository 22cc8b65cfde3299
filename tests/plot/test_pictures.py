"""Pictures of losses, with the user's numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

import pytest

from lossadvisor.errors import UserError
from lossadvisor.plot.choice import of_losses, shared_axes
from lossadvisor.plot.pictures import draw, programs, told_once
from lossadvisor.plot.records import Curve, Picture
from lossadvisor.report.data import curves_data, dumps
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()
pytestmark = pytest.mark.torch


def drawn(losses: Sequence[str], given: Mapping[str, str] = {}, axis: str = "") -> list[Picture]:
    specs = of_losses(BASE, losses, axis)
    axes = shared_axes(BASE, specs, axis)
    return draw(BASE, programs(BASE, specs, axes, given, ["task"]), axes, given)


def value(curve: Curve, picture: Picture, place: float) -> float:
    return curve.values[picture.places.index(place)]


def test_each_axis_that_all_losses_have_is_a_picture() -> None:
    pictures = drawn(["bce", "bce_pos_weight"])
    assert [picture.axis.id for picture in pictures] == ["positive-logit", "negative-logit"]
    assert [curve.loss for curve in pictures[0].curves] == ["bce", "bce_pos_weight"]


@pytest.mark.parametrize(
    ("losses", "given", "axis", "place", "wanted"),
    [
        (["huber"], {}, "residual", 3.0, 2.5),
        (["huber"], {"delta": "2"}, "residual", 3.0, 4.0),
        (["bce_pos_weight"], {"pos-weight": "3"}, "positive-logit", 0.0, 3 * math.log(2)),
        (["bce_pos_weight"], {"class-counts": "800,200"}, "positive-logit", 0.0, 4 * math.log(2)),
        (["bce"], {"foreground-fraction": "0.25", "background-logit": "30"}, "object-logit", 0.0, math.log(2) / 4),
        (["cross_entropy"], {"num-classes": "5"}, "logit-margin", 0.0, math.log(5)),
        (["symmetric_cross_entropy"], {"alpha": "1", "beta": "0"}, "logit-margin", 0.0, math.log(3)),
    ],
)
def test_the_users_numbers_shape_a_curve(
    losses: Sequence[str], given: Mapping[str, str], axis: str, place: float, wanted: float
) -> None:
    (picture,) = drawn(losses, given, axis)
    assert value(picture.curves[0], picture, place) == pytest.approx(wanted, rel=1e-3)


def test_a_constant_shapes_the_losses_that_have_it_and_is_told() -> None:
    (picture,) = drawn(["mse", "huber"], {"delta": "2"}, "residual")
    assert [dict(curve.constants) for curve in picture.curves] == [{}, {"delta": 2.0}]


def test_only_numbers_that_shape_a_picture_are_told_with_it() -> None:
    assert drawn(["cross_entropy"], axis="logit-margin")[0].numbers == {}
    assert drawn(["soft_cross_entropy"], axis="logit-margin")[0].numbers == {"likely": 0.8}


@pytest.mark.parametrize(
    ("losses", "given", "says"),
    [
        (["huber"], {"detla": "2"}, ["unknown flag '--detla'", "'--delta'"]),
        (["huber"], {"tsk": "regression"}, ["unknown flag '--tsk'", "'--task'"]),
        (["huber"], {"delta": "two"}, ["--delta", "not a number: 'two'"]),
        (["huber"], {"delta": "0"}, ["huber can't be computed", "--delta 0"]),
        (["cross_entropy"], {"class-counts": "9,1", "num-classes": "3"}, ["--num-classes says 3"]),
        (["cross_entropy"], {"likely": "0.5"}, ["--likely shapes none of these losses"]),
        (["mse"], {"class-counts": "900,90"}, ["--class-counts shapes none of these losses"]),
        (["soft_cross_entropy"], {"likely": "1.5"}, ["--likely", "1.5 is not between 0 and 1"]),
    ],
)
def test_bad_numbers_are_refused(losses: Sequence[str], given: Mapping[str, str], says: Sequence[str]) -> None:
    with pytest.raises(UserError) as caught:
        drawn(losses, given)
    told = f"{caught.value.place} {caught.value.message} {caught.value.hint}"
    assert [text for text in says if text not in told] == []


def test_numbers_that_leave_nothing_finite_are_said_to() -> None:
    (picture,) = drawn(["focal_cross_entropy"], {"gamma": "-1e30"}, "logit-margin")
    assert picture.curves[0].reading.startswith(("not a number anywhere", "not finite at"))


def test_a_curve_that_equals_an_earlier_one_says_so() -> None:
    pictures = drawn(["bce", "bce_pos_weight"])
    assert pictures[0].curves[1].reading.startswith("towards -6")
    assert pictures[1].curves[1].reading == "the same as bce here"
    gone = Curve("a", "b", (math.nan,), (math.nan,), {}, "not a number anywhere")
    assert told_once([gone, gone._replace(loss="c")])[1].reading == "not a number anywhere"


def test_what_is_said_of_well_known_losses() -> None:
    said = {curve.loss: curve.reading for curve in drawn(["mse", "l1", "huber", "cauchy"], {"scale": "0.5"})[0].curves}
    assert said["mse"] == "the gradient grows in proportion to the distance"
    assert "just as steep right beside the minimum" in said["l1"]
    assert said["huber"] == "the gradient keeps its size (1) however far off"
    assert said["cauchy"].startswith("the gradient gets weaker the further off")
    width = {curve.loss: curve.reading for curve in drawn(["giou", "diou"], axis="box-width")[0].curves}
    assert width["diou"].startswith("no gradient up to 0 (inside out below), though 1 is still to gain")
    score = {curve.loss: curve.reading for curve in drawn(["hinge_gan", "wgan_gp"], axis="fake-score")[0].curves}
    assert score["hinge_gan"].startswith("nothing more to gain up to -1")
    assert score["wgan_gp"].startswith("still falls at -4")


def test_json_holds_the_arrays_and_no_number_that_json_lacks() -> None:
    pictures = drawn(["mse", "l1"])
    data = json.loads(dumps(curves_data(pictures)), parse_constant=pytest.fail)
    assert data["schema"] == 1
    (picture,) = data["pictures"]
    assert picture["axis"] == "residual"
    assert picture["curves"][0]["values"] == [pytest.approx(place**2, abs=1e-5) for place in picture["places"]]
    assert {len(curve["gradients"]) for curve in picture["curves"]} == {len(picture["places"])}
    lacking = pictures[0]._replace(curves=(Curve("a", "b", (math.inf, 1.0), (math.nan, 0.0)),))
    assert curves_data([lacking])["pictures"][0]["curves"][0]["values"] == [None, 1.0]
