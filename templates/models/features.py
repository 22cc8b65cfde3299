"""Features of a frozen network: VGG-16 where its weights are on disk, else random filters."""

from functools import cache
from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn


@cache
@torch.random.fork_rng(devices=[])
def frozen_blocks(device: torch.device) -> nn.ModuleList:
    """VGG-16 up to relu4_3 if its weights are on disk, else random filters; downloads nothing."""
    try:
        from torchvision.models import vgg16

        network = vgg16(init_weights=False)
        network.load_state_dict(torch.load(f"{torch.hub.get_dir()}/checkpoints/vgg16-397923af.pth"))
        blocks = [network.features[start:end] for start, end in pairwise([0, 4, 9, 16, 23])]
        print("features: VGG-16, ImageNet")
    except (ImportError, OSError, RuntimeError) as reason:  # not here, or of another build
        torch.manual_seed(0)  # the same filters each time
        blocks = [nn.Sequential(nn.Conv2d(3 * 4**i, 12 * 4**i, 2, 2), nn.ReLU()) for i in range(3)]
        print(f"features: random weights, for a trial only ({reason})")
    return nn.ModuleList(blocks).requires_grad_(False).eval().to(device)


def features(images: Tensor) -> list[Tensor]:
    """RGB images [B, 3, H, W] in 0..1 -> the outputs of the blocks, [B, C, h, w] float32."""
    mean, std = images.new_tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])[..., None, None]
    blocks, start = frozen_blocks(images.device), (images - mean) / std
    return [x.float() for x in accumulate(blocks, lambda x, block: block(x), initial=start)][1:]
