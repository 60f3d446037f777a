"""Cells: what the text of one cell means, by what the schema says of its column.

Owns the reading of ids, numbers, dates and closed lists out of cells, and their mistakes. Must not know files.
"""

from __future__ import annotations

from kg.errors import AmbiguousId, BadDate, UnknownId, WrongClass
from kg.facts.dates import check_edtf
from kg.facts.index import EntityIndex
from kg.facts.mistakes import Mistakes, nearest
from kg.facts.rows import Row
from kg.schema import Class, Property, Schema, literal_datatype
from kg.terms import Literal, Value

__all__ = ["CellReader"]


class CellReader:
    """Reads cells; mistakes go where the reader of the file collects them."""

    def __init__(self, schema: Schema, index: EntityIndex, mistakes: Mistakes) -> None:
        self.schema, self.index, self.mistakes = schema, index, mistakes

    def values(self, row: Row, column: str, prop: Property, cls: Class, required: bool = False) -> tuple[Value, ...]:
        """The values of a cell, sorted; none where it is blank or wrong."""
        rule = self.schema.constraint(cls.name, prop.name)
        cells = row.many(column) if prop.is_object else [row[column]] if row[column] else []  # text may hold a bar
        if not cells and (required or rule.required):
            self.mistakes.add(
                row.file,
                row.line,
                column,
                "the value is missing (in a merged cell only the first row keeps it: repeat it)",
                prop.definition or prop.label,
            )
        if len(cells) > 1 and (rule.single or prop.name in cls.ends):
            self.mistakes.add(row.file, row.line, column, "several values", "one value")
        found = [self._value(row, column, cell, prop, prop.scale or rule.values) for cell in cells]
        values = tuple(sorted((v for v in found if v is not None), key=repr))
        for value in values:
            if isinstance(value, Literal) and value.datatype.endswith(("decimal", "integer")):
                number = float(value.lexical)
                if (rule.minimum is not None and number < rule.minimum) or (
                    rule.maximum is not None and number > rule.maximum
                ):
                    self.mistakes.add(
                        row.file,
                        row.line,
                        column,
                        f"{value.lexical} is out of range",
                        f"{rule.minimum} to {rule.maximum}",
                    )
        return values

    def _value(self, row: Row, column: str, cell: str, prop: Property, allowed: tuple[str, ...]) -> Value | None:
        if prop.is_object:
            return self.resolve(row, column, cell, *(prop.ranges or (prop.range,)))
        if prop.edtf:
            try:
                check_edtf(cell)
            except BadDate as error:
                self.mistakes.add(row.file, row.line, column, error.message)
                return None
        if allowed and cell not in allowed:
            self.mistakes.add(
                row.file,
                row.line,
                column,
                f"{cell!r} is none of the values",
                ", ".join(allowed),
                nearest(cell, allowed),
            )
            return None
        datatype = literal_datatype(prop)
        if datatype.endswith(("decimal", "integer")):
            try:
                number = Literal.decimal(cell)
            except ValueError:
                self.mistakes.add(
                    row.file,
                    row.line,
                    column,
                    f"{cell!r} is no number",
                    f"a plain number{' in ' + prop.unit if prop.unit else ''}, without unit or separators",
                )
                return None
            if datatype.endswith("integer") and "." in number.lexical:
                self.mistakes.add(row.file, row.line, column, f"{cell!r} is no whole number", "a whole number")
                return None
            return Literal(number.lexical, datatype)
        if datatype.endswith("boolean") and cell not in ("true", "false"):
            self.mistakes.add(row.file, row.line, column, f"{cell!r} is neither true nor false", "true or false")
            return None
        return Literal(cell, datatype)

    def resolve(self, row: Row, column: str, cell: str, *within: str) -> str | None:
        """The IRI of the entity a cell names, None where it names none of the classes."""
        expected = f"the id of a {' or '.join(self.schema.classes[w].label for w in within)}"
        if not cell:
            self.mistakes.add(
                row.file,
                row.line,
                column,
                "the id is missing (in a merged cell only the first row keeps it: repeat it)",
                expected,
            )
            return None
        try:
            return self.index.resolve(cell, within, column).iri
        except UnknownId as error:
            self.mistakes.add(
                row.file, row.line, column, f"no entity has the id {cell!r}", expected, error.detail["nearest"]
            )
        except AmbiguousId as error:
            self.mistakes.add(
                row.file, row.line, column, f"{cell!r} names several entities", "class/slug", error.detail["candidates"]
            )
        except WrongClass as error:
            self.mistakes.add(row.file, row.line, column, error.message.partition(": ")[2])
        return None
