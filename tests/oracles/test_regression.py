"""Losses of regression beside SciPy, scikit-learn and PyTorch's distributions."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from sklearn import metrics
from torch import Tensor, distributions

from tests.oracles.comparison import Loss, agree, options
from tests.oracles.numerical import Array, least_squares, numerical
from tests.oracles.samples import (
    Inputs,
    angles,
    apart,
    counts,
    criterion,
    long,
    lumped,
    positive,
    reals,
    samples,
    shares,
)

NUMERICAL = 1e-7
"""Tolerance where the gradient is made of differences."""
FRACTIONS, SCALES = st.floats(0.01, 0.99), st.floats(0.05, 20)


def likelihood(distribution: Callable[[Tensor], distributions.Distribution]) -> Loss:
    """The negative log-likelihood under a distribution that the predictions make."""
    return lambda prediction, target: -distribution(prediction).log_prob(target).mean()


def spread(prediction: Tensor) -> tuple[Tensor, Tensor]:
    """The first output, and the exponential of the second."""
    return prediction[..., 0], prediction[..., 1].exp()


@given(inputs=samples(reals))
def test_mse(inputs: Inputs) -> None:
    agree(criterion("mse"), least_squares("linear"), inputs, factor=2 / inputs[1].numel())
    agree(criterion("mse"), numerical(raw(metrics.mean_squared_error)), inputs, tolerance=NUMERICAL)


def raw(metric: Callable[..., Array], **settings: float) -> Callable[[Array, Array], Array]:
    """A metric of scikit-learn for each target, as if it were an output of one sample."""

    def values(prediction: Array, target: Array) -> Array:
        rows = (np.atleast_2d(array.ravel()) for array in (target, prediction))
        return metric(*rows, multioutput="raw_values", **settings).reshape(target.shape)

    return values


@given(inputs=samples(reals).map(apart))
def test_l1(inputs: Inputs) -> None:
    agree(criterion("l1"), numerical(raw(metrics.mean_absolute_error)), inputs, tolerance=NUMERICAL)


@given(inputs=samples(reals), beta=SCALES)
@pytest.mark.parametrize("name", ["smooth_l1", "smooth_l1_box"])
def test_smooth_l1(name: str, inputs: Inputs, beta: float) -> None:
    """SciPy's is Huber's, beta times as large, and a sum."""
    with options(name, beta=beta):
        agree(criterion(name), least_squares("huber", beta), inputs, factor=1 / beta / inputs[1].numel())


@given(inputs=samples(reals), delta=SCALES)
def test_huber(inputs: Inputs, delta: float) -> None:
    with options("huber", delta=delta):
        agree(criterion("huber"), least_squares("huber", delta), inputs, factor=1 / inputs[1].numel())


@given(inputs=samples(reals, 3).map(apart), levels=st.tuples(FRACTIONS, FRACTIONS, FRACTIONS))
def test_pinball(inputs: Inputs, levels: tuple[float, ...]) -> None:
    def reference(prediction: Array, target: Array) -> Array:
        charged = [raw(metrics.mean_pinball_loss, alpha=q)(prediction[..., i], target) for i, q in enumerate(levels)]
        return np.mean(charged, axis=0)

    with options("pinball", QUANTILES=[*levels]):
        agree(criterion("pinball"), numerical(reference), inputs, tolerance=NUMERICAL)


@given(inputs=samples(reals, 2))
def test_gaussian_nll(inputs: Inputs) -> None:
    """The densities have a constant that ours and PyTorch's loss leave out."""
    constant = math.log(2 * math.pi) / 2
    full = likelihood(lambda p: distributions.Normal(p[..., 0], (p[..., 1] / 2).exp()))
    agree(criterion("gaussian_nll"), lambda p, y: full(p, y) - constant, inputs)
    agree(criterion("gaussian_nll"), lambda p, y: F.gaussian_nll_loss(p[..., 0], y, p[..., 1].exp()), inputs)
    agree(
        criterion("gaussian_nll"),
        numerical(lambda p, y: -stats.norm.logpdf(y, p[..., 0], np.exp(p[..., 1] / 2)) - constant),
        inputs,
        tolerance=NUMERICAL,
    )


@given(inputs=samples(reals, 2), beta=st.floats(0, 1))
def test_beta_nll(inputs: Inputs, beta: float) -> None:
    """PyTorch's Gaussian loss is the case of beta = 0, and has to be weighed for others."""

    def weighed(prediction: Tensor, target: Tensor) -> Tensor:
        mean, variance = spread(prediction)
        nll = F.gaussian_nll_loss(mean, target, variance, reduction="none")
        return (nll * variance.detach() ** beta).mean()

    with options("beta_nll", BETA=beta):
        agree(criterion("beta_nll"), weighed, inputs)
    with options("beta_nll", BETA=0.0):
        agree(criterion("beta_nll"), lambda p, y: F.gaussian_nll_loss(p[..., 0], y, p[..., 1].exp()), inputs)


@given(inputs=samples(reals, 2), df=st.floats(0.5, 100))
def test_student_t_nll(inputs: Inputs, df: float) -> None:
    with options("student_t_nll", DF=df):
        ours = criterion("student_t_nll")
        agree(ours, likelihood(lambda p: distributions.StudentT(df, *spread(p))), inputs)
        theirs = numerical(lambda p, y: -stats.t.logpdf(y, df, p[..., 0], np.exp(p[..., 1])))
        agree(ours, theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(counts))
def test_poisson_nll(inputs: Inputs) -> None:
    """Ours leaves out what depends on the targets alone: log(y!), or the deviance of a perfect prediction."""
    target = inputs[1]
    factorials, saturated = torch.lgamma(target + 1).mean(), (target - torch.xlogy(target, target)).mean()
    ours = criterion("poisson_nll")
    full = likelihood(lambda p: distributions.Poisson(p.exp()))
    agree(ours, lambda p, y: full(p, y) - factorials, inputs)
    theirs = numerical(lambda p, y: -stats.poisson.logpmf(y, np.exp(p)) - special.gammaln(y + 1))
    agree(ours, theirs, inputs, tolerance=NUMERICAL)
    deviance = numerical(each(metrics.mean_poisson_deviance))
    agree(ours, lambda p, y: deviance(p, y) / 2 + saturated, inputs, tolerance=NUMERICAL)


def each(metric: Callable[..., float], **settings: float) -> Callable[[Array, Array], Array]:
    """A metric of scikit-learn, of predictions given by their logarithms, for each target by itself."""
    return np.vectorize(lambda p, y: metric([y], [np.exp(p)], **settings), otypes=[float])


@given(inputs=samples(counts, 2))
def test_negative_binomial_nll(inputs: Inputs) -> None:
    """Others take 1 / dispersion, and log(dispersion * mean) or a probability."""

    def parameters(p: Array) -> tuple[Array, Array]:
        return np.exp(-p[..., 1]), 1 / (1 + np.exp(p.sum(axis=-1)))

    ours = criterion("negative_binomial_nll")
    theirs = numerical(lambda p, y: -stats.nbinom.logpmf(y, *parameters(p)))
    agree(ours, theirs, inputs, tolerance=1e-5)  # a series with two terms, right to float32
    full = likelihood(lambda p: distributions.NegativeBinomial((-p[..., 1]).exp(), logits=p.sum(dim=-1)))
    agree(ours, full, inputs, tolerance=1e-5)


@given(inputs=samples(positive), shape=SCALES)
def test_gamma_nll(inputs: Inputs, shape: float) -> None:
    """A shape multiplies ours, and adds what depends on shape and targets alone; a deviance is twice ours."""
    target = inputs[1]
    ours = criterion("gamma_nll")
    alone = math.lgamma(shape) - shape * math.log(shape) - (shape - 1) * target.log().mean()
    full = likelihood(lambda p: distributions.Gamma(shape * torch.ones_like(p), shape * (-p).exp()))
    agree(ours, lambda p, y: (full(p, y) - alone) / shape, inputs)
    theirs = numerical(lambda p, y: -stats.gamma.logpdf(y, shape, scale=np.exp(p) / shape))
    agree(ours, lambda p, y: (theirs(p, y) - alone) / shape, inputs, tolerance=NUMERICAL)
    deviance = numerical(each(metrics.mean_gamma_deviance))
    agree(ours, lambda p, y: deviance(p, y) / 2 + 1 + y.log().mean(), inputs, tolerance=NUMERICAL)


@given(inputs=samples(lumped), power=st.floats(1.05, 1.95))
def test_tweedie(inputs: Inputs, power: float) -> None:
    with options("tweedie", POWER=power):
        theirs = numerical(each(metrics.mean_tweedie_deviance, power=power))
        agree(criterion("tweedie"), theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(positive), scale=SCALES)
def test_log_mse(inputs: Inputs, scale: float) -> None:
    """It is the likelihood of a log-normal whose scale is fixed, times twice its square."""
    full = likelihood(lambda p: distributions.LogNormal(p, scale))
    alone = inputs[1].log().mean() + math.log(scale) + math.log(2 * math.pi) / 2
    agree(criterion("log_mse"), lambda p, y: full(p, y) - alone, inputs, factor=2 * scale**2, tolerance=1e-8)
    theirs = numerical(lambda p, y: raw(metrics.mean_squared_error)(p, np.log(y)))
    agree(criterion("log_mse"), theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(reals).map(apart))
def test_log_l1(inputs: Inputs) -> None:
    """A log-Laplace distribution of scale 1, but for what depends on the targets alone."""
    inputs = inputs[0], inputs[1].exp()
    theirs = numerical(lambda p, y: -stats.loglaplace.logpdf(y, 1, scale=np.exp(p)) - np.log(2 * y))
    agree(criterion("log_l1"), theirs, inputs, tolerance=NUMERICAL)
    theirs = numerical(lambda p, y: raw(metrics.mean_absolute_error)(p, np.log(y)))
    agree(criterion("log_l1"), theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(lumped))
def test_msle(inputs: Inputs) -> None:
    theirs = numerical(lambda p, y: raw(metrics.mean_squared_log_error)(np.exp(p), y))
    agree(criterion("msle"), theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(positive, 2))
def test_log_normal_nll(inputs: Inputs) -> None:
    agree(criterion("log_normal_nll"), likelihood(lambda p: distributions.LogNormal(*spread(p))), inputs)
    theirs = numerical(lambda p, y: -stats.lognorm.logpdf(y, np.exp(p[..., 1]), scale=np.exp(p[..., 0])))
    agree(criterion("log_normal_nll"), theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(lumped, 3))
def test_hurdle_log_normal_nll(inputs: Inputs) -> None:
    def composed(prediction: Tensor, target: Tensor) -> Tensor:
        above = target > 0
        gate = distributions.Bernoulli(logits=prediction[..., 0]).log_prob(above.double())
        amount = distributions.LogNormal(*spread(prediction[above][:, 1:])).log_prob(target[above])
        return -(gate.sum() + amount.sum()) / target.numel()

    def reference(p: Array, y: Array) -> Array:
        gate = stats.bernoulli.logpmf(y > 0, special.expit(p[..., 0]))
        known = np.where(y > 0, y, 1)
        return -gate - (y > 0) * stats.lognorm.logpdf(known, np.exp(p[..., 2]), scale=np.exp(p[..., 1]))

    agree(criterion("hurdle_log_normal_nll"), composed, inputs)
    agree(criterion("hurdle_log_normal_nll"), numerical(reference), inputs, tolerance=NUMERICAL)


@given(inputs=samples(shares))
def test_bce_fraction(inputs: Inputs) -> None:
    """A share is that many ones and zeros: scikit-learn has weights for it, a divergence lacks the targets' entropy."""

    def weighed(prediction: Array, target: Array) -> Array:
        return np.vectorize(
            lambda p, y: metrics.log_loss([1, 0], [special.expit(p)] * 2, sample_weight=[y, 1 - y]), otypes=[float]
        )(prediction, target)

    def divergence(prediction: Tensor, target: Tensor) -> Tensor:
        wanted = distributions.Bernoulli(target)
        return (
            distributions.kl_divergence(wanted, distributions.Bernoulli(logits=prediction)) + wanted.entropy()
        ).mean()

    agree(criterion("bce_fraction"), divergence, inputs)
    agree(criterion("bce_fraction"), numerical(weighed), inputs, tolerance=NUMERICAL)


@given(inputs=samples(shares, 2))
def test_beta_distribution_nll(inputs: Inputs) -> None:
    """Others take the two shape parameters, mean * precision and (1 - mean) * precision."""
    inputs = inputs[0], inputs[1].clamp(0.001, 0.999)

    def beta(prediction: Tensor) -> distributions.Beta:
        logit, precision = spread(prediction)
        return distributions.Beta(logit.sigmoid() * precision, (-logit).sigmoid() * precision)

    def reference(p: Array, y: Array) -> Array:
        precision = np.exp(p[..., 1])
        return -stats.beta.logpdf(y, special.expit(p[..., 0]) * precision, special.expit(-p[..., 0]) * precision)

    agree(criterion("beta_distribution_nll"), likelihood(beta), inputs)
    agree(criterion("beta_distribution_nll"), numerical(reference), inputs, tolerance=NUMERICAL)


def directions(target: Tensor) -> Tensor:
    return torch.stack([target.sin(), target.cos()], dim=-1)


def paired(metric: Callable[..., Array]) -> Loss:
    """A metric of rows, of predictions [..., 2] and the directions of the targets."""

    def values(prediction: Array, target: Array) -> Array:
        wanted = np.stack([np.sin(target), np.cos(target)], axis=-1)
        return metric(prediction.reshape(-1, 2), wanted.reshape(-1, 2)).reshape(target.shape)

    return numerical(values)


@given(inputs=samples(angles, 2).map(long))
def test_cosine_angle(inputs: Inputs) -> None:
    def embedded(prediction: Tensor, target: Tensor) -> Tensor:
        ones = torch.ones(target.numel())
        return F.cosine_embedding_loss(prediction.reshape(-1, 2), directions(target).reshape(-1, 2), ones)

    agree(criterion("cosine_angle"), embedded, inputs)
    agree(criterion("cosine_angle"), paired(metrics.pairwise.paired_cosine_distances), inputs, tolerance=NUMERICAL)


@given(inputs=samples(angles, 2).map(long))
def test_von_mises_nll(inputs: Inputs) -> None:
    """PyTorch approximates the Bessel function."""
    full = likelihood(lambda p: distributions.VonMises(torch.atan2(p[..., 0], p[..., 1]), p.norm(dim=-1)))
    agree(criterion("von_mises_nll"), full, inputs, tolerance=1e-6)
    theirs = numerical(
        lambda p, y: -stats.vonmises.logpdf(y, np.hypot(p[..., 0], p[..., 1]), np.arctan2(p[..., 0], p[..., 1]))
    )
    agree(criterion("von_mises_nll"), theirs, inputs, tolerance=NUMERICAL)


@given(inputs=samples(angles, 2))
def test_sin_cos_mse(inputs: Inputs) -> None:
    """A mean over both coordinates, where a squared distance is their sum."""
    distance = paired(lambda a, b: metrics.pairwise.paired_euclidean_distances(a, b) ** 2)
    agree(criterion("sin_cos_mse"), distance, inputs, factor=1 / 2, tolerance=NUMERICAL)
