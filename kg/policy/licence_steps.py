"""The steps of the licence question: the reasoning in order, each with its sentence and its statements.

Owns the wording of the steps. What applies is decided in `kg.policy.licensing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.analysis.desk import Desk
from kg.answers.licence import LicenceStep
from kg.facts.dates import in_words
from kg.facts.model import Statement
from kg.policy.chip_figures import unique
from kg.policy.classification_table import figure_statements
from kg.policy.licence_words import finding_of, outcome_of, reviewed, word_of
from kg.policy.licensing import VIEWS, Case, Excepted, Required
from kg.policy.memory import is_memory
from kg.policy.places import Force, force_of, membership
from kg.policy.rules_in_force import policy_iri, rules_in_force
from kg.policy.truth import any_of

__all__ = ["Steps", "exception_step", "item_steps", "party_steps", "place_steps", "requirement_step"]

_SHOWN_GROUPS = ("d-1", "d-4", "d-5", "a-5", "a-6", "e-1", "e-2")


class Steps:
    """The steps of one answer, numbered as they are added."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.found: list[LicenceStep] = []

    def add(
        self,
        stage: str,
        label: str,
        finding: str,
        text: str,
        statements: Iterable[Statement] = (),
        *,
        policy: str = "",
        citation: str = "",
        force: Force | None = None,
        review: str = "",
        conditions: Sequence[str] = (),
        missing: Sequence[str] = (),
    ) -> None:
        """Add a step; `policy` is a slug."""
        iri = policy_iri(policy) if policy else ""
        known = iri in self.desk.snapshot.index.by_iri
        self.found.append(
            LicenceStep(
                len(self.found) + 1,
                stage,
                label,
                finding,
                text,
                self.desk.ref(iri) if known else None,
                citation,
                word_of(force.codified) if force and policy else "",
                word_of(force.enforced) if force and policy else "",
                review,
                tuple(conditions),
                tuple(missing),
                self.desk.infos(unique(statements)),
            )
        )


def item_steps(desk: Desk, case: Case, steps: Steps) -> None:
    """What the item is: the outcome of classification, with its figures and the text in force."""
    snapshot, judged = desk.snapshot, case.item.judged
    name = snapshot.label(case.item.iri)
    if judged is None:
        text = f"{name} is no chip, no system and no high-bandwidth memory: it is not classified here, so what its entry of the control list asks is unknown."
        steps.add(
            "item", "classification", "undetermined", text, missing=("the entry of the control list that covers it",)
        )
        return
    outcome = outcome_of(case)
    memory = is_memory(snapshot, case.item.iri)
    kinds = ("memory",) if memory else ("classification", "contains")
    texts = [r for r in rules_in_force(snapshot) if r.line.kind in kinds]
    about = "memories" if memory else "chips by performance"
    rows = [s for r in texts if r.line.label in judged.possible for s in r.statements]
    text = {
        "undetermined": f"{name} may be {' or '.join(judged.possible)}.",
        "none": f"{name} meets none of the paragraphs that classify {about}.",
        "no rule": f"No paragraph that classifies {about} was in force on the day.",
        "not launched": f"{name} did not exist on the day (launched {in_words(judged.launch)}).",
    }.get(outcome, f"{name} is {outcome}.")
    finding = "undetermined" if outcome in ("undetermined", "not launched") else "noted"
    missing = (*judged.missing, *(f"{d} (sources differ)" for d in judged.disputed))
    steps.add(
        "item",
        "classification",
        finding,
        f"{text} The operation classify shows the numbers.",
        (*figure_statements(desk, case.item.iri, judged), *rows),
        policy=texts[0].line.policy if texts else "",
        citation=texts[0].line.citation if texts else "",
        force=force_of(snapshot, texts[0].line.policy) if texts else None,
        missing=missing,
    )


def place_steps(desk: Desk, case: Case, steps: Steps) -> None:
    """Where it goes: whose row of the chart counts, the country groups, the tier."""
    snapshot, place = desk.snapshot, case.place
    name = snapshot.label(place.country)
    if place.why:
        steps.add("destination", "row of the country chart", "noted", place.why, place.statements)
    if place.home:
        steps.add(
            "destination", "home", "noted", f"{name} is the United States or theirs: what stays there is no export."
        )
        return
    found = {g: membership(snapshot, place, g) for g in _SHOWN_GROUPS}
    inside = [_group(g) for g, r in found.items() if r.truth]
    unknown = [_group(g) for g, r in found.items() if r.truth is None]
    macau = "MAC" in {snapshot.entity(c).slug for c in (place.country, place.row)}
    parts = [
        f"{name} is in Country Group {', '.join(inside)}"
        if inside
        else f"{name} is in none of the groups that are known",
        f"not on record for the day: {', '.join(unknown)}" if unknown else "",
        "Macau is not in D:5; the rules name it beside the group" if macau else "",
    ]
    steps.add(
        "destination",
        "country groups",
        "undetermined" if unknown and not inside else "noted",
        "; ".join(p for p in parts if p) + ".",
        [s for r in found.values() for s in r.statements],
        citation="15 CFR part 740, supplement 1",
        missing=[m for r in found.values() for m in r.missing],
    )
    tiers = snapshot.relations(place.country, "TierMembership", "country")
    if tiers:
        names = ", ".join(dict.fromkeys(snapshot.label(t) for s in tiers if isinstance(t := s.one("tier"), str)))
        steps.add(
            "destination",
            "tier",
            "noted",
            f"{name} is in {names}.",
            tiers,
            policy="us-ai-diffusion-framework",
            force=force_of(snapshot, "us-ai-diffusion-framework"),
            citation="90 FR 4544",
        )


def party_steps(desk: Desk, case: Case, steps: Steps) -> None:
    """Who uses it: entries on lists, owners that are listed, the seat."""
    snapshot = desk.snapshot
    if case.buyer is None:
        text = "No end user is named: lists, owners and seats of parties are not looked at, and the answer is that for a party of the destination on no list."
        steps.add("end user", "none named", "noted", text)
        return
    name = snapshot.label(case.buyer)
    for entry in case.entries:
        where = snapshot.label(entry.party_list)
        rule = entry.rule
        says = [f"{name} is on {where}" + (f" ({entry.citation})" if entry.citation else "")]
        says += [
            f"licence requirement: {entry.requirement or 'not on record'}",
            f"review: {entry.review or 'not on record'}",
        ]
        says.append(rule.text if rule else "no requirement of these regulations hangs on that list")
        steps.add(
            "end user",
            "list entry",
            "noted",
            "; ".join(says) + ".",
            (entry.statement,),
            citation=rule.citation if rule else "",
            review=entry.review,
        )
    if not case.entries:
        desk.cover(case.buyer)
        text = f"No list entry of {name} is on record on the day: that is no proof that there is none."
        steps.add("end user", "lists", "noted", text)
    owned = case.owned
    if owned is not None and owned.owners:
        owners = ", ".join(snapshot.label(o) for o in owned.owners)
        says_owned = (
            f"Listed parties own at least {owned.least:g} % and at most {owned.most:g} % of {name} together: {owners}."
        )
        steps.add("end user", "ownership by listed parties", finding_of(owned.truth), says_owned, owned.statements)
    seat = {True: "is", False: "is not, as far as is on record,", None: "may be"}[case.seat.truth]
    text = f"The seat of {name} or of a parent above it {seat} in Country Group D:5 or Macau."
    steps.add(
        "end user", "headquarters", finding_of(case.seat.truth), text, case.seat.statements, missing=case.seat.missing
    )


def requirement_step(desk: Desk, case: Case, required: Required, steps: Steps) -> None:
    """A requirement that applies or may; one that does not, where the item is of its kind, with the reason."""
    over = {view: required.over(view) for view in VIEWS}
    facts = any_of(required.facts.values())
    if facts is False or required.force.enforced is required.force.codified is False:
        return
    found = any_of(over.values())
    name = desk.snapshot.label
    says = "applies" if found else "does not apply" if found is False else "may apply"
    text = f"{required.label}: {says} to {name(case.item.iri)} and {name(case.place.country)}"
    differ = [f"{view} {word_of(over[view])}" for view in VIEWS]
    if over["enforced"] is not over["codified"]:
        text += f" ({', '.join(differ)})"
    replaced = [view for view in VIEWS if required.gone[view]]
    if replaced and required.rule is not None:
        text += f"; replaced by {required.rule.replaced_by} as {' and '.join(replaced)}"
    missing = list(required.reached.missing)
    if None in required.force_truths():
        missing.append(f"whether {required.policy or required.key} was in force")
    steps.add(
        "requirement",
        required.label,
        finding_of(found),
        text + ".",
        (*_rows(desk, required), *required.reached.statements),
        policy=required.policy,
        citation=required.citation,
        force=required.force,
        review=required.review or reviewed(desk.snapshot, case, required),
        missing=missing if found is None else (),
    )


def _rows(desk: Desk, required: Required) -> list[Statement]:
    """What says that the policy is in force: its events."""
    if not required.policy:
        return []
    return list(desk.snapshot.relations(policy_iri(required.policy), "PolicyEvent", "policy"))


def exception_step(case: Case, each: Excepted, steps: Steps) -> None:
    """An exception that can be used, or may be, with its conditions."""
    truths = {view: any_of(each.truth[view, o] for o in case.item.outcomes) for view in VIEWS}
    found = any_of(truths.values())
    text = f"{each.rule.label} {'can be used' if found else 'may be open'}, on its conditions"
    if truths["enforced"] is not truths["codified"]:
        text += f" (enforced {word_of(truths['enforced'])}, codified {word_of(truths['codified'])})"
    steps.add(
        "exception",
        each.rule.key,
        finding_of(found),
        text + ".",
        each.statements,
        policy=each.rule.policy,
        citation=each.rule.citation,
        force=each.force,
        conditions=each.rule.conditions,
        missing=_lacking(case, each) if found is None else (),
    )


def _lacking(case: Case, each: Excepted) -> tuple[str, ...]:
    """What would say whether an exception is open to the item."""
    if each.rule.line:
        return case.item.lacking
    return ("whether the item is for data centres",) if case.item.data_centre is None else ()


def _group(slug: str) -> str:
    return slug.upper().replace("-", ":")
