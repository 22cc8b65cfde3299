"""One class per token, learned from a teacher and from labels."""

import torch
import torch.nn.functional as F
from losses.distillation import criterion
from models.tagger import LENGTH, PAD, network, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_CLASSES = 3  #: set num_classes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The student gives raw logits [B, T, C]: no softmax."""
    return network(NUM_CLASSES)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: token ids, targets [B, T] int64, teacher logits [B, T, C].

    Targets are -100 at padding. The teacher runs in eval mode under torch.no_grad().
    """
    ids = toy_inputs(torch.rand(BATCH_SIZE, LENGTH))
    targets = (ids % NUM_CLASSES).masked_fill(ids == PAD, -100)
    return ids, targets, 4.0 * F.one_hot(ids % NUM_CLASSES, NUM_CLASSES)


def loss_fn(logits: Tensor, targets: Tensor, teacher_logits: Tensor) -> Tensor:
    """Raw logits [B, T, C], class indices [B, T] int64, teacher's logits [B, T, C] -> scalar."""
    assert logits.shape[:2] == targets.shape, f"{list(logits.shape)} and {list(targets.shape)}"
    labelled = targets != -100
    if not labelled.any():
        return logits.float().sum() * 0.0  # nothing but padding: zero gradients, not NaN
    teacher_logits = teacher_logits[labelled].float()  # [N, C]: the teacher too reads padding
    return criterion(logits[labelled].float(), targets[labelled], teacher_logits)


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, C] -> the likeliest class [B, T] and the probabilities [B, T, C]."""
    return logits.argmax(dim=2), logits.softmax(dim=2)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets, teacher_logits = batch()
    with torch.no_grad():
        classes = predict(model(inputs.to(DEVICE)))[0].cpu()
    labelled = targets != -100
    accuracy = (classes == targets)[labelled].float().mean()
    agreement = (classes == teacher_logits.argmax(dim=2))[labelled].float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")
    print(f"accuracy {accuracy:.2f}, agreement with the teacher {agreement:.2f}")
