"""The importers by name."""

from __future__ import annotations

from kg.importers.athena import ATHENA
from kg.importers.csl import CSL
from kg.importers.ear import EAR
from kg.importers.epoch import EPOCH
from kg.importers.eto import ETO
from kg.importers.lists import LISTS
from kg.importers.rdf import RDF
from kg.importers.records import Importer

__all__ = ["IMPORTERS"]

IMPORTERS: dict[str, Importer] = {each.name: each for each in (ATHENA, CSL, EAR, EPOCH, ETO, LISTS, RDF)}
"""Every importer by the name the command line and the docs use."""
