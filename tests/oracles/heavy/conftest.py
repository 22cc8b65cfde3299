"""Lets torchvision be imported beside a PyTorch without CUDA: for that build it has no compiled operators."""

from __future__ import annotations

import contextlib

import torch

LIBRARY = torch.library.Library("torchvision", "DEF")
for operator in (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
):
    with contextlib.suppress(RuntimeError):  # a torchvision that has them
        LIBRARY.define(operator)
