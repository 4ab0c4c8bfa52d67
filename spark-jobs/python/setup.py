"""Puts the jar that E2SPARK_JAR names into the wheel; without the variable, the wheel has none."""

import os
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithJar(build_py):
    def run(self) -> None:
        super().run()
        jar = os.environ.get("E2SPARK_JAR")
        if jar:
            folder = Path(self.build_lib, "e2spark", "jars")
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(jar, folder / "e2spark-assembly.jar")


setup(cmdclass={"build_py": WithJar})
