"""The catalogue: what is promised without torch is what runs with it."""

from __future__ import annotations

import pytest

from lossadvisor.checknames import CHECK_NAMES, GENERAL

pytestmark = pytest.mark.torch


def test_the_names_that_are_known_without_torch_are_the_checks_that_run() -> None:
    from lossadvisor.proof.checks import CHECKS

    assert set(CHECKS) == set(CHECK_NAMES)
    assert [*CHECKS][: len(GENERAL)] == [*GENERAL]


def test_every_check_says_which_mistake_it_catches() -> None:
    from lossadvisor.proof.checks import CHECKS

    for name, check in CHECKS.items():
        first = (check.__doc__ or "").strip().split(":")[0].rstrip(".")
        assert first, name
        assert len(CHECK_NAMES[name]) > 20


def test_a_perfect_prediction_beats_a_random_one_for_each_kind_of_prediction() -> None:
    import torch

    from lossadvisor.proof.draws import noise
    from lossadvisor.proof.kinds import KINDS, Side, common

    targets = {
        "logits": torch.tensor([0, 2, 1, 2]),
        "softmax-logits": torch.tensor([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.9, 0.0, 0.1], [0.2, 0.5, 0.3]]),
        "level-logits": torch.tensor([0, 2, 1, 2]),
        "logit-mean-log-precision": torch.tensor([0.1, 0.9, 0.5, 0.7]),
        "sin-cos": torch.tensor([0.1, -2.0, 3.0, 1.0]),
        "box-xyxy": torch.tensor([[0.1, 0.1, 0.3, 0.4], [0.2, 0.5, 0.6, 0.9]]),
    }
    shapes = {
        "logits": (4, 3),
        "softmax-logits": (4, 3),
        "level-logits": (4, 2),
        "quantiles": (4, 3),
        "box-xyxy": (2, 4),
        "hurdle-log-normal": (4, 3),
    }
    for kind in common.KINDS:
        target = targets.get(kind, torch.tensor([0.5, 2.0, 3.0, 1.0]))
        size = shapes.get(kind, (4,) if kind in ("value", "log-rate", "log-value") else (4, 2))
        like = torch.zeros(size)
        probe = KINDS[kind](Side(like, noise(like, 1), target, {}, 0, lambda output: float(output.square().mean())))
        far = [(other - probe.perfect).abs().sum() for other in (probe.random, probe.worst)]
        assert far[0] > 0, kind
        assert far[1] > 0, kind
        assert probe.perfect.shape == size


def test_the_best_scale_is_certainty_unless_certainty_is_punished() -> None:
    from lossadvisor.proof.kinds.probe import SURE, best_scale

    assert best_scale(lambda scale: 1 / scale) == SURE
    assert best_scale(lambda scale: (scale - 3.3) ** 2) == pytest.approx(3.3, abs=1e-3)
