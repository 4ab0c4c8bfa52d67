"""The digits inside the jar."""

import numpy
import pytest

import e2spark


@pytest.mark.parametrize(("split", "count"), [("train", 3000), ("test", 1000)])
def test_digits_are_those_of_mnist(split, count):
    images, labels = e2spark.sample_digits(split)
    assert images.shape == (count, 28, 28)
    assert images.dtype == labels.dtype == numpy.uint8
    assert set(labels) == set(range(10))
    # Upright digits lie in the middle and leave the border free.
    assert images[:, 6:22, 6:22].mean() > 60
    assert images[:, :2].mean() < 1


def test_a_split_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match="'valid'.*train, test"):
        e2spark.sample_digits("valid")
