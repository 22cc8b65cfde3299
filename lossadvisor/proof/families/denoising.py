"""Special checks of diffusion and flow matching: exact, without training."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lossadvisor.proof import draws
from lossadvisor.proof.subject import Failed, NotChecked, Subject, Tensors

LEAST_SPREAD = 0.05  # below it rounding is amplified
MOST_OFF = 0.2  # of the noise that a time stands for
CLOSE = 1e-2  # of a clean image that was found again; noise is divided by 0.006 at the last time of DDPM


def all_times(subject: Subject) -> Tensor:
    """Every time of a schedule, or twenty on the line from data to noise."""
    times: Tensor = subject.inputs[1]
    if times.is_floating_point():
        return torch.linspace(0, 1, 21, device=times.device)
    return torch.arange(subject.constants["TIMES"], device=times.device)


def drawn(count: int, like: Tensor) -> Tensors:
    """Data and noise, the same at each call."""
    generator = draws.generator()
    clean, noise = torch.randn(2, count, *like.shape[1:], generator=generator).to(like.device)
    return clean, noise


def scales(subject: Subject, like: Tensor, times: Tensor) -> Tensors:
    """How much of the data, and of the noise, there is at each time."""
    zeros, ones = torch.zeros_like(like), torch.ones_like(like)
    return subject.call("add_noise", ones, zeros, times), subject.call("add_noise", zeros, ones, times)


def prediction_types(subject: Subject, clean: Tensor, noise: Tensor, noisy: Tensor, times: Tensor) -> str:
    """What the target is, and what its decoder takes it for, as far as they are known."""
    signal, spread = scales(subject, clean, times)
    known = {
        "the noise": noise,
        "the clean image": clean,
        "noise minus data": noise - clean,
        "data minus noise": clean - noise,
        "signal * noise - spread * data": signal * noise - spread * clean,
        "spread * noise - signal * data": spread * noise - signal * clean,
    }
    target = subject.call("make_target", clean, noise, times)
    given = [name for name, wanted in known.items() if torch.allclose(target, wanted, atol=CLOSE)]
    taken = [
        name
        for name, one in known.items()
        if torch.allclose(subject.call("predict", one, noisy, times), clean, atol=CLOSE)
    ]
    told = [f"make_target() gives {name}" for name in given[:1]] + [f"predict() takes {name}" for name in taken[:1]]
    return "".join(f"{text}, " for text in told)


def round_trip(subject: Subject) -> str:
    """A target and a decoder that don't belong together: at each time the true target must give the clean image."""
    times = all_times(subject)
    clean, noise = drawn(len(times), subject.inputs[0])
    noisy = subject.call("add_noise", clean, noise, times)
    found = subject.call("predict", subject.call("make_target", clean, noise, times), noisy, times)
    error = (found - clean).abs().flatten(1).amax(1)
    if not (error < CLOSE).all():
        worst = int(error.nan_to_num(torch.inf).argmax())
        raise Failed(
            f"at time {times[worst].item():g} the true target is decoded to an image that is {error[worst]:.2g} off: "
            f"{prediction_types(subject, clean, noise, noisy, times)}another prediction type, sign or time in "
            "make_target() than in predict()"
        )
    return f"{len(times)} times, largest error {error.max():.1e}"


def own_time(subject: Subject) -> str:
    """Noise added at the time of another sample: a factor [B] that is not reshaped broadcasts along the width."""
    like, drawn_times = subject.inputs[:2]
    if len(drawn_times) > 1 and (drawn_times == drawn_times[0]).all():
        raise Failed(f"all {len(drawn_times)} samples of a batch have one time: each is to draw its own")
    count = like.shape[-1]  # a batch as large as an image is wide: broadcasting then raises nothing
    times = all_times(subject)
    given = (*drawn(count, like), times[torch.linspace(0, len(times) - 1, count).long()])
    for name in ("add_noise", "make_target"):
        together = subject.call(name, *given)
        alone = [subject.call(name, *one) for one in zip(*(tensor.split(1) for tensor in given), strict=True)]
        if not torch.allclose(together, torch.cat(alone), atol=1e-5):
            raise Failed(f"{name}() gives other results for {count} samples than one by one: a factor [B] broadcasts")
    return f"{count} samples of width {count}"


def time_ends(subject: Subject) -> str:
    """Time that runs the other way than the program says: it starts at the data and ends in noise."""
    times = all_times(subject)[[0, -1]]
    clean, noise = drawn(2, subject.inputs[0])
    first, last = subject.call("add_noise", clean, noise, times)
    for told, image, what, wanted in (("first", first, "data", clean[0]), ("last", last, "noise", noise[1])):
        if not (error := (image - wanted).square().mean().item()) < 0.01:
            raise Failed(f"at the {told} time the image is {error:.2f} off the {what}: does time run the other way?")
    return f"data at {times[0].item():g}, noise at {times[1].item():g}"


def standard_noise(subject: Subject) -> str:
    """Noise that is not standard normal, or the same for all samples: sampling starts from standard normal noise."""
    draws.reseed()
    batches = [subject.call("batch")[:3] for _ in range(8)]
    noisy, times, target = (torch.cat(parts).to(subject.device) for parts in zip(*batches, strict=True))
    clean = subject.call("predict", target, noisy, times)
    signal, spread = scales(subject, clean, times)
    seen = spread.flatten(1)[:, 0] > 0.1  # where there is little noise, rounding is amplified
    noise = ((noisy - signal * clean) / spread)[seen].flatten(1)
    mean, std, kurtosis = noise.mean().item(), noise.std().item(), (noise**4).mean().item()
    if not (abs(mean) < 0.1 and abs(std - 1) < 0.1 and abs(kurtosis - 3) < 0.6):
        raise Failed(
            f"the noise has mean {mean:.2f}, deviation {std:.2f} and fourth moment {kurtosis:.2f}: "
            "not 0, 1, 3; is the target made of the noise that was added, and is that normal?"
        )
    if not (noise[1:] - noise[:-1]).abs().amax(1).min() > 1e-3:
        raise Failed("samples share their noise: draw as much as there is data")
    return f"mean {mean:.2f}, deviation {std:.2f}, fourth moment {kurtosis:.2f}"


def told_time(subject: Subject) -> str:
    """A model that is not told the time, or gets it in a unit in which all times look alike."""
    images = subject.inputs[0]
    times = all_times(subject)
    with torch.no_grad():
        early, late = (
            subject.run(subject.model, images, times[[place]].expand(len(images)))[0] for place in (0, len(times) // 2)
        )
    change = ((early - late).square().mean() / early.square().mean()).sqrt().item()
    if not change > 0.05:
        raise Failed(
            f"half of all times away the model gives the same within {change:.1%}: "
            "is it told the time, in the unit that it wants?"
        )
    return f"the prediction changes by {change:.0%} over half of all times"


class Oracle(nn.Module):
    """A model that knows the clean images to which all noise must lead; `noise` is how much it saw, by time."""

    def __init__(self, subject: Subject, clean: Tensor) -> None:
        super().__init__()
        self.subject, self.clean, self.noise = subject, clean, dict[float, float]()

    def forward(self, noisy: Tensor, times: Tensor) -> Tensor:
        signal, spread = scales(self.subject, self.clean, times)
        noise = (noisy - signal * self.clean) / spread
        if spread.min() > LEAST_SPREAD:
            self.noise[times[0].item()] = noise.std().item()
        target: Tensor = self.subject.call("make_target", self.clean, noise, times)
        return target


def sampling(subject: Subject) -> str:
    """A sampler that goes the other way, or starts or ends at another time: with true answers it ends at the data."""
    clean, noise = drawn(4, subject.inputs[0])
    clean = clean.tanh()  # images lie in -1..1
    oracle = Oracle(subject, clean)
    found = subject.call("sample", oracle, noise)
    for time, seen in oracle.noise.items():
        if not abs(seen - 1) < MOST_OFF:
            raise Failed(
                f"at time {time:g} sample() hands the model images with {seen:.3g} times the noise that is added then: "
                "does it go the other way, or by other times than it tells?"
            )
    error, start = ((images - clean).square().mean().item() for images in (found, noise))
    if not error < CLOSE**2:
        raise Failed(
            f"with the true answers sample() ends {error:.3g} off the images that they lead to, {start:.3g} off at the "
            "start: is the last step missing?"
        )
    return f"{start:.2f} off at the start, {error:.1e} at the end"


def snr_weights(subject: Subject) -> str:
    """Weights of another prediction type, or 0 / 0 where there is no signal.

    An error of the clean image must weigh min(SNR, MOST_SNR), whatever is predicted.
    """
    most = subject.constants.get("MOST_SNR")
    if most is None:
        raise NotChecked("the program has no MOST_SNR")
    target = torch.zeros_like(subject.targets[:2])
    shifted = target.clone()
    shifted[0] = 0.1  # the other sample is right, so that its weight must not count
    clean = subject.promised_outputs["prediction"]["kind"] == "value"
    for ratio in (0.0, 1e-3, 0.5, 4.0, 6.0, 1e4):
        snr = torch.tensor([ratio, 2.0], device=subject.device)
        seen = 2 * subject.value((shifted,), target, snr)
        weight = min(ratio, most) if clean else min(ratio, most) / ratio if ratio else 1.0
        if not abs(seen - 0.01 * weight) <= 1e-3 * 0.01 * max(weight, 1e-3):
            raise Failed(f"at SNR {ratio:g} an error of 0.1 costs {seen:.5g}, {0.01 * weight:.5g} was expected")
    return f"min(SNR, {most:g}) of the clean image's error"


CHECKS: dict[str, Callable[[Subject], str]] = {
    "round-trip": round_trip,
    "own-time": own_time,
    "time-ends": time_ends,
    "standard-noise": standard_noise,
    "told-time": told_time,
    "sampling": sampling,
    "snr-weights": snr_weights,
}
"""Each by its name in a contract."""
