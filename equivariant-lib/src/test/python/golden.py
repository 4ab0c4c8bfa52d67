"""Writes golden vectors of the reference library in the format that GoldenTest reads.

Usage, in a virtual environment with requirements.txt installed:

    python golden.py OUTPUT_FOLDER [--seed 20261123]

Every case records what e2cnn 0.2.3 computes for the groups, axes and options named in CASES, so that the
Java library can be held against groups and options other than those of src/test/resources/golden:

    mvn -pl equivariant-lib test -Dtest=GoldenTest -De2spark.golden.dir=OUTPUT_FOLDER
"""

import argparse
import copy
import json
import pathlib

import numpy as np
import torch
from e2cnn import gspaces, nn
from e2cnn.group import disentangle
from e2cnn.nn.init import _generalized_he_init_variances
from e2cnn.nn.modules.r2_conv import basisexpansion_singleblock

REGULAR = {"repr": "regular"}
TRIVIAL = {"repr": "trivial"}


def irrep(*ids):
    return {"repr": "irrep", "id": list(ids)}


def quotient(subgroup):
    return {"repr": "quotient", "subgroup": subgroup}


def induced(subgroup, *ids):
    return {"repr": "induced", "subgroup": subgroup, "irrep": list(ids)}


def rot(n, maximum_frequency=None):
    space = {"type": "Rot2dOnR2", "N": n}
    return space if maximum_frequency is None else {**space, "maximum_frequency": maximum_frequency}


def fliprot(n, axis=None, maximum_frequency=None):
    space = {"type": "FlipRot2dOnR2", "N": n}
    if axis is not None:
        space["axis"] = axis
    if maximum_frequency is not None:
        space["maximum_frequency"] = maximum_frequency
    return space


def flip(axis=None):
    return {"type": "Flip2dOnR2"} if axis is None else {"type": "Flip2dOnR2", "axis": axis}


def make_space(d):
    options = {k: d[k] for k in ("N", "maximum_frequency", "axis") if k in d}
    return getattr(gspaces, d["type"])(**options)


def as_id(value):
    return tuple(value) if isinstance(value, list) else value


def as_irrep(group, ids):
    return group.irrep(*ids)


def make_representation(space, d):
    group = space.fibergroup
    if d["repr"] == "regular":
        return space.regular_repr
    if d["repr"] == "trivial":
        return space.trivial_repr
    if d["repr"] == "irrep":
        return as_irrep(group, d["id"])
    if d["repr"] == "quotient":
        return group.quotient_representation(as_id(d["subgroup"]))
    subgroup, _, _ = group.subgroup(as_id(d["subgroup"]))
    return group.induced_representation(as_id(d["subgroup"]), as_irrep(subgroup, d["irrep"]))


def make_type(space, fields):
    representations = []
    for description, count in fields:
        representations += [make_representation(space, description)] * count
    return nn.FieldType(space, representations)


class Writer:
    def __init__(self, folder, compact=False):
        self.folder = pathlib.Path(folder)
        self.compact = compact
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cases = []

    def add(self, entry, arrays):
        arrays = {k: v.detach().numpy() if isinstance(v, torch.Tensor) else np.asarray(v) for k, v in arrays.items()}
        entry["file"] = f"{entry['kind']}-{entry['name']}.npz"
        entry["arrays"] = {k: list(v.shape) for k, v in arrays.items()}
        np.savez_compressed(self.folder / entry["file"], **arrays)
        self.cases.append(entry)
        print(entry["kind"], entry["name"])

    def finish(self):
        text = {"source": f"e2cnn 0.2.3, torch {torch.__version__}, float32", "cases": self.cases}
        (self.folder / "cases.json").write_text(json.dumps(text, indent=None if self.compact else 1))


def group_case(writer, name, space_description, quotients=(), inductions=(), restrictions=()):
    space = make_space(space_description)
    group = space.fibergroup
    elements = group.testing_elements() if group.order() < 0 else group.elements
    elements = list(elements)
    described, arrays = [], {}

    def record(kind, key, representation):
        i = len(described)
        described.append(
            {
                "kind": kind,
                "key": key,
                "name": representation.name,
                "size": representation.size,
                "irreps": representation.irreps,
                "nonlinearities": sorted(representation.supported_nonlinearities),
            }
        )
        arrays[f"{i}.change_of_basis"] = representation.change_of_basis
        arrays[f"{i}.matrices"] = np.stack([representation(e) for e in elements])
        arrays[f"{i}.characters"] = np.array([representation.character(e) for e in elements])

    for key, representation in group.irreps.items():
        record("irrep", key, representation)
    if group.order() > 0:
        record("regular", "regular", group.regular_representation)
    others = []
    for subgroup in quotients:
        others.append(group.quotient_representation(as_id(subgroup)))
        record("quotient", json.dumps(subgroup), others[-1])
    for subgroup, ids in inductions:
        inner, _, _ = group.subgroup(as_id(subgroup))
        representation = group.induced_representation(as_id(subgroup), as_irrep(inner, ids))
        record("induced", json.dumps([subgroup, ids]), representation)
        others.append(representation)

    restricted = []
    for subgroup in restrictions:
        sources = list(group.irreps.values())
        if group.order() > 0:
            sources = [group.regular_representation] + sources
        for source in sources + others:
            r = group.restrict_representation(as_id(subgroup), source)
            permutation, parts = disentangle(r)
            arrays[f"restrict{len(restricted)}.change_of_basis"] = r.change_of_basis
            arrays[f"restrict{len(restricted)}.disentangle"] = permutation
            restricted.append(
                {
                    "subgroup": subgroup,
                    "of": source.name,
                    "irreps": r.irreps,
                    "parts": [p.irreps for p in parts],
                    "part_sizes": [p.size for p in parts],
                }
            )
    entry = {
        "kind": "group",
        "name": name,
        "gspace": space_description,
        "group": group.name,
        "order": group.order(),
        "elements": [list(e) if isinstance(e, tuple) else e for e in elements],
        "representations": described,
        "restrictions": restricted,
    }
    writer.add(entry, arrays)


def as_arguments(options):
    """What JSON has as lists of two pixels, the reference takes as tuples."""
    pixels = ("padding", "stride", "output_padding", "kernel_size", "dilation", "output_size", "size", "id")
    return {k: as_id(v) if k in pixels else v for k, v in options.items()}


def cancels(expansion, upstream):
    """Whether the gradient at the bias is so small a sum of large numbers that single precision decides it."""
    columns, channels = expansion.double().t(), upstream.double()
    return (columns @ channels.sum((0, 2, 3))).abs().max() < 1e-2 * (columns.abs() @ channels.abs().sum((0, 2, 3))).max()


def convolution_case(writer, kind, name, space_description, fields_in, fields_out, kernel_size, image=(2, 9, 9), **options):
    # The library's cache of filters ignores the reflection axis, so a case could get the filter of an earlier one.
    basisexpansion_singleblock._stored_filters.clear()
    space = make_space(space_description)
    type_in, type_out = make_type(space, fields_in), make_type(space, fields_out)
    module = {"conv": nn.R2Conv, "r2convtransposed": nn.R2ConvTransposed, "r2diffop": nn.R2Diffop}[kind]
    arguments = as_arguments(options)
    if kernel_size is not None:
        arguments["kernel_size"] = kernel_size
    layer = module(type_in, type_out, **arguments)
    if layer.weights.numel() == 0:
        raise ValueError("The basis is empty")
    layer.weights.data.normal_()
    arrays = {"weights": layer.weights}
    if layer.bias is not None:
        layer.bias.data.normal_()
    layer.train()
    filter_, bias = layer.expand_parameters()
    x = torch.randn(image[0], type_in.size, *image[1:], requires_grad=True)
    y = layer(nn.GeometricTensor(x, type_in)).tensor
    upstream = torch.randn_like(y)
    while layer.bias is not None and cancels(layer.bias_expansion, upstream):
        upstream = torch.randn_like(y)
    (y * upstream).sum().backward()
    arrays.update(filter=filter_, x=x, y=y, upstream=upstream, grad_weights=layer.weights.grad, grad_x=x.grad)
    if layer.bias is not None:
        arrays.update(bias=layer.bias, expanded_bias=bias, grad_bias=layer.bias.grad)
    if kind != "r2diffop":
        arrays["he_std"] = _generalized_he_init_variances(layer.basisexpansion)
    entry = {
        "kind": kind,
        "name": name,
        "gspace": space_description,
        "in": fields_in,
        "out": fields_out,
        "kernel_size": kernel_size,
        "options": options,
    }
    writer.add(entry, arrays)


def module_case(writer, name, space_description, fields_in, module, image=(4, 9, 9), **options):
    space = make_space(space_description)
    type_in = make_type(space, fields_in)
    layer = getattr(nn, module)(type_in, **as_arguments(options))
    for parameter in layer.parameters():
        if parameter.requires_grad and parameter.numel() > 1:
            parameter.data.add_(0.3 * torch.randn_like(parameter))
    skip = ("indices", "filter", "change_of_basis", "num_batches_tracked", "mask")
    state = lambda: {k: v.clone() for k, v in layer.state_dict().items() if not any(s in k for s in skip)}
    arrays = {f"init.{k}": v for k, v in state().items()}
    layer.train()
    x = torch.randn(image[0], type_in.size, *image[1:], requires_grad=True)
    y = layer(nn.GeometricTensor(x, type_in))
    upstream = torch.randn_like(y.tensor)
    (y.tensor * upstream).sum().backward()
    arrays.update(x=x, y_train=y.tensor, upstream=upstream, grad_x=x.grad)
    for k, parameter in layer.named_parameters():
        if parameter.grad is not None:
            arrays[f"grad.{k}"] = parameter.grad
    arrays.update({f"after.{k}": v for k, v in state().items()})
    layer.eval()
    with torch.no_grad():
        arrays["y_eval"] = layer(nn.GeometricTensor(x, type_in)).tensor
    entry = {
        "kind": "module",
        "name": name,
        "gspace": space_description,
        "in": fields_in,
        "module": module,
        "options": options,
        "out": [{"name": r.name, "size": r.size, "irreps": r.irreps} for r in y.type.representations],
    }
    writer.add(entry, arrays)


def transform_case(writer, name, space_description, fields_in, elements=None, image=(1, 15, 15)):
    space = make_space(space_description)
    type_in = make_type(space, fields_in)
    elements = space.fibergroup.elements if elements is None else [as_id(e) for e in elements]
    x = torch.randn(image[0], type_in.size, *image[1:])
    tensor = nn.GeometricTensor(x, type_in)
    arrays = {"x": x, **{f"y{i}": tensor.transform(e).tensor for i, e in enumerate(elements)}}
    listed = [list(e) if isinstance(e, tuple) else e for e in elements]
    entry = {"kind": "transform", "name": name, "gspace": space_description, "in": fields_in, "elements": listed}
    writer.add(entry, arrays)


def train_case(writer, name, space_description, channels, in_channels, classes, optimizer, conv_options, steps=12, batch=8):
    space = make_space(space_description)
    fields = lambda representation, count: nn.FieldType(space, [representation] * count)
    image, first = fields(space.trivial_repr, in_channels), fields(space.regular_repr, channels[0])
    second, third = fields(space.regular_repr, channels[1]), fields(space.trivial_repr, channels[2])

    def build():
        # Networks of another precision must not share what the reference keeps.
        basisexpansion_singleblock._stored_filters.clear()
        return {
            "conv1": nn.R2Conv(image, first, 5, padding=2, bias=False, **conv_options),
            "bn1": nn.InnerBatchNorm(first),
            "elu": nn.ELU(first),
            "pool1": nn.PointwiseMaxPool(first, 2),
            "conv2": nn.R2Conv(first, second, 5, padding=2, bias=False, **conv_options),
            "bn2": nn.InnerBatchNorm(second),
            "relu": nn.ReLU(second),
            "pool2": nn.PointwiseAvgPoolAntialiased(second, 0.66, 2),
            "conv3": nn.R2Conv(second, third, 3, **conv_options),
            "head": torch.nn.Linear(channels[2], classes),
        }

    skip = ("indices", "filter", "bias_expansion", "expanded_bias", "_basisexpansion", "num_batches_tracked")

    def state(layers, prefix):
        named = {f"{k}.{n}": v for k, layer in layers.items() for n, v in layer.state_dict().items()}
        return {f"{prefix}.{n}": v.clone() for n, v in named.items() if not any(s in n for s in skip)}

    def logits(layers, x):
        tensor = nn.GeometricTensor(x, image)
        for name, layer in layers.items():
            if name != "head":
                tensor = layer(tensor)
        return layers["head"](tensor.tensor.mean((2, 3)))

    def train(layers, x):
        learnt = [p for layer in layers.values() for p in layer.parameters()]
        settings = {k: v for k, v in optimizer.items() if k != "kind"}
        step = getattr(torch.optim, optimizer["kind"])(learnt, **settings)
        losses = []
        for layer in layers.values():
            layer.train()
        for i in range(steps):
            step.zero_grad()
            loss = torch.nn.functional.cross_entropy(logits(layers, x[i]), labels[i])
            loss.backward()
            step.step()
            losses.append(loss.item())
        return losses

    layers = build()
    arrays = state(layers, "init")
    x, labels = torch.randn(steps, batch, in_channels, 14, 14), torch.randint(classes, (steps, batch))
    start = {k: copy.deepcopy(layer.state_dict()) for k, layer in layers.items()}

    def trained_in_double(x):
        exact = build()
        for k, layer in exact.items():
            layer.load_state_dict(start[k])
            layer.double()
        train(exact, x)
        return state(exact, "final")

    def require_close(final, exact, where):
        for k, value in exact.items():
            difference = (value - final[k]).abs().max()
            if difference > 5e-4 * value.abs().max():
                raise ArithmeticError(f"{where} {k} is {difference:.1e} off the same training in double")

    losses = train(layers, x)
    arrays.update(state(layers, "final"))
    exact = trained_in_double(x.double())
    require_close(arrays, exact, "in single precision")
    for _ in range(6):
        # Where two pixels are this near, which is what long sums lose, either is a maximum that a correct training may pool.
        nearby = x * (1 + 2**-18 * (2 * torch.rand_like(x, dtype=torch.double) - 1))
        require_close(trained_in_double(nearby), exact, "some roundings away")
    for layer in layers.values():
        layer.eval()
    with torch.no_grad():
        arrays.update(x=x, labels=labels, losses=np.array(losses), logits_eval=logits(layers, x[0]))
    entry = {
        "kind": "train",
        "name": name,
        "gspace": space_description,
        "channels": channels,
        "in_channels": in_channels,
        "classes": classes,
        "optimizer": optimizer,
        "conv_options": conv_options,
    }
    writer.add(entry, arrays)


def groups(writer):
    for n in (5, 7, 12, 16):
        divisors = [m for m in range(1, n) if n % m == 0]
        group_case(
            writer,
            f"C{n}",
            rot(n),
            quotients=divisors,
            inductions=[(m, [1]) for m in divisors if m > 1],
            restrictions=divisors,
        )
    for n in (5, 6, 16):
        divisors = [m for m in range(2, n + 1) if n % m == 0]
        group_case(
            writer,
            f"D{n}",
            fliprot(n, axis=0.3),
            quotients=[[None, divisors[0]], [0, 1], [n // 2, 1], [0, divisors[0]]],
            inductions=[([None, n], [1]), ([0, divisors[0]], [1, 0]), ([0, 1], [1])],
            restrictions=[[None, m] for m in divisors]
            + [[k, m] for m in divisors if m < n for k in (0, n // m - 1)]
            + [[0, 1], [n - 1, 1], [None, 1]],
        )
    group_case(writer, "SO2", rot(-1, 6), restrictions=[1, 2, 5, 6])
    group_case(
        writer,
        "O2",
        fliprot(-1, maximum_frequency=5),
        inductions=[([None, -1], [0]), ([None, -1], [3])],
        restrictions=[[None, -1], [None, 4], [0.7, 1], [0.7, 3], [1.1, -1]],
    )


def convolutions(writer):
    case = lambda *a, **k: convolution_case(writer, "conv", *a, **k)
    case("c5-regular", rot(5), [[REGULAR, 2]], [[REGULAR, 1], [irrep(2), 1]], 5, padding=2)
    case("c12-mixed", rot(12), [[irrep(5), 1], [REGULAR, 1]], [[quotient(3), 2], [irrep(6), 1]], 7)
    case("c16-irreps", rot(16), [[REGULAR, 1]], [[REGULAR, 1], [TRIVIAL, 2]], 7, maximum_offset=1)
    case("c4-unsorted", rot(4), [[REGULAR, 1], [TRIVIAL, 2], [REGULAR, 1]], [[TRIVIAL, 1], [REGULAR, 1], [irrep(1), 1], [REGULAR, 1]], 3)
    case("d5-axis", fliprot(5, axis=0.4), [[REGULAR, 1]], [[irrep(1, 1), 1], [irrep(1, 0), 1], [REGULAR, 1]], 5)
    case("d6-axis", fliprot(6, axis=0.0), [[quotient([0, 1]), 1], [TRIVIAL, 1]], [[REGULAR, 1], [irrep(0, 3), 1]], 5)
    case("d4-axis-quarter", fliprot(4, axis=0.7853981633974483), [[REGULAR, 1]], [[REGULAR, 1]], 5)
    case("d4-axis-half", fliprot(4), [[REGULAR, 1]], [[REGULAR, 1]], 5)
    case("d16-lift", fliprot(16), [[TRIVIAL, 3]], [[REGULAR, 1]], 5, sigma=0.45, frequencies_cutoff=3.141592653589793)
    case("d16-regular", fliprot(16, axis=1.0), [[REGULAR, 1]], [[REGULAR, 1]], 3, bias=False)
    case("flip-axis", flip(0.6), [[REGULAR, 2], [irrep(1), 1]], [[irrep(1), 2], [REGULAR, 1]], 5)
    case("so2-cutoff", rot(-1, 4), [[irrep(0), 1], [irrep(3), 1]], [[irrep(1), 1], [irrep(4), 1]], 7, frequencies_cutoff=2.5)
    case("o2-axis", fliprot(-1, axis=0.9, maximum_frequency=3), [[irrep(1, 1), 1], [irrep(1, 0), 1]], [[irrep(0, 0), 1], [irrep(1, 3), 1], [irrep(1, 0), 1]], 5)
    case("c8-groups", rot(8), [[REGULAR, 2]], [[REGULAR, 4]], 3, groups=2, padding=1)
    case("c4-groups-mixed", rot(4), [[TRIVIAL, 1], [REGULAR, 1], [TRIVIAL, 1], [REGULAR, 1]], [[REGULAR, 1], [TRIVIAL, 1], [REGULAR, 1], [TRIVIAL, 1]], 3, groups=2)
    case("c8-k6", rot(8), [[REGULAR, 1]], [[REGULAR, 1]], 6, padding=2)
    case("c6-k9", rot(6), [[TRIVIAL, 1]], [[REGULAR, 1]], 9)
    case("c4-k7-dilation", rot(4), [[REGULAR, 1]], [[TRIVIAL, 2]], 3, dilation=3)
    case("c4-replicate", rot(4), [[REGULAR, 1]], [[REGULAR, 1]], 5, padding=2, padding_mode="replicate", stride=2)
    case("d3-quotients", fliprot(3), [[quotient([1, 1]), 2], [irrep(1, 1), 1]], [[quotient([None, 3]), 1], [REGULAR, 1]], 5)
    case("c8-induced", rot(8), [[induced(4, 1), 1]], [[induced(2, 1), 1], [REGULAR, 1]], 5)
    case("c8-sigma", rot(8), [[REGULAR, 1]], [[irrep(3), 2]], 5, sigma=0.8, rings=[0.5, 1.5])


def transposed(writer):
    case = lambda *a, **k: convolution_case(writer, "r2convtransposed", *a, **k)
    case("c8-groups", rot(8), [[REGULAR, 2]], [[REGULAR, 2]], 3, stride=2, padding=1, output_padding=1, groups=2)
    case("d6-mixed", fliprot(6, axis=0.2), [[REGULAR, 1], [irrep(1, 2), 1]], [[TRIVIAL, 1], [irrep(1, 1), 1]], 5, stride=2)
    case("c4-unsorted", rot(4), [[TRIVIAL, 1], [REGULAR, 1], [TRIVIAL, 1]], [[REGULAR, 1], [TRIVIAL, 1], [REGULAR, 1]], 3)


def operators(writer):
    case = lambda *a, **k: convolution_case(writer, "r2diffop", *a, **k)
    case("c8", rot(8), [[REGULAR, 1]], [[REGULAR, 1]], 5, maximum_order=3, padding=2)
    case("d6-axis", fliprot(6, axis=0.5), [[REGULAR, 1]], [[irrep(1, 1), 1], [TRIVIAL, 1]], 5, maximum_order=2)
    case("c16-order", rot(16), [[TRIVIAL, 2]], [[REGULAR, 1]], None, accuracy=2, maximum_order=3)
    case("flip", flip(), [[REGULAR, 1]], [[REGULAR, 1]], 3, maximum_order=2)
    case("o2", fliprot(-1, maximum_frequency=2), [[irrep(1, 1), 1], [irrep(1, 0), 1]], [[irrep(1, 2), 1], [irrep(0, 0), 1]], 5, maximum_order=3)
    case("c4-power", rot(4), [[REGULAR, 1]], [[REGULAR, 1]], 5, maximum_order=4, maximum_power=1)


def modules(writer):
    case = lambda *a, **k: module_case(writer, *a, **k)
    mixed = [[TRIVIAL, 1], [REGULAR, 2], [TRIVIAL, 1], [REGULAR, 1]]
    case("c5-innerbatchnorm-unsorted", rot(5), mixed, "InnerBatchNorm", eps=1e-3)
    case("d6-grouppooling", fliprot(6), [[REGULAR, 1], [quotient([0, 1]), 2]], "GroupPooling")
    case("c8-elu-alpha", rot(8), mixed, "ELU", alpha=0.5)
    case("c6-maxpool-ceil", rot(6), mixed, "PointwiseMaxPool", kernel_size=2, ceil_mode=True)
    case("c6-maxpool-dilation", rot(6), mixed, "PointwiseMaxPool", kernel_size=2, dilation=2, stride=1)
    case("c4-avgpool-pad", rot(4), mixed, "PointwiseAvgPool", kernel_size=3, stride=2, padding=1)
    case("c4-avgpool-antialiased-pad", rot(4), mixed, "PointwiseAvgPoolAntialiased", sigma=1.0, stride=2, padding=1)
    case("c4-upsampling-size", rot(4), mixed, "R2Upsampling", size=17)
    case("c4-upsampling-corners", rot(4), mixed, "R2Upsampling", scale_factor=2, align_corners=True)
    for function in ("c_relu", "c_sigmoid", "c_tanh"):
        case(f"c4-{function}", rot(4), [[REGULAR, 1], [quotient(2), 2]], "ConcatenatedNonLinearity", function=function)
    case("d4-norm-regular", fliprot(4), [[irrep(1, 1), 2], [irrep(1, 0), 1], [TRIVIAL, 1]], "NormNonLinearity")
    case("c8-gated2-shapes", rot(8), [[TRIVIAL, 2], [irrep(1), 1], [REGULAR, 1]], "GatedNonLinearity1", gates=["gate", "gate", "gated", "gated"])
    case("d8-normbatchnorm", fliprot(8), [[irrep(1, 1), 1], [irrep(1, 0), 2], [irrep(1, 2), 1]], "NormBatchNorm", eps=1e-4, momentum=0.3)
    case("d4-gnormbatchnorm", fliprot(4), [[REGULAR, 2], [irrep(1, 1), 2], [TRIVIAL, 1]], "GNormBatchNorm", momentum=0.2)
    case("c5-restriction", rot(5), [[REGULAR, 1], [irrep(2), 1]], "RestrictionModule", id=1)
    case("d6-restriction", fliprot(6, axis=0.3), [[REGULAR, 1], [irrep(1, 1), 1]], "RestrictionModule", id=[1, 3])
    case("c8-mask", rot(8), mixed, "MaskModule", S=9, margin=0.0)
    case("c16-vectorfield", rot(16), [[REGULAR, 2]], "VectorFieldNonLinearity")
    case("c8-normpool", rot(8), [[REGULAR, 1], [irrep(2), 2]], "NormPool")
    case("d4-normmaxpool", fliprot(4), [[irrep(1, 1), 2], [irrep(1, 0), 1]], "NormMaxPool", kernel_size=3, stride=2)
    case("o2-inducedgated", fliprot(-1, maximum_frequency=3), [[induced([None, -1], 0), 2], [induced([None, -1], 1), 2]], "InducedGatedNonLinearity1", gates=["gate", "gate", "gated", "gated"])
    o2 = fliprot(-1, maximum_frequency=3)
    case("o2-inducednormbn-momentum", o2, [[induced([None, -1], 1), 2], [induced([None, -1], 2), 1]], "InducedNormBatchNorm", momentum=0.5)
    restricted = fliprot(8)
    case("d8-adaptive-max", restricted, [[REGULAR, 1], [TRIVIAL, 1]], "PointwiseAdaptiveMaxPool", output_size=1)


def transforms(writer):
    transform_case(writer, "c12", rot(12), [[REGULAR, 1], [irrep(5), 1]])
    transform_case(writer, "d6-axis", fliprot(6, axis=0.4), [[REGULAR, 1], [irrep(1, 2), 1]])
    transform_case(writer, "flip-axis", flip(0.0), [[REGULAR, 1], [irrep(1), 1]])
    elements = [[0, 0.0], [1, 0.0], [1, 1.0], [0, 2.5], [1, 4.0]]
    transform_case(writer, "o2-axis", fliprot(-1, axis=0.8, maximum_frequency=2), [[irrep(1, 1), 1], [irrep(1, 0), 1]], elements)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=20261123)
    arguments = parser.parse_args()
    # GNormBatchNorm calls view() on a tensor that this torch does not lay out contiguously.
    torch.Tensor.view = torch.Tensor.reshape
    torch.manual_seed(arguments.seed)
    np.random.seed(arguments.seed)
    writer = Writer(arguments.folder)
    for section in (groups, convolutions, transposed, operators, modules, transforms):
        section(writer)
    writer.finish()


if __name__ == "__main__":
    main()
