"""Commands of the tool, in the session's JVM or not at all."""

import pytest
from conftest import KIND

import e2spark


@pytest.mark.skipif(KIND != "classic", reason="Spark Connect does not reach the JVM")
def test_a_command_runs_and_says_why_it_fails(spark, tmp_path):
    e2spark.run(spark, "presets", "quickstart")
    with pytest.raises(Exception, match="exit code 2: e2spark: No run is at"):
        e2spark.run(spark, "report", str(tmp_path), "--out", str(tmp_path / "none.html"))
    assert spark.range(3).count() == 3


@pytest.mark.skipif(KIND == "classic", reason="a classic session reaches the JVM")
def test_over_connect_it_says_what_to_do(spark):
    with pytest.raises(RuntimeError, match="spark-submit"):
        e2spark.run(spark, "presets")
