"""Finds the jar of e2spark that the Python classes stand for, and says which it is."""

import logging
import os
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Optional

from pyspark.sql import SparkSession

NAME = "e2spark-assembly.jar"
VARIABLE = "E2SPARK_JAR"

_log = logging.getLogger("e2spark")


@dataclass(frozen=True)
class Jar:
    """A jar, and how it was found."""

    path: Path
    #: ``environment`` (the variable ``E2SPARK_JAR``) or ``wheel`` (it came with this package)
    source: str
    version: str
    commit: str
    #: of the native libraries inside, such as ``linux-x86_64``
    platform: str

    def __str__(self) -> str:
        return f"{self.path} ({self.source}; version {self.version}, commit {self.commit}, {self.platform})"


class JarError(RuntimeError):
    """There is no jar, or it is of another version."""


def find() -> Jar:
    """The jar that ``E2SPARK_JAR`` names or, without the variable, the one inside this package.

    Raises
    ------
    JarError
        If there is none, or its version is not that of this package.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else Path(__file__).with_name("jars") / NAME
    source = "environment" if named else "wheel"
    if not path.is_file():
        raise JarError(
            f"No file {path}, which {VARIABLE} names"
            if named
            else f"This package came without {NAME}: set {VARIABLE} to its path (mvn package makes it in"
            " spark-jobs/target), or install a wheel that brings it"
        )
    facts = _manifest(path)
    jar = Jar(
        path.resolve(),
        source,
        facts.get("Implementation-Version", "unknown"),
        facts.get("Commit", "unknown"),
        facts.get("Native-Platform", "unknown"),
    )
    if jar.version.replace("-SNAPSHOT", ".dev0") != version("e2spark"):
        raise JarError(f"{jar} is not of version {version('e2spark')}, as this package is")
    _log.info("Using %s", jar)
    return jar


def _manifest(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("META-INF/MANIFEST.MF").decode()
    lines = text.replace("\r\n", "\n").replace("\n ", "").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def configure(builder: Optional[SparkSession.Builder] = None) -> SparkSession.Builder:
    """A builder of sessions that have the jar, on the driver and on executors.

    For a session that begins with it: classic, or ``remote("local")``. To a server of Spark Connect
    that runs already, send it by ``spark.addArtifact(str(find().path))``; on a cluster that has it
    among its libraries, there is nothing to do.

    Threads of libtorch that wait must not keep processors busy, or several in a JVM are many times
    slower: ``OMP_WAIT_POLICY`` becomes PASSIVE for executors and, where it is not set, for the JVM
    that this process is going to start.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    builder = SparkSession.Builder() if builder is None else builder
    return builder.config("spark.jars", str(find().path)).config(
        "spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE"
    )
