"""Embeddings from class labels, with a learned direction per class: no sampler is needed."""

import torch
import torch.nn.functional as F
from losses.arcface import criterion
from models.cnn import network, toy_inputs
from targets.class_name_to_class_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
NUM_FEATURES = 32  # the size of an embedding
BATCH_SIZE = 16
SUB_CENTERS = 3  # directions per class; wrong labels gather in one of them  #: if sub_centers


class CosineHead(nn.Module):
    """Inputs -> cosines [B, C] between the embedding and a learned direction per class."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network(NUM_FEATURES)
        #: if not sub_centers
        self.directions = nn.Parameter(torch.randn(NUM_CLASSES, NUM_FEATURES))
        #: else
        self.directions = nn.Parameter(torch.randn(NUM_CLASSES * SUB_CENTERS, NUM_FEATURES))
        #: end

    def embed(self, inputs: Tensor) -> Tensor:
        """Inputs -> unit rows [B, D]: what is kept, and compared, after training."""
        return F.normalize(self.network(inputs).float(), dim=1)

    def forward(self, inputs: Tensor) -> Tensor:
        rows = self.embed(inputs)
        with torch.autocast(rows.device.type, enabled=False):  # bfloat16 rounds cosines to 0.01
            #: if not sub_centers
            return rows @ F.normalize(self.directions.float(), dim=1).T
            #: else
            cosines = rows @ F.normalize(self.directions.float(), dim=1).T
            return cosines.unflatten(1, (NUM_CLASSES, SUB_CENTERS)).amax(dim=2)  # the nearest
            #: end


def build_model() -> CosineHead:
    """The model gives cosines [B, C]. Its directions are parameters: the optimizer needs them."""
    return CosineHead()


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it with your DataLoader: inputs, class indices [B] int64 in 0 .. C-1."""
    labels = torch.arange(BATCH_SIZE) % NUM_CLASSES
    signal = torch.randn(BATCH_SIZE, NUM_CLASSES) + 4 * F.one_hot(labels, NUM_CLASSES)
    labels = convert(store(labels))  #: if convert
    return toy_inputs(signal), labels


def loss_fn(cosines: Tensor, labels: Tensor) -> Tensor:
    """Cosines [B, C] float32 in -1 .. 1 and class indices [B] int64 -> scalar."""
    return criterion(cosines.float(), labels)


def predict(cosines: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines [B, C] -> the nearest of the trained classes [B], and the cosines."""
    return cosines.argmax(dim=1), cosines


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, labels = batch()
    with torch.no_grad():
        rows = model.embed(inputs.to(DEVICE)).cpu()  # compare rows; the head is not needed any more
    nearest = (rows @ rows.T).fill_diagonal_(-2).argmax(dim=1)
    recall = (labels[nearest] == labels).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, recall@1 {recall:.2f}")
