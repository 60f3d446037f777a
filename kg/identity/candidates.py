"""Which pairs are worth comparing: those that share a word, a model number or a code (blocking).

Thousands of records against thousands of entities are millions of pairs; nearly all of them have nothing in common. A word of the
trade or a place puts nobody together, and neither does a word that half of a data set bears.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg.identity.models import item_key, parts_of
from kg.identity.profiles import Profile
from kg.identity.words import PLACES, TRADE, without_place

__all__ = ["pairs"]

_CROWD = 40_000
_BEGINNING = 6


def pairs(profiles: Mapping[str, Profile], order: Mapping[str, int]) -> Iterator[tuple[Profile, Profile]]:
    """(record, entity) pairs to compare, each once, in a fixed order; the record is of the later data set.

    Parameters
    ----------
    profiles : by IRI.
    order : the place of each data set; entities of one are not compared with one another.
    """
    blocks: dict[tuple[str, str], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for iri, profile in profiles.items():
        for key in sorted(_keys(profile)):
            blocks[profile.family, key][order[profile.data_set]].append(iri)
    found: set[tuple[str, str]] = set()
    for block in blocks.values():
        places = sorted(block)
        for i, earlier in enumerate(places):
            for later in places[i + 1 :]:
                if len(block[earlier]) * len(block[later]) <= _CROWD:
                    found.update((record, entity) for record in block[later] for entity in block[earlier])
    for record, entity in sorted(found):
        yield profiles[record], profiles[entity]


def _keys(profile: Profile) -> set[str]:
    """What puts a profile into one block with others."""
    keys = {f"{name}={code}" for name, code in profile.codes}
    if profile.family == "Item":
        keys.update(f"model={part.model}" for part in parts_of(profile.names))
        keys.add(f"name={item_key(profile.names[0])}")
        return keys
    for name in profile.names:
        keys.add(f"name={name.key}")
        keys.update(f"word={word}" for word in name.base if word not in TRADE and word not in PLACES)
        telling = "".join(without_place(name.base))
        keys.add(f"begins={telling[:_BEGINNING]}")
    return keys
