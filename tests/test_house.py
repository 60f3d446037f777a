"""Rules of the house that can be checked: size, layout, names, who imports what, what tracked files may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(p for package in ("kg", "api") for p in (ROOT / package).rglob("*.py"))
TREES = {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in SOURCES}
MODULES = list(TREES)
MOST_LINES = 400


def _tracked() -> list[Path]:
    """Files that are or would be committed; all of the tree where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [p for p in ROOT.rglob("*") if not any(part.startswith(".") for part in p.relative_to(ROOT).parts)]
    return [p for p in found if p.is_file()]


def _imports(tree: ast.Module, name: str) -> Iterator[str]:
    """The modules a module imports, anywhere in it, by full name."""
    package = name.removesuffix(".py").removesuffix("/__init__").split("/")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant))


def _users(library: str) -> set[str]:
    return {m for m, tree in TREES.items() if any(i.split(".")[0] == library for i in _imports(tree, m))}


def _exported(tree: ast.Module) -> list[str]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets):
            assert isinstance(node, (ast.Assign, ast.AnnAssign))
            assert node.value is not None
            return list(ast.literal_eval(node.value))
    return []


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 50


# ---- size and style ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_long(module: str) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is(module: str) -> None:
    doc = ast.get_docstring(TREES[module])
    assert doc
    assert doc.strip().splitlines()[0].endswith((".", ":", "?"))


def _undocumented(node: ast.AST, name: str, inside: bool = False) -> Iterator[str]:
    """Public functions, classes, methods and properties without a docstring."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        overloads = {ast.unparse(d) for d in getattr(node, "decorator_list", [])}
        if not ast.get_docstring(node) and not overloads & {"overload", "typing.overload"}:
            yield name
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not each.name.startswith(
                    "_"
                ):
                    yield from _undocumented(each, f"{name}.{each.name}", True)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_documented(module: str) -> None:
    """Functions and classes by docstrings; constants that are tables by a string below them or a comment above."""
    tree = TREES[module]
    exported = _exported(tree)
    defined = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    lacking = [x for name in exported if name in defined for x in _undocumented(defined[name], name)]
    for position, node in enumerate(tree.body):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(
            node.value, (ast.Dict, ast.List, ast.Tuple, ast.Set)
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {t.id for t in targets if isinstance(t, ast.Name)} & set(exported)
            following = tree.body[position + 1] if position + 1 < len(tree.body) else None
            described = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            lacking += [] if described else sorted(names)
    assert lacking == []


@pytest.mark.parametrize("module", MODULES)
def test_exports_are_defined_and_sorted_out(module: str) -> None:
    tree = TREES[module]
    exported = _exported(tree)
    public = [
        n.name
        for n in tree.body
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not n.name.startswith("_")
    ]
    assert len(exported) == len(set(exported))
    if public:
        assert exported, f"{module} has public names and no __all__"
    bound = {a.asname or a.name for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names}
    bound |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    assert set(exported) <= bound | set(public)


@pytest.mark.parametrize("module", MODULES)
def test_no_state_in_modules(module: str) -> None:
    """No list, dict or set that a function could fill, no `global`."""
    found = []
    for node in TREES[module].body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made = isinstance(node.value, (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)) or (
                isinstance(node.value, ast.Call)
                and ast.unparse(node.value.func).split(".")[-1]
                in ("dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque", "Lock")
            )
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            found += [n for n in names if made and n != "__all__" and n != n.upper()]
    found += [f"global {', '.join(n.names)}" for n in ast.walk(TREES[module]) if isinstance(n, ast.Global)]
    assert found == []


@pytest.mark.parametrize("module", MODULES)
def test_values_are_frozen(module: str) -> None:
    """A dataclass that is changed after it is made is an exception with a reason beside it."""
    lines = (ROOT / module).read_text(encoding="utf-8").splitlines()
    mutable = []
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                text = ast.unparse(decorator)
                if (
                    text.startswith("dataclass")
                    and "frozen=True" not in text
                    and "#" not in lines[decorator.lineno - 1]
                ):
                    mutable.append(node.name)
    assert mutable == [] or module in {"api/graphql/build.py", "kg/sparql/supervisor.py", "kg/sparql/pool.py"}


# ---- who imports what -------------------------------------------------------------------------------------------------------


def test_the_core_knows_no_web() -> None:
    web = ("api", "fastapi", "starlette", "strawberry", "uvicorn", "graphql")
    found = {
        (m, i) for m, tree in TREES.items() if m.startswith("kg/") for i in _imports(tree, m) if i.split(".")[0] in web
    }
    assert {(m, i.split(".")[0]) for m, i in found} <= {("kg/cli/serving.py", "api"), ("kg/cli/serving.py", "uvicorn")}


def test_importing_the_core_loads_no_web() -> None:
    """Also not by a detour."""
    names = ", ".join(
        m.removesuffix(".py").replace("/", ".")
        for m in MODULES
        if m.startswith("kg/") and "__init__" not in m and "zygote" not in m
    )
    code = f"import {names}; import sys; print([n for n in ('fastapi', 'starlette', 'strawberry', 'uvicorn', 'api') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.strip() == "[]", done.stderr


PLACES = {
    "pyoxigraph": ("kg/terms.py", "kg/store/", "kg/sparql/", "kg/export/", "kg/importers/rdf"),
    "rdflib": (
        "kg/terms.py",
        "kg/schema.py",
        "kg/facts/",
        "kg/export/",
        "kg/store/materialise.py",
        "kg/store/snapshot.py",
    ),
    "networkx": ("kg/network/", "kg/analysis/"),
    "numba": ("kg/network/", "kg/analysis/"),
    "strawberry": ("api/graphql/",),
    "graphql": ("api/graphql/",),
    "typer": ("kg/cli/",),
    "rich": ("kg/cli/", "kg/rendering.py"),
    "uvicorn": ("kg/cli/serving.py", "api/server.py"),
}


@pytest.mark.parametrize("library", PLACES)
def test_libraries_stay_in_their_places(library: str) -> None:
    strangers = {m for m in _users(library) if not m.startswith(PLACES[library])}
    assert strangers == set()


@pytest.mark.parametrize("library", ["pyoxigraph", "rdflib", "networkx", "strawberry", "fastapi", "numpy", "typer"])
def test_libraries_the_user_chose_are_used(library: str) -> None:
    assert _users(library)


def test_surfaces_do_not_import_each_other() -> None:
    surfaces = sorted({m.split("/")[1] for m in MODULES if m.startswith("api/") and m.count("/") == 2})
    assert {"graphql", "linked_data", "rest", "sparql"} <= set(surfaces)
    for module, tree in TREES.items():
        parts = module.split("/")
        if parts[0] == "api" and len(parts) == 3:
            for imported in _imports(tree, module):
                pieces = imported.split(".")
                assert not (
                    pieces[0] == "api" and len(pieces) > 1 and pieces[1] in surfaces and pieces[1] != parts[1]
                ), (module, imported)


def test_no_import_cycles() -> None:
    names = {m.removesuffix(".py").removesuffix("/__init__").replace("/", "."): m for m in MODULES}
    edges: dict[str, set[str]] = {}
    for name, module in names.items():
        top = ast.Module([n for n in TREES[module].body if not _for_types_only(n)], [])
        found = set()
        for node in top.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                wanted = set(_imports(ast.Module([node], []), module))
                found |= {w for w in wanted if w in names and w != name and not name.startswith(f"{w}.")}
        edges[name] = found
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for each in sorted(edges[name]):
                visit(each, (*trail, name))
            done.add(name)

    for each in edges:
        visit(each, ())


def _for_types_only(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


# ---- the tree and its files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["pyproject.toml", "README.md", "LICENSE", "Makefile", "ontology/kg.ttl", "ontology/shapes.ttl", "ontology/README.md", "seed_data/sources.yaml",
     "kg/errors.py", "kg/terms.py", "kg/schema.py", "kg/operations.py", "kg/cli/__init__.py", "api/settings.py", "api/app.py", "api/problems.py"],
)  # fmt: skip
def test_the_layout(path: str) -> None:
    assert (ROOT / path).is_file()


def test_data_folders_hold_no_python() -> None:
    assert [p for folder in ("ontology", "seed_data") for p in (ROOT / folder).rglob("*.py")] == []


_REGISTRIES = (
    "pypi." + "org/simple",
    "files.pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "index" + "-url",
    "extra" + "-index",
    "find" + "-links",
    "trusted" + "-host",
    "proxy.golang" + ".org",
)
_MACHINE = re.compile("(?<![\\w.])/" + "(?:work|tmp/w|root|home/[a-z]\\w*|Users/[A-Za-z]\\w*)/[\\w.-]")
_SECRETS = re.compile("ghp_" + r"\w{20}|AKIA" + r"[0-9A-Z]{16}|BEGIN [A-Z ]*PRIVATE" + " KEY")


def _texts() -> Iterator[tuple[str, str]]:
    for path in _tracked():
        raw = path.read_bytes()
        if b"\0" not in raw[:8000]:
            yield path.relative_to(ROOT).as_posix(), raw.decode("utf-8")


def test_no_file_holds_a_registry_a_machine_path_or_a_secret() -> None:
    found = []
    for name, text in _texts():
        found += [(name, r) for r in _REGISTRIES if r in text and not name.startswith("seed_data/")]
        found += [(name, m.group()) for pattern in (_MACHINE, _SECRETS) for m in pattern.finditer(text)]
    assert found == []


def test_texts_are_utf_8_with_line_feeds() -> None:
    """Reading them all shows the first half."""
    assert [name for name, text in _texts() if "\r" in text or text.startswith("\ufeff")] == []


def test_no_large_file_is_tracked() -> None:
    assert [p.relative_to(ROOT).as_posix() for p in _tracked() if p.stat().st_size > 2_000_000] == []


# ---- dependencies -----------------------------------------------------------------------------------------------------------

_PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
_PROJECT = tomllib.loads(_PYPROJECT)
_IMPORT_NAMES = {
    "pyyaml": "yaml",
    "strawberry-graphql": "strawberry",
    "graphql-core": "graphql",
    "openapi-spec-validator": "openapi_spec_validator",
    "import-linter": "importlinter",
}


def _distributions(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", r)[0].lower() for r in requirements}


def _module_of(distribution: str) -> str:
    return _IMPORT_NAMES.get(distribution, distribution.replace("-", "_"))


def test_every_dependency_has_a_reason() -> None:
    groups = [_PROJECT["project"]["dependencies"], *_PROJECT["project"].get("optional-dependencies", {}).values()]
    lacking = []
    for requirement in (r for group in groups for r in group):
        (line,) = [each for each in _PYPROJECT.splitlines() if each.strip().startswith(f'"{requirement}"')]
        reason = line.partition("#")[2].strip()
        if not reason:
            lacking.append(requirement)
    assert lacking == []


def test_every_ignored_rule_has_a_reason() -> None:
    for rule in _PROJECT["tool"]["ruff"]["lint"]["ignore"]:
        (line,) = [each for each in _PYPROJECT.splitlines() if each.strip().startswith(f'"{rule}"')]
        assert line.partition("#")[2].strip(), rule


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    own = _distributions(_PROJECT["project"]["dependencies"])
    used = {i.split(".")[0] for m, tree in TREES.items() for i in _imports(tree, m)} - set(sys.stdlib_module_names)
    used -= {"kg", "api", "", "_typeshed"}
    declared = {_module_of(d) for d in own}
    carried = {
        "graphql": "strawberry",
        "starlette": "fastapi",
        "anyio": "fastapi",
    }  # each is part of what the other's users write against
    assert {u for u in used if carried.get(u, u) not in declared} == set()
    assert declared - used == set()


def test_what_tests_import_is_declared() -> None:
    extras = _PROJECT["project"]["optional-dependencies"]
    declared = {_module_of(d) for d in _distributions(_PROJECT["project"]["dependencies"] + extras["test"])}
    used = set()
    for path in (ROOT / "tests").rglob("*.py"):
        used |= {i.split(".")[0] for i in _imports(ast.parse(path.read_text(encoding="utf-8")), "tests/x.py")}
    used -= set(sys.stdlib_module_names) | {"kg", "api", "tests", "benchmarks", ""}
    used -= {p.stem for p in (ROOT / "tests").rglob("*.py")}
    carried = {"graphql": "strawberry", "starlette": "fastapi", "click": "typer", "anyio": "fastapi"}
    assert {u for u in used if carried.get(u, u) not in declared} == set()
