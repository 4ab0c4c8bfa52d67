"""Networks of the real e2cnn, trained here, for e2spark to read and to write back.

reference.py train DIR [SHARDS] trains each, and writes DIR/NAME.pt (its state), DIR/NAME.npz (images and logits);
                              with shards, also DIR/own.pt, a network with names of its own, trained on them
reference.py check DIR          compares the logits with those of DIR/NAME.onnx, which e2spark exported of the imported model;
                              and with those of DIR/NAME-back/network.py, which it wrote with the state of that model
reference.py continued DIR    compares the loss of the epoch that e2spark trained from DIR/own.pt on with those before
"""

import glob
import importlib.util
import json
import math
import os
import sys
from collections import OrderedDict

import numpy as np
import torch
from e2cnn import gspaces, nn

TOLERANCE = 1e-4


class Benchmark(torch.nn.Module):
    """Six stages, the maximum over space, and a head with one hidden layer."""

    KERNELS = [(7, 1), (5, 2), (5, 2), (5, 2), (5, 2), (5, 0)]

    def __init__(self, space, stage):
        super().__init__()
        layers = []
        self.in_type = nn.FieldType(space, [space.trivial_repr])
        current = self.in_type
        for position, (kernel, padding) in enumerate(self.KERNELS):
            for layer in stage(position, current, kernel, padding):
                layers.append(layer)
                current = layer.out_type
        self.eq_layers = torch.nn.ModuleList(layers)
        self.fully_net = torch.nn.Sequential(
            torch.nn.Linear(current.size, 64), torch.nn.BatchNorm1d(64), torch.nn.ELU(), torch.nn.Linear(64, 10)
        )

    def forward(self, images):
        x = nn.GeometricTensor(images, self.in_type)
        for layer in self.eq_layers:
            x = layer(x)
        return self.fully_net(torch.amax(x.tensor, dim=(2, 3)))


def regular(position, current, kernel, padding):
    space = current.gspace
    fields = [16, 34, 45, 45, 68, 64][position]
    yield (layer := nn.R2Conv(current, nn.FieldType(space, [space.regular_repr] * fields), kernel, padding=padding))
    if position == 5:
        yield (layer := nn.GroupPooling(layer.out_type))
    yield nn.InnerBatchNorm(layer.out_type)
    yield nn.ELU(layer.out_type)
    if position in (1, 3):
        yield nn.PointwiseMaxPool(layer.out_type, 2)


def routed(current, scalars, first, second):
    """One module for the first fields, another one for the rest."""
    labels = ["trivial"] * scalars + ["others"] * (len(current) - scalars)
    types = current.group_by_labels(labels)
    return nn.MultipleModule(current, labels, [(first(types["trivial"]), "trivial"), (second(types["others"]), "others")])


def on_scalars(current, kernel, padding, fields):
    space = current.gspace
    out = nn.FieldType(space, [space.trivial_repr] * fields)
    yield nn.R2Conv(current, out, kernel, padding=padding)
    yield nn.InnerBatchNorm(out)
    yield nn.ELU(out)


def pooled(current, scalars):
    return routed(current, scalars, lambda t: nn.PointwiseMaxPool(t, 2), lambda t: nn.NormMaxPool(t, 2))


def gated(position, current, kernel, padding):
    space = current.gspace
    n = [16, 79, 105, 105, 157, 64][position]
    if position == 5:
        yield from on_scalars(current, kernel, padding, n)
        return
    out = nn.FieldType(space, [space.trivial_repr] * (2 * n) + [space.irrep(1)] * n)
    yield nn.R2Conv(current, out, kernel, padding=padding)
    yield routed(out, 2 * n, nn.InnerBatchNorm, nn.NormBatchNorm)
    yield (layer := routed(out, n, nn.ELU, nn.GatedNonLinearity1))
    if position in (1, 3):
        yield pooled(layer.out_type, n)


def harmonic(position, current, kernel, padding):
    space = current.gspace
    n = [16, 36, 49, 49, 73, 32][position]
    others = [space.irrep(1, 0)] * n
    if position < 5:
        others += [r for _ in range(n) for k in (1, 2, 3) for r in [space.irrep(1, k)] * 2]
    out = nn.FieldType(space, [space.trivial_repr] * n + others)
    yield nn.R2Conv(current, out, kernel, padding=padding)
    yield routed(out, n, nn.InnerBatchNorm, nn.NormBatchNorm)
    yield (layer := routed(out, n, nn.ELU, nn.NormNonLinearity))
    if position == 5:
        yield routed(layer.out_type, n, nn.IdentityModule, nn.NormPool)
    elif position in (1, 3):
        yield pooled(layer.out_type, n)


class WideBlock(nn.EquivariantModule):
    def __init__(self, convolution, current, inner, out, kernel, stride):
        super().__init__()
        self.in_type, self.out_type = current, out
        self.bn1, self.relu1 = nn.InnerBatchNorm(current), nn.ReLU(current)
        self.conv1 = convolution(current, inner, kernel, 1)
        self.bn2, self.relu2 = nn.InnerBatchNorm(inner), nn.ReLU(inner)
        self.dropout = nn.PointwiseDropout(inner, p=0.3)
        self.conv2 = convolution(inner, out, kernel, stride)
        self.shortcut = convolution(current, out, 1, stride) if stride != 1 or current != out else None

    def forward(self, x):
        active = self.relu1(self.bn1(x))
        y = self.conv2(self.dropout(self.relu2(self.bn2(self.conv1(active)))))
        return y + (self.shortcut(active) if self.shortcut is not None else x)

    def evaluate_output_shape(self, shape):
        return shape


class WideResNet(torch.nn.Module):
    """Of three stages that give up symmetries between them."""

    def __init__(self, rotations, left, blocks, width, first_stride, cutoff, same_parameters):
        super().__init__()
        space = gspaces.FlipRot2dOnR2(rotations)
        self.in_type = nn.FieldType(space, [space.trivial_repr] * 3)
        wide = lambda s, c: int((c * math.sqrt(s.fibergroup.order()) if same_parameters else c) / s.fibergroup.order())

        def convolution(a, b, kernel, stride):
            return nn.R2Conv(a, b, kernel, padding=kernel // 2, stride=stride, bias=False, frequencies_cutoff=cutoff)

        def stage(current, channels, stride, last):
            s = current.gspace
            main = nn.FieldType(s, [s.regular_repr] * wide(s, channels))
            kernel = 5 if s.fibergroup.order() == 16 else 3
            layers = []
            for block in range(blocks):
                scalars = int(channels * math.sqrt(s.fibergroup.order()) if same_parameters else channels)
                out = nn.FieldType(s, [s.trivial_repr] * scalars) if last and block == blocks - 1 else main
                layers.append(WideBlock(convolution, current, main, out, kernel, stride if block == 0 else 1))
                current = out
            return torch.nn.Sequential(*layers), current

        def restricted(current, id):
            layer = nn.RestrictionModule(current, id)
            split = nn.DisentangleModule(layer.out_type)
            return nn.SequentialModule(layer, split), split.out_type

        order = space.fibergroup.order()
        first = nn.FieldType(space, [space.regular_repr] * int(16 * math.sqrt(order) / order))
        self.conv1 = convolution(self.in_type, first, 5, 1)
        self.layer1, current = stage(first, 16 * width, first_stride, False)
        self.restrict1, current = restricted(current, left[0])
        self.layer2, current = stage(current, 32 * width, 2, False)
        self.restrict2, current = restricted(current, left[1])
        self.layer3, current = stage(current, 64 * width, 2, True)
        self.bn = nn.InnerBatchNorm(current, momentum=0.9)
        self.relu = nn.ReLU(current)
        self.linear = torch.nn.Linear(current.size, 10)

    def forward(self, images):
        x = self.conv1(nn.GeometricTensor(images, self.in_type))
        x = self.layer2(self.restrict1(self.layer1(x)))
        x = self.relu(self.bn(self.layer3(self.restrict2(x))))
        return self.linear(x.tensor.mean((2, 3)))


class Own(torch.nn.Module):
    """The quick start's network, under names that nobody else uses."""

    def __init__(self):
        super().__init__()
        space = gspaces.Rot2dOnR2(8)
        fields = lambda n: nn.FieldType(space, [space.regular_repr] * n)
        self.image = nn.FieldType(space, [space.trivial_repr])

        def part(a, b, kernel, padding):
            return nn.SequentialModule(
                OrderedDict(
                    turning=nn.R2Conv(a, b, kernel, padding=padding, bias=False), scaled=nn.InnerBatchNorm(b), bent=nn.ELU(b)
                )
            )

        self.stem = part(self.image, fields(8), 7, 1)
        self.smaller = nn.PointwiseAvgPoolAntialiased(fields(8), 0.66, stride=2)
        self.middle = part(fields(8), fields(12), 5, 2)
        self.smallest = nn.PointwiseAvgPoolAntialiased(fields(12), 0.66, stride=2)
        self.top = part(fields(12), fields(48), 5, 0)
        self.invariant = nn.GroupPooling(fields(48))
        self.answer = torch.nn.Linear(48, 10)

    def forward(self, images):
        x = self.stem(nn.GeometricTensor(images, self.image))
        x = self.middle(self.smaller(x))
        x = self.invariant(self.top(self.smallest(x)))
        return self.answer(torch.amax(x.tensor, dim=(2, 3)))


# The network, images (channels, pixels), and the preset that it is.
NETWORKS = {
    "c8-regular": (lambda: Benchmark(gspaces.Rot2dOnR2(8), regular), (1, 28), "mnist-bench/regular-c8"),
    "so2-gated": (lambda: Benchmark(gspaces.Rot2dOnR2(-1, maximum_frequency=1), gated), (1, 28), "mnist-bench/gated_conv-so2-f3"),
    "o2-harmonic": (
        lambda: Benchmark(gspaces.FlipRot2dOnR2(-1, maximum_frequency=3), harmonic),
        (1, 28),
        "mnist-bench/hnet_conv-o2-f3",
    ),
    "d4-restricted": (
        lambda: WideResNet(4, [(0, 2), (0, 1)], 1, 4, 1, 3.0, True),
        (3, 33),
        "examples/e2wrn10-4-reflection",
    ),
    "stl-d8d4d1": (
        lambda: WideResNet(8, [(0, 4), (0, 1)], 2, 8, 2, math.pi, False),
        (3, 33),
        "stl10/e2wrn16-8-d8d4d1-same-channels",
    ),
    "own": (Own, (1, 29), "quickstart/c8"),
}


def train(folder, shards):
    for name, (make, (channels, size), preset) in NETWORKS.items():
        torch.manual_seed(1)
        network = make()
        if name == "own" and shards:
            learn_digits(network, folder, shards)
        else:
            optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
            for _ in range(3):
                loss = torch.nn.functional.cross_entropy(
                    network(torch.randn(4, channels, size, size)), torch.randint(10, (4,))
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        network.eval()
        images = torch.randn(2, channels, size, size)
        with torch.no_grad():
            logits = network(images)
        torch.save(network.state_dict(), f"{folder}/{name}.pt")
        np.savez(f"{folder}/{name}.npz", images=images.numpy(), logits=logits.numpy())
        with open(f"{folder}/networks.txt", "a") as file:
            file.write(f"{name} {preset} {channels}x{size}x{size}\n")
        print(f"{name}: {sum(p.numel() for p in network.parameters() if p.requires_grad)} parameters, {preset}")
    with open(f"{folder}/mapping.txt", "w") as file:
        for part, start in (("stem", 0), ("middle", 4), ("top", 8)):
            file.write(f"{part}.turning features.{start}\n{part}.scaled features.{start + 1}\n")
        file.write("answer head\n")


def learn_digits(network, folder, shards):
    """Two epochs with Adam; the mean loss of each is written down."""
    import pyarrow.ipc

    images, labels = [], []
    for file in sorted(glob.glob(f"{shards}/train-*.arrow")):
        table = pyarrow.ipc.open_file(file).read_all()
        for batch in table.to_batches():
            images.append(np.asarray(batch.column("image").flatten()).reshape(-1, 1, 29, 29))
            labels.append(np.asarray(batch.column("label")))
    images = torch.tensor(np.concatenate(images)).float() / 255
    labels = torch.tensor(np.concatenate(labels)).long()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    losses = []
    for _ in range(2):
        order = torch.randperm(len(images))
        total = 0.0
        for start in range(0, len(order), 64):
            picked = order[start : start + 64]
            loss = torch.nn.functional.cross_entropy(network(images[picked]), labels[picked])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(picked)
        losses.append(total / len(images))
    print("loss by epoch in Python:", losses)
    with open(f"{folder}/losses.json", "w") as file:
        json.dump(losses, file)


def check(folder):
    import onnxruntime

    for name, (make, _, _) in NETWORKS.items():
        saved = np.load(f"{folder}/{name}.npz")
        for file in glob.glob(f"{folder}/{name}*.onnx"):
            session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
            compare(os.path.basename(file), session.run(None, {"images": saved["images"]})[0], saved["logits"])
        back = f"{folder}/{name}-back"
        with torch.no_grad():
            logits = exported(back).load()(torch.tensor(saved["images"])).numpy()
        compare(f"{name} there and back", logits, saved["logits"])


def exported(folder):
    """The module that builds the network, as a user would import it."""
    spec = importlib.util.spec_from_file_location("network", f"{folder}/network.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def continued(folder):
    with open(f"{folder}/losses.json") as file:
        before = json.load(file)
    with open(f"{folder}/events.jsonl") as file:
        metrics = [json.loads(line).get("metrics", {}) for line in file]
    here = [m["loss"] for m in metrics if "imagesPerSecond" in m]
    print("loss by epoch in Python", before, "then here", here)
    assert len(here) == 1 and here[0] < before[-1], here


def compare(name, actual, expected):
    error = np.abs(actual - expected).max() / max(1, np.abs(expected).max())
    print(f"{name}: logits differ by {error:.1e}")
    assert error <= TOLERANCE, name


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1] == "train":
        train(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
    elif sys.argv[1] == "check":
        check(sys.argv[2])
    else:
        continued(sys.argv[2])
