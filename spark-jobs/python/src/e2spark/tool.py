"""The commands of the tool, from a session."""

from pyspark.sql import SparkSession
from pyspark.sql.utils import is_remote


def run(spark: SparkSession, *arguments: str) -> None:
    """Runs a command of ``e2spark``, such as ``run(spark, "import-e2cnn", "c8.pt", ...)``, in the session's JVM.

    What it prints, the JVM prints; if it fails, the exception has the reason. Over Spark Connect the JVM is out of reach:
    use ``spark-submit`` there.

    Parameters
    ----------
    spark : SparkSession
        A classic one.
    arguments : str
        The command and its options, as on a command line.
    """
    if is_remote():
        raise RuntimeError(
            "Commands run in the driver's JVM, which Spark Connect does not reach: use spark-submit --class"
            " org.e2spark.cli.Main with the jar"
        )
    context = spark.sparkContext
    gateway, jvm = context._gateway, context._jvm
    assert gateway is not None and jvm is not None
    values = gateway.new_array(jvm.java.lang.String, len(arguments))
    for place, argument in enumerate(arguments):
        values[place] = argument
    jvm.org.e2spark.cli.Main.main(values)
