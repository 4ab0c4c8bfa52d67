"""Draws golden vectors of the reference library at random, in the format that GoldenTest reads.

Usage, in a virtual environment with requirements.txt installed:

    python golden_random.py OUTPUT_FOLDER --seed 1 --count 200 [--kinds conv,module] [--small] [--only NAME ...]

Groups, reflection axes, fields in any order, and options are drawn for every case from the seed, the kind and the
case's number alone, so that one case can be made again with the same seed and --only. What the reference refuses is drawn anew. Then:

    mvn -pl equivariant-lib test -Dtest=GoldenTest -De2spark.golden.dir=OUTPUT_FOLDER
"""

import argparse
import collections
import math
import random
import zlib

try:
    import rbf.basis

    # The reference switches off a compilation that this version does not offer.
    rbf.basis.set_symbolic_to_numeric_method = lambda method: None
except ImportError:
    pass

import golden
import numpy as np
import torch
from golden import REGULAR, TRIVIAL, flip, fliprot, induced, irrep, quotient, rot

ORDERS = (2, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10, 11, 12, 12, 16, 16)
CHANNELS = 40


class Draw:
    """Random groups, fields and options; `small` keeps the arrays small."""

    def __init__(self, seed, small):
        self.random = random.Random(seed)
        self.small = small

    def chance(self, p):
        return self.random.random() < p

    def one(self, *values):
        return self.random.choice(values)

    def axis(self):
        return self.one(None, 0.0, math.pi / 2, math.pi / 4, self.random.uniform(-math.pi, 2 * math.pi), self.random.uniform(0, math.pi))

    def space(self, *kinds):
        kind = self.one(*(kinds or ("trivial", "flip", "cyclic", "cyclic", "cyclic", "dihedral", "dihedral", "dihedral", "so2", "o2")))
        orders = ORDERS[:9] if self.small else ORDERS
        return {
            "trivial": lambda: {"type": "TrivialOnR2"},
            "flip": lambda: flip(self.axis()),
            "cyclic": lambda: rot(self.one(*orders)),
            "dihedral": lambda: fliprot(self.one(*orders), self.axis()),
            "so2": lambda: rot(-1, self.one(1, 2, 3, 4, 6)),
            "o2": lambda: fliprot(-1, self.axis(), self.one(1, 2, 3, 4, 6)),
        }[kind]()

    def subgroup(self, space):
        if space["type"] == "TrivialOnR2":
            return 1
        if space["type"] == "Flip2dOnR2":
            return self.one(1, 2)
        n = space["N"]
        if space["type"] == "Rot2dOnR2":
            return self.one(*divisors(n)) if n > 0 else self.one(1, 2, 3, 4, 5, 7, 8)
        if n < 0:
            axis = self.one(0.0, self.random.uniform(0, 2 * math.pi), self.random.uniform(0, math.pi))
            return self.one([None, -1], [None, self.one(1, 2, 3, 4, 5, 8)], [axis, 1], [axis, self.one(2, 3, 4, 5)], [axis, -1])
        m = self.one(*divisors(n))
        return [None, m] if self.chance(0.4) else [self.random.randrange(n // m), m]

    def irrep_of(self, group, highest=None):
        keys = [r for r in group.irreps.values() if highest is None or r.attributes["frequency"] <= highest]
        chosen = self.random.choice(keys)
        ids = [chosen.attributes["frequency"]]
        return ids if "flip_frequency" not in chosen.attributes else [chosen.attributes["flip_frequency"], *ids]

    def representation(self, space, *kinds):
        group = golden.make_space(space).fibergroup
        finite = group.order() > 0
        reflections = space["type"] == "FlipRot2dOnR2"
        if not kinds:
            kinds = ("trivial", "irrep", "irrep", "regular", "quotient", "induced") if finite else ("trivial", "irrep", "irrep", "irrep", "induced")
        kind = self.one(*kinds)
        if kind == "regular" and finite:
            return REGULAR
        if kind == "quotient" and finite:
            return quotient(self.subgroup(space))
        if kind == "induced" and finite:
            subgroup = self.subgroup(space)
            return induced(subgroup, *self.irrep_of(group.subgroup(golden.as_id(subgroup))[0]))
        if kind == "induced" and reflections:
            return induced([None, -1], self.random.randrange(space["maximum_frequency"] + 1))
        if kind == "trivial":
            return TRIVIAL
        return irrep(*self.irrep_of(group, None if finite else space["maximum_frequency"]))

    def fields(self, space, *kinds, most=None, channels=None):
        """Some fields in any order, with repetitions that need not be neighbours."""
        channels = channels or (10 if self.small else CHANNELS)
        kinds_of_field = [self.representation(space, *kinds) for _ in range(self.random.randint(1, 3))]
        drawn = [[self.random.choice(kinds_of_field), self.one(1, 1, 1, 2, 3)] for _ in range(self.random.randint(1, most or 4))]
        fields = []
        for field in drawn:
            if golden.make_type(golden.make_space(space), [*fields, field]).size <= channels:
                fields.append(field)
        if not fields:
            raise Refused("too many channels")
        return fields

    def image(self, least=7, batch=None):
        most = least + (1 if self.small else 5)
        h = self.random.randint(least, most)
        batches = (1, 2) if self.small else (1, 2, 3)
        return (batch or self.one(*batches), h, h if self.chance(0.6) else self.random.randint(least, most))

    def pixels(self, *values):
        return self.one(*values) if self.chance(0.7) else [self.one(*values), self.one(*values)]


class Refused(Exception):
    """What the reference does not offer."""


def divisors(n):
    return [m for m in range(1, n + 1) if n % m == 0]


def some(draw, chance, **options):
    return {k: v() for k, v in options.items() if draw.chance(chance)}


def repeated(draw, fields, groups):
    return [list(field) for _ in range(groups) for field in fields]


def geometry(draw):
    options = some(
        draw,
        0.3,
        padding=lambda: draw.pixels(0, 1, 2, 3),
        stride=lambda: draw.pixels(1, 2, 3),
        dilation=lambda: draw.one(1, 2, 2, 3),
        bias=lambda: draw.one(True, False, False),
    )
    options.update(some(draw, 0.1, initialize=lambda: draw.one(True, False), recompute=lambda: draw.one(True, False), basisexpansion=lambda: "blocks"))
    return options


def ends(draw, space, options):
    """Fields in and out; alike in each group of a grouped convolution."""
    if draw.chance(0.3):
        options["groups"] = groups = draw.one(1, 2, 2, 3, 4)
        channels = max((12 if draw.small else CHANNELS) // groups, 2)
        return [repeated(draw, draw.fields(space, most=2, channels=channels), groups) for _ in range(2)]
    return [draw.fields(space) for _ in range(2)]


def kernel(draw, size, options):
    dilation = options.get("dilation", 1)
    border = dilation * (size - 1) / 2 * math.sqrt(2)
    if draw.chance(0.35):
        options["frequencies_cutoff"] = draw.one(-1.0, -2.0, -3.0, 1.0, 2.0, math.pi, draw.random.uniform(0.3, 4))
    if draw.chance(0.25) and border > 0:
        rings = [draw.random.uniform(0, border) for _ in range(draw.random.randint(1, 4))]
        rings += [0.0] if draw.chance(0.5) else []
        options["rings"] = rings if draw.chance(0.3) else sorted(rings)
    if draw.chance(0.3):
        rings = options.get("rings") or [0] * math.ceil(size / 2)
        options["sigma"] = draw.random.uniform(0.2, 1.2) if draw.chance(0.6) else [draw.random.uniform(0.2, 1.2) for _ in rings]
    if draw.chance(0.3):
        options["maximum_offset"] = draw.one(0, 1, 2, 3)


def conv(draw, writer, name):
    space = draw.space()
    size = draw.one(1, 3, 3, 4, 5, 5, 6, 7) if draw.small else draw.one(1, 2, 3, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9)
    options = geometry(draw)
    kernel(draw, size, options)
    fields_in, fields_out = ends(draw, space, options)
    if draw.chance(0.3):
        options["padding_mode"] = draw.one("zeros", "circular", "reflect", "replicate")
    image = draw.image(max(5 if draw.small else 7, options.get("dilation", 1) * (size - 1) + 1))
    golden.convolution_case(writer, "conv", name, space, fields_in, fields_out, size, image, **options)


def r2convtransposed(draw, writer, name):
    space = draw.space()
    size = draw.one(1, 3, 3, 4, 5) if draw.small else draw.one(1, 3, 3, 4, 5, 5, 6, 7, 9)
    options = geometry(draw)
    kernel(draw, size, options)
    fields_in, fields_out = ends(draw, space, options)
    if draw.chance(0.4):
        options["output_padding"] = draw.one(0, 1, 1, 2, [1, 0])
    golden.convolution_case(writer, "r2convtransposed", name, space, fields_in, fields_out, size, draw.image(5), **options)


def r2diffop(draw, writer, name):
    space = draw.space()
    options = geometry(draw)
    size = draw.one(3, 5) if draw.small else draw.one(None, 1, 3, 3, 4, 5, 5, 6, 7)
    if size is None or draw.chance(0.5):
        options["maximum_order"] = draw.one(0, 1, 2, 2, 3, 4)
    if size is None or ("maximum_order" not in options and draw.chance(0.5)):
        options["accuracy"] = draw.one(1, 2, 2, 3, 4)
    options.update(some(draw, 0.2, maximum_power=lambda: draw.one(0, 1, 2), maximum_offset=lambda: draw.one(0, 1, 2), angle_offset=lambda: draw.random.uniform(0, 1)))
    if draw.chance(0.2):
        options["smoothing"] = draw.random.uniform(0.5, 2)
    elif draw.chance(0.2):
        options["rbffd"] = True
        options.update(some(draw, 0.6, radial_basis_function=lambda: draw.one("ga", "phs3", "phs5", "phs7", "mq", "imq", "iq")))
        spline = options.get("radial_basis_function", "ga")
        if spline.startswith("phs") and int(spline[3:]) <= options.get("maximum_order", size or 7):
            raise Refused("at the centre r^N has no derivative of order N, and its limit along an axis is not equivariant")
    if draw.chance(0.3):
        options["padding_mode"] = draw.one("zeros", "circular", "reflect", "replicate")
    fields_in, fields_out = ends(draw, space, options)
    golden.convolution_case(writer, "r2diffop", name, space, fields_in, fields_out, size, draw.image(7 if draw.small else 10), **options)


FINITE = ("trivial", "flip", "cyclic", "cyclic", "cyclic", "dihedral", "dihedral", "dihedral")
PERMUTING = ("trivial", "regular", "quotient", "quotient")


def batch_norm(draw):
    return some(draw, 0.4, eps=lambda: draw.one(1e-3, 1e-5, 0.1), momentum=lambda: draw.one(0.1, 0.5, 0.9, 1.0), affine=lambda: draw.chance(0.4))


def pool(draw):
    options = {"kernel_size": draw.pixels(1, 2, 3)}
    options.update(some(draw, 0.4, stride=lambda: draw.pixels(1, 2, 3), ceil_mode=lambda: draw.chance(0.7)))
    if draw.chance(0.4):
        least = min(options["kernel_size"]) if isinstance(options["kernel_size"], list) else options["kernel_size"]
        options["padding"] = draw.random.randint(0, least // 2)
    return options


def anywhere(draw, *kinds, only=()):
    space = draw.space(*only)
    return space, draw.fields(space, *kinds)


def permuting(draw, *extra):
    return anywhere(draw, *PERMUTING, *extra, only=FINITE)


def gates(draw, gate, gated, space):
    gated_fields = draw.fields(space, *gated, channels=24)
    gated_fields = [[r, 1] for r, n in gated_fields for _ in range(n)]
    fields = [(g, [r, 1]) for g, r in [("gate", gate)] * len(gated_fields)] + [("gated", f) for f in gated_fields]
    options = some(draw, 0.5, drop_gates=lambda: draw.chance(0.5))
    if draw.chance(0.8):
        draw.random.shuffle(fields)
        options["gates"] = [g for g, _ in fields]
    return [f for _, f in fields], options


def restrict(draw):
    space, fields = anywhere(draw)
    return space, fields, {"id": draw.subgroup(space)}


def upsample(draw):
    space, fields = anywhere(draw)
    options = {"size": draw.pixels(5, 8, 11, 17)} if draw.chance(0.3) else {"scale_factor": draw.one(2, 3, 4)}
    options.update(some(draw, 0.5, mode=lambda: draw.one("bilinear", "nearest")))
    if options.get("mode") != "nearest":
        options.update(some(draw, 0.5, align_corners=lambda: draw.chance(0.7)))
    return space, fields, options


def norm_function(draw):
    options = some(draw, 0.7, function=lambda: draw.one("n_relu", "n_sigmoid", "squash"), bias=lambda: draw.chance(0.5))
    if options.get("function") == "squash" and draw.chance(0.9):
        options["bias"] = False
    return options


def adaptive(draw):
    return {"output_size": draw.pixels(1, 2, 3, 5)}


def antialiased_average(draw):
    options = {"sigma": draw.random.uniform(0.3, 1.3), "stride": draw.pixels(1, 2, 3)}
    options.update(some(draw, 0.4, padding=lambda: draw.pixels(0, 1, 2)))
    return options


def induced_fields(draw):
    return anywhere(draw, "induced", only=("cyclic", "dihedral", "dihedral", "o2", "o2", "flip"))


def gated1(draw):
    space = draw.space()
    fields, options = gates(draw, TRIVIAL, (), space)
    return space, fields, options


def induced_gated(draw):
    space = draw.space("dihedral", "cyclic", "o2", "o2")
    subgroup = [None, -1] if space["N"] < 0 else draw.subgroup(space)
    group = golden.make_space(space).fibergroup
    inner = group.subgroup(golden.as_id(subgroup))[0]
    of = lambda: induced(subgroup, *draw.irrep_of(inner, space.get("maximum_frequency")))
    pairs = [(of(), 1) for _ in range(draw.random.randint(1, 3))]
    trivial = induced(subgroup, *([0] if inner.order() < 0 or len(inner.trivial_representation.attributes) and "flip_frequency" not in inner.trivial_representation.attributes else [0, 0]))
    fields = [("gate", [trivial, 1])] * len(pairs) + [("gated", [r, 1]) for r, _ in pairs]
    options = some(draw, 0.5, drop_gates=lambda: draw.chance(0.5))
    if draw.chance(0.8):
        draw.random.shuffle(fields)
        options["gates"] = [g for g, _ in fields]
    return space, [f for _, f in fields], options


def reshuffle(draw):
    space, fields = anywhere(draw)
    permutation = list(range(sum(n for _, n in fields)))
    draw.random.shuffle(permutation)
    return space, fields, {"permutation": permutation}


def mask(draw):
    space, fields = anywhere(draw)
    return space, fields, {"S": 9, **some(draw, 0.6, margin=lambda: draw.one(0.0, 1.0, 10.0, draw.random.uniform(0, 30)))}


def concatenated(draw):
    # The reference decomposes the doubled representation numerically, which takes minutes for large groups.
    space = draw.one(flip(), rot(2), rot(3), rot(4), rot(5), rot(6), fliprot(2), fliprot(3), fliprot(4, 0.3))
    fields = draw.fields(space, "regular", "quotient", "irrep", "trivial", most=2)
    return space, fields, some(draw, 0.7, function=lambda: draw.one("c_relu", "c_sigmoid", "c_tanh"))


MODULES = {
    "ReLU": lambda d: (*permuting(d), some(d, 0.2, inplace=lambda: False)),
    "ELU": lambda d: (*permuting(d), some(d, 0.5, alpha=lambda: d.random.uniform(0.1, 2))),
    "PointwiseNonLinearity": lambda d: (*permuting(d, "induced"), some(d, 0.8, function=lambda: d.one("p_relu", "p_elu", "p_sigmoid", "p_tanh"))),
    "ConcatenatedNonLinearity": concatenated,
    "NormNonLinearity": lambda d: (*anywhere(d), norm_function(d)),
    "InducedNormNonLinearity": lambda d: (*induced_fields(d), norm_function(d)),
    "GatedNonLinearity1": gated1,
    "InducedGatedNonLinearity1": induced_gated,
    "VectorFieldNonLinearity": lambda d: (*anywhere(d, "regular", only=("cyclic",)), {}),
    "InnerBatchNorm": lambda d: (*permuting(d), {**batch_norm(d), **some(d, 0.2, track_running_stats=lambda: d.chance(0.5))}),
    "NormBatchNorm": lambda d: (*anywhere(d, "irrep"), batch_norm(d)),
    "InducedNormBatchNorm": lambda d: (*induced_fields(d), batch_norm(d)),
    "GNormBatchNorm": lambda d: (*anywhere(d), batch_norm(d)),
    "PointwiseMaxPool": lambda d: (*permuting(d), {**pool(d), **some(d, 0.2, dilation=lambda: d.pixels(1, 2))}),
    "PointwiseMaxPoolAntialiased": lambda d: (*permuting(d), {**pool(d), **some(d, 0.5, sigma=lambda: d.random.uniform(0.2, 1))}),
    "PointwiseAvgPool": lambda d: (*permuting(d, "irrep"), pool(d)),
    "PointwiseAvgPoolAntialiased": lambda d: (*permuting(d, "irrep"), antialiased_average(d)),
    "PointwiseAdaptiveAvgPool": lambda d: (*permuting(d, "irrep"), adaptive(d)),
    "PointwiseAdaptiveMaxPool": lambda d: (*permuting(d), adaptive(d)),
    "NormMaxPool": lambda d: (*anywhere(d), {**pool(d), **some(d, 0.2, dilation=lambda: d.pixels(1, 2))}),
    "GroupPooling": lambda d: (*permuting(d, "induced"), {}),
    "NormPool": lambda d: (*anywhere(d), {}),
    "InducedNormPool": lambda d: (*induced_fields(d), {}),
    "R2Upsampling": upsample,
    "RestrictionModule": restrict,
    "DisentangleModule": lambda d: (*anywhere(d), {}),
    "IdentityModule": lambda d: (*anywhere(d), {}),
    "MaskModule": mask,
    "ReshuffleModule": reshuffle,
    "FieldDropout": lambda d: (*anywhere(d), some(d, 0.8, p=lambda: d.one(0.0, 0.3, 0.5))),
    "PointwiseDropout": lambda d: (*permuting(d), some(d, 0.8, p=lambda: d.one(0.0, 0.3, 0.5))),
}


def module(draw, writer, name):
    # A family of its own per module, so that each gets its share.
    kind = list(MODULES)[int(name.split("-")[0]) % len(MODULES)]
    space, fields, options = MODULES[kind](draw)
    image = (draw.one(2, 3, 4), 9, 9) if kind == "MaskModule" else draw.image(5 if draw.small else 6, draw.one(2, 3))
    golden.module_case(writer, name + "-" + kind.lower(), space, fields, kind, image, **options)


def transform(draw, writer, name):
    space = draw.space()
    fields = draw.fields(space, channels=12)
    group = golden.make_space(space).fibergroup
    if group.order() > 0:
        elements = draw.random.sample(list(group.elements), min(group.order(), 5))
    else:
        angles = [draw.one(0.0, math.pi / 2, math.pi, draw.random.uniform(-7, 7)) for _ in range(4)]
        elements = angles if space["type"] == "Rot2dOnR2" else [(draw.one(0, 1), a) for a in angles]
    elements = [list(e) if isinstance(e, tuple) else e for e in elements]
    golden.transform_case(writer, name, space, fields, elements, draw.image(7 if draw.small else 12, 1))


def group(draw, writer, name):
    space = draw.space()
    subgroups = lambda: [draw.subgroup(space) for _ in range(draw.random.randint(1, 3))]
    fibergroup = golden.make_space(space).fibergroup
    inductions = []
    if fibergroup.order() > 0:
        inductions = [(s, draw.irrep_of(fibergroup.subgroup(golden.as_id(s))[0])) for s in subgroups()]
    elif space["type"] == "FlipRot2dOnR2":
        inductions = [([None, -1], [k]) for k in range(draw.one(1, 2, 3))]
    quotients = subgroups() if fibergroup.order() > 0 else []
    golden.group_case(writer, name, space, quotients, inductions, subgroups())


def train(draw, writer, name):
    space = draw.space(*FINITE)
    optimizer = {"kind": draw.one("SGD", "Adam")}
    if optimizer["kind"] == "SGD":
        optimizer["lr"] = draw.random.uniform(0.005, 0.05)
        optimizer.update(some(draw, 0.6, momentum=lambda: draw.random.uniform(0.1, 0.9)))
        if "momentum" in optimizer:
            optimizer.update(some(draw, 0.5, nesterov=lambda: True))
    else:
        optimizer["lr"] = draw.random.uniform(0.001, 0.01)
        optimizer.update(some(draw, 0.4, betas=lambda: [draw.random.uniform(0.5, 0.95), draw.random.uniform(0.9, 0.999)], eps=lambda: 1e-6))
    optimizer.update(some(draw, 0.5, weight_decay=lambda: draw.random.uniform(1e-4, 1e-2)))
    options = some(draw, 0.3, sigma=lambda: draw.random.uniform(0.3, 0.7), frequencies_cutoff=lambda: draw.one(-2.0, -3.0, 2.0, math.pi), maximum_offset=lambda: draw.one(0, 1))
    channels = [draw.random.randint(1, 3), draw.random.randint(1, 3), draw.random.randint(2, 6)]
    length = {"steps": 5, "batch": 4} if draw.small else {}
    golden.train_case(writer, name, space, channels, draw.one(1, 3), draw.random.randint(2, 6), optimizer, options, **length)


KINDS = {f.__name__: f for f in (conv, r2convtransposed, r2diffop, module, transform, group, train)}


def write(writer, kind, seed, number, small, only, refused):
    for attempt in range(60):
        own = zlib.crc32(f"{seed} {kind} {number} {attempt}".encode())
        torch.manual_seed(own)
        np.random.seed(own)
        name = f"{number:04d}-s{seed}"
        if only and name not in only:
            return
        try:
            KINDS[kind](Draw(own, small), writer, name)
            return
        except Exception as e:  # whatever the reference raises is a case it does not offer
            refused[f"{kind}: {type(e).__name__} {str(e).strip()[:60]}"] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100, help="cases of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--small", action="store_true", help="few channels, small groups and kernels")
    parser.add_argument("--only", nargs="*", help="names of cases, NUMBER-sSEED")
    arguments = parser.parse_args()
    # GNormBatchNorm calls view() on a tensor that this torch does not lay out contiguously.
    torch.Tensor.view = torch.Tensor.reshape
    torch.set_num_threads(1)
    writer = golden.Writer(arguments.folder)
    refused = collections.Counter()
    for kind in arguments.kinds.split(","):
        for number in range(arguments.count):
            write(writer, kind, arguments.seed, number, arguments.small, arguments.only, refused)
    writer.finish()
    for reason, count in refused.most_common(40):
        print("refused", count, reason)


if __name__ == "__main__":
    main()
