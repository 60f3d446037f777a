"""Limits of a document, checked before validation and in time linear in its size.

Owns what a document may cost. Fragments are measured once each (memoised), so that nested spreads cannot make the check
itself expensive; fragments that spread themselves in a cycle are refused here.

- *nesting*: braces, brackets and parentheses, counted on the raw text before it is parsed;
- *depth*: selections below one another, fragments included;
- *fields*: fields after all fragments are expanded;
- *cost*: fields weighed by the page sizes above them (`first`, `last`, `limit`; literal, variable or variable's default),
  an upper bound of the values an answer can hold. It is declared here and echoed in `extensions.cost`.

The standard introspection query passes: fields beginning with two underscores count for depth and fields only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    parse,
)

from kg.errors import BadArgument

__all__ = ["Limits", "Measure", "measure", "parse_document"]

_PAGE_ARGUMENTS = ("first", "last", "limit")
_NESTING = 60
_HINTS = {"depth": "", "fields": "", "cost": "; ask for smaller pages (first, last, limit)"}
_TOKENS = 15_000


class TooCostly(BadArgument):
    """A document over a limit; the code says which."""

    code = "query-too-costly"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may have at most; `defaults` are the page sizes of fields that are given none, `unsized`
    root fields whose `limit` is a number of the question and no page size."""

    depth: int = 20
    fields: int = 2_000
    cost: int = 100_000
    defaults: Mapping[str, int] = field(default_factory=dict)
    unsized: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection has, fragments expanded."""

    depth: int
    fields: int
    cost: int


def parse_document(text: str) -> DocumentNode:
    """Parse a document, after a linear look at its nesting.

    Raises
    ------
    BadArgument
        Too deeply nested, too many tokens, or no GraphQL.
    """
    _check_nesting(text)
    try:
        return parse(text, max_tokens=_TOKENS, no_location=False)
    except GraphQLSyntaxError as error:
        line, column = (error.locations[0].line, error.locations[0].column) if error.locations else (1, 1)
        code = "query-too-long" if "tokens" in error.message else "graphql-syntax"
        raise BadArgument(
            f"line {line}, column {column}: {error.message}", code=code, detail={"line": line, "column": column}
        ) from None


def _check_nesting(text: str) -> None:
    depth = position = 0
    while position < len(text):
        c = text[position]
        if c == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif c == '"':
            quote = '"""' if text.startswith('"""', position) else '"'
            position += len(quote)
            while position < len(text) and not text.startswith(quote, position):
                position += 2 if text[position] == "\\" else 1
            position += len(quote) - 1
        elif c in "{[(":
            depth += 1
            if depth > _NESTING:
                raise TooCostly(
                    f"the document nests brackets more than {_NESTING} deep",
                    code="query-too-deep",
                    detail={"limit": _NESTING},
                )
        elif c in "}])":
            depth -= 1
        position += 1


class _Meter:
    def __init__(self, document: DocumentNode, variables: Mapping[str, Any], limits: Limits) -> None:
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.variables = variables
        self.limits = limits
        self.known: dict[tuple[str, bool], Measure] = {}
        self.open: set[str] = set()

    def selection(self, node: SelectionSetNode | None, root: bool = False) -> Measure:
        depth = fields = cost = 0
        for each in node.selections if node else ():
            if isinstance(each, FieldNode):
                below = self.selection(each.selection_set, root and each.name.value == "at")
                own = Measure(1 + below.depth, 1 + below.fields, self.price(each, below.cost, root))
            elif isinstance(each, InlineFragmentNode):
                own = self.selection(each.selection_set, root)
            else:
                assert isinstance(each, FragmentSpreadNode)
                own = self.fragment(each.name.value, root)
            depth, fields, cost = max(depth, own.depth), fields + own.fields, cost + own.cost
            self.check(Measure(depth, fields, cost))
        return Measure(depth, fields, cost)

    def fragment(self, name: str, root: bool = False) -> Measure:
        if (name, root) in self.known:
            return self.known[name, root]
        if name in self.open:
            raise TooCostly(f"fragment {name!r} spreads itself", code="fragment-cycle", detail={"fragment": name})
        definition = self.fragments.get(name)
        if definition is None:
            return Measure(0, 0, 0)  # validation names it
        if len(self.open) >= self.limits.depth:
            raise TooCostly(
                f"fragments are nested more than {self.limits.depth} deep",
                code="query-too-deep",
                detail={"limit": self.limits.depth},
            )
        self.open.add(name)
        self.known[name, root] = self.selection(definition.selection_set, root)
        self.open.discard(name)
        return self.known[name, root]

    def price(self, node: FieldNode, below: int, root: bool) -> int:
        if node.name.value.startswith("__"):
            return 0
        size, given = 1, False
        for argument in node.arguments or ():
            number_asked = root and argument.name.value == "limit" and node.name.value in self.limits.unsized
            if argument.name.value in _PAGE_ARGUMENTS and not number_asked:
                value = argument.value
                number: Any = None
                if isinstance(value, IntValueNode):
                    number = int(value.value)
                elif isinstance(value, VariableNode):
                    number = self.variables.get(value.name.value)
                if isinstance(number, float) and number.is_integer():
                    number = int(number)
                if isinstance(number, int) and not isinstance(number, bool):
                    size, given = max(size, number), True
        if root and not given:
            size = self.limits.defaults.get(node.name.value, 1)
        return 1 + size * below

    def check(self, found: Measure) -> None:
        for name, code in (("depth", "query-too-deep"), ("fields", "query-too-wide"), ("cost", "query-too-costly")):
            value, limit = getattr(found, name), getattr(self.limits, name)
            if value > limit:
                raise TooCostly(
                    f"the query's {name} passes the limit of {limit}" + _HINTS[name],
                    code=code,
                    detail={"limit": limit, "measure": name},
                )


def measure(
    document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any], limits: Limits
) -> Measure:
    """Measure the operation that would run (all, where that is not clear) and every fragment.

    Raises
    ------
    BadArgument
        A limit is passed; its code says which.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    worst = Measure(0, 0, 0)
    for operation in operations:
        given = dict(variables)
        for definition in operation.variable_definitions or ():
            if isinstance(definition.default_value, IntValueNode):
                given.setdefault(definition.variable.name.value, int(definition.default_value.value))
        meter = _Meter(document, given, limits)
        for name in meter.fragments:
            meter.fragment(name)
        found = meter.selection(operation.selection_set, root=True)
        if operation_name in (None, operation.name.value if operation.name else None):
            worst = Measure(max(worst.depth, found.depth), max(worst.fields, found.fields), max(worst.cost, found.cost))
    return worst
