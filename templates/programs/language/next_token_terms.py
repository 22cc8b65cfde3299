"""The next token, by a causal language model whose logits are kept from drifting."""

import torch
from losses.vocabulary_cross_entropy_z_loss import criterion
from models.decoder import LENGTH, PAD, VOCABULARY, WIDTH, Decoder, toy_inputs
from targets.shifted_to_token_ids import convert, store  #: if convert
from torch import Tensor, nn
from training.terms import DEVICE, train

BATCH_SIZE = 16
LEARNING_RATE = 3e-3


def build_model() -> nn.Module:
    """The model gives raw logits [B, T, V]: at each position those of the token that follows."""
    decoder, head = Decoder(), nn.Linear(WIDTH, VOCABULARY, bias=False)
    head.weight = decoder.tokens.weight  # tied: one table reads tokens and scores them
    return nn.Sequential(decoder, head)


def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: token ids [B, T] int64, and as labels the same ids, NOT shifted.

    Labels are -100 where nothing is to be learned.
    """
    ids = toy_inputs(BATCH_SIZE)
    padding = torch.arange(LENGTH) >= torch.randint(LENGTH // 2, LENGTH + 1, (BATCH_SIZE, 1))
    labels = ids.masked_fill(padding, -100)
    labels = convert(store(labels))  #: if convert
    return ids.masked_fill(padding, PAD), labels


def loss_terms(logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """Raw logits [B, T, V] float32, labels [B, T] int64 (-100: not counted) -> both terms."""
    assert logits.shape[:2] == labels.shape, f"{list(logits.shape)} and {list(labels.shape)}"
    logits, targets = logits[:, :-1], labels[:, 1:]  # position t foretells token t + 1
    return criterion(logits.float().flatten(0, 1), targets.flatten())  # [N, V] and [N]


def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
    """The sum of both terms, a scalar in nats."""
    return sum(loss_terms(logits, labels).values())


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V] -> the token that follows the last one [B], and the probabilities [B, V]."""
    return logits[:, -1].argmax(dim=1), logits[:, -1].softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    log = train(model, batch, loss_terms)
    model.eval()
    ids, labels = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        perplexity = loss_terms(model(ids), labels)["cross_entropy"].exp()
        text = ids[:1, :2]
        while text.shape[1] < LENGTH:
            text = torch.cat([text, predict(model(text))[0][:, None]], dim=1)
    for name, last in log[-1].items():
        print(f"{name} {log[0][name]:.4f} -> {last:.4f}")
    print(f"perplexity {perplexity:.2f}")
    print("goes on with", text[0].tolist())
