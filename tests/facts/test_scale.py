"""A property with an ordinal scale: its steps have an order, the reader takes no other value, and the seed keeps to both."""

from __future__ import annotations

import dataclasses

import pytest

from kg.errors import FactsRefused
from kg.facts.reader import read_facts
from kg.schema import Schema
from kg.store.dataset import Dataset
from tests.helpers import FactsFolder, day

STEPS = ("over 28 nm", "28 nm", "16 nm", "7 nm", "5 nm", "3 nm", "2 nm")


def test_steps_rank_from_the_least_to_the_most_demanding(schema: Schema) -> None:
    node_class = schema.properties["nodeClass"]
    assert node_class.scale == STEPS
    assert [node_class.rank(step) for step in STEPS] == list(range(7))
    assert node_class.rank("10 nm") is None


def test_a_property_without_a_scale_has_no_ranks(schema: Schema) -> None:
    assert schema.properties["capability"].scale == ()
    assert schema.properties["capability"].rank("28 nm") is None


def test_the_reader_goes_by_the_scale_even_without_a_shape(folder: FactsFolder, schema: Schema) -> None:
    folder.entities("Company", "amec")
    folder.entities("Tool", "etcher")
    folder.relation("Provision", item="etcher", provider="amec", node_class="6 nm")
    with pytest.raises(FactsRefused, match=r"none of the values.*over 28 nm, 28 nm, .* nearest: .*7 nm"):
        read_facts(folder.write(), dataclasses.replace(schema, constraints={}))


def test_every_grouped_node_of_the_seed_is_of_the_class_of_its_group(seed: Dataset, schema: Schema) -> None:
    snapshot = seed.as_of(day("2026-11-24"), known_on=day("2026-11-24"))
    rank = schema.properties["nodeClass"].rank
    grouped = 0
    for row in snapshot.statements.values():
        if row.class_name == "Requirement" and row.text("alternativeGroup") == "named-process":
            above, node = (snapshot.text_of(row.text(end), "nodeClass") for end in ("item", "requires"))
            assert above == node
            assert rank(node) is not None
            grouped += 1
    assert grouped > 20


def test_a_class_of_a_provision_stands_beside_its_words(seed: Dataset) -> None:
    snapshot = seed.as_of(day("2026-11-24"), known_on=day("2026-11-24"))
    served = [row for row in snapshot.statements.values() if row.class_name == "Provision" and row.text("nodeClass")]
    assert len(served) > 20
    assert all(row.text("capability") for row in served)
