"""Writes what e2cnn's batch normalisations remember with momentum=None, after three batches.

Usage, in a virtual environment with requirements.txt installed:

    python cumulative_statistics.py src/test/resources/cumulative-statistics.npz
"""

import argparse

import numpy as np
import torch
from e2cnn import gspaces, nn


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    # GNormBatchNorm calls view() on a tensor that this torch does not lay out contiguously.
    torch.Tensor.view = torch.Tensor.reshape
    torch.manual_seed(arguments.seed)
    d4 = gspaces.FlipRot2dOnR2(4)
    vectors = nn.FieldType(d4, [d4.irrep(1, 1), d4.irrep(1, 0), d4.irrep(1, 1)])
    regular = nn.FieldType(d4, [d4.regular_repr, d4.trivial_repr])
    induced = nn.FieldType(d4, [d4.induced_repr((None, 4), d4.fibergroup.subgroup((None, 4))[0].irrep(1))] * 2)
    modules = [
        nn.InnerBatchNorm(regular, momentum=None),
        nn.GNormBatchNorm(regular, momentum=None),
        nn.NormBatchNorm(vectors, momentum=None),
        nn.InducedNormBatchNorm(induced, momentum=None),
    ]
    arrays = {}
    for module in modules:
        name = type(module).__name__
        for batch in range(3):
            x = torch.randn(2, module.in_type.size, 3, 3) * (batch + 1) + batch
            arrays[f"{name}.x{batch}"] = x
            y = module(nn.GeometricTensor(x, module.in_type))
        arrays[f"{name}.y_train"] = y.tensor
        arrays[f"{name}.y_eval"] = module.eval()(nn.GeometricTensor(x, module.in_type)).tensor
        for key, value in module.state_dict().items():
            if "running" in key or "tracked" in key:
                arrays[f"{name}.after.{key}"] = value
    np.savez(arguments.file, **{k: v.detach().numpy() for k, v in arrays.items()})


if __name__ == "__main__":
    main()
