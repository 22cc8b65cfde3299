"""Yes or no, learned from a teacher and from labels."""

import torch
from losses.binary_distillation import criterion
from models.mlp import network, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

THRESHOLD = 0.5  # on the probability of yes
BATCH_SIZE = 16


def build_model() -> nn.Module:
    """The student gives one raw logit per sample, [B]: no sigmoid."""
    return nn.Sequential(network(1), nn.Flatten(0))  # [B, 1] -> [B]


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: inputs, targets [B] float32, teacher logits [B].

    The teacher runs in eval mode under torch.no_grad(), on the same augmented inputs.
    """
    signal = torch.randn(BATCH_SIZE, 4)
    targets = (signal[:, 0] > 0.5).float()
    return toy_inputs(signal), targets, 4 * (2 * targets - 1)


def loss_fn(logits: Tensor, targets: Tensor, teacher_logits: Tensor) -> Tensor:
    """Raw logits [B], labels [B] float32, teacher's logits [B] -> scalar."""
    assert logits.shape == targets.shape, f"{list(logits.shape)} != {list(targets.shape)}"
    return criterion(logits.float(), targets, teacher_logits.float())


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B] -> yes or no [B], and the probability of yes [B]."""
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
