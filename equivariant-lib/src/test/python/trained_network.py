"""Trains a small network of e2cnn for a few steps and saves its state dict, some images and their logits.

Usage, in a virtual environment with requirements.txt installed:

    python trained_network.py src/test/resources/trained-network
"""

import argparse
import pathlib

import numpy as np
import torch
from e2cnn import gspaces, nn


class Network(torch.nn.Module):
    """Rotations by 45 degrees at first, by 180 degrees at last; one layer of each kind that has a state."""

    def __init__(self):
        super().__init__()
        c8 = gspaces.Rot2dOnR2(8)
        image = nn.FieldType(c8, [c8.trivial_repr])
        hidden = nn.FieldType(c8, [c8.trivial_repr, c8.regular_repr, c8.trivial_repr])
        vectors = nn.FieldType(c8, [c8.trivial_repr] * 2 + [c8.irrep(1), c8.irrep(2)])
        gated = nn.FieldType(c8, [c8.irrep(1), c8.irrep(2)])
        restricted = nn.RestrictionModule(gated, 2)
        split = nn.DisentangleModule(restricted.out_type)
        c2 = restricted.out_type.gspace
        last = nn.FieldType(c2, [c2.regular_repr] * 3)
        self.input = image
        self.features = nn.SequentialModule(
            nn.MaskModule(image, 13, margin=1),
            nn.R2Conv(image, hidden, kernel_size=3, padding=1),
            nn.InnerBatchNorm(hidden),
            nn.ELU(hidden),
            nn.PointwiseAvgPoolAntialiased(hidden, sigma=0.66, stride=2),
            nn.R2Conv(hidden, vectors, kernel_size=3, padding=1, bias=False),
            nn.GNormBatchNorm(vectors),
            nn.GatedNonLinearity1(vectors),
            restricted,
            split,
            nn.R2Conv(split.out_type, last, kernel_size=3, padding=1),
            nn.InnerBatchNorm(last),
            nn.ReLU(last),
            nn.GroupPooling(last),
        )
        self.head = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.BatchNorm1d(8), torch.nn.ELU(), torch.nn.Linear(8, 4))

    def forward(self, x):
        y = self.features(nn.GeometricTensor(x, self.input)).tensor
        return self.head(y.mean(dim=(2, 3)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    # GNormBatchNorm calls view() on a tensor that this torch does not lay out contiguously.
    torch.Tensor.view = torch.Tensor.reshape
    torch.manual_seed(arguments.seed)
    np.random.seed(arguments.seed)
    network = Network().train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(5):
        x = torch.randn(16, 1, 13, 13)
        loss = torch.nn.functional.cross_entropy(network(x), torch.randint(4, (16,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    torch.save({"epoch": 1, "model": network.state_dict()}, arguments.folder / "training.pt")
    network.eval()
    torch.save(network.state_dict(), arguments.folder / "evaluation.pt")
    x = torch.randn(3, 1, 13, 13)
    with torch.no_grad():
        np.savez(arguments.folder / "logits.npz", x=x.numpy(), y=network(x).numpy())


if __name__ == "__main__":
    main()
