"""Trains small networks of escnn for a few steps and saves their state dicts, some images and their logits.

Usage, in a virtual environment that has torch, numpy 1.23 and lie_learn, and escnn 1.0.11 without its other requirements, which are for
three dimensions:

    python escnn_networks.py src/test/resources/escnn
"""

import argparse
import pathlib

import numpy as np
import torch
from escnn import gspaces, nn


def fields(space, *representations):
    return nn.FieldType(space, list(representations))


def rotations():
    """Regular fields, irreps and gates."""
    space = gspaces.rot2dOnR2(8)
    image = fields(space, space.trivial_repr)
    hidden = fields(space, space.trivial_repr, space.regular_repr, space.trivial_repr)
    vectors = fields(space, space.trivial_repr, space.trivial_repr, space.irrep(1), space.irrep(2))
    gated = nn.GatedNonLinearity1(vectors)
    last = fields(space, space.regular_repr, space.regular_repr, space.regular_repr)
    return image, nn.SequentialModule(
        nn.R2Conv(image, hidden, kernel_size=5, padding=2),
        nn.InnerBatchNorm(hidden),
        nn.ELU(hidden),
        nn.PointwiseAvgPoolAntialiased2D(hidden, sigma=0.66, stride=2),
        nn.R2Conv(hidden, vectors, kernel_size=3, padding=1, bias=False),
        nn.IIDBatchNorm2d(vectors),
        gated,
        nn.R2Conv(gated.out_type, last, kernel_size=3, padding=1),
        nn.InnerBatchNorm(last),
        nn.ReLU(last),
        nn.GroupPooling(last),
    )


def reflections():
    """Fields of a dihedral group and of its subgroup."""
    space = gspaces.flipRot2dOnR2(4)
    image = fields(space, space.trivial_repr)
    hidden = fields(space, space.regular_repr, space.irrep(1, 1), space.irrep(1, 0), space.regular_repr)
    norms = nn.NormNonLinearity(hidden)
    last = fields(space, space.regular_repr, space.regular_repr)
    return image, nn.SequentialModule(
        nn.R2Conv(image, hidden, kernel_size=5, padding=2),
        nn.IIDBatchNorm2d(hidden),
        norms,
        nn.R2Conv(hidden, last, kernel_size=3, stride=2),
        nn.InnerBatchNorm(last),
        nn.ELU(last),
        nn.GroupPooling(last),
    )


def continuous():
    """Irreps of O(2), and band-limited functions on it."""
    space = gspaces.flipRot2dOnR2(-1, maximum_frequency=3)
    image = fields(space, space.trivial_repr)
    signals = nn.FourierELU(space, 3, space.fibergroup.bl_irreps(2), N=12, type="regular")
    last = fields(space, space.trivial_repr, space.irrep(1, 2))
    return image, nn.SequentialModule(
        nn.R2Conv(image, signals.in_type, kernel_size=5, padding=2),
        nn.IIDBatchNorm2d(signals.in_type),
        signals,
        nn.R2Conv(signals.out_type, last, kernel_size=5),
        nn.NormPool(last),
    )


class Network(torch.nn.Module):
    def __init__(self, image, features):
        super().__init__()
        self.image = image
        self.features = features
        self.head = torch.nn.Linear(features.out_type.size, 4)

    def forward(self, x):
        return self.head(self.features(nn.GeometricTensor(x, self.image)).tensor.mean(dim=(2, 3)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=20261126)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    numbers = {"x": torch.randn(3, 1, 13, 13).numpy()}
    for make in (rotations, reflections, continuous):
        network = Network(*make())
        optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
        for _ in range(3):
            loss = torch.nn.functional.cross_entropy(network(torch.randn(8, 1, 13, 13)), torch.randint(4, (8,)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        # A state that was saved in training has no filters.
        torch.save(network.state_dict(), arguments.folder / f"{make.__name__}-training.pt")
        network.eval()
        torch.save(network.state_dict(), arguments.folder / f"{make.__name__}.pt")
        with torch.no_grad():
            numbers[make.__name__] = network(torch.tensor(numbers["x"])).numpy()
    np.savez(arguments.folder / "logits.npz", **numbers)


if __name__ == "__main__":
    main()
