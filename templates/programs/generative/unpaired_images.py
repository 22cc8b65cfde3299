"""Images between two domains, learned without pairs: there and back."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from losses.cycle_gan_identity import against, criterion
from models.generator import network, patch_discriminator
from models.toy_images import toy_images
from targets.bytes_to_signed import convert, store  #: if convert
from torch import Tensor, nn

BATCH_SIZE = 4
STEPS = 300
LEARNING_RATE, BETAS = 2e-3, (0.5, 0.999)  # for large networks 2e-4; Isola et al. 2017
DEVICE = torch.accelerator.current_accelerator(check_available=True) or "cpu"  #: set device
POOL_SIZE = 50  # made images that are kept for a discriminator; Zhu et al. 2017


class Pool:
    """The last made images: a discriminator that sees old ones too forgets less."""

    def __init__(self) -> None:
        self.images: list[Tensor] = []

    def swap(self, images: Tensor) -> Tensor:
        """Images [B, ...] -> as many; once the pool is full about half of them come from it."""
        chosen = []
        for image in images:
            place = int(torch.randint(2 * POOL_SIZE, ()))
            if len(self.images) < POOL_SIZE:
                self.images.append(image)
            elif place < POOL_SIZE:
                self.images[place], image = image, self.images[place]
            chosen.append(image)
        return torch.stack(chosen)


class Cycle(nn.Module):
    """A generator each way, and a discriminator for each domain."""

    def __init__(self) -> None:
        super().__init__()
        self.a_to_b, self.b_to_a = network(), network()
        self.judge_a, self.judge_b = patch_discriminator(3), patch_discriminator(3)
        self.pool_a, self.pool_b = Pool(), Pool()

    def forward(self, a: Tensor, b: Tensor) -> tuple[Tensor, ...]:
        made_a, made_b = self.b_to_a(b), self.a_to_b(a)
        cycled = self.b_to_a(made_b), self.a_to_b(made_a)
        same = self.b_to_a(a), self.a_to_b(b)  #: if identity
        scores = self.judge_a(made_a), self.judge_b(made_b)
        #: if identity
        return *cycled, *same, *scores
        #: else
        return *cycled, *scores
        #: end


def build_model() -> nn.Module:
    """The model gives images of A and B [B, 3, H, W] in -1..1 that came back, and raw scores."""
    return Cycle()


def build_optimizers(model: nn.Module) -> dict:
    """One for both generators and one for both discriminators."""
    pairs = {
        "generators": [*model.a_to_b.parameters(), *model.b_to_a.parameters()],
        "discriminators": [*model.judge_a.parameters(), *model.judge_b.parameters()],
    }
    return {
        name: torch.optim.Adam(parameters, lr=LEARNING_RATE, betas=BETAS)
        for name, parameters in pairs.items()
    }


def batch() -> tuple[Tensor, ...]:
    """Toy data, replace it with your DataLoaders: images of A and of B, [B, 3, H, W] in -1..1.

    They are the inputs, and again what the way back must lead to.
    """
    a, b = toy_images(BATCH_SIZE) * 2 - 1, -toy_images(BATCH_SIZE)
    #: if convert
    a, b = convert(store(a)), convert(store(b))
    #: end
    return a, b, a, b


def loss_terms(
    cycled_a: Tensor,
    cycled_b: Tensor,
    same_a: Tensor,  #: if identity
    same_b: Tensor,  #: if identity
    scores_a: Tensor,
    scores_b: Tensor,
    a: Tensor,
    b: Tensor,
) -> dict[str, Tensor]:
    """Made images, raw scores and true images, float32 -> the generators' terms with weights."""
    assert cycled_a.shape == a.shape and cycled_b.shape == b.shape, "images of another size"
    assert not (a.abs() > 1).any() and not (b.abs() > 1).any(), "an image leaves -1..1: bytes?"
    return criterion(
        (cycled_a.float(), cycled_b.float()),
        (same_a.float(), same_b.float()),  #: if identity
        (scores_a.float(), scores_b.float()),
        (a.float(), b.float()),
    )


def loss_fn(*tensors: Tensor) -> Tensor:
    """The generators' loss: the sum of the terms, a scalar."""
    return sum(loss_terms(*tensors).values())


def discriminator_loss(real: Tensor, made: Tensor) -> Tensor:
    """Raw scores of true and of made images -> scalar; halved, so that it learns more slowly."""
    return (against(real.float(), 1.0) + against(made.float(), 0.0)) / 2


def discriminator_step(
    model: nn.Module, optimizers: dict, a: Tensor, b: Tensor, *_: Tensor
) -> dict[str, float]:
    """One step of both discriminators; the generators stay as they are."""
    with torch.no_grad():
        made_a, made_b = model.pool_a.swap(model.b_to_a(b)), model.pool_b.swap(model.a_to_b(a))
    loss_a = discriminator_loss(model.judge_a(a), model.judge_a(made_a))
    loss_b = discriminator_loss(model.judge_b(b), model.judge_b(made_b))
    optimizers["discriminators"].zero_grad()
    (loss_a + loss_b).backward()
    optimizers["discriminators"].step()
    return {"discriminator a": loss_a.item(), "discriminator b": loss_b.item()}


def generator_step(
    model: nn.Module,
    optimizers: dict,
    a: Tensor,
    b: Tensor,
    *_: Tensor,
    loss_terms: Callable = loss_terms,
) -> dict[str, float]:
    """One step of both generators; the discriminators stay as they are."""
    judges = nn.ModuleList([model.judge_a, model.judge_b]).requires_grad_(False)
    terms = loss_terms(*model(a, b), a, b)
    optimizers["generators"].zero_grad()
    sum(terms.values()).backward()
    optimizers["generators"].step()
    judges.requires_grad_(True)
    return {name: term.item() for name, term in terms.items()}


def train(model: nn.Module, batch: Callable, loss_terms: Callable) -> list[dict[str, float]]:
    """Train `model` in place; returns the terms of each round."""
    optimizers, log = build_optimizers(model), []
    for _ in range(STEPS):
        tensors = [tensor.to(DEVICE) for tensor in batch()]
        terms = discriminator_step(model, optimizers, *tensors)
        terms |= generator_step(model, optimizers, *tensors, loss_terms=loss_terms)
        log.append(terms)
    return log


def predict(image: Tensor, *_: Tensor) -> Tensor:
    """An image of a generator [B, 3, H, W] -> the same inside -1..1."""
    return image.clamp(-1, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    history = train(model, batch, loss_terms)
    model.eval()
    a, *_ = batch()
    with torch.no_grad():
        made = predict(model.a_to_b(a.to(DEVICE)))
        back = predict(model.b_to_a(made)).cpu()
    print({name: round(value, 4) for name, value in history[-1].items()})
    print(f"mean absolute error after the way there and back {F.l1_loss(back, a):.3f} of 2")
