"""Connectionist temporal classification: the sum over all alignments (Graves et al. 2006)."""

from torch import nn

BLANK = 0  # no label: what stands between two tokens, and what tells "aa" from "a"

criterion = nn.CTCLoss(blank=BLANK, zero_infinity=True)  # mean per token, then over the batch
