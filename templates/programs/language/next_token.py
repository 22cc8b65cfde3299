"""The next token, by a causal language model."""

import torch
from losses.vocabulary_cross_entropy import criterion
from models.decoder import LENGTH, PAD, VOCABULARY, WIDTH, Decoder, toy_inputs
from targets.shifted_to_token_ids import convert, store  #: if convert
from torch import Tensor, nn
from training.supervised import DEVICE, train

BATCH_SIZE = 16
LEARNING_RATE = 3e-3


def build_model() -> nn.Module:
    """The model gives raw logits [B, T, V]: at each position those of the token that follows."""
    decoder, head = Decoder(), nn.Linear(WIDTH, VOCABULARY, bias=False)
    head.weight = decoder.tokens.weight  # tied: one table reads tokens and scores them
    return nn.Sequential(decoder, head)


#: if completions
def completions_only(labels: Tensor, prompt_lengths: Tensor) -> Tensor:
    """Labels [B, T] with -100 at each row's first tokens: the prompt is read, but not learned."""
    prompt = torch.arange(labels.shape[1], device=labels.device) < prompt_lengths[:, None]
    return labels.masked_fill(prompt, -100)


#: end
def batch() -> tuple[Tensor, Tensor]:
    """Toy data, replace it: token ids [B, T] int64, and as labels the same ids, NOT shifted.

    Labels are -100 where nothing is to be learned.
    """
    ids = toy_inputs(BATCH_SIZE)
    padding = torch.arange(LENGTH) >= torch.randint(LENGTH // 2, LENGTH + 1, (BATCH_SIZE, 1))
    labels = ids.masked_fill(padding, -100)
    labels = completions_only(labels, torch.randint(2, 5, (BATCH_SIZE,)))  #: if completions
    labels = convert(store(labels))  #: if convert
    return ids.masked_fill(padding, PAD), labels


def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
    """Raw logits [B, T, V] float32, labels [B, T] int64 (-100: not counted) -> scalar in nats."""
    assert logits.shape[:2] == labels.shape, f"{list(logits.shape)} and {list(labels.shape)}"
    logits, targets = logits[:, :-1], labels[:, 1:]  # position t foretells token t + 1
    return criterion(logits.float().flatten(0, 1), targets.flatten())  # [N, V] and [N]


def predict(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Logits [B, T, V] -> the token that follows the last one [B], and the probabilities [B, V]."""
    return logits[:, -1].argmax(dim=1), logits[:, -1].softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        perplexity = loss_fn(model(ids), labels).exp()
        text = ids[:1, :2]
        while text.shape[1] < LENGTH:
            text = torch.cat([text, predict(model(text))[0][:, None]], dim=1)
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, perplexity {perplexity:.2f}")
    print("goes on with", text[0].tolist())
