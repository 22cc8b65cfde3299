"""Images and texts in one space."""

import torch
from losses.multi_positive_siglip import INITIAL_BIAS, INITIAL_SCALE, criterion
from losses.similarities import similarities
from models.image_text import towers, toy_inputs
from torch import Tensor, nn
from training.towers import DEVICE, train

DIMENSIONS = 32  # of the common space
BATCH_SIZE = 8


class TwoTowers(nn.Module):
    """Images and token ids -> embeddings of both, [B, DIMENSIONS], and what is learned beside."""

    def __init__(self) -> None:
        super().__init__()
        self.image, self.text = towers(DIMENSIONS)
        self.log_scale = nn.Parameter(torch.tensor(INITIAL_SCALE).log())  # exp() is > 0
        self.bias = nn.Parameter(torch.tensor(INITIAL_BIAS))  #: if bias

    def forward(self, images: Tensor, texts: Tensor) -> tuple[Tensor, ...]:
        #: if bias
        return self.image(images), self.text(texts), self.log_scale, self.bias
        #: else
        return self.image(images), self.text(texts), self.log_scale
        #: end


def build_model() -> nn.Module:
    """The model gives raw embeddings, [B, DIMENSIONS] each: the loss normalises them."""
    return TwoTowers()


def batch() -> tuple[Tensor, ...]:
    #: if ids
    """Toy data, replace it: images, texts, ids [B] int64 (equal where either may be the other's).

    A hash of the caption will do: many images share one.
    """
    ids = torch.arange(BATCH_SIZE)
    ids[1::4] = ids[::4]
    signal = torch.randn(BATCH_SIZE, 8)[ids]
    return *toy_inputs(signal), ids
    #: else
    """Toy data, replace it with your DataLoader: images, and the text of each."""
    return toy_inputs(torch.randn(BATCH_SIZE, 8))
    #: end


def loss_fn(
    images: Tensor,
    texts: Tensor,
    log_scale: Tensor,
    bias: Tensor,  #: if bias
    ids: Tensor,  #: if ids
) -> Tensor:
    """Embeddings of images and texts, [B, D] each, row i belongs to row i -> scalar.

    On several GPUs gather both first, with torch.distributed.nn.functional.all_gather.
    """
    assert images.shape == texts.shape, f"{list(images.shape)} against {list(texts.shape)}"
    with torch.autocast(images.device.type, enabled=False):  # bfloat16 is too coarse for logits
        return criterion(
            images.float(),
            texts.float(),
            log_scale,
            bias,  #: if bias
            ids,  #: if ids
        )


def predict(images: Tensor, texts: Tensor, *_: Tensor) -> tuple[Tensor, Tensor]:
    """Embeddings [A, D] and [B, D] -> the nearest text of each image [A], cosines [A, B]."""
    cosines = similarities(images.float(), texts.float())
    return cosines.argmax(dim=1), cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    #: if ids
    images, texts, ids = batch()
    #: else
    images, texts = batch()
    #: end
    with torch.no_grad():
        found = predict(*model(images.to(DEVICE), texts.to(DEVICE)))[0].cpu()
    #: if ids
    recall = (ids[found] == ids).float().mean()  # recall at 1; report 5 and 10 too
    #: else
    recall = (found == torch.arange(len(found))).float().mean()  # recall at 1; report 5 and 10 too
    #: end
    scale = model.log_scale.exp().item()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, recall {recall:.2f}, scale {scale:.1f}")
