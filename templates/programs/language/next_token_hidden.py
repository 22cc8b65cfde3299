"""The next token, by a causal language model with a large vocabulary."""

import torch
from losses.linear_cross_entropy import criterion
from models.decoder import LENGTH, PAD, Decoder, toy_inputs
from targets.shifted_to_token_ids import convert, store  #: if convert
from torch import Tensor, nn
from training.outputs import DEVICE, train

BATCH_SIZE = 16
LEARNING_RATE = 3e-3


class HiddenStates(nn.Module):
    """Token ids [B, T] -> hidden states [B, T, D], and the output layer [V, D], which they need."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = Decoder()

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        return self.decoder(ids), self.decoder.tokens.weight  # tied: one table reads and scores


def build_model() -> nn.Module:
    """The model gives no logits: the loss makes them, some tokens at a time."""
    return HiddenStates()


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


def loss_fn(hidden: Tensor, weight: Tensor, labels: Tensor) -> Tensor:
    """Hidden states [B, T, D], output layer [V, D], labels [B, T] int64 -> scalar in nats."""
    assert hidden.shape[:2] == labels.shape, f"{list(hidden.shape)} and {list(labels.shape)}"
    hidden, targets = hidden[:, :-1], labels[:, 1:]  # position t foretells token t + 1
    return criterion(hidden.flatten(0, 1), weight, targets.flatten())  # [N, D], [V, D] and [N]


def predict(hidden: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """The token that follows the last one [B], and the probabilities [B, V]."""
    logits = (hidden[:, -1] @ weight.T).float()  # of one position: the others are not needed
    return logits.argmax(dim=1), logits.softmax(dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    model = build_model().to(DEVICE)
    losses = train(model, batch, loss_fn)
    model.eval()
    ids, labels = (tensor.to(DEVICE) for tensor in batch())
    with torch.no_grad():
        perplexity = loss_fn(*model(ids), labels).exp()
        text = ids[:1, :2]
        while text.shape[1] < LENGTH:
            text = torch.cat([text, predict(*model(text))[0][:, None]], dim=1)
    print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, perplexity {perplexity:.2f}")
    print("goes on with", text[0].tolist())
