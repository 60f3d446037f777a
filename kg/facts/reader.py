"""From a folder of rows to facts: every cell read by what the schema says of its column.

Owns the meaning of files and columns: `entities/<Class>.csv` (identity), `statements/<RelationClass>.csv` (one relation a
row), `statements/<topic>.csv` (`subject,property,object`), `ends.csv`, `corrections.csv`. All mistakes of a run are
collected; if there is one, nothing is answered. Must not know stores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kg.errors import BadDate, FactsRefused
from kg.facts.cells import CellReader
from kg.facts.checks import check_statements
from kg.facts.dates import check_edtf, day_precise, earliest, latest
from kg.facts.endings import read_corrections, read_ends
from kg.facts.index import EntityIndex
from kg.facts.mistakes import Mistakes, nearest
from kg.facts.model import Batch, Entity, Facts, Source, Statement, known_from, relation_iri, statement_iri
from kg.facts.rows import Row, read_rows
from kg.facts.sources import read_batch, read_sources
from kg.schema import Class, Schema
from kg.terms import RDF_TYPE, Value, entity_iri, snake_case

__all__ = ["TAIL", "read_facts"]

TAIL = [
    "valid_from",
    "valid_until",
    "status",
    "source",
    "to_check_in",
    "passage",
    "quote",
    "note",
    "first_public",
    "first_public_source",
    "recorded",
    "derived_from",
    "origin",
]
"""The columns every row of a statement ends with."""

_TOP = ("batch.yaml", "sources.yaml", "ends.csv", "corrections.csv", "LEFT_OUT.csv")
_IDENTITY = "identity"
"""The folder of decisions on what is one thing; `kg.identity` reads it."""

_ROWS = (".csv", ".tsv", ".yaml", ".yml", ".xlsx", ".xls", ".ods", ".txt")
_SLUG = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*\Z")


def read_facts(folder: Path, schema: Schema) -> Facts:
    """Read and check a folder of facts.

    Raises
    ------
    FactsRefused
        With every mistake of every file.
    """
    mistakes = Mistakes()
    reader = _FolderReader(folder, schema, mistakes)
    facts = reader.read()
    if mistakes:
        raise FactsRefused(mistakes.sorted())
    return facts


class _FolderReader:
    def __init__(self, folder: Path, schema: Schema, mistakes: Mistakes) -> None:
        self.folder, self.schema, self.mistakes = folder, schema, mistakes
        self.batch: Batch = read_batch(folder, mistakes)
        self.sources: dict[str, Source] = read_sources(folder, mistakes, self.batch.id)
        self.index = EntityIndex(schema, ())
        self.cells = CellReader(schema, self.index, mistakes)
        self.statements: dict[str, Statement] = {}
        self.places: dict[str, tuple[str, int]] = {}

    def read(self) -> Facts:
        self._stray_files()
        self._entities()
        statement_files = sorted((self.folder / "statements").glob("*.csv"))
        self._record_entities(statement_files)
        for path in statement_files:
            self._statement_file(path)
        by_iri = {s.iri: s for s in self.sources.values()}
        ends = read_ends(self.folder, self.statements, self.sources, self.batch, self.mistakes)
        corrections = read_corrections(self.folder, self.statements, self.sources, self.batch, self.mistakes)
        check_statements(self.schema, self.statements.values(), self.places, self.mistakes)
        return Facts(
            {self.batch.id: self.batch},
            by_iri,
            dict(sorted(self.index.by_iri.items())),
            dict(sorted(self.statements.items())),
            ends,
            corrections,
        )

    def _stray_files(self) -> None:
        """Files that look like rows and would be passed over in silence."""
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.suffix.lower() not in _ROWS or name in _TOP or path.name.startswith((".", "~")):
                continue
            if path.parent == self.folder / _IDENTITY and path.suffix == ".csv":
                continue
            if (
                path.suffix != ".csv"
                or path.parent.name not in ("entities", "statements")
                or path.parent.parent != self.folder
            ):
                expected = f"{', '.join(_TOP)}, entities/*.csv or statements/*.csv"
                self.mistakes.add(name, 1, "", "this file would not be read", expected, nearest(path.name, _TOP))

    # ---- identity -----------------------------------------------------------------------------------------------------

    def _entities(self) -> None:
        names = [c.name for c in self.schema.of_kind("entity") if not c.abstract]
        for path in sorted((self.folder / "entities").glob("*.csv")):
            file = f"entities/{path.name}"
            if path.stem not in names:
                self.mistakes.add(
                    file,
                    1,
                    "",
                    f"{path.stem!r} is no class with identity of its own",
                    "a file named after a class",
                    nearest(path.stem, names),
                )
                continue
            for row in read_rows(path, file, ("id", "label"), ("id", "label", "aliases", "origin"), self.mistakes):
                self._add_entity(row, path.stem)

    def _record_entities(self, files: Sequence[Path]) -> None:
        for path in files:
            cls = self.schema.classes.get(path.stem)
            if cls is not None and cls.kind == "record":
                quiet = Mistakes()
                for row in read_rows(path, f"statements/{path.name}", (), self._columns(cls), quiet):
                    self._add_entity(row, cls.name, again=True)

    def _add_entity(self, row: Row, class_name: str, again: bool = False) -> None:
        slug = row["id"]
        iri = entity_iri(class_name, slug)
        if not _SLUG.match(slug):
            self.mistakes.add(
                row.file,
                row.line,
                "id",
                f"{slug!r} is no id",
                "letters, digits and single hyphens, for instance huawei-ascend-910c",
            )
        elif iri in self.index.by_iri and not again:
            self.mistakes.add(row.file, row.line, "id", f"{slug!r} stands twice", "each id of a class once")
        elif not row["label"]:
            self.mistakes.add(row.file, row.line, "label", "the label is missing", "the name people use")
        else:
            label, names, origins = row["label"], set(row.many("aliases")), {row["origin"]}
            before = self.index.by_iri.get(iri)
            if before is not None:  # several rows of one record: the same whichever comes first
                label = min(label, before.label)
                names |= {*before.aliases, before.label, row["label"]}
                origins |= set(before.origin.split(" | "))
            aliases = tuple(sorted(names - {label}))
            origin = " | ".join(sorted(origins - {""}))
            self.index.add(Entity(iri, class_name, slug, label, aliases, self.batch.id, origin))

    # ---- statements ---------------------------------------------------------------------------------------------------

    def _columns(self, cls: Class) -> list[str]:
        identity = ["id", "label", "aliases"] if cls.kind == "record" else []
        return identity + [snake_case(name) for name in cls.columns] + TAIL

    def _statement_file(self, path: Path) -> None:
        file = f"statements/{path.name}"
        cls = self.schema.classes.get(path.stem)
        if cls is not None and cls.kind in ("relation", "record") and not cls.abstract:
            required = [snake_case(name) for name in cls.ends] + ["status", "source", "origin"]
            for row in read_rows(path, file, required, self._columns(cls), self.mistakes):
                self._relation_row(row, cls)
        elif path.stem[:1].isupper():
            names = [c.name for c in self.schema.of_kind("relation", "record") if not c.abstract]
            self.mistakes.add(
                file,
                1,
                "",
                f"{path.stem!r} is no class of relations or records",
                "a class, or a topic in lower case",
                nearest(path.stem, names),
            )
        else:
            needed = ("subject", "property", "object", "status", "source", "origin")
            for row in read_rows(path, file, needed, ["subject", "property", "object", *TAIL], self.mistakes):
                self._plain_row(row)

    def _relation_row(self, row: Row, cls: Class) -> None:
        node_values: dict[str, tuple[Value, ...]] = {}
        qualifiers: dict[str, tuple[Value, ...]] = {}
        for name in cls.columns:
            prop = self.schema.properties[name]
            values = self.cells.values(row, prop.column, prop, cls)
            if values:
                target = qualifiers if cls.name in prop.qualifies else node_values
                target[name] = values
        if cls.kind == "record":
            subject = entity_iri(cls.name, row["id"])
        else:
            ends = [(end, node_values[end][0]) for end in cls.ends if end in node_values]
            subject = relation_iri(cls.name, ends)
        keys = [(name, qualifiers[name]) for name in cls.keys if name in qualifiers]
        self._add(row, subject, RDF_TYPE, cls.iri, cls.name, node_values, qualifiers, keys)

    def _plain_row(self, row: Row) -> None:
        subject = self.cells.resolve(row, "subject", row["subject"], "Entity")
        prop = self.schema.properties.get(row["property"])
        if prop is None:
            names = [p.name for p in self.schema.properties.values() if p.domains]
            self.mistakes.add(
                row.file,
                row.line,
                "property",
                f"no property {row['property']!r}",
                "a property of the ontology",
                nearest(row["property"], names),
            )
            return
        if subject is None:
            return
        class_name = self.index.by_iri[subject].class_name
        known = [p.name for p in self.schema.plain_properties(class_name)]
        if prop.name not in known:
            self.mistakes.add(
                row.file,
                row.line,
                "property",
                f"{prop.name!r} is not said of a {self.schema.classes[class_name].label}",
                "a property of its class",
                nearest(prop.name, known),
            )
            return
        values = self.cells.values(row, "object", prop, self.schema.classes[class_name], required=True)
        if values:
            self._add(row, subject, prop.iri, values[0], "", {}, {}, [])
        if len(values) > 1:
            self.mistakes.add(row.file, row.line, "object", "several values in one cell", "one row for each value")

    def _add(
        self,
        row: Row,
        subject: str,
        property_: str,
        object_: Value,
        class_name: str,
        node: dict[str, tuple[Value, ...]],
        qualifiers: dict[str, tuple[Value, ...]],
        keys: list[tuple[str, tuple[Value, ...]]],
    ) -> None:
        source = self._evidence(row)
        iri = statement_iri(subject, property_, object_, source or row["to_check_in"], row["valid_from"], keys)
        if iri in self.statements:
            file, line = self.places[iri]
            self.mistakes.add(
                row.file,
                row.line,
                "",
                f"the same statement as {file}:{line} (same subject, property, object, source, start and key qualifiers)",
                "one row for each statement",
            )
            return
        self.places[iri] = (row.file, row.line)
        first_public_source = row["first_public_source"]
        published = self.sources[row["source"]].published if row["source"] in self.sources else ""
        recorded = earliest(row["recorded"]) if row["recorded"] else self.batch.recorded
        self.statements[iri] = Statement(
            iri=iri,
            subject=subject,
            property=property_,
            object=object_,
            class_name=class_name,
            status=row["status"],
            batch=self.batch.id,
            source=source,
            to_check_in=row["to_check_in"],
            passage=row["passage"],
            quote=row["quote"],
            note=row["note"],
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
            first_public=row["first_public"],
            first_public_source=self.sources[first_public_source].iri if first_public_source in self.sources else "",
            recorded=row["recorded"],
            derived_from=tuple(sorted(set(row.many("derived_from")))),
            origin=tuple(sorted(set(row.many("origin")))),
            node=node,
            qualifiers=qualifiers,
            known=known_from(published, row["first_public"], recorded),
        )

    def _evidence(self, row: Row) -> str:
        """Check the evidence columns; answer the source's IRI, blank where the status has none."""
        note = self.mistakes.add
        for column in ("valid_from", "valid_until", "first_public", "recorded"):
            try:
                check_edtf(row[column])
            except BadDate as error:
                note(row.file, row.line, column, error.message)
                row.cells[column] = ""
        for column in ("first_public", "recorded"):
            if row[column] and not day_precise(row[column]):
                note(row.file, row.line, column, f"{row[column]!r} is no single day", "YYYY-MM-DD")
        start, end = earliest(row["valid_from"]), latest(row["valid_until"])
        if start and end and end < start:
            note(
                row.file,
                row.line,
                "valid_until",
                f"{row['valid_until']!r} lies before valid_from {row['valid_from']!r}",
                "a later date",
            )
        for column in ("source", "first_public_source"):
            if row[column] and row[column] not in self.sources:
                note(
                    row.file,
                    row.line,
                    column,
                    f"no source {row[column]!r}",
                    "an id of sources.yaml",
                    nearest(row[column], self.sources),
                )
        allowed = ("verified", "unverified", "derived")
        if row["status"] not in allowed:
            note(
                row.file,
                row.line,
                "status",
                f"no status {row['status']!r}",
                ", ".join(allowed),
                nearest(row["status"], allowed),
            )
        elif row["status"] == "verified" and (not row["source"] or row["to_check_in"]):
            note(
                row.file,
                row.line,
                "source",
                "a verified statement names its source and nothing to check it in",
                "an id of sources.yaml in source",
            )
        elif row["status"] == "unverified" and (row["source"] or not row["to_check_in"]):
            note(
                row.file,
                row.line,
                "to_check_in",
                "an unverified statement names what to check it in and no source",
                "the document's title, or 'no document known'",
            )
        elif row["status"] == "derived" and not row["derived_from"]:
            note(
                row.file,
                row.line,
                "derived_from",
                "a derived statement names its inputs",
                "the inputs, separated by ' | '",
            )
        if not row["origin"]:
            note(
                row.file,
                row.line,
                "origin",
                "the origin is missing",
                "where the row comes from, for instance chips:nv-h20",
            )
        return self.sources[row["source"]].iri if row["source"] in self.sources else ""
