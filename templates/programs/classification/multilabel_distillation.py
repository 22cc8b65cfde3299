"""Several labels per sample, each yes or no, learned from a teacher and from labels."""

import torch
from losses.binary_distillation import criterion
from models.mlp import network, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

NUM_LABELS = 3  #: set num_classes
THRESHOLD = 0.5  # on each probability; choose one per label on validation data
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The student gives a raw logit for each label, [B, L]: no sigmoid, no softmax."""
    return network(NUM_LABELS)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: inputs, targets [B, L] float32, teacher logits [B, L].

    The teacher runs in eval mode under torch.no_grad(), on the same augmented inputs.
    """
    signal = torch.randn(BATCH_SIZE, NUM_LABELS)
    targets = (signal > 0.5).float()
    return toy_inputs(signal), targets, 4 * (2 * targets - 1)


def loss_fn(logits: Tensor, targets: Tensor, teacher_logits: Tensor) -> Tensor:
    """Raw logits [B, L], multi-hot targets [B, L] float32, teacher's logits [B, L] -> scalar."""
    assert logits.shape == targets.shape, f"{list(logits.shape)} != {list(targets.shape)}"
    return criterion(logits.float(), targets, teacher_logits.float())


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, L] -> yes or no [B, L], and the probability of each label [B, L]."""
    probabilities = logits.sigmoid()
    return probabilities > THRESHOLD, probabilities


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    inputs, targets, teacher_logits = batch()
    with torch.no_grad():
        answers = predict(model(inputs.to(DEVICE)))[0].cpu()
    accuracy = (answers == (targets > 0.5)).float().mean()
    agreement = (answers == (teacher_logits > 0)).float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")
    print(f"accuracy {accuracy:.2f}, agreement with the teacher {agreement:.2f}")
