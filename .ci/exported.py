"""Loads exported models, each way that the documentation tells, and compares what they give: exported.py FOLDER"""
import json
import sys

import mlflow
import numpy
import onnx
import onnxruntime
import safetensors

folder = sys.argv[1]
generator = numpy.random.default_rng(1)
outputs = {}


def session(name):
    path = f"{folder}/{name}"
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


plain = session("onnx")
said = plain.get_modelmeta().custom_metadata_map
channels, height, width = map(int, said["image"].split("x"))
classes = json.loads(said["classes"])
mean, std = (numpy.array(json.loads(said[key])).reshape(-1, 1, 1) for key in ("mean", "std"))
pixels = generator.integers(0, 256, (5, channels, height, width), dtype=numpy.uint8)
images = ((pixels / 255 - mean) / std).astype(numpy.float32)

outputs["onnx"] = plain.run(None, {"images": images})[0]
outputs["onnx of pixels"] = session("mlflow-pixels/model.onnx").run(None, {"images": pixels})[0]
outputs["onnx, one image"] = numpy.concatenate([plain.run(None, {"images": images[i : i + 1]})[0] for i in range(5)])
for name, batch in (("mlflow", images), ("mlflow-pixels", pixels)):
    model = mlflow.pyfunc.load_model(f"{folder}/{name}")
    assert model.metadata.signature is not None
    outputs[name] = model.predict(batch)["logits"]
    assert mlflow.onnx.load_model(f"{folder}/{name}").opset_import[0].version == 18

initializers = {t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(f"{folder}/onnx").graph.initializer}
with safetensors.safe_open(f"{folder}/safetensors", "numpy") as weights:
    assert json.loads(weights.metadata()["classes"]) == classes
    for name in weights.keys():
        numpy.testing.assert_array_equal(weights.get_tensor(name), initializers[name], name)

try:
    import torch
except ImportError:
    print("exported.py: SKIPPED: torch.jit.load: this Python has no torch")
else:
    extra = {"e2spark.json": ""}
    # By lists: a system's torch may be older than the arrays of NumPy that it would share.
    def scripted(name, batch, dtype, **options):
        module = torch.jit.load(f"{folder}/{name}", **options)
        with torch.no_grad():
            return numpy.array(module(torch.tensor(batch.tolist(), dtype=dtype)).tolist())

    outputs["torchscript"] = scripted("torchscript", images, torch.float32, _extra_files=extra)
    outputs["torchscript, factorised"] = scripted("torchscript-factorised", images, torch.float32)
    outputs["torchscript of pixels"] = scripted("torchscript-pixels", pixels, torch.uint8)
    assert json.loads(json.loads(extra["e2spark.json"])["classes"]) == classes

for name, logits in outputs.items():
    assert logits.shape == (5, len(classes)), name
    difference = numpy.abs(logits - outputs["onnx"]).max() / numpy.abs(outputs["onnx"]).max()
    print(f"exported.py: {name}: largest relative difference {difference:.1e}")
    assert difference < 1e-4, name
