"""Special checks of losses for answers that the policy samples itself: GRPO, its kin, and PPO."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossadvisor.proof import draws
from lossadvisor.proof.loss_checks import TOLERANCE, compare
from lossadvisor.proof.subject import Failed, Subject, Tensors
from lossadvisor.proof.training_checks import loss_name

CLOSE = 1e-4
RISE = 0.2
"""Of a reward in 0..1: the worst of 10 seeds rose by 0.39 to 0.48; a policy that does not learn moves by hundredths."""
PROMPTS = 16


def log_probs(logits: Tensor, labels: Tensor) -> Tensor:
    """The log-probability of each label, by the definition."""
    likeliest = labels.clamp(min=0)[..., None]
    chosen: Tensor = logits.gather(-1, likeliest).squeeze(-1) - logits.exp().sum(dim=-1).log()
    return chosen


def replaced(subject: Subject, **tensors: Tensor) -> list[Tensor]:
    """The targets of the batch, some of them others."""
    return [tensors.get(name, tensor) for name, tensor in subject.named.items()]


def policy_outputs(subject: Subject, logits: Tensor) -> Tensors:
    """These logits for the policy, and for a reference if there is one; a critic that gives zeros."""
    names = [*subject.promised_outputs][1:]
    others = [logits.detach() if name == "reference" else torch.zeros_like(logits[..., 0]) for name in names]
    return (logits, *others)


def slopes(subject: Subject, ratio: float = 1.0, **tensors: Tensor) -> Tensor:
    """The gradient of the loss for each label's log-probability, where new and old policy differ by `ratio`."""
    labels = tensors.get("target", subject.targets)
    logits = draws.noise(subject.outputs[0], 3).requires_grad_()
    likely = log_probs(logits.detach(), labels)
    given = replaced(subject, old_log_probs=likely - torch.tensor(ratio).log(), **tensors)
    (gradient,) = torch.autograd.grad(subject.loss(policy_outputs(subject, logits), *given), logits)
    at_label = gradient.gather(-1, labels.clamp(min=0)[..., None]).squeeze(-1)
    return at_label / (1 - likely.exp())


def advantages_of(subject: Subject, *, scaled: bool = True) -> Tensor:
    """The advantage of each token, by the definition."""
    named = subject.named
    if "advantages" in named:
        return named["advantages"]
    rewards = named["rewards"]
    centered = rewards - rewards.mean(dim=1, keepdim=True)
    spread = centered.square().mean(dim=1, keepdim=True).sqrt() + 1e-4
    return (centered / spread if scaled else centered)[..., None].expand(subject.targets.shape)


def rollout(subject: Subject) -> str:
    """Old log-probabilities with a graph, or of another policy: they are constants, those of the one that sampled."""
    model = subject.build()
    draws.reseed()
    sampled = subject.call("rollout", model, subject.call("toy_prompts", PROMPTS))
    if any(tensor.requires_grad for tensor in sampled):
        raise Failed("what was sampled has a graph: the old policy would move with the new one")
    named = dict(zip(subject.promised_given, sampled[1:], strict=True))
    with torch.no_grad():
        wanted = log_probs(subject.run(model, sampled[0])[0], named["target"])
    counts = subject.valid(named["target"])
    gap = (wanted - named["old_log_probs"])[counts].abs().max().item()
    if gap > CLOSE:
        raise Failed(f"old log-probabilities are off by {gap:.4f} from those of the policy that sampled")
    logits = draws.noise(subject.outputs[0], 4)
    if not subject.call("predict", logits).equal(logits[..., -1, :].argmax(dim=-1)):
        raise Failed("predict() does not tell the likeliest token after the last one")
    return f"{int(counts.sum())} tokens, off by {gap:.0e} at most"


def on_policy(subject: Subject) -> str:
    """A loss that is not minus the mean advantage on the policy's own answers, or that pushes without regard to it."""
    labels = subject.targets
    first = subject.valid(labels) & (subject.valid(labels).cumsum(dim=-1) == 1)  # answers of one length weigh the same
    tensors = {"target": labels.masked_fill(~first, -100)}
    if "advantages" in subject.named:
        sign = 1 - 2 * (torch.arange(len(labels), device=labels.device) % 2)
        tensors["advantages"] = sign[:, None].expand(labels.shape).to(subject.named["advantages"])
    logits = draws.noise(subject.outputs[0], 3)
    outputs = policy_outputs(subject, logits)
    given = replaced(subject, old_log_probs=log_probs(logits, labels), **tensors)
    several = hasattr(subject.module, "loss_terms")
    value = subject.terms(outputs, *given)["policy"] if several else subject.value(outputs, *given)
    compare(value, 0.0, "on the policy's own answers, with advantages whose mean is 0, the policy's loss is")
    slope, advantage = slopes(subject), advantages_of(subject, scaled=False)
    active = subject.valid(labels) & (advantage.abs() > CLOSE)
    if not (slope[active] * advantage[active] < 0).all():
        raise Failed("the gradient does not raise tokens with a positive advantage and lower those with a negative one")
    return f"value {value:.4f}, gradient against the advantage for {int(active.sum())} tokens"


def expect_slopes(subject: Subject, wanted: Tensor, what: str) -> str:
    """Compare the gradient of each token on the policy's own answers."""
    counts, seen = subject.valid(subject.targets), slopes(subject)
    scale = wanted[counts].abs().max().item()
    gap = (seen - wanted)[counts].abs().max().item()
    if gap > TOLERANCE * scale:
        raise Failed(f"the gradient of a token is off by {gap / scale:.1%} of the largest: {what} was expected")
    return what


def mean_of_all_tokens(subject: Subject) -> str:
    """Another weight for tokens than -advantage / number of all tokens: long and short answers must weigh by length."""
    counts = subject.valid(subject.targets)
    return expect_slopes(subject, -advantages_of(subject) / counts.sum(), "-advantage / number of all tokens")


def mean_of_each_answer(subject: Subject) -> str:
    """Another weight for tokens than that of a mean over each answer, then over the answers."""
    counts = subject.valid(subject.targets)
    weight = counts.sum(dim=-1, keepdim=True) * counts[..., 0].numel()
    return expect_slopes(subject, -advantages_of(subject) / weight, "-advantage / (length of the answer * answers)")


def sum_over_a_budget(subject: Subject) -> str:
    """Advantages that are divided by a deviation, or answers by their length: a constant budget was to do both."""
    weight = subject.constants["BUDGET"] * subject.targets[..., 0].numel()
    return expect_slopes(
        subject, -advantages_of(subject, scaled=False) / weight, "-(reward - mean) / (budget * answers)"
    )


def clip(subject: Subject) -> str:
    """A clip that is missing, on the wrong side, or on both: gradients vanish only where the ratio went far enough."""
    low, high = (subject.constants[name] for name in ("CLIP_LOW", "CLIP_HIGH"))
    advantage, counts = advantages_of(subject, scaled=False), subject.valid(subject.targets)
    told = []
    for ratio in (1 - 1.1 * low, 1 - 0.9 * low, 1.0, 1 + 0.9 * high, 1 + 1.1 * high):
        slope = slopes(subject, ratio)
        for sign, name in ((1, "positive"), (-1, "negative")):
            tokens = counts & (advantage * sign > CLOSE)
            far = ratio > 1 + high if sign > 0 else ratio < 1 - low
            still = bool((slope[tokens].abs() <= 1e-9).all())
            if still is not far:
                state = "have no gradient" if still else "still have a gradient"
                raise Failed(f"at a ratio of {ratio:.5g} tokens with a {name} advantage {state}")
        told.append(f"{ratio:.4g}")
    return f"ratios {', '.join(told)}"


def advantages(subject: Subject) -> str:
    """Rewards that are not compared within a group: equal ones, or a single one, must give no gradient and no NaN."""
    labels, rewards = subject.targets, subject.named["rewards"]
    outputs = policy_outputs(subject, draws.noise(subject.outputs[0], 3))

    def gradient(size: int, scores: Tensor) -> Tensor:
        logits = outputs[0][:, :size].clone().requires_grad_()
        old = log_probs(logits.detach(), labels[:, :size])
        given = {"target": labels[:, :size], "old_log_probs": old, "rewards": scores[:, :size]}
        others = (logits.detach() for _ in outputs[1:])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            loss = subject.loss((logits, *others), *replaced(subject, **given))
        found: Tensor = torch.autograd.grad(loss, logits)[0]
        return found

    whole = gradient(labels.shape[1], rewards)
    cases = {"equal rewards": (labels.shape[1], torch.ones_like(rewards)), "one answer to a prompt": (1, rewards)}
    for name, (size, scores) in cases.items():
        seen = gradient(size, scores)
        if not seen.isfinite().all() or seen.abs().max() > CLOSE * whole.abs().max():
            raise Failed(f"{name} give a gradient of {seen.abs().max().item():.4f}: zero was expected")
    if not torch.allclose(gradient(labels.shape[1], rewards + 3), whole, atol=CLOSE * whole.abs().max().item()):
        raise Failed("3 more for every reward changes the gradient: rewards are not compared with their group's mean")
    return "equal, single and shifted rewards"


def value_clip(subject: Subject) -> str:
    """A critic whose step is not limited: beyond the clip, a value that goes towards the return must gain nothing."""
    counts, size = subject.valid(subject.targets), subject.constants["VALUE_CLIP"]
    old, far = torch.zeros_like(subject.named["returns"]), torch.full_like(subject.named["returns"], 10 * size)
    for step, moves in ((0.5, True), (2.0, False), (-2.0, True)):
        values = torch.full_like(old, step * size).requires_grad_()
        loss = subject.loss((subject.outputs[0].detach(), values), *replaced(subject, old_values=old, returns=far))
        (gradient,) = torch.autograd.grad(loss, values)
        if bool((gradient[counts] < 0).all()) is not moves:
            wanted = "towards the return" if moves else "none"
            raise Failed(f"a value {step * size:+.2f} from the old one gets another gradient: {wanted} was expected")
    return f"steps of {size} at most"


def discounting(subject: Subject) -> str:
    """Advantages that run past the end of an answer, or discount wrongly: they are sums of discounted errors."""
    discount, trace = subject.constants["DISCOUNT"], subject.constants["TRACE"]
    counts = subject.valid(subject.targets)
    rewards, values = (draws.noise(subject.named["returns"], seed) for seed in (3, 4))
    seen = subject.call("generalized_advantages", rewards, values, counts)
    for row in range(min(len(counts), 8)):
        places = counts[row].nonzero().flatten().tolist()
        following = [values[row, place].item() for place in places[1:]] + [0.0]
        errors = [
            rewards[row, place].item() + discount * after - values[row, place].item()
            for place, after in zip(places, following, strict=True)
        ]
        for start, place in enumerate(places):
            wanted = sum(error * (discount * trace) ** steps for steps, error in enumerate(errors[start:]))
            compare(seen[row, place].item(), wanted, f"the advantage {len(places) - start} tokens before the end is")
    white, returns, old = (subject.named[name][counts] for name in ("advantages", "returns", "old_values"))
    compare(white.mean().item(), 0.0, "the mean of the whitened advantages is")
    compare(white.std().item(), 1.0, "their deviation is")
    together = torch.stack([white, returns - old])  # a return is the old value and the advantage before whitening
    compare(torch.corrcoef(together)[0, 1].item(), 1.0, "advantages and returns less old values correlate by")
    return f"{int(counts.sum())} advantages"


def reward_rises(subject: Subject) -> str:
    """A policy that does not learn: after the program's own training its answers must earn more."""
    model = subject.build()
    before = mean_reward(subject, model)

    def experience() -> Tensors:
        prompts = subject.call("toy_prompts", subject.constants["BATCH_SIZE"])
        sampled: Tensors = subject.call("rollout", model, prompts)
        return sampled

    draws.reseed()
    subject.call("train", model, experience, getattr(subject.module, loss_name(subject)))
    after = mean_reward(subject, model)
    if not after > before + RISE:
        raise Failed(f"the mean reward goes from {before:.2f} to {after:.2f}: a rise of more than {RISE} was expected")
    return f"{before:.2f} -> {after:.2f}"


def mean_reward(subject: Subject, model: nn.Module) -> float:
    draws.reseed()
    sampled = subject.call("rollout", model, subject.call("toy_prompts", PROMPTS))
    return float(subject.call("score", sampled[1]).mean())


CHECKS: dict[str, Callable[[Subject], str]] = {
    "rollout": rollout,
    "on-policy": on_policy,
    "mean-of-all-tokens": mean_of_all_tokens,
    "mean-of-each-answer": mean_of_each_answer,
    "sum-over-a-budget": sum_over_a_budget,
    "clip": clip,
    "advantages": advantages,
    "value-clip": value_clip,
    "discounting": discounting,
    "reward-rises": reward_rises,
}
