"""The example of README runs as it stands but for the size of the training."""

import re
from pathlib import Path

import pytest
from conftest import KIND

import e2spark

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.skipif(KIND != "classic", reason="the example makes a classic session")
def test_the_example_of_the_readme_runs(spark, monkeypatch, tmp_path):
    pytest.importorskip("torch")
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    digits = e2spark.sample_digits()
    monkeypatch.setattr(e2spark, "sample_digits", lambda: tuple(part[:64] for part in digits))
    scope: dict = {}
    short = example.replace("maxEpochs=5", "maxEpochs=1").replace('save("model")', f'save("file://{tmp_path}/model")')
    exec(short, scope)  # noqa: S102
    assert scope["spark"] is spark
    assert (tmp_path / "model" / "network").is_dir()
    assert callable(scope["module"])
