"""A network of the real escnn, trained here, for e2spark to read.

successor.py train DIR  trains the quick start's network, and writes DIR/escnn.pt (its state) and DIR/escnn.npz (images and logits)
successor.py check DIR  compares the logits with those of DIR/escnn.onnx, which e2spark exported of the imported model
"""

import sys

import numpy as np


def train(folder):
    import torch
    from escnn import gspaces, nn

    torch.set_num_threads(1)
    torch.manual_seed(1)
    space = gspaces.rot2dOnR2(8)
    image = nn.FieldType(space, [space.trivial_repr])
    few, more, most = (nn.FieldType(space, [space.regular_repr] * n) for n in (8, 12, 48))
    layers = []
    for a, b, kernel, padding in ((image, few, 7, 1), (few, more, 5, 2), (more, most, 5, 0)):
        layers += [nn.R2Conv(a, b, kernel, padding=padding, bias=False), nn.InnerBatchNorm(b), nn.ELU(b)]
        layers += [nn.PointwiseAvgPoolAntialiased2D(b, 0.66, stride=2)] if padding else [nn.GroupPooling(b)]
    features, head = nn.SequentialModule(*layers), torch.nn.Linear(48, 10)
    network = torch.nn.ModuleList([features, head])

    def logits(images):
        return head(torch.amax(features(nn.GeometricTensor(images, image)).tensor, dim=(2, 3)))

    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for _ in range(3):
        loss = torch.nn.functional.cross_entropy(logits(torch.randn(4, 1, 29, 29)), torch.randint(10, (4,)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network.eval()
    images = torch.randn(2, 1, 29, 29)
    with torch.no_grad():
        np.savez(f"{folder}/escnn.npz", images=images.numpy(), logits=logits(images).numpy())
    torch.save(network.state_dict(), f"{folder}/escnn.pt")


def check(folder):
    import onnxruntime

    saved = np.load(f"{folder}/escnn.npz")
    session = onnxruntime.InferenceSession(f"{folder}/escnn.onnx", providers=["CPUExecutionProvider"])
    error = np.abs(session.run(None, {"images": saved["images"]})[0] - saved["logits"]).max() / np.abs(saved["logits"]).max()
    print(f"escnn: logits differ by {error:.1e}")
    assert error <= 1e-4


if __name__ == "__main__":
    {"train": train, "check": check}[sys.argv[1]](sys.argv[2])
