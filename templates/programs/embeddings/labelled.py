"""Embeddings from class labels: rows of one class close to each other, others apart."""

import torch
import torch.nn.functional as F
from losses.batch_hard_triplet import criterion
from models.cnn import network, toy_inputs
from targets.class_name_to_class_index import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
NUM_FEATURES = 32  # the size of an embedding
CLASSES = 3  # in a batch; at least two
PER_CLASS = 5  # samples of each of them: at least two, or there is no pair to pull together


def build_model() -> nn.Module:
    """The model gives one embedding per sample, [B, D], of any length."""
    return network(NUM_FEATURES)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data: inputs, labels [B] int64. Your sampler draws CLASSES, then PER_CLASS of each."""
    labels = torch.randperm(NUM_CLASSES)[:CLASSES].repeat_interleave(PER_CLASS)
    signal = torch.randn(len(labels), NUM_CLASSES) + 2 * F.one_hot(labels, NUM_CLASSES)
    labels = convert(store(labels))  #: if convert
    return toy_inputs(signal), labels


def loss_fn(embeddings: Tensor, labels: Tensor) -> Tensor:
    """Embeddings [B, D] float32 and class indices [B] int64 -> scalar."""
    assert labels.shape == embeddings.shape[:1], f"{labels.shape} for {embeddings.shape}"
    assert not labels.is_floating_point(), "class indices are integers"
    counts = labels.unique(return_counts=True)[1]
    assert len(counts) > 1, "one class in the batch: nothing to push apart"
    assert (counts > 1).any(), "no class twice in the batch: nothing to pull together"
    with torch.autocast(embeddings.device.type, enabled=False):  # bfloat16 rounds cosines to 0.01
        return criterion(F.normalize(embeddings.float(), dim=1), labels)


def predict(embeddings: Tensor) -> Tensor:
    """Embeddings [B, D] -> unit rows [B, D]: their product with others are cosines."""
    return F.normalize(embeddings.float(), dim=1)


def recall_at_1(rows: Tensor, labels: Tensor) -> float:
    """The share of unit rows [B, D] whose nearest other row has their label [B]."""
    cosines = (rows @ rows.T).fill_diagonal_(-2)
    return (labels[cosines.argmax(dim=1)] == labels).float().mean().item()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, labels = batch()
    with torch.no_grad():
        rows = predict(model(inputs.to(DEVICE))).cpu()  # yours: of classes left out of training
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, recall@1 {recall_at_1(rows, labels):.2f}")
