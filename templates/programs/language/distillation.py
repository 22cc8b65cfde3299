"""The next token, learned from a larger language model."""

import torch
import torch.nn.functional as F
from losses.forward_kl import criterion
from models.decoder import LENGTH, PAD, VOCABULARY, WIDTH, Decoder, toy_inputs
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 16
LEARNING_RATE = 3e-3


def build_model() -> nn.Module:
    """The student gives raw logits [B, T, V]: at each position those of the token that follows."""
    decoder, head = Decoder(), nn.Linear(WIDTH, VOCABULARY, bias=False)
    head.weight = decoder.tokens.weight  # tied: one table reads tokens and scores them
    return nn.Sequential(decoder, head)


def batch() -> tuple[Tensor, Tensor, Tensor]:
    """Toy data, replace it: token ids [B, T], labels [B, T] int64, teacher's logits [B, T, V].

    Labels are the same ids, NOT shifted, and -100 where nothing is to be learned. The teacher reads
    the same ids, with the same vocabulary, in eval mode under torch.no_grad().
    """
    ids = toy_inputs(BATCH_SIZE)
    after = (ids + ids.diff(dim=1, append=ids[:, :1])) % PAD
    padding = torch.arange(LENGTH) >= torch.randint(LENGTH // 2, LENGTH + 1, (BATCH_SIZE, 1))
    teacher_logits = 6.0 * F.one_hot(after, VOCABULARY) + 3.0 * F.one_hot(ids, VOCABULARY)
    return ids.masked_fill(padding, PAD), ids.masked_fill(padding, -100), teacher_logits


def loss_fn(logits: Tensor, labels: Tensor, teacher_logits: Tensor) -> Tensor:
    """Raw logits [B, T, V], labels [B, T] int64, the teacher's logits [B, T, V] -> scalar."""
    assert logits.shape[:2] == labels.shape, f"{list(logits.shape)} and {list(labels.shape)}"
    assert logits.shape == teacher_logits.shape, "student and teacher need one vocabulary"
    counted = labels[:, 1:] != -100  # position t foretells token t + 1
    student, teacher = logits[:, :-1][counted], teacher_logits[:, :-1][counted]
    return criterion(student.float(), teacher.float())  # [N, V] both


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V] -> the token that follows the last one [B], and the probabilities [B, V]."""
    return logits[:, -1].argmax(dim=1), logits[:, -1].softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels, teacher_logits = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        same = model(ids).argmax(dim=2) == teacher_logits.argmax(dim=2)
    agreement = same[:, :-1][labels[:, 1:] != -100].float().mean()
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, agreement with the teacher {agreement:.2f}")
