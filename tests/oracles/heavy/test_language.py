"""Losses of language models beside Transformers, TRL and Liger Kernel."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from torch import Tensor

from tests.losses.parts import template
from tests.oracles.comparison import Loss, agree
from tests.oracles.tokens import BETAS, CLIPS, DRAWS, SHARES, Draws, ours

pytestmark = pytest.mark.filterwarnings("ignore")
loss_utils = pytest.importorskip("transformers.loss.loss_utils")
trainer_utils = pytest.importorskip("transformers.trainer_pt_utils")
liger = pytest.importorskip("liger_kernel.chunked_loss.functional")
trl = pytest.importorskip("trl")
trl_utils = pytest.importorskip("trl.trainer.utils")
cpo = pytest.importorskip("trl.experimental.cpo")
gkd = pytest.importorskip("trl.experimental.gkd")
orpo = pytest.importorskip("trl.experimental.orpo")

VOCABULARIES = st.integers(2, 7)
FLOAT32 = 1e-5
"""Tolerance for what computes in float32 by itself."""

# Tokens.


@given(DRAWS, VOCABULARIES)
def test_vocabulary_cross_entropy_and_masked_lm_loss(draws: Draws, vocabulary: int) -> None:
    agree(
        ours("vocabulary_cross_entropy"),
        lambda z, y: loss_utils.ForMaskedLMLoss(z, y, vocabulary),
        (draws.logits(vocabulary), draws.labels(vocabulary)),
        tolerance=FLOAT32,
    )


@given(DRAWS, VOCABULARIES)
def test_next_token_shifts_by_itself_as_causal_lm_loss_does(draws: Draws, vocabulary: int) -> None:
    logits = draws.normal(draws.batch, draws.length, vocabulary).requires_grad_()
    labels = draws.labels(vocabulary).reshape(draws.batch, draws.length)
    labels[0, 1] = 0
    agree(
        template("programs.language.next_token").loss_fn,
        lambda z, y: loss_utils.ForCausalLMLoss(z, y, vocabulary),
        (logits, labels),
        tolerance=FLOAT32,
    )


def test_vocabulary_cross_entropy_of_no_token_is_zero_and_that_of_transformers_nan() -> None:
    logits, gone = torch.zeros(2, 3), torch.full((2,), -100)
    assert ours("vocabulary_cross_entropy")(logits, gone) == 0
    assert loss_utils.ForMaskedLMLoss(logits, gone, 3).isnan()


@given(DRAWS, VOCABULARIES, SHARES)
def test_vocabulary_cross_entropy_smoothed_and_label_smoother(draws: Draws, vocabulary: int, smoothing: float) -> None:
    """Transformers adds up the rest of each distribution in float32."""
    theirs = trainer_utils.LabelSmoother(epsilon=smoothing)
    agree(
        ours("vocabulary_cross_entropy_smoothed", LABEL_SMOOTHING=smoothing),
        lambda z, y: theirs({"logits": z}, y),
        (draws.logits(vocabulary), draws.labels(vocabulary)),
        tolerance=FLOAT32,
    )


@pytest.mark.parametrize(("name", "end"), [("forward_kl", 0), ("reverse_kl", 1)])
@given(draws=DRAWS, vocabulary=VOCABULARIES, temperature=st.sampled_from([0.5, 1.0, 2.0]))
def test_kl_divergences_are_the_ends_of_beta_times_the_squared_temperature(
    name: str, end: int, draws: Draws, vocabulary: int, temperature: float
) -> None:
    """Liger has no temperature in its divergence: it divides the logits before."""
    inputs = draws.logits(vocabulary), draws.logits(vocabulary).detach()
    agree(
        ours(name, TEMPERATURE=temperature),
        lambda z, t: gkd.GKDTrainer.generalized_jsd_loss(z, t, beta=end, temperature=temperature),
        inputs,
        factor=temperature**2,
    )
    agree(
        ours(name, TEMPERATURE=1.0),
        lambda z, t: liger.LigerFusedLinearJSDFunction.distillation_loss_fn(z, t, beta=end) / len(z),
        inputs,
    )


@given(DRAWS, VOCABULARIES, st.sampled_from([0.1, 0.5, 0.7]), st.sampled_from([0.5, 1.0, 2.0]))
def test_generalized_jensen_shannon_divergences(draws: Draws, vocabulary: int, beta: float, temperature: float) -> None:
    inputs = draws.logits(vocabulary), draws.logits(vocabulary).detach()
    agree(
        ours("generalized_jensen_shannon", BETA=beta, TEMPERATURE=temperature),
        lambda z, t: gkd.GKDTrainer.generalized_jsd_loss(z, t, beta=beta, temperature=temperature),
        inputs,
    )
    agree(
        ours("generalized_jensen_shannon", BETA=beta),
        lambda z, t: liger.LigerFusedLinearJSDFunction.distillation_loss_fn(z, t, beta=beta) / len(z),
        inputs,
    )


# A trainer of TRL is a program of its own: its losses are methods, which get what they need of it here.


class Accelerator:
    """One process."""

    device, num_processes, sync_gradients = torch.device("cpu"), 1, True

    def gather(self, value: Tensor) -> Tensor:
        return value

    gather_for_metrics = gather

    def reduce(self, value: Tensor, reduction: str) -> Tensor:  # noqa: ARG002 - the signature is theirs
        return value


def trainer(**options: Any) -> Any:
    """What a loss of TRL asks of its trainer."""
    model = SimpleNamespace(training=False)
    metrics: Any = defaultdict(lambda: defaultdict(list))
    return SimpleNamespace(
        accelerator=Accelerator(),
        model=model,
        _metrics=metrics,
        _total_train_tokens=0,
        aux_loss_enabled=False,
        **options,
    )


def model_of(log_probs: Tensor) -> Any:
    """A model that gives these log-probabilities [N, T]."""
    void = torch.zeros_like(log_probs)
    return lambda **_: SimpleNamespace(log_probs=log_probs, entropy=void, mean_logits=void, is_top1=void.bool())


def sequences(counts: Tensor) -> dict[str, Tensor]:
    """The inputs of a trainer: a first token, which nothing foretells, then those that count [N, T]."""
    mask = torch.nn.functional.pad(counts.long(), (1, 0))
    return {"input_ids": torch.zeros_like(mask), "completion_mask": mask, "attention_mask": torch.ones_like(mask)}


def dpo_trainer(loss_type: str, beta: float, label_smoothing: float = 0.0) -> Loss:
    """The loss of log-ratios [B, 2, T]: log-probabilities, where those of the reference are 0."""
    options = {
        "loss_types": [loss_type],
        "loss_weights": [1.0],
        "ld_alpha": None,
        "precompute_ref_logps": True,
        "f_divergence_type": "reverse_kl",
        "use_weighting": False,
    }

    def loss(ratios: Tensor, counts: Tensor) -> Tensor:
        pairs, kept = (torch.cat(tensor.unbind(dim=1)) for tensor in (ratios, counts))  # all chosen, all rejected
        reference = torch.zeros(len(ratios), dtype=ratios.dtype)
        inputs = {**sequences(kept), "ref_chosen_logps": reference, "ref_rejected_logps": reference}
        found: Tensor = trl.DPOTrainer._compute_loss(
            trainer(beta=beta, label_smoothing=label_smoothing, **options),
            model_of(pairs.masked_fill(~kept, 0)),
            inputs,
            return_outputs=False,
        )
        return found

    return loss


# Preferences.


def of_answers(function: Any, *, average: bool, **options: float) -> Loss:
    """A loss of Liger, which takes what its kernels have made: a sum or a mean for each answer."""

    def loss(values: Tensor, counts: Tensor) -> Tensor:
        answers = values.masked_fill(~counts, 0).sum(dim=-1) / (counts.sum(dim=-1) if average else 1)
        found: Any = function.preference_loss_fn(*answers.unbind(dim=1), counts.flatten(0, 1), **options)
        total: Tensor = found[0]
        return total

    return loss


@given(DRAWS, BETAS)
def test_dpo(draws: Draws, beta: float) -> None:
    inputs = draws.answers(2), draws.counts(2)
    agree(ours("dpo", BETA=beta), dpo_trainer("sigmoid", beta), inputs)
    agree(ours("dpo", BETA=beta), of_answers(liger.LigerFusedLinearDPOFunction, average=False, beta=beta), inputs)


@given(DRAWS, BETAS)
def test_ipo(draws: Draws, beta: float) -> None:
    agree(ours("ipo", BETA=beta), dpo_trainer("ipo", beta), (draws.answers(2), draws.counts(2)))


@given(DRAWS, BETAS, SHARES)
def test_robust_dpo(draws: Draws, beta: float, flipped: float) -> None:
    inputs = draws.answers(2), draws.counts(2)
    agree(ours("robust_dpo", BETA=beta, FLIPPED=flipped), dpo_trainer("robust", beta, flipped), inputs)


@given(DRAWS, BETAS, SHARES)
def test_conservative_dpo_is_cpo_of_ratios(draws: Draws, beta: float, flipped: float) -> None:
    inputs, options = (draws.answers(2), draws.counts(2)), {"beta": beta, "label_smoothing": flipped}
    mine = ours("conservative_dpo", BETA=beta, FLIPPED=flipped)
    agree(mine, of_answers(liger.LigerFusedLinearCPOFunction, average=False, **options), inputs)
    agree(ours("dpo", BETA=beta), dpo_trainer("sigmoid", beta, label_smoothing=flipped), inputs)  # which leaves it out


def cpo_trainer(values: Tensor, counts: Tensor, **options: Any) -> Tensor:
    answers = values.masked_fill(~counts, 0).sum(dim=-1) / counts.sum(dim=-1)
    losses: Tensor = cpo.CPOTrainer.cpo_loss(
        trainer(alpha=0.0, label_smoothing=0.0, **options), *answers.unbind(dim=1)
    )[0]
    return losses.mean()


@given(DRAWS, BETAS, st.sampled_from([0.0, 0.5, 1.6]))
def test_simpo(draws: Draws, beta: float, gamma: float) -> None:
    inputs = draws.log_probs(2), draws.counts(2)
    mine = ours("simpo", BETA=beta, GAMMA=gamma)
    options = {"beta": beta, "gamma": gamma}
    agree(mine, of_answers(liger.LigerFusedLinearSimPOFunction, average=True, **options), inputs)
    agree(mine, lambda v, c: cpo_trainer(v, c, loss_type="simpo", beta=beta, simpo_gamma=gamma), inputs)


def test_simpo_has_other_defaults_in_trl() -> None:
    defaults = {field.name: field.default for field in dataclasses.fields(cpo.CPOConfig)}
    assert [defaults[name] for name in ("beta", "simpo_gamma", "cpo_alpha")] == [0.1, 0.5, 1.0]


def odds_alone(log_probs: Tensor, counts: Tensor) -> Tensor:
    odds: Tensor = template("losses.orpo").criterion(log_probs, counts)["odds"]
    return odds


def trl_odds(log_probs: Tensor, counts: Tensor) -> Tensor:
    answers = log_probs.masked_fill(~counts, 0).sum(dim=-1) / counts.sum(dim=-1)
    found = orpo.ORPOTrainer.odds_ratio_loss(trainer(beta=0.1), *answers.unbind(dim=1))
    return -found[0].mean()


@given(DRAWS)
def test_orpo_has_the_odds_of_liger_and_trl(draws: Draws) -> None:
    """TRL computes in float32: where an answer is nearly sure, 1 - p has few digits left."""
    inputs = draws.log_probs(2), draws.counts(2)
    agree(odds_alone, of_answers(liger.LigerFusedLinearORPOFunction, average=True, beta=0.1), inputs)
    agree(odds_alone, trl_odds, inputs, tolerance=FLOAT32)


def test_orpo_of_a_sure_answer_is_finite_and_that_of_liger_is_not() -> None:
    inputs = torch.tensor([[[0.0, 0.0], [0.0, -1.0]]], requires_grad=True), torch.ones(1, 2, 2, dtype=torch.bool)
    found = torch.autograd.grad(odds_alone(*inputs), inputs[0])[0]
    theirs = torch.autograd.grad(of_answers(liger.LigerFusedLinearORPOFunction, average=True)(*inputs), inputs[0])[0]
    assert found.isfinite().all()
    assert theirs.isnan().any()


def test_orpo_of_trl_has_the_likelihood_of_the_prompt_too() -> None:
    """Ours, with a mask of all tokens but the first, is theirs."""
    logits = torch.randn(4, 6, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    ids, prompt = torch.arange(24).reshape(4, 6) % 9, torch.arange(6) < 3
    labels = ids.masked_fill(prompt, -100)
    batch = {
        f"{side}_{key}": value
        for side, rows in (("chosen", slice(2)), ("rejected", slice(2, 4)))
        for key, value in (("input_ids", ids[rows]), ("labels", labels[rows]), ("attention_mask", torch.ones(2, 6)))
    }
    stub = trainer(is_encoder_decoder=False, padding_value=0)
    stub.concatenated_inputs, stub.get_batch_logps = (
        orpo.ORPOTrainer.concatenated_inputs,
        orpo.ORPOTrainer.get_batch_logps,
    )
    theirs = orpo.ORPOTrainer.concatenated_forward(stub, lambda *_, **__: SimpleNamespace(logits=logits), batch)[4]
    log_probs = logits[:, :-1].log_softmax(dim=-1).gather(-1, ids[:, 1:, None]).squeeze(-1)
    values, everything = torch.stack([log_probs[:2], log_probs[2:]], dim=1), torch.ones(2, 2, 5, dtype=torch.bool)
    answers = torch.stack([~prompt[1:]] * 4).reshape(2, 2, 5)
    criterion = template("losses.orpo").criterion
    assert theirs.item() == pytest.approx(criterion(values, everything)["nll"].item())
    assert theirs.item() != pytest.approx(criterion(values, answers)["nll"].item())


def kto_trainer(ratios: Tensor, drift: Tensor, up: Tensor, beta: float, weights: tuple[float, float]) -> Tensor:
    counts, void = torch.ones(len(up), 1, dtype=torch.bool), torch.zeros_like(ratios)
    stub = trainer(
        beta=beta, calculate_KL=True, precompute_ref_logps=True, loss_type="kto", _compute_kl_logps=lambda *_: drift
    )
    stub.desirable_weight, stub.undesirable_weight = weights
    inputs = {**sequences(counts), "label": up, "ref_logps": void, "ref_KL_logps": void}
    found: Tensor = trl.KTOTrainer._compute_loss(stub, model_of(ratios[:, None]), inputs, return_outputs=False)
    return found


@given(DRAWS, BETAS, st.sampled_from([(1.0, 1.0), (1.33, 0.5)]))
def test_kto(draws: Draws, beta: float, weights: tuple[float, float]) -> None:
    ratios, drift = draws.normal(draws.length).requires_grad_(), draws.normal(draws.length)
    up = draws.normal(draws.length) > 0
    mine = ours("kto", BETA=beta, UP_WEIGHT=weights[0], DOWN_WEIGHT=weights[1])
    agree(mine, lambda r, d, u: kto_trainer(r, d, u, beta, weights), (ratios, drift, up))
    agree(
        ours("kto", BETA=beta),
        lambda r, d, u: liger.LigerFusedLinearKTOFunction.preference_loss_fn(
            r, u, u, beta=beta, kl=d.mean().clamp(min=0)
        )[0],
        (ratios, drift, up),
    )


def reward_trainer(center: float | None) -> Loss:
    """TRL has all chosen answers before all rejected ones."""
    stub = trainer(args=SimpleNamespace(center_rewards_coefficient=center))

    def loss(rewards: Tensor) -> Tensor:
        logits = rewards.T.reshape(-1, 1)
        found: Tensor = trl.RewardTrainer.compute_loss(stub, lambda **_: SimpleNamespace(logits=logits), {})
        return found

    return loss


@given(DRAWS)
def test_bradley_terry(draws: Draws) -> None:
    agree(ours("bradley_terry"), reward_trainer(None), (draws.rewards(2).requires_grad_(),))


@given(DRAWS, SHARES)
def test_bradley_terry_centered(draws: Draws, center: float) -> None:
    mine = ours("bradley_terry_centered", CENTER_WEIGHT=center)
    agree(mine, reward_trainer(center), (draws.rewards(2).requires_grad_(),))


# Scored answers. Both libraries take advantages: `ours` are compared at those of our own groups.


def liger_policy(advantages: Any, low: float, high: float, **options: Any) -> Loss:
    def loss(log_ratios: Tensor, counts: Tensor, rewards: Tensor) -> Tensor:
        values, mask = log_ratios.flatten(0, 1), counts.flatten(0, 1).double()
        found: Tensor = liger.LigerFusedLinearGRPOFunction.ppo_loss_fn(
            values,
            mask,
            advantages(rewards).flatten(),
            mask,
            old_per_token_logps=torch.zeros_like(values),
            epsilon_low=low,
            epsilon_high=high,
            beta=0.0,
            **options,
        )[0]
        return found

    return loss


def trl_policy(advantages: Any, low: float, high: float, level: str = "token", **options: Any) -> Loss:
    def loss(log_ratios: Tensor, counts: Tensor, rewards: Tensor) -> Tensor:
        values, mask = log_ratios.flatten(0, 1), counts.flatten(0, 1).double()
        stub = trainer(
            _get_per_token_logps_and_entropies=lambda *_, **__: (values, torch.zeros_like(values), None),
            args=SimpleNamespace(delta=None),
            importance_sampling_level=level,
            epsilon_low=low,
            epsilon_high=high,
            beta=0.0,
            top_entropy_quantile=1.0,
            off_policy_mask_threshold=None,
            use_vllm=False,
            _entropy_bonus_enabled=False,
            **options,
        )
        inputs = {
            **dict.fromkeys(("prompt_ids", "prompt_mask"), torch.zeros(len(mask), 1)),
            **dict.fromkeys(("completion_ids", "completion_mask"), mask),
            "advantages": advantages(rewards).flatten(),
            "old_per_token_logps": torch.zeros_like(values),
            "num_items_in_batch": mask.sum(),
        }
        found: Tensor = trl.GRPOTrainer._compute_loss(stub, None, inputs)
        return found

    return loss


def group_advantages(rewards: Tensor) -> Tensor:
    found: Tensor = template("losses.group_advantages").group_advantages(rewards)
    return found


def centred(rewards: Tensor) -> Tensor:
    return rewards - rewards.mean(dim=1, keepdim=True)


SIZES = st.integers(2, 4)


def scored(draws: Draws, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Log-ratios of at most 20, where ours stop; counts, rewards."""
    ratios = draws.answers(size).detach().clamp(-19, 19).requires_grad_()
    return ratios, draws.counts(size), draws.rewards(size)


@given(DRAWS, SIZES, CLIPS, CLIPS)
def test_grpo_is_what_trl_calls_dapo(draws: Draws, size: int, low: float, high: float) -> None:
    mine, inputs = ours("grpo", CLIP_LOW=low, CLIP_HIGH=high), scored(draws, size)
    agree(mine, trl_policy(group_advantages, low, high, loss_type="dapo"), inputs)
    agree(mine, liger_policy(group_advantages, low, high, loss_type="dapo"), inputs)
    alike = inputs[0], inputs[1][:1, :1].expand_as(inputs[1]), inputs[2]  # with answers of one length, so is its "grpo"
    agree(mine, trl_policy(group_advantages, low, high, loss_type="grpo"), alike)


@given(DRAWS, SIZES)
def test_grpo_of_trl_divides_by_the_deviation_over_one_less(draws: Draws, size: int) -> None:
    rewards = draws.rewards(size)
    floor = template("losses.group_advantages").STD_FLOOR
    theirs = centred(rewards) / (math.sqrt((size - 1) / size) * trl_utils.nanstd(rewards, dim=1, keepdim=True) + floor)
    torch.testing.assert_close(group_advantages(rewards), theirs)


@given(DRAWS, SIZES, CLIPS, CLIPS, st.integers(4, 9))
def test_dr_grpo(draws: Draws, size: int, low: float, high: float, budget: int) -> None:
    mine, inputs = ours("dr_grpo", CLIP_LOW=low, CLIP_HIGH=high, BUDGET=budget), scored(draws, size)
    options = {"loss_type": "dr_grpo", "max_completion_length": budget}
    agree(mine, trl_policy(centred, low, high, **options), inputs)
    agree(mine, liger_policy(centred, low, high, **options), inputs)


@given(DRAWS, SIZES, CLIPS, CLIPS)
def test_gspo(draws: Draws, size: int, low: float, high: float) -> None:
    mine, inputs = ours("gspo", CLIP_LOW=low, CLIP_HIGH=high), scored(draws, size)
    agree(mine, trl_policy(group_advantages, low, high, level="sequence", loss_type="grpo"), inputs)
    options = {"loss_type": "grpo", "importance_sampling_level": "sequence"}
    agree(mine, liger_policy(group_advantages, low, high, **options), inputs)


@given(DRAWS, CLIPS, CLIPS)
def test_ppo_has_the_policy_term_of_grpo_with_advantages_of_tokens(draws: Draws, low: float, high: float) -> None:
    """Here one advantage for each answer, since those of Liger have no other."""
    ratios, counts, rewards = (tensor[:, 0] for tensor in scored(draws, 1))
    void = torch.zeros_like(ratios)
    agree(
        lambda r: ours("ppo", CLIP_LOW=low, CLIP_HIGH=high)(
            r, void.detach(), counts, rewards[:, None].expand_as(counts), void.detach(), void.detach()
        ),
        lambda r: liger_policy(lambda a: a, low, high, loss_type="bnpo")(r[:, None], counts[:, None], rewards[:, None]),
        (ratios.detach().requires_grad_(),),
    )


@given(DRAWS, st.sampled_from([0.9, 1.0]), st.sampled_from([0.0, 0.5, 0.95]))
def test_ppo_has_advantages_that_are_errors_through_a_filter(draws: Draws, discount: float, trace: float) -> None:
    part, counts = template("losses.generalized_advantages"), draws.counts(1)[:, 0]
    rewards, values = draws.normal(*counts.shape), draws.normal(*counts.shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "DISCOUNT", discount)
        patch.setattr(part, "TRACE", trace)
        found = part.generalized_advantages(rewards, values, counts)
    for row in range(len(counts)):
        reward, value = (tensor[row, counts[row]].numpy() for tensor in (rewards, values))
        errors = reward - value
        errors[:-1] += discount * value[1:]
        wanted = lfilter([1], [1, -discount * trace], errors[::-1])[::-1].copy()
        torch.testing.assert_close(found[row, counts[row]], torch.from_numpy(wanted), rtol=1e-6, atol=1e-5)
