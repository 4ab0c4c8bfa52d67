"""What becomes of arrays, and which are refused."""

import numpy
import pandas
import pytest

import e2spark


def test_colours_are_turned_as_spark_has_them(spark):
    red = numpy.zeros((1, 2, 3, 3), numpy.uint8)
    red[..., 0] = 255
    row = e2spark.to_dataframe(spark, red, {"label": [4]}).head()
    assert (row.image.height, row.image.width, row.image.nChannels, row.image.mode) == (2, 3, 3, 16)
    assert bytes(row.image.data) == b"\0\0\xff" * 6
    assert row.label == 4


def test_labels_without_a_sign_are_kept_as_they_are(spark):
    labels = numpy.array([0, 255], numpy.uint8)
    images = numpy.zeros((2, 2, 2), numpy.uint8)
    for table in (pandas.DataFrame({"image": list(images), "label": labels}), images):
        columns = {} if table is not images else {"label": labels}
        assert [row.label for row in e2spark.to_dataframe(spark, table, columns).collect()] == [0, 255]


def test_columns_of_pandas_are_kept_and_nothing_stays_nothing(spark):
    table = pandas.DataFrame({"id": ["a", "b"], "picture": [numpy.zeros((2, 2), numpy.uint8), None]})
    rows = e2spark.to_dataframe(spark, table, image="picture").collect()
    assert [row.id for row in rows] == ["a", "b"]
    assert rows[0].picture.mode == 0 and rows[1].picture is None


def test_what_is_no_image_is_refused():
    with pytest.raises(TypeError, match="Image 0 is of float64"):
        e2spark.to_dataframe(None, numpy.zeros((1, 2, 2)))
    with pytest.raises(ValueError, match=r"Image 1 has the shape \(2, 2, 2\)"):
        e2spark.to_dataframe(None, [numpy.zeros((2, 2), numpy.uint8), numpy.zeros((2, 2, 2), numpy.uint8)])
    with pytest.raises(ValueError, match="No column 'image'"):
        e2spark.to_dataframe(None, pandas.DataFrame({"picture": []}))


def test_the_jar_is_told_and_a_missing_one_refused(monkeypatch, tmp_path):
    assert e2spark.find_jar().source in ("wheel", "environment")
    monkeypatch.setenv("E2SPARK_JAR", str(tmp_path / "none.jar"))
    with pytest.raises(e2spark.JarError, match="E2SPARK_JAR"):
        e2spark.find_jar()
