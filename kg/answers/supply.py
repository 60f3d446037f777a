"""Answers about markets and supply: concentration, exposure, common suppliers.

Owns their fields. Must not know how they are computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.answers.shapes import PolicyStateAnswer
from kg.answers.values import Hop, Path, Ref, StatementInfo

__all__ = [
    "CommonSupplier",
    "CommonSuppliersAnswer",
    "ConcentrationAnswer",
    "ConcentrationLine",
    "ConcentrationTable",
    "ExposureAnswer",
    "ExposureRoute",
    "ExposureTarget",
    "ExposureTier",
    "MarketShare",
    "MarketView",
    "SupplyLink",
]


@dataclass(frozen=True, slots=True)
class MarketShare:
    """An actor's share (percent, null if unknown) of an item's market, the period (EDTF) it was observed in and the statements that say
    so. Of a country's share that is rolled up, `providers` are the organisations headquartered there."""

    actor: Ref
    share: float | None
    period: str
    providers: tuple[Ref, ...]
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class MarketView:
    """Shares that one source gives for one stage and period, and what is computed from them as in `ConcentrationAnswer`."""

    kind: str
    basis: str
    stage: str
    period: str
    verified: bool
    hhi: float
    hhi_at_most: float
    cr1: float
    cr4: float
    actors_to_75: int | None
    share_sum: float
    shares: tuple[MarketShare, ...]


@dataclass(frozen=True, slots=True)
class ConcentrationAnswer:
    """How concentrated an item's market is, computed from the known shares of one view of it.

    `hhi` is the sum of squared percent shares (0 to 10,000), the unknown rest counted as 0: a lower bound; `hhi_at_most` counts the rest
    as one further actor. `cr1` and `cr4` are the shares of the largest and the four largest, `actors_to_75` how many reach 75 %, null where
    the known shares do not. `kind` is provisions, country shares, or headquarters (providers' shares rolled up). Figures are null and
    `verdict` is undocumented where no share is known. `apart` are shares outside the index: pseudo-providers, and providers whose
    headquarters are not known; `without_share` are actors on record whose share is not. `others` are the other views, never added.
    """

    item: Ref
    by: str
    verdict: str
    kind: str
    basis: str
    stage: str
    period: str
    verified: bool
    computed: bool
    method: str
    hhi: float | None
    hhi_at_most: float | None
    cr1: float | None
    cr4: float | None
    actors_to_75: int | None
    share_sum: float | None
    shares: tuple[MarketShare, ...]
    apart: tuple[MarketShare, ...]
    without_share: tuple[Ref, ...]
    others: tuple[MarketView, ...]


@dataclass(frozen=True, slots=True)
class ConcentrationLine:
    """The concentration of one item in a table; figures as in `ConcentrationAnswer`. `actors` counts known shares, `leader` has the largest
    one, to which the statements belong; `views` counts the views there are, of which the first is computed."""

    node: Ref
    by: str
    kind: str
    period: str
    hhi: float | None
    hhi_at_most: float | None
    cr1: float | None
    cr4: float | None
    actors_to_75: int | None
    share_sum: float | None
    actors: int
    leader: Ref | None
    leader_share: float | None
    views: int
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ConcentrationTable:
    """The concentration of every item, a page of them."""

    rows: tuple[ConcentrationLine, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class ExposureTarget:
    """What exposure is measured to: the country or organisation asked for, or what a policy names; `named_by` is the property that names
    it there, with its statements."""

    entity: Ref
    named_by: str
    statements: tuple[StatementInfo, ...]


@dataclass(frozen=True, slots=True)
class ExposureTier:
    """How many routes a tier has, and how many organisations and items are met there for the first time. A pseudo-provider is counted
    under routes only."""

    tier: int
    routes: int
    organisations: int
    items: int


@dataclass(frozen=True, slots=True)
class ExposureRoute:
    """A way from the organisation, or from an item of its own, to a target. `contact` is the target, or the organisation or item that ties
    to the country; `tier` counts the hops to it; `share` (percent, null if unknown) is that of the hop onto the contact, or of the country
    in the item, and `share_basis` says what it is a share of: of the customer's purchases, or of the supplier's sales."""

    tier: int
    target: Ref
    contact: Ref
    share: float | None
    share_period: str
    share_basis: str
    path: Path


@dataclass(frozen=True, slots=True)
class ExposureAnswer:
    """How an organisation is exposed to a country, an organisation or a policy. `own` are the items it provides, designs, makes or
    packages: tier 0 with itself. `verdict` is documented, undocumented, or undetermined where the
    budget ended the search before anything was found. Of a policy, `state` is its state on the date."""

    organisation: Ref
    to: Ref
    max_depth: int
    verdict: str
    nearest: int | None
    targets: tuple[ExposureTarget, ...]
    own: tuple[Ref, ...]
    tiers: tuple[ExposureTier, ...]
    routes: tuple[ExposureRoute, ...]
    total: int
    state: PolicyStateAnswer | None


@dataclass(frozen=True, slots=True)
class SupplyLink:
    """How a supplier is reached from one of the ids: over how many hops at the least, by which last hop, and that hop's share (percent,
    null if unknown); `share_basis` says what it is a share of: of the customer's purchases, or of the supplier's sales."""

    entity: Ref
    depth: int
    share: float | None
    share_period: str
    share_basis: str
    hop: Hop


@dataclass(frozen=True, slots=True)
class CommonSupplier:
    """An organisation upstream of every id: the greatest and the summed depth, its countries, and how each id reaches it."""

    supplier: Ref
    depth: int
    depth_sum: int
    countries: tuple[Ref, ...]
    links: tuple[SupplyLink, ...]


@dataclass(frozen=True, slots=True)
class CommonSuppliersAnswer:
    """Organisations that all of a set depend on, nearest first. `verdict` is documented, undocumented, or undetermined where the
    budget ended the search before anything was found."""

    entities: tuple[Ref, ...]
    max_depth: int
    verdict: str
    suppliers: tuple[CommonSupplier, ...]
    total: int
