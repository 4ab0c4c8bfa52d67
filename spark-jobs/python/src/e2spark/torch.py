"""Exported networks in PyTorch; needs ``torch``, which this package does not ask for."""

import io

import torch


def load(torchscript: bytes) -> torch.jit.ScriptModule:
    """A module of the bytes of a TorchScript file."""
    module: torch.jit.ScriptModule = torch.jit.load(io.BytesIO(torchscript), map_location="cpu")
    return module
