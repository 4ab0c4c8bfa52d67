"""Images of NumPy and pandas as columns of Spark."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, Union

import numpy
import pandas
import pyarrow
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession

#: of OpenCV, as Spark's image structure has them, by the number of channels
_MODES = {1: 0, 3: 16, 4: 24}

_FIELDS = pyarrow.struct(
    [
        pyarrow.field("origin", pyarrow.string()),
        pyarrow.field("height", pyarrow.int32(), nullable=False),
        pyarrow.field("width", pyarrow.int32(), nullable=False),
        pyarrow.field("nChannels", pyarrow.int32(), nullable=False),
        pyarrow.field("mode", pyarrow.int32(), nullable=False),
        pyarrow.field("data", pyarrow.binary(), nullable=False),
    ]
)


def to_dataframe(
    spark: SparkSession,
    images: Union[pandas.DataFrame, NDArray[Any], Sequence[NDArray[Any]]],
    columns: Optional[Mapping[str, Iterable[Any]]] = None,
    *,
    image: str = "image",
) -> DataFrame:
    """A DataFrame with images in Spark's own structure, which stages of e2spark take as they are.

    Parameters
    ----------
    spark : SparkSession
        Classic or of Spark Connect.
    images : pandas.DataFrame, or array, or list of arrays
        Each image is uint8, (height, width) or (height, width, channels); one channel is grey,
        three are RGB, four RGBA. An array has one more dimension, the first. In pandas, they are in
        the column ``image``, and the others are kept. ``None`` is a row without an image.
    columns : mapping, optional
        More columns, by name; a label is one of them.
    image : str
        The column's name.

    Raises
    ------
    TypeError
        If values are not uint8: what they mean is not guessed.
    ValueError
        If an image has another number of dimensions or channels, naming its row.
    """
    if isinstance(images, pandas.DataFrame):
        if image not in images.columns:
            raise ValueError(f"No column {image!r} (there are: {', '.join(map(str, images.columns))})")
        cells: Iterable[Any] = images[image]
        kept = images.drop(columns=image)
    else:
        cells = images
        kept = pandas.DataFrame()
    structures = [_structure(row, cell) for row, cell in enumerate(cells)]
    # By columns of Arrow, as types of pandas (categories, dates) then are Spark's.
    table = pyarrow.table({image: pyarrow.array(structures, _FIELDS)})
    for name in kept.columns:
        table = table.append_column(str(name), _signed(pyarrow.Array.from_pandas(kept[name])))
    for name, values in (columns or {}).items():
        table = table.append_column(name, _signed(pyarrow.array(values)))
    return spark.createDataFrame(table)


def _signed(values: pyarrow.Array) -> pyarrow.Array:
    """Spark has no unsigned types, of which labels often are: the next larger signed one holds them."""
    wider = {pyarrow.uint8(): pyarrow.int16(), pyarrow.uint16(): pyarrow.int32(), pyarrow.uint32(): pyarrow.int64()}
    return values.cast(wider.get(values.type, values.type))


def _structure(row: int, cell: Any) -> Optional[dict[str, Any]]:
    if cell is None:
        return None
    pixels = numpy.asarray(cell)
    if pixels.dtype != numpy.uint8:
        raise TypeError(
            f"Image {row} is of {pixels.dtype} (must be uint8, 0 to 255: convert it as its values mean)"
        )
    if pixels.ndim == 2:
        pixels = pixels[:, :, numpy.newaxis]
    if pixels.ndim != 3 or pixels.shape[2] not in _MODES:
        raise ValueError(
            f"Image {row} has the shape {numpy.shape(cell)} (must be (height, width) or"
            " (height, width, channels) with 1, 3 or 4 channels)"
        )
    height, width, channels = pixels.shape
    if channels >= 3:
        # Spark's structure has blue first.
        pixels = pixels[:, :, [2, 1, 0, *range(3, channels)]]
    return {
        "origin": "",
        "height": height,
        "width": width,
        "nChannels": channels,
        "mode": _MODES[channels],
        "data": numpy.ascontiguousarray(pixels).tobytes(),
    }
