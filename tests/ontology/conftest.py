"""Fixtures of the ontology tests: the ontology, the shapes, and both with the alignments.

The helper modules beside this file (`owl2dl`, `owltools`, `sample`) are imported by
name, so the folder is put on the path whatever import mode pytest runs in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph

HERE = Path(__file__).parent
ONTOLOGY = HERE.parents[1] / "ontology"
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def kg() -> Graph:
    """The ontology alone."""
    return Graph().parse(ONTOLOGY / "kg.ttl")


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """The shapes alone."""
    return Graph().parse(ONTOLOGY / "shapes.ttl")


@pytest.fixture(scope="session")
def merged(kg: Graph) -> Graph:
    """Ontology and alignments under one header, as a reasoner sees them after the import."""
    alignments = Graph().parse(ONTOLOGY / "alignments.ttl")
    for header in list(alignments.subjects(RDF.type, OWL.Ontology)):
        alignments.remove((header, None, None))
    return kg + alignments
