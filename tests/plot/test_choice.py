"""Which losses come into a picture."""

from __future__ import annotations

import pytest

from lossadvisor.codegen.offers import pairs
from lossadvisor.errors import UserError
from lossadvisor.plot.choice import MOST, axes_of, numbers, of_answer, of_losses, shared_axes
from lossadvisor.rulebase.decide import decide
from lossadvisor.rulebase.load import RuleBase
from lossadvisor.rulebase.records import Rule

BASE = RuleBase()
RULES = [rule for domain in BASE.domains for rule in BASE.table(domain).rules if not rule.impossible]


def test_every_loss_of_every_scenario_has_an_axis() -> None:
    offered = {(loss, contract) for rule in RULES for loss, contract in pairs(rule)}
    assert [(loss, contract) for loss, contract in sorted(offered) if not axes_of(BASE, contract)] == []
    assert len(offered) > 250


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_recommendation_of_every_rule_can_be_drawn_beside_its_alternatives(rule: Rule) -> None:
    answer = decide(BASE, rule.examples[0])
    specs, left = of_answer(BASE, answer, [])
    assert specs[0].loss == answer.loss.id
    assert [*dict.fromkeys([*(one.loss for one in specs), *left])]
    assert len(specs) <= MOST
    assert shared_axes(BASE, specs)


def test_few_recommendations_stand_alone_in_their_picture() -> None:
    alone = [rule.id for rule in RULES if len(of_answer(BASE, decide(BASE, rule.examples[0]), [])[0]) < 2]
    several = [rule for rule in RULES if rule.instead]
    assert len([rule for rule in several if rule.id in alone]) < len(several) / 5


def test_losses_that_one_contract_serves_are_drawn_with_it() -> None:
    assert [(one.loss, one.contract) for one in of_losses(BASE, ["mse", "huber"])] == [
        ("mse", "value"),
        ("huber", "value"),
    ]
    assert {one.contract for one in of_losses(BASE, ["giou", "l1"])} == {"box"}


def test_losses_of_different_contracts_are_drawn_over_an_axis_of_both() -> None:
    found = of_losses(BASE, ["dice", "bce"])
    assert [axis.id for axis in shared_axes(BASE, found)] == ["object-logit"]
    assert [one.contract for one in found] == ["binary-mask-regions", "binary-masks"]  # both of them [B, 1, H, W]


def test_an_axis_that_is_asked_for_chooses_the_contract() -> None:
    assert of_losses(BASE, ["bce"], "object-logit")[0].contract == "binary-masks"
    assert [axis.id for axis in shared_axes(BASE, of_losses(BASE, ["bce"]), "negative-logit")] == ["negative-logit"]


def test_losses_without_a_common_axis_are_refused_with_the_reason() -> None:
    with pytest.raises(UserError, match="prediction - target; bce depends on the logit") as caught:
        of_losses(BASE, ["mse", "bce"])
    assert "`lossadvisor plot curves bce`" in caught.value.hint


def test_a_loss_that_has_no_such_axis_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(UserError, match="mse can't be drawn over 'box-shift'") as caught:
        of_losses(BASE, ["mse", "l1"], "box-shift")
    assert "mse: residual" in caught.value.hint


def test_an_unknown_loss_is_refused_with_the_nearest() -> None:
    for draw in (
        lambda: of_losses(BASE, ["huberr"]),
        lambda: of_answer(BASE, decide(BASE, {"task": "regression"}), ["huberr"]),
    ):
        with pytest.raises(UserError, match="unknown loss 'huberr'") as caught:
            draw()
        assert "'huber'" in caught.value.hint


def test_a_loss_that_is_not_on_offer_for_the_answers_is_refused() -> None:
    with pytest.raises(UserError, match="dice is not on offer"):
        of_answer(BASE, decide(BASE, {"task": "regression"}), ["dice"])


def test_more_curves_than_colours_are_refused() -> None:
    many = [loss for loss in BASE.losses if "value" in BASE.loss(loss).contracts][:6]
    specs = [one for one in of_losses(BASE, many) for _ in range(2)]
    with pytest.raises(UserError, match="12 curves are too many"):
        shared_axes(BASE, specs)


def test_the_users_numbers_take_the_place_of_an_axis_own() -> None:
    axis = BASE.axes["object-logit"]
    assert numbers(axis, {})["foreground_fraction"] == 0.01
    assert numbers(axis, {"foreground-fraction": 0.2, "gamma": 3.0}) == {
        "foreground_fraction": 0.2,
        "background_logit": 6.0,
    }


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 5.0, [0.1, 0.2]])
def test_a_number_outside_of_its_range_is_refused(value: object) -> None:
    with pytest.raises(UserError) as caught:
        numbers(BASE.axes["object-logit"], {"foreground-fraction": value})
    assert caught.value.place == "--foreground-fraction"
