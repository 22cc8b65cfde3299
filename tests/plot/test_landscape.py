"""Planes of a trained model: what they show is the model's loss, and the model stays as it is."""

from __future__ import annotations

import math
import re

import pytest
import torch
from torch import Tensor, nn

from lossadvisor.codegen.program import Program, render
from lossadvisor.plot.choice import spec
from lossadvisor.plot.curves import Unplottable, subject_of
from lossadvisor.plot.directions import Weights, directions, principal
from lossadvisor.plot.landscape import moving, planes, surface, train, weights
from lossadvisor.plot.planes import Plane
from lossadvisor.proof.subject import Subject
from lossadvisor.rulebase.load import RuleBase

BASE = RuleBase()
AXIS = (-0.5, 0.0, 0.5)
CASES = [
    ("cross_entropy", "multiclass"),
    ("mse", "value"),
    ("bce", "binary-masks"),
    ("vocabulary_cross_entropy", "next-token"),
    ("gaussian_elbo", "latents-of-reals"),
    ("least_squares_gan", "scores"),
    ("dpo", "preference-pairs"),
]


def made(loss: str, contract: str) -> Subject:
    return subject_of(BASE, render(BASE, spec(BASE, loss, contract)))


def drawn(subject: Subject, **settings: int) -> list[Plane]:
    asked = {"points": 3, "steps": 8, "seed": 0, **settings}
    return planes(subject, {"loss": subject.loss}, **asked, tick=lambda: None)


@pytest.mark.parametrize(("loss", "contract"), CASES)
def test_the_centre_is_the_loss_and_the_model_stays_as_it_is(loss: str, contract: str) -> None:
    subject = made(loss, contract)
    model = subject.build()
    names = moving(subject, model)
    seen = train(subject, model, 5)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.train()
    modes = [part.training for part in model.modules()]
    found = surface(subject, model, seen[-1], directions(seen[-1], names), AXIS, AXIS, subject.loss)
    assert all(tensor.equal(before[name]) for name, tensor in model.state_dict().items())
    assert [part.training for part in model.modules()] == modes
    model.eval()
    torch.default_generator.manual_seed(0)
    with torch.no_grad():
        assert found[1][1] == float(subject.loss(subject.run(model)))
    assert len({value for row in found for value in row}) == 9


@pytest.mark.parametrize(("loss", "contract"), CASES)
def test_directions_are_at_right_angles_as_long_as_the_filters_and_leave_biases_alone(loss: str, contract: str) -> None:
    subject = made(loss, contract)
    model = subject.build()
    names, center = moving(subject, model), weights(model)
    first, second = directions(center, names)
    for name, weight in center.items():
        if name not in names or weight.dim() < 2:
            assert not first[name].any()
            assert not second[name].any()
        else:
            for direction in (first, second) if weight.flatten(1).shape[1] > 1 else (first,):
                lengths = direction[name].flatten(1).norm(dim=1)
                assert torch.allclose(lengths, weight.flatten(1).norm(dim=1), rtol=1e-4)
    one, two = (torch.cat([part.flatten() for part in one.values()]) for one in (first, second))
    assert abs(float(one @ two)) < 1e-5 * float(one.norm() * two.norm())


def rescaled(model: nn.Sequential, factor: float) -> Weights:
    """The weights of the same function: the first layer times a factor, the second by it."""
    times = {"0.weight": factor, "0.bias": factor, "2.weight": 1 / factor}
    return {name: value * times.get(name, 1) for name, value in weights(model).items()}


@pytest.mark.parametrize("normalised", [True, False])
def test_rescaled_layers_leave_the_normalised_picture_alone(normalised: bool) -> None:  # noqa: FBT001
    subject = made("mse", "value")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
    names = [name for name, _ in model.named_parameters()]

    def shown(center: Weights) -> Tensor:
        chosen = directions(center, names, normalised=normalised)
        return torch.tensor(surface(subject, model, center, chosen, AXIS, AXIS, subject.loss))

    plain, other = shown(weights(model)), shown(rescaled(model, 10.0))
    same = torch.allclose(plain, other, rtol=1e-5, atol=1e-5)
    assert same is normalised


def test_the_trajectory_starts_at_the_first_weights_and_ends_at_the_trained_ones() -> None:
    subject = made("cross_entropy", "multiclass")
    around, along = drawn(subject, steps=12, points=9)
    assert along.path[-1] == pytest.approx((0, 0), abs=1e-5)
    assert len(along.path) == 13
    model = subject.build()
    seen = train(subject, model, 12)
    vectors, places, shares = principal(seen, moving(subject, model))
    assert along.path[0] == pytest.approx(places[0].tolist(), rel=1e-4)
    assert 0.5 < sum(shares) <= 1 + 1e-6
    lengths = [math.sqrt(sum(float(part.square().sum()) for part in one.values())) for one in vectors]
    assert lengths == pytest.approx([1, 1], rel=1e-4)
    assert "of its variance" in along.said[0]
    assert re.search(r"loss: [\d.]+ at the end of the training, .+; up to [\d.]+$", around.said[-1])


def test_the_same_seed_gives_the_same_planes_and_another_one_others() -> None:
    first, again, other = (drawn(made("mse", "value"), seed=seed)[0].surfaces for seed in (0, 0, 1))
    assert first == again != other


def test_of_two_networks_one_moves() -> None:
    subject = made("least_squares_gan", "scores")
    model = subject.build()
    assert {name.partition(".")[0] for name in moving(subject, model)} == {"discriminator"}
    before = weights(model)
    train(subject, model, 3)
    moved = {name.partition(".")[0] for name, weight in weights(model).items() if not weight.equal(before[name])}
    assert moved == {"discriminator"}
    for plane in drawn(subject):
        assert "of the discriminator (the rest of the model stays as it is)" in plane.said[0]
    assert "stays" not in drawn(made("mse", "value"))[0].said[0]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "the program has no `build_model`"),
        ("from torch import nn\ndef build_model():\n    return nn.Identity()\n", "the model has no parameters"),
        ("def build_model():\n    raise SystemExit(3)\n", "SystemExit"),
        ("def build_model(:\n", "SyntaxError"),
    ],
)
def test_a_program_that_lacks_something_says_what(source: str, says: str) -> None:
    with pytest.raises(Unplottable, match=says):
        drawn(subject_of(BASE, Program(source, spec(BASE, "mse", "value"))))


def test_a_loss_that_is_not_finite_anywhere_says_so() -> None:
    subject = made("mse", "value")
    (around, _) = planes(
        subject, {"loss": lambda outputs: outputs[0].sum() * math.nan}, points=3, steps=3, seed=0, tick=lambda: None
    )
    assert around.said[-1] == "loss: not a number anywhere"


def test_weights_that_are_not_finite_are_told() -> None:
    program = render(BASE, spec(BASE, "mse", "value"))
    source = program.source.replace("return criterion(", "return math.nan * criterion(")
    assert source != program.source
    with pytest.raises(Unplottable, match="weights that are not finite"):
        drawn(subject_of(BASE, Program(f"import math\n{source}", program.spec)))
