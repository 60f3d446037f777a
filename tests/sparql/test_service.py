"""The service against real workers: answers, limits, abuse, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.sparql import (
    QueryCrashed,
    QueryFailed,
    QueryOutOfMemory,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    ResultTooLarge,
    ServerBusy,
    SnapshotSpec,
    SparqlError,
    SparqlService,
    SparqlSettings,
)
from kg.sparql.dataset import DatasetPlan
from kg.sparql.precheck import ShapeLimits, check_query
from kg.sparql.stores import SnapshotStores, TooManyBuilds
from tests.sparql.stub import BASE, make_store

CK = f"PREFIX ck: <{BASE}ontology#>\n"
LOOK_UP = CK + f"SELECT ?n {{ <{BASE}id/item/7> ck:number ?n }}"
FOREVER = CK + "SELECT (COUNT(*) AS ?c) { ?a ck:number ?x . ?b ck:number ?y . ?c ck:number ?z . ?d ck:number ?w }"
DOUBLING = (
    'SELECT * { BIND("0123456789" AS ?x0) '
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }"
)


def children(pid: int) -> list[str]:
    """The states of a process's children; `Z` is a zombie."""
    states = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            states.append(fields[0])
    return states


def memory_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def look_up(service: SparqlService) -> str:
    return service.query(LOOK_UP, format="csv").body.decode()


def test_select(service: SparqlService) -> None:
    answer = service.query(LOOK_UP)
    assert answer.content_type == "application/sparql-results+json"
    bindings = json.loads(answer.body)["results"]["bindings"]
    assert [row["n"]["value"] for row in bindings] == ["7"]
    assert answer.form == "SELECT"


def test_ask_and_construct(service: SparqlService) -> None:
    assert json.loads(service.query(CK + "ASK { ?s ck:number 7 }").body)["boolean"] is True
    assert json.loads(service.query(CK + "ASK { ?s ck:number -7 }").body)["boolean"] is False
    text = CK + "CONSTRUCT { ?s ck:is ?n } WHERE { ?s ck:number ?n FILTER(?n = 7) }"
    assert b"ck:is 7" in service.query(text).body
    assert service.query(text, format="n-triples").body.count(b"\n") == 1
    for name in ("rdf-xml", "json-ld", "trig", "n-quads"):
        assert b"item/7" in service.query(text, format=name).body


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_row_limit_is_an_error_and_exact(service: SparqlService, name: str) -> None:
    # The values look like the marks rows are counted by.
    tricky = "'},{\\\"x\\\": <result>\\n,{}'"
    fits = (
        f"SELECT ?x ?y {{ {{ SELECT ?x {{ ?x ?p ?o }} LIMIT 1000 }} VALUES ?i {{ 1 2 3 4 5 }} BIND({tricky} AS ?y) }}"
    )
    assert service.query(fits, format=name).body
    more = fits.replace("1 2 3 4 5", "1 2 3 4 5 6")
    with pytest.raises(ResultTooLarge) as error:
        service.query(more, format=name)
    assert error.value.detail == {"limit": 5000, "unit": "rows"}


def test_graph_limit() -> None:
    settings = SparqlSettings(max_rows=2, max_bytes=400)
    with SparqlService(("--factory", "tests.sparql.stub:make_store"), settings) as service:
        with pytest.raises(ResultTooLarge, match="2 rows"):
            service.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        with pytest.raises(ResultTooLarge, match="400 bytes"):
            service.query("SELECT ?x { VALUES ?x { '" + "a" * 500 + "' } }")


def test_timeout_kills_and_others_are_served(service: SparqlService) -> None:
    caught: list[SparqlError] = []

    def forever() -> None:
        try:
            service.query(FOREVER)
        except SparqlError as error:
            caught.append(error)

    thread = threading.Thread(target=forever)
    began = time.monotonic()
    thread.start()
    time.sleep(0.2)
    served = 0
    while thread.is_alive():
        assert "7" in look_up(service)
        served += thread.is_alive()
    thread.join(20)
    took = time.monotonic() - began
    assert [type(error) for error in caught] == [QueryTimeout]
    assert took >= 1.4
    assert served, "no look-up was answered while the long query ran"
    assert service.pid is not None
    assert wait_for(lambda: children(service.pid or 0) == [])


def test_order_by_over_a_cross_product_is_killed(service: SparqlService) -> None:
    text = FOREVER.replace("(COUNT(*) AS ?c)", "*") + " ORDER BY ?x"
    with pytest.raises((QueryTimeout, QueryOutOfMemory)):
        service.query(text)
    assert "7" in look_up(service)


def test_shorter_timeout_can_be_asked_for(service: SparqlService) -> None:
    took = {}
    for timeout in (0.3, None):
        began = time.monotonic()
        with pytest.raises(QueryTimeout):
            service.query(FOREVER, timeout=timeout)
        took[timeout] = time.monotonic() - began
    assert 0.3 <= took[0.3] < took[None]


def test_abuse_leaves_nothing_behind(service: SparqlService) -> None:
    look_up(service)
    pid = service.pid
    assert pid is not None
    before = memory_mb(pid)
    deep_calls = "SELECT (" + "STR(" * 60 + "1" + ")" * 60 + " AS ?x) {}"
    abuse: list[tuple[str, tuple[type[SparqlError], ...]]] = [
        ("SELECT * " + "{" * 6000 + "}" * 6000, (QueryRefused,)),
        (DOUBLING, (QueryOutOfMemory,)),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", (QueryRefused,)),
        ("LOAD <http://127.0.0.1:9/>", (QueryRefused,)),
        ("SELECT * { ?s " + "/".join(["<p>"] * 551) + " ?o }", (QueryRefused,)),
        ("SELECT * { ?s ?p " + "(" * 1000 + "1" + ")" * 1000 + "}", (QueryRefused,)),
        ("#" + "x" * 65_536, (QueryTooLarge,)),
        ("SELECT * { " + " ".join(f"?s{n} <p> ?s{n + 1} ." for n in range(490)) + " }", (QueryTimeout,)),
        ("SELECT * { ?s ?p (" + "1 " * 15_000 + ") }", (QueryTimeout, QueryCrashed)),
        ("SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", (QueryTimeout, QueryOutOfMemory)),
    ]
    for text, expected in abuse:
        with pytest.raises(expected):
            service.query(text)
        assert service.pid == pid, text[:60]
    assert service.query(deep_calls).body
    assert "7" in look_up(service)
    assert wait_for(lambda: children(pid) == []), children(pid)
    assert memory_mb(pid) < before + 20


def test_limits_hold_inside_the_worker(tmp_path: Path) -> None:
    """Without the pre-check in the way: what it would refuse ends the worker, not the zygote."""
    allowed = ("http://127.0.0.1:9/",)
    loose = ShapeLimits(text_bytes=1 << 20, nesting=100_000, path_steps=100_000, patterns=100_000, operators=100_000)
    settings = SparqlSettings(timeout=1.5, memory_mb=128, shape=loose, allowed_services=allowed)
    with SparqlService(("--empty",), settings) as service:
        with pytest.raises(QueryCrashed) as crashed:
            service.query("SELECT * " + "{" * 60_000 + "}" * 60_000)
        assert not isinstance(crashed.value, QueryOutOfMemory)
        with pytest.raises(QueryTimeout):
            service.query("SELECT * { ?s ?p " + "(" * 1000 + "1" + ")" * 1000 + "}")
        with pytest.raises(QueryTimeout):
            service.query("SELECT * { ?s " + "/".join(["<p>"] * 551) + " ?o }")
        assert service.query("ASK {}").body
        assert wait_for(lambda: children(service.pid or 0) == [])


def test_only_an_allowed_service_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
        settings = SparqlSettings(timeout=1.0, allowed_services=(endpoint,))
        with SparqlService(("--empty",), settings) as service:
            # A SERVICE clause that slipped through the pre-check: the worker cannot open a socket.
            with monkeypatch.context() as patched:
                patched.setattr(
                    "kg.sparql.pool.check_query",
                    lambda text, **options: replace(check_query(text, **options), services=()),
                )
                with pytest.raises((QueryFailed, QueryCrashed)):
                    service.query(text)
            listener.settimeout(0.2)
            with pytest.raises(TimeoutError):
                listener.accept()
            # An allowed one does connect; nobody answers here.
            with pytest.raises(QueryTimeout):
                service.query(text)
            listener.accept()[0].close()


def test_busy_beyond_the_queue() -> None:
    settings = SparqlSettings(timeout=1.0, workers=1, queue=1, queue_seconds=0.4)
    with SparqlService(("--factory", "tests.sparql.stub:make_big_store"), settings) as service:
        outcomes: list[type[SparqlError]] = []

        def forever() -> None:
            try:
                service.query(FOREVER)
            except SparqlError as error:
                outcomes.append(type(error))

        threads = [threading.Thread(target=forever) for _ in range(4)]
        for thread in threads:
            thread.start()
            time.sleep(0.05)
        for thread in threads:
            thread.join(10)
        # One runs to its deadline, two find the queue full, one waits in vain.
        assert sorted(kind.__name__ for kind in outcomes) == ["QueryTimeout", "ServerBusy", "ServerBusy", "ServerBusy"]


def test_a_zygote_that_died_is_started_again() -> None:
    with SparqlService(("--factory", "tests.sparql.stub:make_big_store"), SparqlSettings(timeout=5)) as service:
        first = service.pid
        assert first is not None
        failed: list[SparqlError] = []

        def forever() -> None:
            try:
                service.query(FOREVER)
            except SparqlError as error:
                failed.append(error)

        thread = threading.Thread(target=forever)
        thread.start()
        assert wait_for(lambda: len(children(first)) == 1)
        time.sleep(1.0)
        os.kill(first, signal.SIGKILL)
        thread.join(5)
        assert [type(error) for error in failed] == [QueryCrashed]
        assert "7" in look_up(service)
        assert service.pid not in (None, first)


def test_stop_ends_everything() -> None:
    service = SparqlService(("--empty",))
    service.start()
    pid, folder = service.pid, service._folder
    assert pid is not None
    assert Path(folder).stat().st_mode & 0o777 == 0o700
    service.stop()
    assert service.pid is None
    assert not Path(f"/proc/{pid}").exists()
    assert not Path(folder).exists()


def test_zygote_ends_with_the_process_that_started_it() -> None:
    program = (
        "import time\nfrom kg.sparql import SparqlService\n"
        "s = SparqlService(('--factory', 'tests.sparql.stub:make_big_store'))\n"
        "s.start()\nprint(s.pid, s._folder, flush=True)\n"
        f"import threading\nthreading.Thread(target=s.query, args=({FOREVER!r},), daemon=True).start()\n"
        "time.sleep(60)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root)
    assert parent.stdout is not None
    pid, folder = parent.stdout.readline().split()
    assert wait_for(lambda: children(int(pid)) != [])
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_for(lambda: not _alive(int(pid)))
    assert wait_for(lambda: not Path(folder).exists())


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_source_that_cannot_be_opened_is_said() -> None:
    service = SparqlService(("--nquads", "/nowhere/at/all.nq"))
    with pytest.raises(SparqlError, match="did not start"):
        service.start()


# The stores, without processes


def plan(day: str, verified_only: bool = False) -> DatasetPlan:
    spec = SnapshotSpec.from_json([day, None, None, verified_only])
    return DatasetPlan(spec, defaults=(spec,), statements=(spec,))


def test_stores_are_kept_dropped_and_budgeted() -> None:
    built: list[SnapshotSpec] = []
    now = [0.0]

    def make(spec: SnapshotSpec):  # type: ignore[no-untyped-def]
        built.append(spec)
        return make_store(spec)

    stores = SnapshotStores(make, snapshots=2, builds_per_minute=4, clock=lambda: now[0])
    for day in ("2022-01-01", "2023-01-01", "2022-01-01", "2024-01-01", "2022-01-01"):
        stores.dataset(plan(day))
    assert len(built) == 3  # 2022 was used last when 2024 pushed one out
    stores.dataset(plan("2023-01-01"))
    assert len(built) == 4
    with pytest.raises(TooManyBuilds) as full:
        stores.dataset(plan("2020-01-01"))
    assert 55 <= full.value.seconds <= 62
    stores.dataset(plan("2022-01-01"))  # what is alive is answered all the same
    now[0] = 61.0
    stores.dataset(plan("2020-01-01"))
    assert len(built) == 5


def test_today_is_written_into_the_key() -> None:
    built: list[SnapshotSpec] = []

    def make(spec: SnapshotSpec):  # type: ignore[no-untyped-def]
        built.append(spec)
        return make_store(spec)

    stores = SnapshotStores(make)
    stores.warm()
    stores.dataset(DatasetPlan(SnapshotSpec(), defaults=(SnapshotSpec(),), statements=(SnapshotSpec(),)))
    assert len(built) == 1
    assert built[0].as_of is not None


def test_busy_says_when_snapshots_ran_out() -> None:
    settings = SparqlSettings(builds_per_minute=0)
    with SparqlService(("--factory", "tests.sparql.stub:make_store"), settings) as service:
        assert service.query("ASK {}").body  # the current snapshot does not count
        with pytest.raises(ServerBusy) as busy:
            service.query(f"ASK FROM <{BASE}as-of/2022-01-01> {{}}")
        assert busy.value.retry_after > 0
