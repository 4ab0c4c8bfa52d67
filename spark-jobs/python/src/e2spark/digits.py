"""The handwritten digits that come with e2spark, for first steps without a download."""

import gzip
import zipfile

import numpy
from numpy.typing import NDArray

from e2spark.jar import find

_FOLDER = "org/e2spark/data/prepare/mnist-sample"
_SPLITS = {"train": "train", "test": "t10k"}


def sample_digits(split: str = "train") -> "tuple[NDArray[numpy.uint8], NDArray[numpy.uint8]]":
    """Upright digits of MNIST out of the jar: images, (n, 28, 28), and their labels, (n).

    Parameters
    ----------
    split : str
        ``train`` (3,000 images) or ``test`` (1,000).
    """
    if split not in _SPLITS:
        raise ValueError(f"No split {split!r} (there are: {', '.join(_SPLITS)})")
    with zipfile.ZipFile(find().path) as jar:

        def values(kind: str, header: int) -> "NDArray[numpy.uint8]":
            packed = jar.read(f"{_FOLDER}/{_SPLITS[split]}-{kind}-ubyte.gz")
            return numpy.frombuffer(gzip.decompress(packed), numpy.uint8, offset=header)

        return values("images-idx3", 16).reshape(-1, 28, 28), values("labels-idx1", 8)
