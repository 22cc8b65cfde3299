"""One class per sample, learned from a teacher and from labels."""

import torch
import torch.nn.functional as F
from losses.distillation import criterion
from models.mlp import network, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The student gives raw logits [B, C]: no softmax."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: inputs, targets [B] int64, teacher logits [B, C].

    The teacher runs in eval mode under torch.no_grad(), on the same augmented inputs.
    """
    signal = torch.randn(BATCH_SIZE, NUM_CLASSES)
    targets = signal.argmax(dim=1)
    return toy_inputs(signal), targets, 4.0 * F.one_hot(targets, NUM_CLASSES)


def loss_fn(logits: Tensor, targets: Tensor, teacher_logits: Tensor) -> Tensor:
    """Raw logits [B, C], class indices [B] int64, teacher's logits [B, C] -> scalar."""
    return criterion(logits.float(), targets, teacher_logits.float())


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, C] -> the likeliest class [B] and the probabilities [B, C]."""
    return logits.argmax(dim=1), logits.softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets, teacher_logits = batch()
    with torch.no_grad():
        classes = predict(model(inputs.to(DEVICE)))[0].cpu()
    accuracy = (classes == targets).float().mean()
    agreement = (classes == teacher_logits.argmax(dim=1)).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")
    print(f"accuracy {accuracy:.2f}, agreement with the teacher {agreement:.2f}")
