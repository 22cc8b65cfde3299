"""Losses of language models and what they are measured against."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.benchmarks.losses import Case, Loss
from tests.losses.parts import template

Make = Callable[[], Loss]

TOKENS = ((256, 1000), (512, 8000), (512, 32_000))
STATES = ((256, 64, 1000), (512, 64, 8000), (512, 64, 50_257))
ANSWERS = ((4, 64), (16, 512), (64, 2048))
GROUPS = ((2, 4, 64), (4, 8, 512), (16, 8, 2048))
IGNORED = -100


def loss(name: str) -> Loss:
    """A loss of ours; of several terms, their sum."""
    criterion = template(f"losses.{name}").criterion

    def total(*inputs: Tensor) -> Tensor:
        found: Any = criterion(*inputs)
        return sum(found.values()) if isinstance(found, dict) else found

    return total


def constant(name: str, constant: str) -> float:
    """A constant of a loss of ours, which its peer gets too."""
    found: float = getattr(template(f"losses.{name}"), constant)
    return found


# Inputs.


def tokens(rows: int, vocabulary: int) -> tuple[Tensor, Tensor]:
    """Logits [N, V] and token ids [N], of which an eighth does not count."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(vocabulary, (rows,), generator=generator)
    return torch.randn(rows, vocabulary, generator=generator).requires_grad_(), ids.index_fill(0, ids[::8] * 0, IGNORED)


def taught(rows: int, vocabulary: int) -> tuple[Tensor, Tensor]:
    """Logits of a student and of its teacher, [N, V]."""
    generator = torch.Generator().manual_seed(0)
    student, teacher = torch.randn(2, rows, vocabulary, generator=generator)
    return student.requires_grad_(), teacher


def states(rows: int, width: int, vocabulary: int) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states [N, D], an output layer [V, D], token ids [N]."""
    generator = torch.Generator().manual_seed(0)
    hidden, weight = (torch.randn(size, width, generator=generator).requires_grad_() for size in (rows, vocabulary))
    return hidden, weight, torch.randint(vocabulary, (rows,), generator=generator)


def answers(pairs: int, length: int) -> tuple[Tensor, Tensor]:
    """Log-probabilities, or log-ratios, of tokens [B, 2, T] and which of them count."""
    generator = torch.Generator().manual_seed(0)
    values = -torch.rand(pairs, 2, length, generator=generator) / length
    ends = torch.randint(length // 2, length, (pairs, 2, 1), generator=generator)
    return values.requires_grad_(), torch.arange(length) < ends


def groups(prompts: int, size: int, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """Log-ratios of tokens [B, G, T], which of them count, rewards [B, G]."""
    generator = torch.Generator().manual_seed(0)
    values = 0.1 * torch.randn(prompts, size, length, generator=generator)
    ends = torch.randint(length // 2, length, (prompts, size, 1), generator=generator)
    return values.requires_grad_(), torch.arange(length) < ends, torch.randn(prompts, size, generator=generator)


def thumbs(pairs: int, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """Log-ratios of answers, of other prompts' answers, and thumbs, [B]."""
    generator = torch.Generator().manual_seed(0)
    ratios, drift = torch.randn(2, pairs * length, generator=generator)
    return ratios.requires_grad_(), drift, drift > 0


# Peers.


def masked_lm() -> Loss:
    from transformers.loss.loss_utils import ForMaskedLMLoss

    return lambda logits, ids: ForMaskedLMLoss(logits, ids, logits.shape[1])


def smoother() -> Loss:
    from transformers.trainer_pt_utils import LabelSmoother

    theirs = LabelSmoother(epsilon=constant("vocabulary_cross_entropy_smoothed", "LABEL_SMOOTHING"))
    return lambda logits, ids: theirs({"logits": logits}, ids)


def with_z_loss(logits: Tensor, ids: Tensor) -> Tensor:
    """As PaLM's paper has it: both terms from the log of the denominator."""
    kept = ids != IGNORED
    log_z = logits[kept].logsumexp(dim=1)
    right = logits[kept].gather(1, ids[kept][:, None]).squeeze(1)
    return (log_z - right).mean() + constant("vocabulary_cross_entropy_z_loss", "Z_WEIGHT") * log_z.square().mean()


def plain_linear(hidden: Tensor, weight: Tensor, ids: Tensor) -> Tensor:
    return F.cross_entropy(hidden @ weight.T, ids)


def torch_linear() -> Loss:
    if not hasattr(F, "linear_cross_entropy"):
        raise ImportError("PyTorch 2.13 or newer has it")
    options = torch.nn.LinearCrossEntropyOptions()
    return lambda hidden, weight, ids: F.linear_cross_entropy(hidden, weight, ids, options=options)


def trl_divergence(name: str, beta: float) -> Loss:
    from trl.experimental.gkd import GKDTrainer

    temperature = constant(name, "TEMPERATURE")
    factor = temperature**2 if beta in (0, 1) else 1
    divergence = partial(GKDTrainer.generalized_jsd_loss, beta=beta, temperature=temperature)
    return lambda student, teacher: factor * divergence(student, teacher)


def liger_divergence(name: str, beta: float) -> Loss:
    from liger_kernel.chunked_loss.functional import LigerFusedLinearJSDFunction

    heat = constant(name, "TEMPERATURE")
    factor = heat**2 if beta in (0, 1) else 1
    divergence = partial(LigerFusedLinearJSDFunction.distillation_loss_fn, beta=beta)
    return lambda student, teacher: factor * divergence(student / heat, teacher / heat) / len(student)


def of_answers(function: str, *, average: bool, **options: float) -> Loss:
    """A loss of Liger Kernel: it takes a sum or a mean for each answer."""
    from liger_kernel.chunked_loss import functional

    theirs = getattr(functional, function).preference_loss_fn

    def total(values: Tensor, counts: Tensor) -> Tensor:
        sums = (values * counts).sum(dim=-1)
        chosen, rejected = (sums / counts.sum(dim=-1) if average else sums).unbind(dim=1)
        found: Tensor = theirs(chosen, rejected, counts.flatten(0, 1), **options)[0]
        return found

    return total


def liger_dpo() -> Loss:
    return of_answers("LigerFusedLinearDPOFunction", average=False, beta=constant("dpo", "BETA"))


def liger_conservative_dpo() -> Loss:
    options = {"beta": constant("conservative_dpo", "BETA"), "label_smoothing": constant("conservative_dpo", "FLIPPED")}
    return of_answers("LigerFusedLinearCPOFunction", average=False, **options)


def liger_simpo() -> Loss:
    options = {"beta": constant("simpo", "BETA"), "gamma": constant("simpo", "GAMMA")}
    return of_answers("LigerFusedLinearSimPOFunction", average=True, **options)


def liger_orpo() -> Loss:
    odds = of_answers("LigerFusedLinearORPOFunction", average=True, beta=constant("orpo", "ODDS_WEIGHT"))

    def total(values: Tensor, counts: Tensor) -> Tensor:
        return odds(values, counts) - values[:, 0][counts[:, 0]].mean()

    return total


def liger_kto() -> Loss:
    from liger_kernel.chunked_loss.functional import LigerFusedLinearKTOFunction as Theirs

    options = {"beta": constant("kto", "BETA")}
    return lambda ratios, drift, up: Theirs.preference_loss_fn(ratios, up, up, kl=drift.mean().clamp(min=0), **options)[
        0
    ]


def margins(values: Tensor, counts: Tensor) -> Tensor:
    sums = (values * counts).sum(dim=-1)
    return sums[:, 0] - sums[:, 1]


def plain_robust_dpo(values: Tensor, counts: Tensor) -> Tensor:
    flipped, margin = constant("robust_dpo", "FLIPPED"), constant("robust_dpo", "BETA") * margins(values, counts)
    losses = -(1 - flipped) * F.logsigmoid(margin) + flipped * F.logsigmoid(-margin)
    return losses.mean() / (1 - 2 * flipped)


def plain_ipo(values: Tensor, counts: Tensor) -> Tensor:
    means = (values * counts).sum(dim=-1) / counts.sum(dim=-1)
    return ((means[:, 0] - means[:, 1] - 1 / (2 * constant("ipo", "BETA"))) ** 2).mean()


def liger_policy(name: str, **options: Any) -> Loss:
    """The policy loss of Liger Kernel at advantages that are made as ours are."""
    from liger_kernel.chunked_loss.functional import LigerFusedLinearGRPOFunction

    clips = {"epsilon_low": constant(name, "CLIP_LOW"), "epsilon_high": constant(name, "CLIP_HIGH")}

    def total(log_ratios: Tensor, counts: Tensor, rewards: Tensor) -> Tensor:
        advantages = rewards - rewards.mean(dim=1, keepdim=True)
        if name != "dr_grpo":
            advantages = advantages / (rewards.std(dim=1, correction=0, keepdim=True) + 1e-4)
        values, mask = log_ratios.flatten(0, 1), counts.flatten(0, 1).float()
        found: Tensor = LigerFusedLinearGRPOFunction.ppo_loss_fn(
            values,
            mask,
            advantages.flatten(),
            mask,
            old_per_token_logps=torch.zeros_like(values),
            beta=0.0,
            **clips,
            **options,
        )[0]
        return found

    return total


def divergence(name: str, beta: float) -> Case:
    peers = {"trl": partial(trl_divergence, name, beta), "liger-kernel": partial(liger_divergence, name, beta)}
    return Case(name, TOKENS, taught, loss(name), peers)


def preference(name: str, library: str, make: Make) -> Case:
    return Case(name, ANSWERS, answers, loss(name), {library: make})


def policy(name: str, **options: Any) -> Case:
    return Case(name, GROUPS, groups, loss(name), {"liger-kernel": partial(liger_policy, name, **options)})


CASES = (
    Case("vocabulary_cross_entropy", TOKENS, tokens, loss("vocabulary_cross_entropy"), {"transformers": masked_lm}),
    Case(
        "vocabulary_cross_entropy_smoothed",
        TOKENS,
        tokens,
        loss("vocabulary_cross_entropy_smoothed"),
        {"transformers": smoother},
    ),
    Case(
        "vocabulary_cross_entropy_z_loss",
        TOKENS,
        tokens,
        loss("vocabulary_cross_entropy_z_loss"),
        {"plain": lambda: with_z_loss},
    ),
    Case(
        "linear_cross_entropy",
        STATES,
        states,
        loss("linear_cross_entropy"),
        {"torch": torch_linear, "plain": lambda: plain_linear},
    ),
    divergence("forward_kl", 0),
    divergence("reverse_kl", 1),
    divergence("generalized_jensen_shannon", constant("generalized_jensen_shannon", "BETA")),
    preference("dpo", "liger-kernel", liger_dpo),
    preference("conservative_dpo", "liger-kernel", liger_conservative_dpo),
    preference("robust_dpo", "plain", lambda: plain_robust_dpo),
    preference("ipo", "plain", lambda: plain_ipo),
    preference("simpo", "liger-kernel", liger_simpo),
    preference("orpo", "liger-kernel", liger_orpo),
    Case("kto", ANSWERS, thumbs, loss("kto"), {"liger-kernel": liger_kto}),
    policy("grpo", loss_type="dapo"),
    policy("dr_grpo", loss_type="dr_grpo", max_completion_length=int(constant("dr_grpo", "BUDGET"))),
    policy("gspo", loss_type="grpo", importance_sampling_level="sequence"),
)
