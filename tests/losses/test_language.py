"""The losses, programs and decisions of language models, against independent references in float64."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from scipy.spatial.distance import jensenshannon
from torch import Tensor, nn

from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("language.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
Array = np.ndarray[Any, np.dtype[np.float64]]


def criterion(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = template(f"losses.{name}").criterion
    return found


def program(name: str) -> Any:
    return template(f"programs.language.{name}")


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def token_loss(logits: Array, token: int, smoothing: float = 0.0) -> float:
    """-sum of q log p over the vocabulary, by the definitions."""
    chances = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    wanted = np.full(len(logits), smoothing / len(logits))
    wanted[token] += 1 - smoothing
    return float(-(wanted * np.log(chances)).sum())


def mean_over_tokens(logits: Tensor, targets: Tensor, smoothing: float = 0.0) -> float:
    rows = zip(logits.numpy(), targets.tolist(), strict=True)
    losses = [token_loss(row, token, smoothing) for row, token in rows if token != -100]
    return sum(losses) / max(len(losses), 1)


def shifted(logits: Tensor, labels: Tensor) -> float:
    """Each position against the label after it, one by one."""
    places = [(b, t) for b in range(len(labels)) for t in range(labels.shape[1] - 1) if labels[b, t + 1] != -100]
    losses = [token_loss(logits[b, t].numpy(), int(labels[b, t + 1])) for b, t in places]
    return sum(losses) / max(len(losses), 1)


@st.composite
def batches(draw: st.DrawFn) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V], and labels [B, T] of which some don't count."""
    rows, length, vocabulary = draw(st.integers(1, 4)), draw(st.integers(2, 6)), draw(st.integers(2, 7))
    ids = st.sampled_from([-100, *range(vocabulary)])
    labels = draw(st.lists(st.lists(ids, min_size=length, max_size=length), min_size=rows, max_size=rows))
    return random(rows, length, vocabulary, seed=draw(st.integers(0, 99))) * 3, torch.tensor(labels)


@given(batch=batches())
def test_cross_entropy_is_the_mean_over_the_tokens_that_count(batch: tuple[Tensor, Tensor]) -> None:
    logits, targets = batch[0].flatten(0, 1), batch[1].flatten()
    for name, smoothing in (("vocabulary_cross_entropy", 0.0), ("vocabulary_cross_entropy_smoothed", 0.1)):
        wanted = mean_over_tokens(logits, targets, smoothing)
        assert criterion(name)(logits, targets).item() == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(batch=batches())
def test_position_t_is_judged_by_label_t_plus_1(batch: tuple[Tensor, Tensor]) -> None:
    logits, labels = batch
    wanted = shifted(logits.float(), labels)
    assert program("next_token").loss_fn(logits, labels).item() == pytest.approx(wanted, rel=1e-5, abs=1e-6)
    terms = program("next_token_terms").loss_terms(logits, labels)
    assert terms["cross_entropy"].item() == pytest.approx(wanted, rel=1e-5, abs=1e-6)


@given(batch=batches())
def test_z_loss_is_the_squared_log_of_the_normaliser(batch: tuple[Tensor, Tensor]) -> None:
    logits, targets = batch[0].flatten(0, 1), batch[1].flatten()
    squares = [special.logsumexp(row) ** 2 for row in logits[targets != -100].numpy()]
    wanted = 1e-4 * sum(squares) / max(len(squares), 1)
    z_loss = criterion("vocabulary_cross_entropy_z_loss")(logits, targets)["z_loss"]
    assert z_loss.item() == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def linear_losses() -> list[str]:
    """The loss in chunks, and that of PyTorch where it has one."""
    return ["linear_cross_entropy", *(["linear_cross_entropy_torch"] if hasattr(F, "linear_cross_entropy") else [])]


@pytest.mark.parametrize("name", linear_losses())
@given(batch=batches(), chunk=st.integers(1, 9))
def test_chunks_change_neither_value_nor_gradients(name: str, batch: tuple[Tensor, Tensor], chunk: int) -> None:
    module, targets = template(f"losses.{name}"), batch[1].flatten()
    vocabulary = batch[0].shape[2]
    hidden, weight = random(len(targets), 5, seed=1).float(), random(vocabulary, 5, seed=2).float()
    found: list[tuple[Tensor, ...]] = []
    for loss in (module.criterion, lambda h, w, y: criterion("vocabulary_cross_entropy")(F.linear(h, w), y)):
        inputs = hidden.clone().requires_grad_(), weight.clone().requires_grad_()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "CHUNK", chunk, raising=False)
            value = loss(*inputs, targets)
            value.backward()
        assert inputs[0].grad is not None
        assert inputs[1].grad is not None
        found.append((value.detach(), inputs[0].grad, inputs[1].grad))
    for mine, plain in zip(*found, strict=True):
        assert torch.allclose(mine, plain, atol=1e-5)


@pytest.mark.parametrize("name", linear_losses())
def test_chunks_of_half_precision_are_added_up_in_float32(name: str) -> None:
    hidden, weight = random(4096, 16).bfloat16(), random(300, 16, seed=1).bfloat16()
    targets = torch.arange(4096) % 300
    loss = criterion(name)(hidden, weight, targets)
    wanted = F.cross_entropy(hidden.float() @ weight.float().T, targets)
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(wanted.item(), rel=3e-3)


def test_the_mean_of_torch_in_chunks_of_half_precision_is_the_pitfall() -> None:
    if not hasattr(F, "linear_cross_entropy"):
        pytest.skip("PyTorch has none")
    weight, gone = torch.zeros(7, 4, requires_grad=True), torch.full((3,), -100)
    loss = F.linear_cross_entropy(torch.zeros(3, 4), weight, gone, options=nn.LinearCrossEntropyOptions())
    loss.backward()
    assert weight.grad is not None
    assert loss.isnan()
    assert weight.grad.isnan().any()


def divergence(name: str, student: Array, teacher: Array) -> float:
    """The divergences by scipy; p is the teacher's distribution, q the student's."""
    t = template(f"losses.{name}").TEMPERATURE
    p, q = special.softmax(teacher / t, axis=1), special.softmax(student / t, axis=1)
    if name == "generalized_jensen_shannon":
        return float(np.mean(jensenshannon(p, q, axis=1) ** 2))
    pair = (p, q) if name == "forward_kl" else (q, p)
    return float(t**2 * special.rel_entr(*pair).sum(axis=1).mean())


DIVERGENCES = ["forward_kl", "reverse_kl", "generalized_jensen_shannon"]


@pytest.mark.parametrize("name", DIVERGENCES)
@given(rows=st.integers(1, 5), vocabulary=st.integers(2, 9), seed=st.integers(0, 99))
def test_a_divergence_is_that_of_scipy(name: str, rows: int, vocabulary: int, seed: int) -> None:
    student, teacher = 3 * random(2, rows, vocabulary, seed=seed)
    wanted = divergence(name, student.numpy(), teacher.numpy())
    assert criterion(name)(student, teacher).item() == pytest.approx(wanted, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_the_gradient_of_a_divergence_is_that_of_its_value(name: str) -> None:
    student, teacher = random(2, 4, 6)
    assert torch.autograd.gradcheck(lambda z: criterion(name)(z, teacher), student.clone().requires_grad_())


@pytest.mark.parametrize(("beta", "name"), [(1e-6, "forward_kl"), (1 - 1e-6, "reverse_kl")])
def test_the_ends_of_beta_are_the_two_kl_divergences(beta: float, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template("losses.generalized_jensen_shannon"), "BETA", beta)
    monkeypatch.setattr(template(f"losses.{name}"), "TEMPERATURE", 1.0)
    student, teacher = random(2, 4, 6)
    scaled = criterion("generalized_jensen_shannon")(student, teacher) / min(beta, 1 - beta)
    assert scaled.item() == pytest.approx(criterion(name)(student, teacher).item(), rel=1e-4)


def test_tokens_that_a_teacher_masks_with_minus_infinity_leave_the_forward_divergence_finite() -> None:
    student, teacher = random(2, 4, 6)
    teacher[:, 0] = -torch.inf
    assert criterion("forward_kl")(student, teacher).isfinite()
    assert criterion("reverse_kl")(student, teacher).isinf()


def collapse(path: tuple[int, ...]) -> list[int]:
    return [token for token, _ in itertools.groupby(path) if token != 0]


@pytest.mark.parametrize("tokens", [[1], [1, 2], [1, 1], [2, 1, 2]])
def test_ctc_sums_over_all_paths(tokens: list[int]) -> None:
    logits = random(1, 5, 3)
    chances = special.softmax(logits[0].float().double().numpy(), axis=1)
    paths = (path for path in itertools.product(range(3), repeat=5) if collapse(path) == tokens)
    total = sum(np.prod([chances[t, token] for t, token in enumerate(path)]) for path in paths)
    padded = torch.tensor([[*tokens, -100]])
    loss = program("ctc").loss_fn(logits, padded, torch.tensor([5]))
    assert loss.item() == pytest.approx(-np.log(total) / len(tokens), rel=1e-5)


@pytest.mark.parametrize(
    ("tokens", "frames", "told"),
    [([1, 1], 2, "more tokens than frames"), ([3], 5, "no class"), ([0], 5, "the blank"), ([1], 0, "more tokens")],
)
def test_ctc_refuses_what_it_would_take_in_silence(tokens: list[int], frames: int, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        program("ctc").loss_fn(torch.zeros(1, 5, 3), torch.tensor([tokens]), torch.tensor([frames]))


def test_the_best_path_loses_repeats_and_blanks_but_not_a_token_said_twice() -> None:
    path = torch.tensor([[1, 1, 0, 1, 2, 0], [0, 0, 0, 0, 0, 0], [3, 0, 3, 3, 0, 2]])
    logits = F.one_hot(path, 4).float()
    wanted = [[1, 1, 2], [-100, -100, -100], [3, 3, 2]]
    assert program("ctc").predict(logits)[:, :3].tolist() == wanted
    assert program("ctc").predict(logits, torch.tensor([6, 6, 4]))[2, :3].tolist() == [3, 3, -100]


EXTREME: dict[str, Callable[[Tensor], Any]] = {
    "vocabulary_cross_entropy": lambda z: criterion("vocabulary_cross_entropy")(z, torch.tensor([0, 1])),
    "smoothed": lambda z: criterion("vocabulary_cross_entropy_smoothed")(z, torch.tensor([0, 1])),
    "z-loss": lambda z: sum(criterion("vocabulary_cross_entropy_z_loss")(z, torch.tensor([0, 1])).values()),
    "linear_cross_entropy": lambda z: criterion("linear_cross_entropy")(z, torch.eye(3), torch.tensor([0, 1])),
    **{name: (lambda z, name=name: criterion(name)(z, -z.detach())) for name in DIVERGENCES},
}


@pytest.mark.parametrize("name", EXTREME)
def test_extreme_logits_stay_finite(name: str) -> None:
    logits = torch.tensor([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0]], requires_grad=True)
    loss = EXTREME[name](logits)
    loss.backward()
    assert loss.isfinite()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_batches_of_different_length_add_up_by_their_tokens_and_not_by_their_means() -> None:
    logits, targets = random(10, 7), torch.arange(10) % 7
    loss = criterion("vocabulary_cross_entropy")
    first, second = loss(logits[:2], targets[:2]), loss(logits[2:], targets[2:])
    assert ((2 * first + 8 * second) / 10).item() == pytest.approx(loss(logits, targets).item())
    assert ((first + second) / 2).item() != pytest.approx(loss(logits, targets).item(), rel=1e-2)


def test_labels_that_were_shifted_come_back_to_their_places_but_for_the_first() -> None:
    part, labels = template("targets.shifted_to_token_ids"), torch.tensor([[5, 6, 7, -100], [0, 1, 2, 3]])
    assert part.store(labels).tolist() == [[6, 7, -100, -100], [1, 2, 3, -100]]
    assert part.convert(part.store(labels)).tolist() == [[-100, 6, 7, -100], [-100, 1, 2, 3]]
    logits = random(2, 4, 8)
    loss = program("next_token").loss_fn
    assert loss(logits, part.convert(part.store(labels))).equal(loss(logits, labels))


def test_only_the_answers_keep_their_labels() -> None:
    labels = torch.tensor([[5, 6, 7, 8], [1, 2, 3, -100]])
    wanted = [[-100, 6, 7, 8], [-100, -100, -100, -100]]
    assert program("next_token").completions_only(labels, torch.tensor([1, 3])).tolist() == wanted


def test_special_tokens_are_never_masked_and_a_batch_without_words_costs_nothing() -> None:
    module = program("masked_lm")
    ids = torch.tensor([module.SPECIAL]).repeat(500, 1)
    masked, labels = module.mask_tokens(ids)
    assert masked.equal(ids)
    assert (labels == -100).all()
    assert module.loss_fn(torch.randn(500, 4, 50), labels).item() == 0.0


def test_tokens_are_masked_replaced_and_left_as_bert_does() -> None:
    module = program("masked_lm")
    torch.manual_seed(0)
    ids = torch.randint(module.PAD, (400, 500))
    masked, labels = module.mask_tokens(ids)
    selected = labels != -100
    shares = [(masked == module.MASK)[selected], (masked == ids)[selected]]
    assert selected.float().mean().item() == pytest.approx(0.15, abs=0.005)
    assert [share.float().mean().item() for share in shares] == pytest.approx([0.8, 0.1 + 0.1 / 46], abs=0.01)


class Speller(nn.Module):
    """Foretells each source token in turn, then the end for good."""

    def forward(self, source: Tensor, inputs: Tensor) -> Tensor:
        told = F.pad(source, (0, 20), value=template("models.encoder_decoder").END)[:, : inputs.shape[1]]
        return F.one_hot(told, 50).float()


def test_translation_starts_behind_the_start_token_and_stops_at_the_end() -> None:
    module = program("seq2seq")
    found = module.translate(Speller(), torch.tensor([[7, 8, 9], [5, module.END, 3]]))
    assert found[0, :5].tolist() == [7, 8, 9, module.END, module.PAD]
    assert found[1, :4].tolist() == [5, module.END, module.PAD, module.PAD]
    assert found.shape == (2, module.LENGTH)


def test_the_decoder_reads_its_target_late_by_one() -> None:
    module = program("seq2seq")
    assert module.shift_right(torch.tensor([[7, 8, 49]])).tolist() == [[module.START, 7, 8]]


def test_every_combination_of_answers_is_decided_once() -> None:
    table = BASE.table("language")
    assert coverage.gaps(table) == []
    assert list(coverage.overlaps(table)) == []
    assert list(coverage.dead(table)) == []


def ctc(log_probs: Tensor, frames: int, target: int = 1) -> Tensor:
    return nn.CTCLoss()(log_probs, torch.full((2, 3), target), torch.full((2,), frames), torch.tensor([1, 1]))


WRONG: dict[str, Callable[[], Any]] = {
    "shifted-twice": lambda: F.cross_entropy(torch.zeros(2, 5, 7).flatten(0, 1), torch.zeros(12).long()),
    "ignored-id-as-input": lambda: nn.Embedding(5, 3)(torch.tensor([-100])),
    "ctc-input-too-short": lambda: ctc(torch.zeros(10, 2, 5), 11),
    "ctc-axes": lambda: ctc(torch.zeros(2, 10, 5), 2),
    "ctc-half-precision": lambda: ctc(torch.zeros(10, 2, 5).bfloat16(), 10),
    "other-vocabulary": lambda: F.kl_div(torch.zeros(2, 11), torch.zeros(2, 13), reduction="sum"),
}


@pytest.mark.parametrize("pitfall", WRONG)
def test_a_pitfall_quotes_the_error_that_torch_raises(pitfall: str) -> None:
    with pytest.raises((RuntimeError, ValueError, IndexError)) as caught:
        WRONG[pitfall]()
    told = f"{caught.type.__name__}: {caught.value}"
    assert any(text in told for text in BASE.pitfall(pitfall).errors), told


SILENT: dict[str, Callable[[], Tensor]] = {
    "ctc-label-out-of-range": lambda: ctc(torch.zeros(10, 2, 5).log_softmax(2), 10, target=9),
    "ctc-raw-logits": lambda: ctc(torch.ones(10, 2, 5), 10),
    "padding-is-the-end": lambda: F.cross_entropy(torch.zeros(2, 3), torch.tensor([1, -100])),
}


@pytest.mark.parametrize("pitfall", SILENT)
def test_a_silent_pitfall_raises_nothing(pitfall: str) -> None:
    assert SILENT[pitfall]().isfinite()
    assert BASE.pitfall(pitfall).silent
