"""Writes golden vectors of modules that treat fields as wholes, with fields in any order and options that golden.py leaves out.

Usage, in a virtual environment with requirements.txt installed:

    python golden_fields.py src/test/resources/golden-fields
"""

import argparse

import numpy as np
import torch
from golden import REGULAR, TRIVIAL, Writer, flip, fliprot, induced, irrep, module_case, quotient, rot

GATES = ["gated", "gate", "gated", "gate"]


def cases(case):
    d4, c8, so2 = fliprot(4), rot(8), rot(-1, 3)
    o2 = fliprot(-1, maximum_frequency=3)
    vectors = [[irrep(1, 1), 1], [irrep(1, 0), 2], [irrep(1, 1), 1]]
    from_c4 = [[induced([None, 4], 1), 1], [induced([None, 4], 2), 1], [induced([None, 4], 1), 1]]
    without_trivial = [[induced([None, 4], 1), 1], [induced([None, 4], 2), 2]]
    interleaved = [[irrep(1), 1], [TRIVIAL, 1], [TRIVIAL, 1], [TRIVIAL, 1]]
    case("p_relu", d4, [[TRIVIAL, 1], [quotient([0, 1]), 1]], "PointwiseNonLinearity", function="p_relu")
    case("p_elu", d4, [[TRIVIAL, 1], [quotient([0, 1]), 1]], "PointwiseNonLinearity", function="p_elu")
    case("c_relu-signs", d4, [[irrep(1, 0), 1], [quotient([0, 2]), 1], [irrep(0, 2), 1]], "ConcatenatedNonLinearity")
    case("norm-unsorted", d4, vectors, "NormNonLinearity")
    case("norm-sigmoid-unbiased", so2, [[irrep(2), 1], [TRIVIAL, 1], [irrep(1), 1]], "NormNonLinearity", function="n_sigmoid", bias=False)
    case("inducednorm-mixed", d4, from_c4, "InducedNormNonLinearity", function="n_sigmoid")
    case("inducednorm-unbiased", d4, from_c4, "InducedNormNonLinearity", function="squash", bias=False)
    case("gated-interleaved", c8, interleaved, "GatedNonLinearity1", gates=GATES)
    case("gated-kept", c8, [[TRIVIAL, 2], [irrep(1), 1], [TRIVIAL, 1]], "GatedNonLinearity1", drop_gates=False)
    case("gated-by-size", c8, [[TRIVIAL, 3], [REGULAR, 1], [irrep(1), 1], [irrep(4), 1]], "GatedNonLinearity1")
    gates = [[induced([None, -1], 0), 2], [induced([None, -1], 1), 1], [induced([None, -1], 0), 1]]
    case("inducedgated-kept", o2, gates, "InducedGatedNonLinearity1", drop_gates=False)
    case("normbn-unsorted", d4, vectors, "NormBatchNorm", affine=False)
    case("inducednormbn-mixed", d4, without_trivial, "InducedNormBatchNorm", eps=1e-2)
    case("gnormbn-plain", d4, [[quotient([0, 1]), 1], [irrep(1, 0), 1], [quotient([0, 1]), 1]], "GNormBatchNorm", affine=False, eps=1e-2)
    case("normpool-unsorted", c8, [[irrep(1), 1], [TRIVIAL, 1], [irrep(2), 1]], "NormPool")
    case("inducednormpool-mixed", d4, from_c4, "InducedNormPool")
    case("normmaxpool-unsorted", d4, vectors, "NormMaxPool", kernel_size=3, stride=2, padding=1)
    case("normmaxpool-dilated", d4, vectors, "NormMaxPool", kernel_size=[2, 3], stride=1, dilation=2)
    case("adaptive-average", flip(), [[REGULAR, 1], [irrep(0), 1]], "PointwiseAdaptiveAvgPool", output_size=[2, 4])
    case("vectorfield-odd", rot(5), [[REGULAR, 2]], "VectorFieldNonLinearity")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=20261124)
    arguments = parser.parse_args()
    # GNormBatchNorm calls view() on a tensor that this torch does not lay out contiguously.
    torch.Tensor.view = torch.Tensor.reshape
    torch.manual_seed(arguments.seed)
    np.random.seed(arguments.seed)
    writer = Writer(arguments.folder)
    cases(lambda *a, **k: module_case(writer, *a, **k))
    writer.finish()


if __name__ == "__main__":
    main()
