"""Features of a frozen network: VGG-16 where its weights are on disk, else random filters."""

from functools import cache
from itertools import chain

import torch
from torch import Tensor, nn

RGB_MEAN, RGB_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # of ImageNet, pixels in 0..1


@cache
def feature_layers(device: torch.device) -> nn.Sequential:
    """Frozen layers; made once, and says then where the weights come from. Downloads nothing."""
    path = f"{torch.hub.get_dir()}/checkpoints/vgg16-397923af.pth"
    try:
        from torchvision.models import vgg16

        network = vgg16(init_weights=False)
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        layers, source = network.features[:24], "VGG-16, ImageNet"
    except (ImportError, OSError, RuntimeError) as reason:  # not here, or of another build
        layers, source = random_layers(), f"random weights ({reason})"
    print(f"features: {source}")
    for layer in layers:
        layer.inplace = False  # a ReLU in place overwrites the features before it
    return layers.requires_grad_(False).eval().to(device)


def random_layers() -> nn.Sequential:
    """Untrained filters, each time the same: enough to try the program, not for results."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        convolutions = [nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 16), (16, 32), (32, 64)]]
    return nn.Sequential(*chain(*([layer, nn.ReLU(), nn.AvgPool2d(2)] for layer in convolutions)))


def features(images: Tensor) -> list[Tensor]:
    """RGB images [B, 3, H, W] in 0..1 -> what each pooling layer is given (relu1_2, 2_2, ...)."""
    mean, std = (images.new_tensor(rgb).view(3, 1, 1) for rgb in (RGB_MEAN, RGB_STD))
    found, hidden = [], (images - mean) / std
    for layer in feature_layers(images.device):
        if isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
            found.append(hidden)
        hidden = layer(hidden)
    return found
