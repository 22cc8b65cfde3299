"""What it means that a call was added, left out, or exchanged for another one."""

from __future__ import annotations

import ast

CALLS: dict[str, tuple[str, str]] = {
    "detach": ("gradients are cut off", "gradients flow where they must not"),
    "no_grad": ("gradients are cut off", "gradients flow where they must not"),
    "item": ("gradients are cut off", "a tensor stands where a number is meant"),
    "argmax": ("a decision has no gradient", "scores stand where a decision is meant"),
    "round": ("rounding has no gradient", "numbers are not rounded"),
    "step": ("the optimizer moves more than it should", "the optimizer never moves the parameters"),
    "zero_grad": ("gradients are lost", "gradients of all steps add up"),
    "backward": ("gradients add up", "there are no gradients"),
    "normalize": ("lengths are lost", "rows are not normalised"),
    "requires_grad_": ("what must stay as it is learns", "what must stay as it is learns"),
    "eval": ("dropout and batch statistics are off", "dropout and batch statistics are on"),
    "train": ("dropout and batch statistics are on", "dropout and batch statistics are off"),
    "half": ("half precision is too coarse for a loss", ""),
    "float": ("", "half precision is too coarse for a loss"),
    "clamp": ("what is clamped has no gradient", "a division by zero, or an overflow, is possible"),
    "clamp_": ("what is clamped has no gradient", "there is no limit any more"),
    "masked_fill": ("something is left out", "what is missing counts"),
    "reshape": ("a reshape keeps the order in memory: to swap axes takes a transpose", "axes are in another order"),
    "mean": ("a mean stands where there was none", "there is no mean"),
    "sum": ("a sum stands where there was none", "there is no sum"),
    "unsqueeze": ("an axis too many broadcasts", "an axis is missing, and broadcasts"),
    "view_as": ("a view keeps the order in memory: to move axes takes movedim", ""),
    "tanh": ("tanh bends what is wanted as it is", ""),
    "log_softmax": ("", "the logits are no log-probabilities yet"),
    "abs": ("", "the sign counts"),
    "view": ("axes are in another order", "an axis is missing: what belongs to a sample meets others"),
    "squeeze": ("an axis is gone", "an axis too many broadcasts"),
    "sqrt": ("a root stands where there was none", "there is no root: the square counts"),
    "exp": ("an exponential too many", "the logarithm is not undone"),
    "log": ("a logarithm too many", "there is no logarithm"),
    "roll": ("predictions and targets don't belong together", "nothing is shifted"),
    "nll_loss": ("it wants log-probabilities", "the logarithm of the probability is not taken"),
    "NLLLoss": ("it wants log-probabilities", "the logarithm of the probability is not taken"),
    "cross_entropy": ("its softmax makes the outputs compete", "the outputs don't compete"),
    "binary_cross_entropy": ("it wants probabilities, and no logits", ""),
    "softmax": ("the outputs compete, and are no logits any more", "they are no probabilities yet"),
    "Softmax": ("the model gives probabilities where logits are meant", "they are no probabilities yet"),
    "Sigmoid": ("the model gives probabilities where logits are meant", "they are no probabilities yet"),
    "sigmoid": ("probabilities stand where logits are meant", "logits are taken for probabilities"),
    "logsigmoid": ("a log-probability stands where a probability is meant", "the logarithm is not taken in one"),
    "argmin": ("the least likely is taken", "the most likely is taken"),
    "new_tensor": ("", "the constants of the loss are left out"),
    "any": ("", "nobody looks whether anything is left"),
    "triu": ("half of the pairs is left out", "the diagonal counts too"),
    "where": ("what is masked after the arithmetic keeps a gradient of NaN", "what is masked counts"),
    "std": ("the spread of a batch is no number for a single sample", "there is no spread"),
    "i0": ("a Bessel function that overflows from 88 on", ""),
    "cosh": ("a hyperbolic cosine overflows from 89 on", ""),
    "norm": ("what is divided by its length says nothing of it any more", "lengths don't count"),
    "acos": ("angles stand where cosines are meant", ""),
    "deg2rad": ("", "degrees stand where radians are meant"),
    "one_hot": ("", "the classes of the targets are not told apart"),
    "expand": ("one row stands for several", ""),
    "numpy": ("NumPy knows no gradients: detach first", ""),
    "multilabel_margin_loss": ("its margins lie between the labels of a sample, not around 0", ""),
    "soft_margin_loss": ("it is logistic: it has no margin, and wants labels of -1 and 1", ""),
    "log1p": ("log(1 + x) stands where there was none", "there is no 1 that keeps the logarithm of a zero finite"),
}
"""What it means if a call was added, and if it is gone."""

OPPOSITES: dict[str, dict[str, str]] = {
    "argmax": {"argmin": "the smallest is taken where the largest is meant"},
    "argmin": {"argmax": "the largest is taken where the smallest is meant"},
    "amax": {"amin": "the smallest is taken where the largest is meant"},
    "maximum": {"minimum": "the smaller is taken where the larger is meant"},
    "minimum": {"maximum": "the larger is taken where the smaller is meant"},
    "sum": {"mean": "a mean stands where a sum is meant"},
    "mean": {"sum": "a sum stands where a mean is meant"},
    "logsumexp": {"mean": "a mean of logarithms stands where the logarithm of a sum is meant"},
    "log_softmax": {"softmax": "probabilities stand where their logarithms are meant"},
    "softmax": {
        "sigmoid": "yes or no for each class stands where the classes compete",
        "log_softmax": "logarithms stand where probabilities are meant",
    },
    "sigmoid": {"softmax": "the outputs compete, where each is a yes or no of its own"},
    "randn_like": {"rand_like": "the noise is uniform, and must be normal"},
    "randn": {"rand": "the noise is uniform, and must be normal"},
    "ones_like": {"zeros_like": "the aim is 0 where 1 is meant"},
    "zeros_like": {"ones_like": "the aim is 1 where 0 is meant"},
    "tril": {"triu": "what comes before counts in the place of what comes after"},
    "triu": {"tril": "what comes after counts in the place of what comes before"},
    "Parameter": {"Buffer": "a buffer is no parameter: no optimizer ever moves it"},
    "movedim": {"view_as": "the order in memory is kept where axes must move"},
}
"""By call, others that are taken for it, and what that means."""

KEYWORDS = {
    "dim": "it goes over all axes, where one is meant",
    "descending": "the order is turned around: the smallest come first",
    "largest": "the smallest are taken where the largest are meant",
    "create_graph": "the gradient has no gradient of its own",
    "src_key_padding_mask": "padding is attended to",
    "memory_key_padding_mask": "padding of the source is attended to",
    "is_causal": "the causal mask is missing",
    "src_mask": "the causal mask is missing",
    "tgt_mask": "the causal mask is missing",
    "correction": "the deviation of a sample divides by its size minus 1, which is 0 for a single one",
    "log_input": "a rate is taken for its logarithm, or the other way round",
    "pos_weight": "the positives alone are to be weighed",
    "strict": "what is left over is dropped without a word",
    "beta": "the default of beta is another one",
    "delta": "the default of delta is another one",
    "min": "there is no lower limit any more",
    "max": "there is no upper limit any more",
}
"""What it means that a keyword is left out, or turned around."""

ADDED = {
    "requires_grad": ("False", "no gradient is taken: it never learns"),
    "largest": ("False", "the smallest are taken where the largest are meant"),
    "right": ("True", "what is equal counts as less"),
}
"""Keywords that are added, their values, and what that means."""


def called(call: ast.Call) -> str:
    """The last name of what is called: `softmax` of `nn.functional.softmax(x)`; "" if it has none."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def meaning(name: str, what: str, position: int) -> str:
    known = CALLS.get(name, ("", ""))[position]
    return f"{known}: {name}() {what}" if known else f"{name}() {what}"


def missing(name: str, inner: str) -> str:
    """What it means that a call is left out around `inner`, or as a whole."""
    known = CALLS.get(name, ("", ""))[1]
    gone = f"{name}() of {inner} is left out" if f"{name}(" not in inner else f"{inner} is left out"
    return f"{known}: {gone}" if known else gone
