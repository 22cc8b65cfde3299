"""The names of all checks, and what each catches; known without torch."""

from __future__ import annotations

GENERAL: dict[str, str] = {
    "runs": "a program that crashes: its training and inference half run for a few steps",
    "contract": "tensors of another shape, dtype or range than the loss wants; boxes inverted, quantiles crossed",
    "scalar": "a loss that is not a finite float32 scalar with a graph",
    "gradients": "parameters that the loss does not reach, or reaches with NaN",
    "order": "a loss that does not prefer what is right: perfect < random < worst",
    "every-target": "a target that doesn't count: to get any single one wrong must cost something",
    "quantile-slope": "quantiles that are swapped or flipped",
    "zero-value": "another loss than it says, or a wrong reduction: the value at all-zero outputs is known",
    "perfect-value": "an activation too many: a perfect prediction then can't reach the known minimum",
    "direction": "a loss that pushes the wrong way",
    "shift": "a missing or second activation: softmax losses ignore a constant added to all logits",
    "pairing": "[B, 1] against [B], which broadcasts to [B, B]",
    "sample-order": "a loss that depends on the place of a sample in the batch",
    "bounds": "a loss that runs away",
    "refuses": "targets of a wrong shape or dtype that go unnoticed",
    "missing-ignored": "padding or missing targets that count",
    "all-missing": "a mean over nothing, which is NaN",
    "one-sample": "a variance, a mean or a squeeze that breaks where a batch has one sample",
    "one-class": "a division by the number of other classes, where a batch has one class",
    "one-and-all": "sequences of one target, or of the full length, that give NaN",
    "extremes": "an overflow, or the logarithm of a zero, at outputs of 10000",
    "half-precision": "arithmetic in half precision inside the loss: autocast must not change what it says",
    "inference": "a threshold or an activation in predict() that does not fit the loss",
    "fresh-gradients": "a training loop that never resets gradients, so that those of all steps add up",
    "overfits": "a program that does not learn one batch by heart",
}
"""Checks that run on every program, in this order."""

SPECIAL: dict[str, str] = {
    "terms": "a term of a loss that is missing, does not count or prefers what is wrong",
    "generated-value": "a term, a weight or a reduction of an edited program that is not as it was generated",
    "told-probabilities": "numbers that predict() tells as probabilities, and that are none",
    "steps": "a training step that moves what it must leave alone, or leaves what it must move",
    # Classification.
    "rare-classes": "weights or priors that are inverted, out of order, of the batch, or used once more in predict()",
    "teacher-pull": "a teacher that pulls too weakly, too strongly, or elsewhere",
    "conditional": "a question of CORN that is asked of all, or decoded as if it were",
    "near-misses": "a loss that does not know the order of the levels",
    "own-samples": "a formula on the mean loss, where one on that of each sample is meant",
    # Several numbers per sample.
    "every-column": "a column that gets no gradient, counts more than another, or shares one output of the model",
    "column-scale": "columns of very different spread in one mean: the largest decides the loss",
    # Language models.
    "next-token-oracle": "a shift that is missing, made twice or the wrong way",
    "labels-in-place": "labels that were shifted before, for a loss that shifts",
    "tokens-counted": "a token that should count and does not (id 0), or the other way round (padding)",
    "token-mean": "a mean of means, in which tokens of short sequences weigh more",
    "continuation": "a predict() that reads another position than the last one",
    "prompt-ignored": "a prompt that is learned, or an answer whose first token is not",
    "causality": "a model that sees the token that it should foretell",
    "both-sides": "an encoder with a causal mask",
    "padding-invariance": "padding that counts, or is attended to",
    "masking": "masks in other proportions, on special tokens, or with the wrong labels",
    "decoder-inputs": "a decoder that reads what it should write",
    "source-used": "a decoder that ignores its source",
    "end-counted": "an end token that is masked like padding",
    "chunks": "a loss in chunks that is not plain cross-entropy, or keeps all logits",
    "z-loss": "a z-loss of another size, or outside the sum",
    "padded-frames": "frames beyond the end of an input that count",
    "too-few-frames": "sequences with more tokens than frames that go unnoticed",
    "best-path": "a CTC decoder that keeps blanks or repeats",
    "mode-covering": "a forward KL divergence with student and teacher exchanged",
    "mode-seeking": "a reverse KL divergence with student and teacher exchanged",
    "teacher-frozen": "a teacher that learns from its student",
    # Pairs of embeddings.
    "both-towers": "a side that gets no gradient; the other one hides it by following",
    "row-scale": "embeddings that are not normalised, or over the wrong axis",
    "one-side": "sides that are not paired row by row",
    "every-row": "a row that doesn't count: to get any single one wrong must cost something",
    "autocast": "similarities in half precision",
    "equal-rows": "a gradient that is NaN where embeddings are equal",
    "collapse": "too few or too many negatives: the value of embeddings that are all equal is known",
    "temperature": "a temperature that multiplies instead of dividing",
    "symmetric": "a loss of both sides that looks from one side only",
    "order-of-scores": "a ranking loss in which scores count by their size",
    "doubles": "rows of one id that count as negatives of each other",
    "row-inference": "a search that does not fit the loss: perfect rows must be found",
    "retrieval": "embeddings that don't serve a search: rows that don't find each other after training",
    "learned-scale": "a scale or bias that is not in the optimizer, or not used",
    "clamped-scale": "a scale that grows without end, or is stuck beyond its limit",
    "undecayed-scale": "weight decay on the scale",
    "far-pairs": "the logarithm of a clamped probability, whose gradient ends",
    "start-balanced": "sigmoids without a bias, whose negatives swamp the start",
    # Preferences.
    "answers-alone": "a prompt or padding that counts, or labels that are not the next tokens",
    "normalised": "logits that are taken for log-probabilities",
    "far-off": "a log(sigmoid) that underflows",
    "at-reference": "a reference that is left out: a policy that equals it has learned nothing",
    "frozen-reference": "a reference that is trained, has dropout, or is no copy of the policy",
    "sum-over-tokens": "a mean over the tokens of an answer where a sum was meant",
    "mean-over-tokens": "a sum over the tokens of an answer where a mean was meant",
    "drift": "a baseline of KTO that may be negative, or that gradients go through",
    "verdict": "a decision in predict() that takes the worse answer",
    "last-token": "a reward that is read at padding",
    "rollout": "old log-probabilities with a graph, or of another policy than the one that sampled",
    "on-policy": "a policy's loss that is not minus the mean advantage on its own answers",
    "mean-of-all-tokens": "another weight for a token than -advantage / number of all tokens",
    "mean-of-each-answer": "another weight for a token than that of a mean over each answer",
    "sum-over-a-budget": "advantages divided by a deviation, or answers by their length",
    "clip": "a clip that is missing, on the wrong side, or on both",
    "advantages": "rewards that are not compared within their group; NaN for equal or single ones",
    "value-clip": "a critic whose step is not limited",
    "discounting": "advantages that run past the end of an answer, or discount wrongly",
    "reward-rises": "a policy whose answers don't earn more after training",
    # Images from images.
    "image-range": "images of another range, such as bytes, that are taken without a word",
    "term-gradients": "a term of a loss that is a number only: nothing gets a gradient from it",
    "frozen-features": "a feature network that learns, drifts or is in training mode",
    "perceptual-distance": "features that don't tell an image from a noisy one",
    "content-and-style": "a content or style term that is not zero where it must be, or zero where it must not",
    "style-summary": "a summary of style that depends on where things are, or mixes the samples of a batch",
    "ssim": "SSIM with the wrong data range, or one that isn't symmetric",
    "variation": "a total variation that is not about neighbours",
    "discriminator-labels": "a discriminator that is taught the contrary, or ends in a sigmoid",
    "learns-in-turns": "networks that learn nothing in their turns",
    "condition": "a discriminator that does not see the input beside the image",
    "cycle": "a way back that starts from the wrong image, or is cut off from the way there",
    "identity": "an identity term that is fed the wrong domain",
    "domains": "a discriminator that sees images of the other domain",
    # Segmentation.
    "void-pixels": "void pixels that pull: their gradient must be exactly zero",
    "class-axis": "a softmax over the batch or the image, not over the classes of a pixel",
    "pixel-order": "pixels that are paired with others",
    "every-class": "a class that does not count: to get all of its pixels wrong must cost something",
    "extreme-logits": "a logarithm or a root that breaks at logits of 10000",
    "empty-prediction": "an overlap that the background fills: to predict no foreground must cost about 1",
    "empty-foreground": "a batch without foreground that gives NaN, or asks for foreground",
    "overlap-value": "swapped weights, another pool, exponent or set of classes in an overlap",
    "foreground-share": "a small foreground that drowns: its share of the gradient is known",
    # autoencoders
    "reductions": "a mean where the other term is a sum, or a sum over the batch: the terms then trade at another rate",
    "latent-kl": "a KL term with a sign, a half or a square too few",
    "drawn-latents": "latents drawn with the variance for a standard deviation, or without a gradient",
    "used-latents": "a posterior that collapses: the latents carry nothing and the decoder gives the mean",
    "straight-through": "codes that stop the gradient, or terms that move the side that they must leave alone",
    "nearest-code": "latents replaced by another code than the nearest, by codes of another place, or not at all",
    # GANs
    "raw-scores": "a sigmoid at the end of the discriminator",
    "own-scores": "a BatchNorm in the discriminator: a penalty on the slope of one sample then is one on the batch",
    "gradient-penalty": "a gradient penalty with a wrong norm, a wrong place, or no gradient of its own",
    "generator-loss": "a generator that is paid for being caught, or that learns nothing while it is",
    "good-samples": "two losses that fall, and samples that are no good",
    # diffusion
    "round-trip": "a target and a decoder that don't belong together: the sign of a velocity, noise for velocity",
    "own-time": "noise added at the time of another sample, or one time for all samples",
    "time-ends": "time that runs the other way than the program says",
    "standard-noise": "noise that is not standard normal, or the same for all samples",
    "told-time": "a model that is not told the time, or gets it in a unit in which all times look alike",
    "sampling": "a sampler that goes the other way, or starts or ends at another time",
    "snr-weights": "weights of another prediction type, or 0 / 0 where there is no signal",
    # Embeddings of labelled samples, labelled pairs, triplets and views.
    "stop-gradient": "a goal that moves towards its prediction, until all rows are equal",
    "zero-rows": "rows of zeros, and a few that are equal, whose gradients must be finite",
    "nothing-to-compare": "a batch without positive or negative pairs, which scores NaN or 0",
    "other-classes": "a wrong class that costs nothing, however near its direction is",
    "neighbours": "embeddings that don't serve: the nearest row must belong to the same class, sample or pair",
    "row-spread": "a collapse in training: rows that are all equal after it",
    "slow-copy": "a target network that learns by itself, stands still, or follows too fast",
    # Detection.
    "every-object": "an object that does not count in one of the terms",
    "padding": "rows that hold no object, and count",
    "object-order": "a loss that depends on the order in which objects are listed",
    "query-order": "objects that are tied to queries by their place",
    "one-to-one": "two objects that share a query",
    "no-objects": "a mean over no objects, which is NaN",
    "background": "a loss that is content with finding nothing",
    "false-alarm": "background that does not count",
    "per-object": "boxes or masks that are averaged over all places",
    "per-positive": "a class term that is averaged over all anchors",
    "assignment": "anchors that are for the wrong object or for none, or count where they are in between",
    "detections": "a decoding in predict() that loses objects, or finds some twice",
    "well-formed": "boxes that can turn inside out",
    "every-keypoint": "a point that doesn't count, or a hidden one that does",
    "own-class": "masks that compete between the classes",
    "zero-terms": "a term of another size than it says: its value at all-zero outputs is known",
    "perfect-terms": "a term that a perfect prediction can't bring to its known minimum",
}
"""Checks that run where a contract or a card asks for them."""

CELLS: dict[str, str] = {
    "compiled": "a loss that means something else once it is compiled",
}
"""Checks that run in some cells of the matrix only."""

HALF = (
    "runs contract scalar gradients order direction missing-ignored all-missing one-sample one-class one-and-all "
    "extremes half-precision inference"
).split()
"""What a program is held to under autocast: what the precision can change."""

COMPILED = ("scalar", "gradients", "order", "compiled")
"""What a program is held to where it is compiled."""

SMOKE = tuple(name for name in GENERAL if name != "overfits")
"""What `--level smoke` runs: no training, and nothing special."""

CHECK_NAMES = {**GENERAL, **SPECIAL, **CELLS}
