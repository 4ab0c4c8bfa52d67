"""A network that e2spark exported, for e2cnn 0.2.3: network.json says what it is, state_dict.pt has its values.

    from network import load
    logits = load()(images)  # (batch, channels, height, width), normalised as metadata() says
"""

import ast
import json
import re
from collections import OrderedDict
from pathlib import Path

import torch
from e2cnn import gspaces, group, nn

FOLDER = Path(__file__).resolve().parent
KINDS = {}


def load(folder=FOLDER):
    """The trained network, in the mode of evaluation."""
    network = Classifier(_description(folder)["network"])
    state = torch.load(Path(folder) / "state_dict.pt")
    lacking, unknown = network.load_state_dict(state, strict=False)
    # The rest is what e2cnn computes of the layers' options.
    trained = {name for name, _ in network.named_parameters()}
    lacking = [name for name in lacking if name in trained or "running_" in name]
    if lacking or unknown:
        raise ValueError(f"state_dict.pt lacks {lacking}, and has {unknown} besides")
    return network.eval()


def metadata(folder=FOLDER):
    """Classes, mean and std of the images, where it comes from."""
    return _description(folder)["metadata"]


def _description(folder):
    return json.loads((Path(folder) / "network.json").read_text(encoding="utf-8"))


class Classifier(torch.nn.Module):
    """Layers, a reduction over space, and a head."""

    def __init__(self, spec):
        super().__init__()
        channels = spec["input"]["channels"]
        if "gspace" in spec:
            space = gspace(spec["gspace"])
            self.in_type = nn.FieldType(space, [space.trivial_repr] * channels)
            self.features = sequence(spec["layers"], self.in_type)
            channels = self.features.out_type.size
        else:
            self.in_type = None
            self.features, channels = plain_layers(spec["layers"], channels, torch.nn.BatchNorm2d)
        self.is_maximum = spec["reduction"] == "max"
        head = spec.get("head", []) + [{"kind": "Linear", "units": spec["classes"]}]
        self.head, _ = plain_layers(head, channels, torch.nn.BatchNorm1d)

    def forward(self, images):
        if self.in_type is None:
            x = self.features(images)
        else:
            x = self.features(nn.GeometricTensor(images, self.in_type)).tensor
        return self.head(torch.amax(x, dim=(2, 3)) if self.is_maximum else x.mean(dim=(2, 3)))


class Residual(nn.EquivariantModule):
    """layers(a) + shortcut(a) with a = before(x); without a shortcut layers(a) + x."""

    def __init__(self, in_type, before, layers, shortcut):
        super().__init__()
        self.in_type = in_type
        self.out_type = list(layers.values())[-1].out_type
        self.before, self.layers = list(before), list(layers)
        for name, layer in {**before, **layers}.items():
            self.add_module(name, layer)
        self.shortcut = shortcut

    def forward(self, x):
        active = self._apply_all(self.before, x)
        return self._apply_all(self.layers, active) + (x if self.shortcut is None else self.shortcut(active))

    def _apply_all(self, names, x):
        for name in names:
            x = getattr(self, name)(x)
        return x

    def evaluate_output_shape(self, shape):
        for name in self.before + self.layers:
            shape = getattr(self, name).evaluate_output_shape(shape)
        return shape[0], self.out_type.size, *shape[2:]


class OrdinaryResidual(torch.nn.Module):
    """As Residual, of ordinary layers."""

    def __init__(self, before, layers, shortcut):
        super().__init__()
        self.before, self.layers = list(before), list(layers)
        for name, layer in {**before, **layers}.items():
            self.add_module(name, layer)
        self.shortcut = shortcut

    forward = Residual.forward
    _apply_all = Residual._apply_all


def gspace(spec):
    name, axis = spec["group"], {"axis": spec["axis"]} if "axis" in spec else {}
    if name == "C1":
        return gspaces.TrivialOnR2()
    if name == "D1":
        return gspaces.Flip2dOnR2(**axis)
    frequency = {"maximum_frequency": spec["maximumFrequency"]} if "maximumFrequency" in spec else {}
    rotations = int(name[1:]) if name[1:].isdigit() else -1
    reflects = name.startswith("D") or name == "O(2)"
    return gspaces.FlipRot2dOnR2(rotations, **frequency, **axis) if reflects else gspaces.Rot2dOnR2(rotations, **frequency)


def repeated(texts):
    """Of "3 x a", "b": a, a, a, b."""
    for text in texts:
        copies, what = re.fullmatch(r"(?:(\d+) x )?(.+)", text).groups()
        yield from [what] * int(copies or 1)


def fields(space, texts):
    known = {text: representation(space, text) for text in set(repeated(texts))}
    return nn.FieldType(space, [known[text] for text in repeated(texts)])


def representation(space, text):
    if text in ("trivial", "regular"):
        return space.trivial_repr if text == "trivial" else space.regular_repr
    if match := re.fullmatch(r"irrep_(\d+)(?:,(\d+))?", text):
        return space.irrep(*(int(number) for number in match.groups() if number is not None))
    if match := re.fullmatch(r"quotient\[([^]]+)\]", text):
        return space.quotient_repr(ast.literal_eval(match[1]))
    if match := re.fullmatch(r"induced\[([^]]+)\]\[irrep_([\d,]+)\]", text):
        subgroup = ast.literal_eval(match[1])
        inner = space.fibergroup.subgroup(subgroup)[0].irrep(*map(int, match[2].split(",")))
        return space.induced_repr(subgroup, inner)
    if match := re.fullmatch(r"sum\[([^]]+)\]\[(.+)\]", text):
        if match[1] in space.representations:
            return space.representations[match[1]]
        return group.directsum([representation(space, part) for part in match[2].split(" + ")], name=match[1])
    raise NotImplementedError(f"e2cnn has no fields {text}")


def layer(spec, in_type):
    make = KINDS.get(spec["kind"])
    if make is None:
        raise NotImplementedError(f"e2cnn has no layer {spec['kind']}")
    options = {re.sub("[A-Z]", lambda c: "_" + c[0].lower(), key): sized(value) for key, value in spec.items()}
    del options["kind"]
    options.pop("name", None)
    return make(in_type, **options)


def sized(value):
    return tuple(value) if isinstance(value, list) and all(isinstance(side, int) for side in value) else value


def named(layers, in_type, first=0):
    modules = OrderedDict()
    for position, spec in enumerate(layers, first):
        module = layer(spec, in_type)
        modules[spec.get("name", str(position))] = module
        in_type = module.out_type
    return modules


def sequence(layers, in_type):
    return nn.SequentialModule(named(layers, in_type))


def only(layers, in_type):
    return layer(layers[0], in_type) if len(layers) == 1 else sequence(layers, in_type)


def kind(make):
    KINDS[make.__name__] = make
    return make


def kernels(in_type, options):
    options["out_type"] = fields(in_type.gspace, options.pop("fields"))
    options.pop("evaluation", None)
    options.pop("initialization", None)
    if options.pop("basis_filter", None):
        options["basis_filter"] = lambda element: element.get("s", 1) == 1
    for name in ("sigma", "frequencies_cutoff"):
        if name in options:
            options[name] = float(options[name])
    if "sigmas" in options:
        options["sigma"] = list(options.pop("sigmas"))
    for name in ("padding", "stride", "output_padding"):
        if isinstance(options.get(name), tuple):
            if len(set(options[name])) > 1:
                raise NotImplementedError(f"e2cnn has one {name} for both sides, not {options[name]}")
            options[name] = options[name][0]
    return options


@kind
def R2Conv(in_type, **options):
    return nn.R2Conv(in_type, initialize=False, **kernels(in_type, options))


@kind
def R2ConvTransposed(in_type, **options):
    return nn.R2ConvTransposed(in_type, initialize=False, **kernels(in_type, options))


@kind
def EquivariantSequential(in_type, layers):
    return sequence(layers, in_type)


@kind
def ResidualModule(in_type, layers, before=(), shortcut=None):
    first = named(before, in_type)
    inside = list(first.values())[-1].out_type if first else in_type
    return Residual(in_type, first, named(layers, inside, len(first)), shortcut and only(shortcut, inside))


@kind
def MultipleModule(in_type, labels, branches, reshuffle="none"):
    labels = list(repeated(labels))
    types = in_type.group_by_labels(labels)
    modules = []
    for branch in branches:
        inside = types[branch["labels"][0]]
        for label in branch["labels"][1:]:
            inside = inside + types[label]
        single = len(branch["labels"]) == 1
        modules.append((only(branch["layers"], inside), branch["labels"][0] if single else branch["labels"]))
    return nn.MultipleModule(in_type, labels, modules, ["none", "by-label", "by-size", "by-type"].index(reshuffle))


@kind
def RestrictionModule(in_type, subgroup):
    return nn.RestrictionModule(in_type, ast.literal_eval(subgroup))


@kind
def DisentangleModule(in_type, method="compatible"):
    if method != "compatible":
        raise NotImplementedError(f"e2cnn does not take fields apart by {method}")
    return nn.DisentangleModule(in_type)


@kind
def ReshuffleModule(in_type, permutation):
    return nn.ReshuffleModule(in_type, list(permutation))


@kind
def MaskModule(in_type, size, margin=0.0):
    return nn.MaskModule(in_type, size, margin)


class LeakyReLU(nn.ReLU):
    """e2cnn has none of its own."""

    def __init__(self, in_type, slope=0.01):
        super().__init__(in_type)
        self.slope = slope

    def forward(self, x):
        return nn.GeometricTensor(torch.nn.functional.leaky_relu(x.tensor, self.slope), self.out_type)


KINDS["LeakyReLU"] = LeakyReLU


@kind
def NormNonLinearity(in_type, function="relu", bias="learnt"):
    return nn.NormNonLinearity(in_type, norm_function(function), bias == "learnt")


@kind
def InducedNormNonLinearity(in_type, function="relu", bias="learnt"):
    return nn.InducedNormNonLinearity(in_type, norm_function(function), bias == "learnt")


def norm_function(name):
    return name if name == "squash" else "n_" + name


@kind
def PointwiseNonLinearity(in_type, function="relu"):
    return nn.PointwiseNonLinearity(in_type, "p_" + function)


@kind
def ConcatenatedNonLinearity(in_type, function="relu"):
    return nn.ConcatenatedNonLinearity(in_type, "c_" + function)


@kind
def GatedNonLinearity1(in_type, gates=None, keep_gates=False):
    return nn.GatedNonLinearity1(in_type, gates, drop_gates=not keep_gates)


@kind
def InducedGatedNonLinearity1(in_type, gates=None, keep_gates=False):
    return nn.InducedGatedNonLinearity1(in_type, gates, drop_gates=not keep_gates)


@kind
def InnerBatchNorm(in_type, statistics="running", **options):
    return nn.InnerBatchNorm(in_type, track_running_stats=statistics != "batch", **statistics_of(statistics, options))


def statistics_of(statistics, options):
    if "scaling" in options:
        options["affine"] = options.pop("scaling") == "learnt"
    if statistics == "cumulative":
        options["momentum"] = None
    return options


def kind_of_norm(name):
    def make(in_type, statistics="running", **options):
        if statistics == "batch":
            raise NotImplementedError(f"e2cnn's {name} keeps running statistics")
        return getattr(nn, name)(in_type, **statistics_of(statistics, options))

    KINDS[name] = make


for name in ("NormBatchNorm", "InducedNormBatchNorm", "GNormBatchNorm"):
    kind_of_norm(name)


@kind
def PointwiseAvgPoolAntialiased(in_type, sigma, stride=1, padding=None):
    return nn.PointwiseAvgPoolAntialiased(in_type, sigma, stride, padding)


@kind
def FieldDropout(in_type, rate):
    return nn.FieldDropout(in_type, rate)


@kind
def PointwiseDropout(in_type, rate):
    return nn.PointwiseDropout(in_type, rate)


# Those that take the same options there.
for name in (
    "ReLU",
    "ELU",
    "VectorFieldNonLinearity",
    "PointwiseMaxPool",
    "NormMaxPool",
    "PointwiseMaxPoolAntialiased",
    "PointwiseAvgPool",
    "PointwiseAdaptiveMaxPool",
    "PointwiseAdaptiveAvgPool",
    "GroupPooling",
    "NormPool",
    "InducedNormPool",
    "IdentityModule",
):
    KINDS[name] = getattr(nn, name)


def plain_named(layers, channels, norm, first=0):
    modules = OrderedDict()
    for position, spec in enumerate(layers, first):
        modules[spec.get("name", str(position))], channels = plain_layer(spec, channels, norm)
    return modules, channels


def plain_layers(layers, channels, norm):
    modules, channels = plain_named(layers, channels, norm)
    return (next(iter(modules.values())) if len(modules) == 1 else torch.nn.Sequential(modules)), channels


def plain_layer(spec, channels, norm):
    kind, options = spec["kind"], {key: sized(value) for key, value in spec.items() if key not in ("kind", "name")}
    if kind == "Linear":
        return torch.nn.Linear(channels, options["units"], options.get("bias", True)), options["units"]
    if kind == "Conv2d":
        filters, kernel = options.pop("filters"), options.pop("kernelSize")
        return torch.nn.Conv2d(channels, filters, kernel, **options), filters
    if kind == "BatchNorm":
        statistics = options.pop("statistics", "running")
        return norm(channels, track_running_stats=statistics != "batch", **statistics_of(statistics, options)), channels
    if kind in ("ReLU", "Sigmoid", "Tanh", "ELU"):
        return getattr(torch.nn, kind)(**options), channels
    if kind == "LeakyReLU":
        return torch.nn.LeakyReLU(options.get("slope", 0.01)), channels
    if kind == "Dropout":
        return torch.nn.Dropout(options["rate"]), channels
    if kind in ("MaxPool2d", "AvgPool2d"):
        return getattr(torch.nn, kind)(options.pop("kernelSize"), **options), channels
    if kind == "Sequential":
        modules, channels = plain_named(options["layers"], channels, norm)
        return torch.nn.Sequential(modules), channels
    if kind == "Residual":
        before, inside = plain_named(options.get("before", []), channels, norm)
        layers, out = plain_named(options["layers"], inside, norm, len(before))
        shortcut = plain_layers(options["shortcut"], inside, norm)[0] if "shortcut" in options else None
        return OrdinaryResidual(before, layers, shortcut), out
    raise NotImplementedError(f"torch has no layer {kind}")
