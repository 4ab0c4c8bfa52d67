"""Makes the notebooks of their sources: what ``source/NAME.md`` tells, with its cells in Python and Scala.

``NAME.ipynb`` for Jupyter, with the outputs of its last run; ``databricks/python/NAME.py`` and
``databricks/scala/NAME.scala`` for Databricks. A block of code begins with its language, and is for one place only if
that is named (``python jupyter``, ``python databricks``). A chapter without code of a language is not in its notebooks.

    python build.py          writes them, and keeps the outputs of cells that are as they were
    python build.py --check  fails if they are not what this would write
    python build.py --run    runs those for Jupyter too (needs nbclient, ipykernel, matplotlib and e2spark)
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CODE = re.compile(r"^```(python|scala)(?: (jupyter|databricks))?\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"^{{(\S+) (.+)}}$", re.MULTILINE)
MARKDOWN = "markdown"


def read(path):
    """A source; ``{{FILE class NAME}}`` stands for that class of a file of Python."""

    def shown(place):
        code = (HERE / place[1]).read_text(encoding="utf-8")
        found = re.search(rf"^{place[2]}\b.*?(?=^\S)", code[code.index(place[2]) :], re.DOTALL | re.MULTILINE)
        return f"```py\n{found[0].strip()}\n```"

    return FILE.sub(shown, path.read_text(encoding="utf-8"))


def cells(source, language, place):
    """The cells for a language and a place: pairs of kind (markdown or the language) and text."""
    found = []
    for chapter in re.split(r"^(?=## )", source, flags=re.MULTILINE):
        inside, at = [], 0
        for block in CODE.finditer(chapter):
            inside.append((MARKDOWN, chapter[at : block.start()].strip()))
            if block[1] == language and block[2] in (None, place):
                inside.append((language, block[3].strip()))
            at = block.end()
        inside.append((MARKDOWN, chapter[at:].strip()))
        if any(kind == language for kind, _ in inside):
            found += [(kind, text) for kind, text in inside if text]
    # What is said in a row is one cell.
    joined = []
    for kind, text in found:
        if joined and kind == joined[-1][0] == MARKDOWN:
            joined[-1] = (kind, joined[-1][1] + "\n\n" + text)
        else:
            joined.append((kind, text))
    return joined


def jupyter(source, name, old):
    """A notebook of Jupyter, with the outputs that cells of the same code have in an old one."""
    outputs = {}
    for cell in old.get("cells", []):
        if cell["cell_type"] == "code":
            outputs["".join(cell["source"])] = (cell["outputs"], cell["execution_count"])
    made = []
    for number, (kind, text) in enumerate(cells(source, "python", "jupyter")):
        cell = {"cell_type": "code" if kind == "python" else MARKDOWN, "id": f"{name}-{number}", "metadata": {}}
        if kind == "python":
            cell["outputs"], cell["execution_count"] = outputs.get(text, ([], None))
        cell["source"] = text.splitlines(keepends=True)
        made.append(cell)
    return {
        "cells": made,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def databricks(source, language):
    """A source notebook of Databricks."""
    comment = "#" if language == "python" else "//"
    parts = []
    for kind, text in cells(source, language, "databricks"):
        if kind == MARKDOWN:
            lines = [f"{comment} MAGIC {line}".rstrip() for line in ["%md", *text.splitlines()]]
            text = "\n".join(lines)
        parts.append(text)
    return f"{comment} Databricks notebook source\n" + f"\n\n{comment} COMMAND ----------\n\n".join(parts) + "\n"


def text_of(notebook):
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def run(notebook):
    """The same notebook with the outputs of a run, without what goes to the error stream; it fails where a cell does."""
    import nbformat
    from nbclient import NotebookClient

    made = nbformat.reads(json.dumps(notebook), as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE / "e2cnn", Path(folder) / "e2cnn")
        NotebookClient(made, timeout=600, resources={"metadata": {"path": folder}}).execute()
    for cell in made["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell["outputs"] = [output for output in cell["outputs"] if output.get("name") != "stderr"]
    # Names of temporary folders are others in every run.
    done = json.loads(re.sub(rf"{re.escape(tempfile.gettempdir())}/tmp\w+", "…", nbformat.writes(made)))
    for cell in done["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("text/plain", None) if "image/png" in output.get("data", {}) else None
    done["metadata"] = notebook["metadata"]
    return done


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true")
    options.add_argument("--run", action="store_true")
    options.add_argument("--out", type=Path, default=HERE, help="where to write; beside this script if left out")
    options.add_argument("names", nargs="*", help="of notebooks; all if left out")
    asked = options.parse_args()
    stale = []
    for path in sorted((HERE / "source").glob("*.md")):
        name = path.stem
        if asked.names and name not in asked.names:
            continue
        source = read(path)
        kept = HERE / f"{name}.ipynb"
        notebook = jupyter(source, name, json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {})
        if asked.run:
            print(f"{name} ...", flush=True)
            notebook = run(notebook)
        files = {
            f"{name}.ipynb": text_of(notebook),
            f"databricks/python/{name}.py": databricks(source, "python"),
            f"databricks/scala/{name}.scala": databricks(source, "scala"),
        }
        for place, text in files.items():
            file = asked.out / place
            if asked.check:
                if not file.exists() or file.read_text(encoding="utf-8") != text:
                    stale.append(place)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"Not as notebooks/build.py writes them: {', '.join(stale)} (run it)")


if __name__ == "__main__":
    main()
