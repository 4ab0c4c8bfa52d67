"""A network of the Python library e2cnn that has learnt digits: writes digits.pt, its state, and digits.json, what it says of some.

    pip install e2cnn==0.2.3 "numpy<1.24"
    python digits.py
"""

import gzip
import json
from pathlib import Path

import numpy
import torch
from e2cnn import gspaces, nn

HERE = Path(__file__).parent
DIGITS = HERE / "../../data-pipeline/src/main/resources/org/e2spark/data/prepare/mnist-sample"


class Digits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        space = gspaces.Rot2dOnR2(4)
        regular = lambda fields: nn.FieldType(space, [space.regular_repr] * fields)
        self.image = nn.FieldType(space, [space.trivial_repr])
        self.edges = nn.R2Conv(self.image, regular(4), 7, padding=1)
        self.edges_norm = nn.InnerBatchNorm(regular(4))
        self.strokes = nn.R2Conv(regular(4), regular(8), 5, padding=2)
        self.strokes_norm = nn.InnerBatchNorm(regular(8))
        self.shapes = nn.R2Conv(regular(8), regular(16), 5)
        self.shapes_norm = nn.InnerBatchNorm(regular(16))
        self.smaller = torch.nn.ModuleList(nn.PointwiseAvgPoolAntialiased(regular(n), 0.66, stride=2) for n in (4, 8))
        self.invariant = nn.GroupPooling(regular(16))
        self.answer = torch.nn.Linear(16, 10)

    def forward(self, images):
        x = nn.GeometricTensor(images, self.image)
        x = self.smaller[0](self.edges_norm(self.edges(x)))
        x = nn.ReLU(x.type)(x)
        x = self.smaller[1](self.strokes_norm(self.strokes(x)))
        x = nn.ReLU(x.type)(x)
        x = self.shapes_norm(self.shapes(x))
        x = self.invariant(nn.ReLU(x.type)(x))
        return self.answer(x.tensor.amax((2, 3)))


def read(split):
    images, labels = (
        numpy.frombuffer(gzip.decompress((DIGITS / f"{split}-{kind}-ubyte.gz").read_bytes()), numpy.uint8, offset=header)
        for kind, header in (("images-idx3", 16), ("labels-idx1", 8))
    )
    padded = numpy.pad(images.reshape(-1, 1, 28, 28), ((0, 0), (0, 0), (1, 0), (1, 0)))
    return torch.tensor(padded).float() / 255, torch.tensor(labels.astype(numpy.int64))


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    network = Digits()
    images, labels = read("train")
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    for _ in range(2):
        for picked in torch.randperm(len(images)).split(64):
            loss = torch.nn.functional.cross_entropy(network(images[picked]), labels[picked])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    network.eval()  # which makes the filters of the weights as they are now
    torch.save(network.state_dict(), HERE / "digits.pt")
    images, labels = read("t10k")
    with torch.no_grad():
        logits = network(images)
    right = (logits.argmax(1) == labels).sum().item()
    (HERE / "digits.json").write_text(json.dumps({"right": right, "of": len(labels), "logits": logits[:4].tolist()}) + "\n")
    print(f"{right} of {len(labels)} digits are right")


if __name__ == "__main__":
    main()
