"""The dataset rule, as plans (without an engine) and as answers."""

from __future__ import annotations

from datetime import date

import pytest

from kg.sparql import QueryRefused, SnapshotSpec, SparqlService, UnknownDataset
from kg.sparql.dataset import DatasetPlan, ResolvedQuery, resolve_dataset, snapshot_of_iri
from kg.sparql.precheck import check_query
from tests.sparql.stub import BASE

A, B = BASE + "as-of/2022-01-01", BASE + "as-of/2025-06-01"
SPEC_A, SPEC_B = SnapshotSpec(date(2022, 1, 1)), SnapshotSpec(date(2025, 6, 1))
TODAY = SnapshotSpec()
CK = f"PREFIX ck: <{BASE}ontology#>\n"


def resolve(text: str, **options: object) -> ResolvedQuery:
    return resolve_dataset(check_query(text, base=BASE), base=BASE, **options)  # type: ignore[arg-type]


def test_no_dataset_is_the_current_snapshot() -> None:
    current = SnapshotSpec(date(2023, 5, 5), verified_only=True)
    plan = resolve("ASK {}", current=current).plan
    assert plan == DatasetPlan(current, defaults=(current,), statements=(current,))
    assert plan.simple


def test_from_clauses_leave_the_text_at_its_place() -> None:
    text = f"SELECT *\nFROM <{A}>\nFROM NAMED <as-of/2025-06-01>\nWHERE {{ ?s ?from 'FROM <x>' }}"
    resolved = resolve(text)
    assert resolved.plan == DatasetPlan(SPEC_A, defaults=(SPEC_A,), named=((B, SPEC_B),))
    assert len(resolved.text) == len(text)
    assert resolved.text.index("WHERE") == text.index("WHERE")
    assert "FROM <https" not in resolved.text
    assert "'FROM <x>'" in resolved.text


def test_parameters_override_from() -> None:
    plan = resolve(f"SELECT * FROM <{B}> {{}}", default_graphs=[A]).plan
    assert plan == DatasetPlan(SPEC_A, defaults=(SPEC_A,))
    plan = resolve(f"SELECT * FROM <{B}> {{}}", named_graphs=[A]).plan
    assert plan == DatasetPlan(SPEC_A, named=((A, SPEC_A),))


def test_same_snapshot_default_and_named_adds_its_statements() -> None:
    text = f"SELECT * FROM <{A}> FROM NAMED <{A}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert resolve(text).plan == DatasetPlan(SPEC_A, defaults=(SPEC_A,), statements=(SPEC_A,))
    mentioned = text.replace("?g", f"<{A}>")
    assert resolve(mentioned).plan.named == ((A, SPEC_A),)


def test_plan_survives_json() -> None:
    text = f"SELECT * FROM <{A}> FROM NAMED <{B}?verified-only=true> FROM <http://x/g> {{}}"
    plan = resolve(text).plan
    assert DatasetPlan.from_json(plan.to_json()) == plan


def test_server_addresses_are_aliases() -> None:
    root = "http://127.0.0.1:8000/"
    text = f"SELECT * FROM NAMED <{root}as-of/2022-01-01> {{ GRAPH <{root}as-of/2022-01-01> {{ ?s ?p <{root}x> }} }}"
    resolved = resolve(text, server_root=root)
    assert resolved.plan.named == ((A, SPEC_A),)
    assert f"GRAPH <{A}>" in resolved.text
    assert f"<{root}x>" in resolved.text


def test_as_of_arguments() -> None:
    spec = snapshot_of_iri(A + "?known-on=2021-01-01&data-licence=CC-BY-4.0&verified-only=true", BASE)
    assert spec == SnapshotSpec(date(2022, 1, 1), date(2021, 1, 1), "CC-BY-4.0", True)
    assert snapshot_of_iri("http://elsewhere/as-of/2022-01-01", BASE) is None


@pytest.mark.parametrize(
    "tail", ["2022", "2022-13-01", "20220101", "", "2022-01-01?known=2021-01-01", "2022-01-01?verified-only=1"]
)
def test_broken_as_of_iris_are_errors(tail: str) -> None:
    with pytest.raises(UnknownDataset):
        resolve(f"SELECT * FROM <{BASE}as-of/{tail}> {{}}")


def test_too_many_snapshots_and_graphs() -> None:
    days = "".join(f"FROM NAMED <{BASE}as-of/2022-01-0{n}> " for n in range(1, 5))
    with pytest.raises(QueryRefused):
        resolve(f"SELECT * {days} {{}}")
    with pytest.raises(QueryRefused):
        resolve("ASK {}", default_graphs=[f"http://x/{n}" for n in range(101)])


# Answers


def rows(service: SparqlService, text: str, **options: object) -> list[str]:
    answer = service.query(CK + text, format="csv", **options)  # type: ignore[arg-type]
    return sorted(answer.body.decode().split("\r\n")[1:-1])


LISTED = "SELECT (STRAFTER(STR(?s), 'company/') AS ?n) {} {{ {} }}"


def listed(dataset: str = "", graph: str = "") -> str:
    pattern = "?s ck:onList ?l"
    return LISTED.format(dataset, f"GRAPH {graph} {{ {pattern} }}" if graph else pattern)


def test_default_is_everything_today(service: SparqlService) -> None:
    assert rows(service, listed()) == ["alpha", "beta", "gamma"]
    assert rows(service, listed(graph="?g")) == ["alpha", "beta", "gamma"]
    statuses = "SELECT ?status { GRAPH ?g { ?s ck:onList ?l } ?g ck:status ?status }"
    assert rows(service, statuses) == ["unverified", "verified", "verified"]


def test_current_arguments_apply_without_a_dataset_only(service: SparqlService) -> None:
    current = SnapshotSpec(date(2024, 1, 1), verified_only=True)
    assert rows(service, listed(), current=current) == ["alpha"]
    assert rows(service, listed(f"FROM <{B}>"), current=current) == ["alpha", "beta", "gamma"]


def test_from_is_the_snapshot_without_statement_graphs(service: SparqlService) -> None:
    assert rows(service, listed(f"FROM <{A}>")) == ["alpha"]
    assert rows(service, listed(f"FROM <{A}>", "?g")) == []
    assert rows(service, listed(f"FROM <{A}> FROM NAMED <{A}>", "?g")) == ["alpha"]
    assert rows(service, listed(f"FROM <{B}> FROM NAMED <{B}>", f"<{B}>")) == ["alpha", "beta", "gamma"]
    assert rows(service, f"SELECT ?status FROM <{A}> {{ ?st ck:status ?status }}") == ["verified"]
    assert rows(service, listed(f"FROM <{B}?verified-only=true>")) == ["alpha", "gamma"]


def test_two_days_in_one_query(service: SparqlService) -> None:
    both = f"FROM NAMED <{A}> FROM NAMED <{B}>"
    new = f"GRAPH <{B}> {{ ?s ck:onList ?l }} FILTER NOT EXISTS {{ GRAPH <{A}> {{ ?s ck:onList ?l }} }}"
    assert rows(service, LISTED.format(both, new)) == ["beta", "gamma"]
    count = f"SELECT ?g (COUNT(?s) AS ?n) {both} {{ GRAPH ?g {{ ?s ck:onList ?l }} }} GROUP BY ?g"
    assert rows(service, count) == [f"{A},1", f"{B},3"]
    assert rows(service, listed(both)) == []  # FROM NAMED alone leaves the default graph empty


def test_literal_as_of_graph_without_a_dataset(service: SparqlService) -> None:
    text = f"GRAPH ?any {{ ?s ck:onList ?l }} FILTER NOT EXISTS {{ GRAPH <{A}> {{ ?s ck:onList ?l }} }}"
    assert "beta" in rows(service, LISTED.format("", text))
    assert rows(service, listed(graph=f"<{A}>")) == ["alpha"]


def test_merged_defaults(service: SparqlService) -> None:
    assert rows(service, listed(f"FROM <{A}> FROM <{B}>")) == ["alpha", "beta", "gamma"]


def test_statement_graphs_by_name_and_unknown_graphs(service: SparqlService) -> None:
    one = f"{BASE}statement/beta"
    assert rows(service, listed(f"FROM <{one}>")) == ["beta"]
    assert rows(service, listed(), default_graphs=[one]) == ["beta"]
    assert rows(service, listed(f"FROM NAMED <{one}>", "?g")) == ["beta"]
    assert rows(service, listed(f"FROM <{A}> FROM NAMED <{one}>", "?g")) == []
    assert rows(service, listed("FROM <http://nowhere/>")) == []
    assert rows(service, listed(graph="<http://nowhere/>")) == []
    mixed = f"FROM <{A}> FROM <{BASE}statement/alpha> FROM NAMED <{B}> FROM NAMED <{BASE}statement/alpha>"
    assert rows(service, listed(mixed)) == ["alpha"]
    assert rows(service, listed(mixed, "?g")) == ["alpha", "alpha", "beta", "gamma"]


def test_what_the_store_refuses_is_an_unknown_dataset(service: SparqlService) -> None:
    with pytest.raises(UnknownDataset, match="nonsense"):
        rows(service, listed(), current=SnapshotSpec(data_licence="nonsense"))
