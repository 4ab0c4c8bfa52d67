"""Writes the golden vectors that are kept in src/test/resources/golden-kept and run by every build.

Usage, in a virtual environment with requirements.txt installed:

    python golden_kept.py ../resources/golden-kept

They are cases in which the library once differed from the reference, modules of modules, and a few small random cases of every kind.
"""

import argparse
import collections

import golden
import golden_random
import numpy as np
import torch
from e2cnn import nn
from golden import REGULAR, TRIVIAL, fliprot, induced, irrep, quotient, rot


def differences(writer):
    """What golden_random.py found: each of these once gave other numbers, or was refused."""
    transposed = lambda *a, **k: golden.convolution_case(writer, "r2convtransposed", *a, **k)
    # A dilated transposed convolution has the rings of an undilated kernel, a convolution has wider ones.
    transposed("dilation-rings", rot(6), [[REGULAR, 1]], [[irrep(1), 1], [TRIVIAL, 1]], 5, dilation=3)
    transposed("dilation-even", fliprot(3, 0.4), [[TRIVIAL, 2]], [[REGULAR, 1]], 4, dilation=2, padding=2, frequencies_cutoff=2.0)
    transposed("two-sided", rot(4), [[REGULAR, 1]], [[TRIVIAL, 2]], 3, (1, 5, 6), stride=[2, 3], padding=[1, 0], output_padding=[1, 2])
    conv = lambda *a, **k: golden.convolution_case(writer, "conv", *a, **k)
    # The centre of a 2 x 2 kernel reaches its pixels if the ring is wide.
    conv("k2-wide-centre", rot(5), [[REGULAR, 1]], [[irrep(2), 1], [REGULAR, 1]], 2, sigma=0.7)
    conv("k2-sigmas", fliprot(4), [[TRIVIAL, 2]], [[REGULAR, 1]], 2, sigma=[1.1], frequencies_cutoff=-2.0)
    # Larger than the 9 x 9 images of the other cases.
    conv("k5-dilation3", rot(4), [[TRIVIAL, 1]], [[REGULAR, 1]], 5, (1, 14, 13), dilation=3)
    golden.module_case(writer, "default-function", fliprot(3), [[TRIVIAL, 1], [REGULAR, 1]], "PointwiseNonLinearity")


def built(fields, description):
    """A module from the way in which cases describe one inside another."""
    options = description.get("options", {})
    return getattr(nn, description["module"])(fields, **golden.as_arguments(options))


def composite_case(writer, name, space, fields, module, options, build):
    original = getattr(nn, module)
    try:
        # module_case calls the class by its name with the options that go into the file.
        setattr(nn, module, lambda type_in, **unused: build(original, type_in))
        golden.module_case(writer, name, space, fields, module, (2, 6, 6), **options)
    finally:
        setattr(nn, module, original)


def composites(writer):
    space, fields = rot(4), [[REGULAR, 1], [TRIVIAL, 2], [REGULAR, 1]]
    chain = [{"module": "ReLU"}, {"module": "InnerBatchNorm", "options": {"momentum": 0.4}}, {"module": "GroupPooling"}]

    def sequence(original, type_in):
        modules = []
        for description in chain:
            modules.append(built(modules[-1].out_type if modules else type_in, description))
        return original(*modules)

    composite_case(writer, "sequence", space, fields, "SequentialModule", {"modules": chain}, sequence)

    labels = ["a", "b", "b", "a"]
    branches = [[{"module": "NormPool"}, "a"], [{"module": "ELU", "options": {"alpha": 0.7}}, ["b"]]]
    for reshuffle in range(3):

        def multiple(original, type_in, reshuffle=reshuffle):
            types = nn.BranchingModule(type_in, labels, reshuffle).out_type
            modules = [(built(types["a"], branches[0][0]), "a"), (built(types["b"], branches[1][0]), "b")]
            return original(type_in, labels, modules, reshuffle)

        options = {"labels": labels, "modules": branches, "reshuffle": reshuffle}
        composite_case(writer, f"routes-{reshuffle}", space, fields, "MultipleModule", options, multiple)

    out = [[irrep(1), 1], [REGULAR, 1]]
    layer = {"out_type": out, "kernel_size": 3, "padding": 1}
    build = lambda original, type_in: original(type_in, golden.make_type(type_in.gspace, out), 3, padding=1)
    composite_case(writer, "layer", space, fields, "R2Conv", layer, build)
    composite_case(writer, "layer-transposed", space, fields, "R2ConvTransposed", layer, build)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    # GNormBatchNorm calls view() on a tensor that this torch does not lay out contiguously.
    torch.Tensor.view = torch.Tensor.reshape
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    np.random.seed(arguments.seed)
    writer = golden.Writer(arguments.folder, compact=True)
    differences(writer)
    composites(writer)
    counts = {"conv": 20, "r2convtransposed": 8, "r2diffop": 10, "module": len(golden_random.MODULES), "transform": 4, "group": 6, "train": 1}
    for kind, count in counts.items():
        for number in range(count):
            golden_random.write(writer, kind, arguments.seed, number, True, None, collections.Counter())
    writer.finish()


if __name__ == "__main__":
    main()
