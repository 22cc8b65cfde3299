"""Choose a PyTorch loss function, get a program that uses it right, and see it proven."""

__version__ = "0.1.0"
