"""Java tools for OWL, found where they are installed; skips that say what to install.

The OWL API comes in the HermiT archive of PyPI's `owlready2` or with Debian's
`libowlapi-java`; `CHOKEPOINT_OWL_CLASSPATH` names any other. HermiT comes with
`owlready2` only. Neither is imported: the archives are run by `java`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from rdflib import Graph

HERE = Path(__file__).parent
DEBIAN = Path("/usr/share/java/owlapi-distribution.jar")


def hermit_jar() -> Path | None:
    """HermiT with the OWL API inside, from owlready2; the package is not imported."""
    spec = importlib.util.find_spec("owlready2")
    if spec is None or not spec.submodule_search_locations:
        return None
    jar = Path(spec.submodule_search_locations[0]) / "hermit" / "HermiT.jar"
    return jar if jar.is_file() else None


def run_java(program: str, classpath: str, graphs: dict[str, Graph], folder: Path) -> dict[str, list[str]]:
    """Run a Java source file over graphs written as RDF/XML; answers by the graph's name."""
    paths = {}
    for name, graph in graphs.items():
        path = folder / f"{name}.owl"
        graph.serialize(path, format="xml")
        paths[str(path)] = name
    done = subprocess.run(
        ["java", "-cp", classpath, str(HERE / program), *paths],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode and "compiler" in done.stderr:
        pytest.skip("a Java run-time without compiler (JDK 11 or later needed)")
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {paths[line[0]]: line[1:] for line in lines if line[0] in paths}


def owl_api_classpath() -> str:
    """Class path with the OWL API, or a skip that says what to install."""
    if shutil.which("java") is None:
        pytest.skip("no java on the path")
    if named := os.environ.get("CHOKEPOINT_OWL_CLASSPATH"):
        return named
    if jar := hermit_jar():
        return str(jar)
    if DEBIAN.is_file():
        return f"{DEBIAN.parent}/*"
    pytest.skip("no OWL API: install owlready2 (PyPI) or libowlapi-java (Debian)")


def hermit_classpath() -> str:
    """Class path with HermiT, or a skip that says what to install."""
    if shutil.which("java") is None:
        pytest.skip("no java on the path")
    if jar := hermit_jar():
        return str(jar)
    pytest.skip("no HermiT: install owlready2 (PyPI)")
