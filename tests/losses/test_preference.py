"""The losses, parts and decisions of preferences, against independent references in float64."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("preference.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()


def criterion(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = template(f"losses.{name}").criterion
    return found


def constant(name: str, key: str) -> float:
    value: float = getattr(template(f"losses.{name}"), key)
    return value


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def counted(*shape: int, seed: int = 0) -> Tensor:
    """Answers after a prompt of one token, of different lengths, at least 1."""
    generator = torch.Generator().manual_seed(seed)
    length = torch.randint(1, shape[-1], (*shape[:-1], 1), generator=generator)
    place = torch.arange(shape[-1])
    return (place >= 1) & (place <= length)


def log_sigmoid(x: float) -> float:
    return -math.log1p(math.exp(-x)) if x > 0 else x - math.log1p(math.exp(x))


def answers(values: Tensor, counts: Tensor) -> list[list[list[float]]]:
    """For each sample, the values of the tokens that count of each of its answers."""
    return [
        [[value for value, counts_ in zip(*pair, strict=True) if counts_] for pair in zip(row, kept, strict=True)]
        for row, kept in zip(values.tolist(), counts.tolist(), strict=True)
    ]


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def pairs(values: Tensor, counts: Tensor, of: Callable[[list[float]], float], loss: Callable[[float], float]) -> float:
    """The mean of a loss of margins between chosen and rejected answers."""
    return mean([loss(of(chosen) - of(rejected)) for chosen, rejected in answers(values, counts)])


def conservative(margin: float) -> float:
    flipped = constant("conservative_dpo", "FLIPPED")
    return -(1 - flipped) * log_sigmoid(0.1 * margin) - flipped * log_sigmoid(-0.1 * margin)


def robust(margin: float) -> float:
    flipped = constant("robust_dpo", "FLIPPED")
    return (-(1 - flipped) * log_sigmoid(0.1 * margin) + flipped * log_sigmoid(-0.1 * margin)) / (1 - 2 * flipped)


PAIRS: dict[str, tuple[Callable[[list[float]], float], Callable[[float], float]]] = {
    "dpo": (math.fsum, lambda margin: -log_sigmoid(0.1 * margin)),
    "conservative_dpo": (math.fsum, conservative),
    "robust_dpo": (math.fsum, robust),
    "ipo": (mean, lambda margin: (margin - 5) ** 2),
    "simpo": (mean, lambda margin: -log_sigmoid(2 * margin - 1)),
}


@pytest.mark.parametrize("name", PAIRS)
@given(batch=st.integers(1, 6), length=st.integers(2, 9), seed=st.integers(0, 1000), size=st.sampled_from([0.1, 3, 30]))
def test_a_loss_of_pairs_equals_its_formula(name: str, batch: int, length: int, seed: int, size: float) -> None:
    values, counts = size * random(batch, 2, length, seed=seed), counted(batch, 2, length, seed=seed)
    wanted = pairs(values, counts, *PAIRS[name])
    assert criterion(name)(values, counts).item() == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", PAIRS)
def test_a_gradient_of_pairs_is_that_of_the_value(name: str) -> None:
    counts = counted(4, 2, 6)
    assert torch.autograd.gradcheck(lambda v: criterion(name)(v, counts), random(4, 2, 6).requires_grad_())


def test_swapped_pairs_cost_robust_dpo_on_average_what_clean_ones_cost_dpo() -> None:
    values, counts = 5 * random(7, 2, 5), counted(7, 2, 5)
    share = constant("robust_dpo", "FLIPPED")
    kept, swapped = (criterion("robust_dpo")(v, c) for v, c in ((values, counts), (values.flip(1), counts.flip(1))))
    assert ((1 - share) * kept + share * swapped).item() == pytest.approx(criterion("dpo")(values, counts).item())


def test_conservative_dpo_is_least_where_the_odds_are_those_of_a_right_pair() -> None:
    share = constant("conservative_dpo", "FLIPPED")
    values = torch.zeros(1, 2, 1, dtype=torch.float64)
    values[0, 0] = math.log((1 - share) / share) / constant("conservative_dpo", "BETA")
    values.requires_grad_()
    loss = criterion("conservative_dpo")(values, torch.ones(1, 2, 1, dtype=torch.bool))
    entropy = -share * math.log(share) - (1 - share) * math.log(1 - share)
    assert loss.item() == pytest.approx(entropy)
    assert torch.autograd.grad(loss, values)[0].abs().max().item() == pytest.approx(0, abs=1e-12)


def test_ipo_of_sums_is_another_loss() -> None:
    values, counts = random(6, 2, 8), counted(6, 2, 8)
    sums = pairs(values, counts, math.fsum, PAIRS["ipo"][1])
    assert criterion("ipo")(values, counts).item() != pytest.approx(sums, rel=1e-2)


def test_orpo_equals_its_formula() -> None:
    values, counts = -random(6, 2, 8).abs(), counted(6, 2, 8)
    terms = criterion("orpo")(values, counts)
    chosen = [value for pair in answers(values, counts) for value in pair[0]]

    def log_odds(tokens: list[float]) -> float:
        share = math.exp(mean(tokens))
        return math.log(share / (1 - share))

    assert terms["nll"].item() == pytest.approx(-mean(chosen))
    assert terms["odds"].item() == pytest.approx(0.1 * pairs(values, counts, log_odds, lambda d: -log_sigmoid(d)))
    assert torch.autograd.gradcheck(
        lambda v: sum(criterion("orpo")(v, counts).values()), values.clone().requires_grad_()
    )


@pytest.mark.parametrize("size", [0.0, -1e-9, -50.0, -1e4])
def test_the_odds_of_sure_and_of_impossible_answers_are_finite(size: float) -> None:
    values = torch.full((2, 2, 3), size, requires_grad=True)
    loss = sum(criterion("orpo")(values, torch.ones(2, 2, 3, dtype=torch.bool)).values())
    loss.backward()
    assert loss.isfinite()
    assert values.grad is not None
    assert values.grad.isfinite().all()


def test_kto_equals_its_formula() -> None:
    ratios, up = 20 * random(9), torch.arange(9) % 3 == 0
    for drift in (random(9, seed=1) + 4, random(9, seed=1) - 4):
        baseline = max(0.0, mean(drift.tolist()))
        wanted = [
            1 - 1 / (1 + math.exp(-0.1 * (ratio - baseline) * (1 if good else -1)))
            for ratio, good in zip(ratios.tolist(), up.tolist(), strict=True)
        ]
        assert criterion("kto")(ratios, drift, up).item() == pytest.approx(mean(wanted))


def test_bradley_terry_is_the_likelihood_of_the_choices() -> None:
    rewards = 3 * random(8, 2)
    shares = [math.exp(a) / (math.exp(a) + math.exp(b)) for a, b in rewards.tolist()]
    assert criterion("bradley_terry")(rewards).item() == pytest.approx(-mean([math.log(share) for share in shares]))
    assert criterion("bradley_terry")(rewards + 100).item() == pytest.approx(criterion("bradley_terry")(rewards).item())


def test_centring_counts_what_the_rewards_of_a_pair_share() -> None:
    rewards = 3 * random(8, 2)
    terms = criterion("bradley_terry_centered")(rewards)
    assert terms["preference"].item() == pytest.approx(criterion("bradley_terry")(rewards).item())
    assert terms["center"].item() == pytest.approx(0.01 * mean([(a + b) ** 2 for a, b in rewards.tolist()]))


def gain(log_ratio: float, advantage: float, low: float, high: float) -> float:
    ratio = math.exp(log_ratio)
    return min(ratio * advantage, min(max(ratio, 1 - low), 1 + high) * advantage)


def group(rewards: list[float]) -> list[float]:
    spread = math.sqrt(mean([(reward - mean(rewards)) ** 2 for reward in rewards]))
    return [(reward - mean(rewards)) / (spread + 1e-4) for reward in rewards]


@given(prompts=st.integers(1, 4), size=st.integers(1, 5), seed=st.integers(0, 1000), far=st.sampled_from([0.01, 0.5]))
def test_losses_of_scored_answers_equal_their_formulas(prompts: int, size: int, seed: int, far: float) -> None:
    ratios, counts = far * random(prompts, size, 7, seed=seed), counted(prompts, size, 7, seed=seed)
    rewards = random(prompts, size, seed=seed + 1)
    tokens, budgets, whole = [], [], []
    for scores, group_ in zip(rewards.tolist(), answers(ratios, counts), strict=True):
        for reward, advantage, answer in zip(scores, group(scores), group_, strict=True):
            tokens += [gain(ratio, advantage, 0.2, 0.28) for ratio in answer]
            budgets.append(math.fsum(gain(ratio, reward - mean(scores), 0.2, 0.2) for ratio in answer))
            whole.append(gain(mean(answer), advantage, 3e-4, 4e-4))
    close = {"rel": 1e-6, "abs": 1e-9}
    assert criterion("grpo")(ratios, counts, rewards).item() == pytest.approx(-mean(tokens), **close)
    assert criterion("dr_grpo")(ratios, counts, rewards).item() == pytest.approx(-mean(budgets) / 6, **close)
    assert criterion("gspo")(ratios, counts, rewards).item() == pytest.approx(-mean(whole), **close)


@pytest.mark.parametrize("name", ["grpo", "dr_grpo", "gspo"])
@pytest.mark.parametrize("rewards", [torch.ones(2, 3), torch.rand(2, 1)], ids=["equal", "single"])
def test_groups_that_can_not_be_compared_give_zero_gradients(name: str, rewards: Tensor) -> None:
    ratios = torch.zeros(*rewards.shape, 4, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        criterion(name)(ratios, torch.ones(*rewards.shape, 4, dtype=torch.bool), rewards).backward()
    assert ratios.grad is not None
    assert not ratios.grad.any()


@pytest.mark.parametrize("name", ["grpo", "dr_grpo", "gspo"])
def test_a_ratio_of_any_size_stays_finite(name: str) -> None:
    ratios = torch.tensor([500.0, -500.0, 90.0, -90.0]).reshape(1, 4, 1).requires_grad_()
    loss = criterion(name)(ratios, torch.ones(1, 4, 1, dtype=torch.bool), torch.tensor([[0.0, 1.0, 1.0, 0.0]]))
    loss.backward()
    assert loss.isfinite()
    assert ratios.grad is not None
    assert ratios.grad.isfinite().all()


def test_ppo_equals_its_formula() -> None:
    counts = counted(5, 7)
    ratios, values, advantages, old, returns = (0.5 * random(5, 7, seed=seed) for seed in range(5))
    policy, value = [], []
    for place in counts.nonzero().tolist():
        ratio, new, advantage, before, wanted = (
            tensor[tuple(place)].item() for tensor in (ratios, values, advantages, old, returns)
        )
        near = before + min(max(new - before, -0.2), 0.2)
        policy.append(-gain(ratio, advantage, 0.2, 0.2))
        value.append(max((new - wanted) ** 2, (near - wanted) ** 2) / 2)
    terms = criterion("ppo")(ratios, values, counts, advantages, old, returns)
    assert terms["policy"].item() == pytest.approx(mean(policy))
    assert terms["value"].item() == pytest.approx(0.1 * mean(value))


@given(batch=st.integers(1, 4), length=st.integers(2, 9), seed=st.integers(0, 1000))
def test_advantages_are_sums_of_discounted_errors(batch: int, length: int, seed: int) -> None:
    part = template("losses.generalized_advantages")
    rewards, values = random(batch, length, seed=seed), random(batch, length, seed=seed + 1)
    counts = counted(batch, length, seed=seed)
    seen = part.generalized_advantages(rewards, values, counts)
    for row in range(batch):
        advantage, following = 0.0, 0.0
        for place in reversed(counts[row].nonzero().flatten().tolist()):
            error = rewards[row, place].item() + part.DISCOUNT * following - values[row, place].item()
            advantage = error + part.DISCOUNT * part.TRACE * advantage
            following = values[row, place].item()
            assert seen[row, place].item() == pytest.approx(advantage, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", [*PAIRS, "orpo"])
def test_pairs_without_a_token_give_zero_gradients(name: str) -> None:
    values = (-random(3, 2, 4).abs()).requires_grad_()
    loss = criterion(name)(values, torch.zeros(3, 2, 4, dtype=torch.bool))
    total = sum(loss.values()) if isinstance(loss, dict) else loss
    total.backward()
    assert total.isfinite()
    assert values.grad is not None
    assert not values.grad.any()


@pytest.mark.parametrize("name", ["dpo", "conservative_dpo", "robust_dpo", "simpo"])
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_pairs_that_are_right_or_wrong_by_far_stay_finite(name: str, size: float) -> None:
    values = torch.tensor([[[size], [-size]]], requires_grad=True)
    loss = criterion(name)(values, torch.ones(1, 2, 1, dtype=torch.bool))
    loss.backward()
    assert loss.isfinite()
    assert values.grad is not None
    assert values.grad.isfinite().all()


def test_log_probabilities_are_those_of_the_labels() -> None:
    part = template("losses.token_log_probs")
    logits, labels = random(3, 5, 7), torch.tensor([[0, 6, 3, -100, 2]] * 3)
    seen = part.token_log_probs(logits, labels)
    assert seen.dtype == torch.float32
    for row, place in (labels != part.IGNORE).nonzero().tolist():
        token = logits[row, place].tolist()
        wanted = token[int(labels[row, place])] - math.log(math.fsum(map(math.exp, token)))
        assert seen[row, place].item() == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_log_probabilities_of_half_precision_logits_are_computed_in_float32(dtype: torch.dtype) -> None:
    part = template("losses.token_log_probs")
    logits, labels = (8 * random(2, 300, 50)).to(dtype), torch.zeros(2, 300, dtype=torch.int64)
    wanted = part.token_log_probs(logits.double(), labels).sum()
    assert part.token_log_probs(logits, labels).sum().item() == pytest.approx(wanted.item(), rel=1e-6)


@pytest.mark.parametrize("labels", [torch.zeros(2, 3), torch.zeros(2, 3, 1, dtype=torch.int64), torch.full((2, 3), 9)])
def test_labels_of_another_dtype_shape_or_range_are_refused(labels: Tensor) -> None:
    with pytest.raises((AssertionError, RuntimeError)):
        template("losses.token_log_probs").token_log_probs(torch.zeros(2, 3, 5), labels)


def test_labels_are_the_next_tokens_of_the_answer_and_its_end() -> None:
    prompts = template("models.prompts")
    sequence = torch.tensor([5, 6, 7, 8, 9, 1, 0, 0, 0])
    inputs, labels = prompts.inputs_and_labels(sequence[None])
    assert inputs.tolist() == [[5, 6, 7, 8, 9, 1, 0, 0]]
    assert labels.tolist() == [[-100, -100, 8, 9, 1, -100, -100, -100]]


def test_an_answer_that_never_ends_counts_to_its_last_token() -> None:
    _, labels = template("models.prompts").inputs_and_labels(torch.arange(2, 11)[None])
    assert labels.tolist() == [[-100, -100, 5, 6, 7, 8, 9, 10]]


def test_the_policy_sees_no_later_token() -> None:
    part = template("models.policy")
    policy = part.Policy(part.VOCABULARY)
    ids = torch.randint(2, part.VOCABULARY, (3, 2, 8))
    changed = ids.clone()
    changed[..., -1] = 1
    assert torch.allclose(policy(ids)[..., :-1, :], policy(changed)[..., :-1, :], atol=1e-6)
    assert not torch.allclose(policy(ids)[..., -1, :], policy(changed)[..., -1, :])


def test_a_sampled_answer_keeps_its_prompt() -> None:
    part = template("models.policy")
    prompts = template("models.prompts").toy_prompts(2, 3)
    sequences = template("models.sampling").sample(part.Policy(part.VOCABULARY), prompts)
    assert sequences.shape == (2, 3, part.PROMPT + part.ANSWER)
    assert sequences[..., : part.PROMPT].equal(prompts)


def test_a_reference_stays_as_it_was_in_train_mode_and_in_training() -> None:
    program = template("programs.language.preference_pairs")
    model = program.build_model().train()
    before = [parameter.clone() for parameter in model.reference.parameters()]
    assert not any(module.training for module in model.reference.modules())
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    ids, labels = program.batch()
    program.loss_fn(*model(ids), labels).backward()
    optimizer.step()
    assert all(old.equal(new) for old, new in zip(before, model.reference.parameters(), strict=True))
    assert not any(old.equal(new) for old, new in zip(before, model.policy.parameters(), strict=True) if new.grad.any())


def test_a_reward_does_not_hang_on_the_padding() -> None:
    program = template("programs.language.reward_model")
    model = program.build_model().eval()
    ids = torch.tensor([[[5, 6, 7, 8, 1, 0, 0, 0, 0], [5, 6, 7, 8, 9, 3, 2, 1, 0]]])
    assert model(ids)[0, 0].item() == pytest.approx(model(ids[:, :1, :5])[0, 0].item(), abs=1e-5)


def test_every_combination_of_answers_is_decided_once() -> None:
    table = BASE.table("language")
    assert coverage.gaps(table) == []
    assert list(coverage.overlaps(table)) == []
    assert list(coverage.dead(table)) == []


WRONG: dict[str, Callable[[], Any]] = {
    "ignored-label-gathered": lambda: torch.zeros(2, 2, 8, 12).gather(-1, torch.full((2, 2, 8, 1), -100)),
    "one-answer-per-prompt": lambda: torch.zeros(4, 1).std(dim=1),
}


@pytest.mark.parametrize("pitfall", WRONG)
def test_a_pitfall_quotes_the_error_that_torch_raises(pitfall: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((RuntimeError, UserWarning)) as caught:
            WRONG[pitfall]()
    told = f"{caught.type.__name__}: {caught.value}".replace("\n", " ")
    assert any(told.startswith(text) for text in BASE.pitfall(pitfall).errors), told
