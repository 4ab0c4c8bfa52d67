"""Times training steps and evaluations of e2cnn's published networks, as EvaluationRatioBenchmark times this library's.

Usage, in a virtual environment with e2cnn==0.2.3, numpy==1.23.5, scipy, sympy and the torch of this library's engine:

    OMP_NUM_THREADS=1 python reference_steps.py [PRESET ...] [--seconds 20]

One thread, batches of 16. Prints the number of parameters, which `e2spark presets` must print too, and the medians of a training step
(forward and backward) and of an evaluation, in milliseconds of processor time; the first time of each is left out.
"""

import argparse
import math
import statistics
import time

import torch
from e2cnn import gspaces, nn

BATCH = 16


def write_by_mask(array, index, value, write=torch.Tensor.__setitem__):
    """e2cnn's masks are bytes, which newer torch does not take everywhere."""
    write(array, index.bool() if isinstance(index, torch.Tensor) and index.dtype == torch.uint8 else index, value)


torch.Tensor.__setitem__ = write_by_mask

# Width, kernel size, padding, pooling.
BENCHMARK = [(16, 7, 1, 1), (24, 5, 2, 2), (32, 5, 2, 1), (32, 5, 2, 2), (48, 5, 2, 1), (64, 5, 0, 1)]
FINAL = [(24, 9, 0, 1), (32, 7, 3, 2), (36, 7, 3, 1), (36, 7, 3, 2), (64, 7, 3, 1), (96, 5, 0, 1)]


class Classifier(torch.nn.Module):
    def __init__(self, features, reduction, head):
        super().__init__()
        self.features, self.reduction, self.head = features, reduction, head

    def forward(self, x):
        y = self.features(nn.GeometricTensor(x, self.features.in_type)).tensor
        return self.head(y.amax((2, 3)) if self.reduction == "max" else y.mean((2, 3)))


def regular(space, fields):
    return nn.FieldType(space, [space.regular_repr] * int(fields))


def trivial(space, fields):
    return nn.FieldType(space, [space.trivial_repr] * int(fields))


def hidden(units_in, units):
    return [torch.nn.Linear(units_in, units), torch.nn.BatchNorm1d(units), torch.nn.ELU()]


def pooled(modules, type_, size):
    if size > 1:
        modules.append(nn.PointwiseMaxPool(type_, size))


def benchmark(space):
    modules, type_ = [], trivial(space, 1)
    order = space.fibergroup.order()
    for position, (width, kernel, padding, pool) in enumerate(BENCHMARK, 1):
        scale = math.sqrt(order / 16) if 1 < position < 6 else 1
        out = regular(space, round(width / scale))
        modules.append(nn.R2Conv(type_, out, kernel, padding=padding))
        if position == 6:
            modules.append(nn.GroupPooling(out))
            out = modules[-1].out_type
        modules += [nn.InnerBatchNorm(out), nn.ELU(out)]
        pooled(modules, out, pool)
        type_ = out
    return Classifier(nn.SequentialModule(*modules), "max", torch.nn.Sequential(*hidden(64, 64), torch.nn.Linear(64, 10)))


def final(space):
    modules, type_ = [], trivial(space, 1)
    for position, (width, kernel, padding, pool) in enumerate(FINAL, 1):
        out = regular(space, width)
        modules += [nn.R2Conv(type_, out, kernel, padding=padding), nn.InnerBatchNorm(out)]
        if position == 6:
            modules.append(nn.GroupPooling(out))
            out = modules[-1].out_type
        pooled(modules, out, pool)
        modules.append(nn.ELU(out))
        type_ = out
    drop = lambda: torch.nn.Dropout(0.3)
    head = torch.nn.Sequential(drop(), *hidden(96, 96), drop(), *hidden(96, 96), drop(), torch.nn.Linear(96, 10))
    return Classifier(nn.SequentialModule(*modules), "max", head)


def wide_convolution(type_, out, kernel, stride=1):
    return nn.R2Conv(type_, out, kernel, padding=kernel // 2, stride=stride, bias=False, frequencies_cutoff=math.pi, initialize=False)


class WideBlock(nn.EquivariantModule):
    def __init__(self, type_, inner, out, kernel, stride):
        super().__init__()
        self.in_type, self.out_type = type_, out
        self.before = nn.SequentialModule(nn.InnerBatchNorm(type_), nn.ReLU(type_))
        self.residual = nn.SequentialModule(
            wide_convolution(type_, inner, kernel), nn.InnerBatchNorm(inner), nn.ReLU(inner), nn.PointwiseDropout(inner, 0.3),
            wide_convolution(inner, out, kernel, stride),
        )
        self.shortcut = wide_convolution(type_, out, 1, stride) if stride != 1 or type_ != out else None

    def forward(self, x):
        active = self.before(x)
        return self.residual(active) + (x if self.shortcut is None else self.shortcut(active))

    def evaluate_output_shape(self, shape):
        return self.residual.evaluate_output_shape(shape)


def stl(space):
    """WRN-16-8 of the same channels, which keeps D8, D4 and D1 in its stages."""
    type_, modules = regular(space, 16 / math.sqrt(space.fibergroup.order())), []
    modules.append(wide_convolution(trivial(space, 3), type_, 5))
    for stage, (subgroup, kernel) in enumerate([(None, 5), ((0, 4), 3), ((0, 1), 3)]):
        if subgroup is not None:
            modules.append(nn.RestrictionModule(type_, subgroup))
            modules.append(nn.DisentangleModule(modules[-1].out_type))
            type_ = modules[-1].out_type
            space = type_.gspace
        channels = 128 * 2**stage
        main = regular(space, channels // space.fibergroup.order())
        for block in range(2):
            out = trivial(space, channels) if stage == 2 and block == 1 else main
            modules.append(WideBlock(type_, main, out, kernel, 2 if block == 0 else 1))
            type_ = out
    modules += [nn.InnerBatchNorm(type_), nn.ReLU(type_)]
    return Classifier(nn.SequentialModule(*modules), "mean", torch.nn.Linear(512, 10))


rotations, reflections = gspaces.Rot2dOnR2, gspaces.FlipRot2dOnR2
NETWORKS = {
    "mnist-final/c16": (lambda: final(rotations(16)), (1, 28)),
    "mnist-bench/regular-d16": (lambda: benchmark(reflections(16)), (1, 28)),
    "mnist-bench/regular-c16": (lambda: benchmark(rotations(16)), (1, 28)),
    "mnist-bench/regular-d8": (lambda: benchmark(reflections(8)), (1, 28)),
    "mnist-bench/regular-c8": (lambda: benchmark(rotations(8)), (1, 28)),
    "mnist-bench/regular-c4": (lambda: benchmark(rotations(4)), (1, 28)),
    "stl10/e2wrn16-8-d8d4d1-same-channels": (lambda: stl(reflections(8)), (3, 96)),
}


def median(seconds, run):
    run()
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", default=list(NETWORKS))
    parser.add_argument("--seconds", type=float, default=20, help="for each of training and evaluation")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for preset in arguments.presets:
        build, (channels, size) = NETWORKS[preset]
        network = build()
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.1)
        images, labels = torch.randn(BATCH, channels, size, size), torch.zeros(BATCH, dtype=torch.long)

        def train():
            network.zero_grad()
            torch.nn.functional.cross_entropy(network(images), labels).backward()

        def evaluate():
            with torch.no_grad():
                network(images)

        network.train()
        training = median(arguments.seconds, train)
        network.eval()
        evaluation = median(arguments.seconds, evaluate)
        count = sum(p.numel() for p in network.parameters())
        print(f"{preset}  parameters {count}  training {training:.1f} ms  evaluation {evaluation:.1f} ms  torch {torch.__version__}", flush=True)


if __name__ == "__main__":
    main()
