"""Which object each point is for, by what is predicted there (TOOD, arXiv 2108.07755)."""

import torch
import torch.nn.functional as F
from losses.objects import PADDING
from losses.two_boxes import overlap
from torch import Tensor

TOP = 10  # points for each object, as in YOLOv8; the two powers too
SCORE_POWER, IOU_POWER = 0.5, 6.0


@torch.no_grad()
def assign(
    scores: Tensor, found: Tensor, points: Tensor, labels: Tensor, boxes: Tensor
) -> tuple[Tensor, Tensor]:
    """What is found at points [A, 2], and objects -> soft targets [B, A, C], boxes [B, A, 4]."""
    sides = torch.cat([points - boxes[:, :, None, :2], boxes[:, :, None, 2:] - points], dim=-1)
    inside = (sides.amin(dim=-1) > 0) & (labels != PADDING)[..., None]  # [B, M, A]
    classes = labels.clamp(min=0)
    score = scores.transpose(1, 2).gather(1, classes[..., None].expand_as(inside))
    iou = overlap(boxes[:, :, None], found[:, None])[0]
    fit = (score**SCORE_POWER * iou**IOU_POWER).masked_fill(~inside, -1.0)
    best = fit.topk(min(TOP, len(points))).indices
    chosen = torch.zeros_like(inside).scatter(2, best, value=True) & inside
    owner = iou.masked_fill(~chosen, -1.0).argmax(dim=1)  # [B, A]: no point is for two objects
    chosen &= F.one_hot(owner, labels.shape[1]).transpose(1, 2).bool()
    fit, iou = fit * chosen, iou * chosen
    share = fit / fit.amax(dim=2, keepdim=True).clamp(min=1e-30) * iou.amax(dim=2, keepdim=True)
    targets = F.one_hot(classes.gather(1, owner), scores.shape[-1]) * share.sum(dim=1)[..., None]
    return targets, boxes.gather(1, owner[..., None].expand(-1, -1, 4))
