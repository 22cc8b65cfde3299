"""Features of a frozen network: VGG-16 where its weights are on disk, else random filters."""

from functools import cache

import torch
from torch import Tensor, nn

IMAGENET_MEAN, IMAGENET_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # of RGB in 0..1


class Features(nn.Module):
    """RGB images [B, 3, H, W] in 0..1 -> what each of four pooling layers is given; frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.layers, self.source = vgg16_layers()
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(3, 1, 1))
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(3, 1, 1))
        self.requires_grad_(False).eval()

    def forward(self, images: Tensor) -> list[Tensor]:
        found, hidden = [], (images - self.mean) / self.std
        for layer in self.layers:
            if isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)):
                found.append(hidden)  # VGG-16: relu1_2, relu2_2, relu3_3, relu4_3
            hidden = layer(hidden)
        return found


def vgg16_layers() -> tuple[nn.Sequential, str]:
    """The layers, and where their weights come from; nothing is downloaded.

    To have the real ones: `torchvision.models.vgg16(weights="IMAGENET1K_V1")` fetches 528 MB once.
    """
    path = f"{torch.hub.get_dir()}/checkpoints/vgg16-397923af.pth"
    try:
        from torchvision.models import vgg16

        network = vgg16(init_weights=False)
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except (ImportError, OSError, RuntimeError) as reason:
        # torchvision may be absent, or not fit torch
        return random_layers(), f"random weights ({reason})"
    layers = network.features[:24]
    for layer in layers:
        if isinstance(layer, nn.ReLU):
            layer.inplace = False  # in place it would overwrite what was taken before it
    return layers, "VGG-16, ImageNet"


def random_layers() -> nn.Sequential:
    """Untrained filters, each time the same: enough to try a program out, not for results."""
    layers: list[nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for given, wanted in [(3, 16), (16, 32), (32, 64), (64, 64)]:
            layers += [nn.Conv2d(given, wanted, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)]
            nn.init.kaiming_normal_(layers[-3].weight)
    return nn.Sequential(*layers)


@cache
def features(device: torch.device) -> Features:
    """The network on `device`; made once, and says then where its weights come from."""
    network = Features().to(device)
    print(f"features: {network.source}")
    return network
