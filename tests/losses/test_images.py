"""The losses, features, conversions and decisions of images from images, against naive references in float64."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from torch import Tensor, nn

from lossadvisor.rulebase import coverage
from lossadvisor.rulebase.load import RuleBase
from tests.losses.parts import template

CASES = yaml.safe_load(Path(__file__).with_name("images.yaml").read_text(encoding="utf-8"))
BASE = RuleBase()
Array = np.ndarray[Any, np.dtype[np.float64]]


def images(*shape: int, seed: int = 0) -> Tensor:
    """Values in 0..1, float64."""
    return torch.rand(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(autouse=True)
def random_features(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Features of random weights, whatever lies on this machine's disk; made anew for each test."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    template("models.features").frozen_blocks.cache_clear()
    yield
    template("models.features").frozen_blocks.cache_clear()


def naive_ssim(x: Array, y: Array) -> float:
    """Window by window, with weights that sum to 1."""
    offsets = np.arange(11) - 5
    line = np.exp(-(offsets**2) / (2 * 1.5**2))
    window = np.outer(line, line) / np.outer(line, line).sum()
    values = []
    for a, b in zip(x.reshape(-1, *x.shape[-2:]), y.reshape(-1, *y.shape[-2:]), strict=True):
        for i in range(a.shape[0] - 10):
            for j in range(a.shape[1] - 10):
                p, q = a[i : i + 11, j : j + 11], b[i : i + 11, j : j + 11]
                mean_p, mean_q = (window * p).sum(), (window * q).sum()
                var_p, var_q = (window * (p - mean_p) ** 2).sum(), (window * (q - mean_q) ** 2).sum()
                both = (window * (p - mean_p) * (q - mean_q)).sum()
                top = (2 * mean_p * mean_q + 0.01**2) * (2 * both + 0.03**2)
                values.append(top / ((mean_p**2 + mean_q**2 + 0.01**2) * (var_p + var_q + 0.03**2)))
    return float(np.mean(values))


@given(st.integers(1, 2), st.integers(1, 3), st.integers(11, 14), st.integers(11, 14), st.integers(0, 99))
def test_ssim_is_the_mean_over_whole_windows(b: int, c: int, height: int, width: int, seed: int) -> None:
    x, y = images(b, c, height, width, seed=seed), images(b, c, height, width, seed=seed + 1)
    found = template("losses.ssim").ssim(x, y).item()
    assert found == pytest.approx(naive_ssim(x.numpy(), y.numpy()), abs=1e-9)


def test_ssim_falls_with_blur_and_with_noise() -> None:
    sharp = images(1, 3, 32, 32)
    blurred = [torch.from_numpy(ndimage.gaussian_filter(sharp.numpy(), (0, 0, s, s))) for s in (0.5, 1.0, 2.0)]
    noisy = [sharp + s * (images(1, 3, 32, 32, seed=5) - 0.5) for s in (0.1, 0.3, 0.9)]
    for worse in (blurred, noisy):
        values = [template("losses.ssim").ssim(image, sharp).item() for image in worse]
        assert values == sorted(values, reverse=True)


def test_ssim_stays_in_float32_under_autocast() -> None:
    x = images(1, 3, 16, 16).float()
    y = x + 1e-3 * images(1, 3, 16, 16, seed=1).float()
    exact = template("losses.ssim").ssim(x, y)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert template("losses.ssim").ssim(x, y).item() == pytest.approx(exact.item(), abs=1e-6)


def test_ssim_has_gradients_that_finite_differences_confirm() -> None:
    x, y = images(1, 1, 12, 11).requires_grad_(), images(1, 1, 12, 11, seed=1)
    assert torch.autograd.gradcheck(lambda image: template("losses.ssim").ssim(image, y), (x,))


def test_images_smaller_than_the_window_of_ssim_are_refused() -> None:
    with pytest.raises(AssertionError, match="11 pixels"):
        template("losses.ssim").ssim(images(1, 3, 8, 16), images(1, 3, 8, 16))


def test_charbonnier_is_l1_far_from_zero_and_epsilon_at_it() -> None:
    loss = template("losses.charbonnier").criterion
    x = images(2, 3, 4, 5)
    assert loss(x, x).item() == pytest.approx(1e-3)
    assert loss(x + 100, x).item() == pytest.approx(100, abs=1e-6)
    start = x.clone().requires_grad_()
    loss(start, x).backward()
    assert start.grad is not None
    assert not start.grad.any()


@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
def test_a_gram_matrix_sums_products_over_the_pixels(b: int, c: int, height: int, width: int) -> None:
    hidden = images(b, c, height, width) - 0.5
    found = template("losses.gram").gram(hidden)
    wanted = np.zeros((b, c, c))
    for place in np.ndindex(height, width):
        feature = hidden.numpy()[:, :, place[0], place[1]]
        wanted += feature[:, :, None] * feature[:, None, :]
    assert np.allclose(found.numpy(), wanted / (c * height * width))


def test_a_gram_matrix_forgets_where_things_are() -> None:
    hidden = images(2, 3, 4, 5)
    gram = template("losses.gram").gram
    assert torch.allclose(gram(hidden), gram(hidden.flip(2).roll(2, 3)))
    assert not torch.allclose(gram(hidden), gram(hidden.roll(1, 1)))


def test_total_variation_is_the_mean_step_between_neighbours() -> None:
    image = images(2, 3, 5, 4)
    x = image.numpy()
    wanted = np.abs(np.diff(x, axis=3)).mean() + np.abs(np.diff(x, axis=2)).mean()
    assert template("losses.total_variation").total_variation(image).item() == pytest.approx(wanted)
    assert template("losses.total_variation").total_variation(torch.full((1, 3, 4, 4), 0.4)).item() == 0


def test_mean_and_spread_are_those_of_numpy() -> None:
    hidden = images(2, 3, 4, 5)
    mean, std = hidden.numpy().mean((2, 3)), np.sqrt(hidden.numpy().var((2, 3), ddof=1) + 1e-5)
    assert np.allclose(template("losses.style_statistics").mean_and_spread(hidden).numpy(), np.hstack([mean, std]))


def test_the_spread_of_a_constant_feature_has_a_finite_gradient() -> None:
    hidden = torch.ones(1, 2, 3, 3, requires_grad=True)
    template("losses.style_statistics").mean_and_spread(hidden).sum().backward()
    assert hidden.grad is not None
    assert hidden.grad.isfinite().all()


def test_pix2pix_is_cross_entropy_against_the_discriminator_plus_l1() -> None:
    module = template("losses.pix2pix")
    image, target, scores = images(2, 3, 4, 4), images(2, 3, 4, 4, seed=1), 4 * images(2, 1, 2, 2) - 2
    bce = nn.BCEWithLogitsLoss()
    terms = module.criterion(image, scores, target)
    assert terms["adversarial"].item() == pytest.approx(bce(scores, torch.ones_like(scores)).item())
    assert terms["l1"].item() == pytest.approx(100 * np.abs(image.numpy() - target.numpy()).mean())
    wanted = (bce(scores, torch.ones_like(scores)) + bce(-2 * scores, torch.zeros_like(scores))) / 2
    assert module.discriminator_criterion(scores, -2 * scores).item() == pytest.approx(wanted.item())


def test_pix2pix_has_a_gradient_where_the_discriminator_is_sure() -> None:
    scores = torch.full((1, 1, 1, 1), -120.0, requires_grad=True)
    template("losses.pix2pix").criterion(torch.zeros(1), scores, torch.zeros(1))["adversarial"].backward()
    assert scores.grad is not None
    assert scores.grad.item() == pytest.approx(-1)


def test_least_squares_aim_at_one_for_real_and_zero_for_made() -> None:
    loss = template("losses.least_squares").discriminator_criterion
    assert loss(torch.ones(4), torch.zeros(4)).item() == 0
    assert loss(torch.zeros(4), torch.ones(4)).item() == 1
    assert loss(torch.zeros(4), torch.zeros(4)).item() == 0.5


def test_cycle_gan_weighs_the_way_back_ten_and_identity_five_times() -> None:
    x, y = images(2, 2, 3, 4, 4), images(2, 2, 3, 4, 4, seed=1)
    distance = np.abs(x.numpy() - y.numpy()).mean()
    terms = template("losses.cycle_gan_identity").criterion(x, x, torch.zeros(2, 2, 1, 1, 1), y)
    found = {name: term.item() for name, term in terms.items()}
    assert found == pytest.approx({"adversarial": 1, "cycle": 10 * distance, "identity": 5 * distance})
    without = template("losses.cycle_gan").criterion(x, torch.zeros(2, 2, 1, 1, 1), y)
    assert {name: term.item() for name, term in without.items()} == pytest.approx(
        {"adversarial": 1, "cycle": 10 * distance}
    )


def test_discriminators_are_shown_old_images_too_and_each_pair_stays_together() -> None:
    model = template("programs.generative.unpaired_images").Cycle()
    ages = set()
    for step in range(40):
        made = torch.full((2, 4, 3, 2, 2), float(step)) + torch.tensor([0.0, 100.0]).view(2, 1, 1, 1, 1)
        shown = model.remember(made)
        assert shown.shape == made.shape
        assert (shown[1] - shown[0] == 100).all()
        ages |= {step - int(value) for value in shown[0, :, 0, 0, 0]}
    assert len(model.pool) == 50
    assert 5 < max(ages) <= 50 / 4
    assert min(ages) == 0


def test_random_features_are_the_same_each_time_and_leave_other_random_numbers_alone() -> None:
    module = template("models.features")
    torch.manual_seed(3)
    untouched = torch.rand(1)
    torch.manual_seed(3)
    first = module.frozen_blocks(torch.device("cpu"))
    assert torch.rand(1).equal(untouched)
    module.frozen_blocks.cache_clear()
    torch.manual_seed(4)
    second = module.frozen_blocks(torch.device("cpu"))
    assert all(a.equal(b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not any(parameter.requires_grad for parameter in first.parameters())
    assert not any(part.training for part in first.modules())


def test_the_perceptual_distance_is_zero_at_the_image_and_grows_with_noise() -> None:
    image, noise = images(2, 3, 32, 32).float(), images(2, 3, 32, 32, seed=1).float() - 0.5
    distance = template("losses.feature_distance").feature_distance
    values = [distance(image + level * noise, image).item() for level in (0.0, 0.1, 0.2, 0.4)]
    assert values[0] == 0
    assert values == sorted(set(values))
    start = image.clone().requires_grad_()
    distance(start, images(2, 3, 32, 32, seed=2).float()).backward()
    assert start.grad is not None
    assert start.grad.any()


class FakeVGG(nn.Module):
    """Looks like torchvision's VGG-16 where it matters: pooling layers at 4, 9, 16 and 23."""

    def __init__(self, *, init_weights: bool = False) -> None:
        super().__init__()
        assert not init_weights
        layers: list[nn.Module] = []
        channels = 3
        for block, convolutions in enumerate((2, 2, 3, 3, 3)):
            for _ in range(convolutions):
                layers += [nn.Conv2d(channels, 4 + block, 3, padding=1), nn.ReLU(inplace=True)]
                channels = 4 + block
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)


@pytest.fixture
def torchvision(monkeypatch: pytest.MonkeyPatch) -> FakeVGG:
    """A torchvision whose VGG-16 is made anew each time, and the network whose weights are to be found."""
    module = types.ModuleType("torchvision.models")
    module.vgg16 = FakeVGG  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.models", module)
    return FakeVGG()


def on_disk(network: nn.Module) -> None:
    folder = Path(torch.hub.get_dir(), "checkpoints")
    folder.mkdir(parents=True)
    torch.save(network.state_dict(), folder / "vgg16-397923af.pth")


def test_weights_on_disk_are_used_where_torchvision_is_there(
    torchvision: FakeVGG, capsys: pytest.CaptureFixture[str]
) -> None:
    on_disk(torchvision)
    picture = images(2, 3, 32, 32).float().requires_grad_()
    found = template("models.features").features(picture)
    assert capsys.readouterr().out == "features: VGG-16, ImageNet\n"
    mean, std = (torch.tensor(x).view(3, 1, 1) for x in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    hidden, wanted = (picture - mean) / std, []
    for layer in torchvision.features:
        if isinstance(layer, nn.MaxPool2d):
            wanted.append(hidden.clone())
        hidden = layer(hidden)
    assert len(found) == 4
    assert all(torch.allclose(a, b) for a, b in zip(found, wanted[:4], strict=True))
    sum(x.sum() for x in found).backward()
    assert picture.grad is not None
    assert picture.grad.any()


def test_without_the_file_torchvision_alone_gives_random_features(
    torchvision: FakeVGG, capsys: pytest.CaptureFixture[str]
) -> None:
    template("models.features").features(images(1, 3, 16, 16).float())
    told = capsys.readouterr().out
    assert told.startswith("features: random weights, for a trial only (")
    assert "vgg16-397923af.pth" in told


def test_a_torchvision_of_another_build_gives_random_features(
    torchvision: FakeVGG, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: bool) -> None:
        raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr(sys.modules["torchvision.models"], "vgg16", broken)
    template("models.features").features(images(1, 3, 16, 16).float())
    assert "(operator torchvision::nms does not exist)" in capsys.readouterr().out


def test_without_torchvision_the_features_are_random(capsys: pytest.CaptureFixture[str]) -> None:
    template("models.features").features(images(1, 3, 16, 16).float())
    template("models.features").features(images(1, 3, 16, 16).float())
    assert capsys.readouterr().out.count("features: random weights") == 1


@pytest.mark.parametrize("name", ["bytes_to_fraction", "bytes_to_signed", "signed_to_fraction", "fraction_to_signed"])
def test_a_conversion_undoes_how_images_are_stored(name: str) -> None:
    part = template(f"targets.{name}")
    wanted = images(2, 3, 4, 4).float() if name.endswith("fraction") else images(2, 3, 4, 4).float() * 2 - 1
    stored = part.store(wanted)
    found = part.convert(stored)
    assert (stored.dtype == torch.uint8) is name.startswith("bytes")
    assert found.dtype == torch.float32
    assert torch.allclose(found, wanted, atol=1 / 127 if name.startswith("bytes") else 1e-6)


@pytest.mark.parametrize("name", ["bytes_to_fraction", "bytes_to_signed", "signed_to_fraction", "fraction_to_signed"])
def test_images_that_are_converted_already_are_refused(name: str) -> None:
    already = images(1, 3, 4, 4).float()
    already = already * 2 - 1 if name == "fraction_to_signed" else already
    with pytest.raises(AssertionError):
        template(f"targets.{name}").convert(already)


def test_every_combination_of_answers_is_decided_once() -> None:
    table = BASE.table("generative")
    assert coverage.gaps(table) == []
    assert list(coverage.overlaps(table)) == []
    assert list(coverage.dead(table)) == []
