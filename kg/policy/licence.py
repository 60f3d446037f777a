"""The licence question in words: each step of the reasoning in order, with its statements, and the status word that follows.

Owns the steps and their sentences. The reasoning is that of `kg.policy.licensing`. Binding: the status words of the semantics; none says that
an export is free, and no answer is legal advice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.analysis.desk import Desk
from kg.answers.licence import LicenceAnswer, LicenceLine, LicenceStep, LicenceTable
from kg.answers.values import Count
from kg.facts.dates import latest
from kg.facts.model import Statement
from kg.policy.chip_figures import unique
from kg.policy.classification_table import figure_statements
from kg.policy.ladder import NO_ADVICE
from kg.policy.licensing import VIEWS, Case, Excepted, Required, case_of, newest_source
from kg.policy.places import Force, force_of, membership, reaches
from kg.policy.rules_in_force import policy_iri, rules_in_force
from kg.policy.truth import Truth, any_of

__all__ = ["licence", "licence_line", "licence_table"]

_SHOWN_GROUPS = ("d-1", "d-4", "d-5", "a-5", "a-6", "e-1", "e-2")
_COST = 300
"""Steps one pair takes from the budget."""

_SCOPE = (
    "The answer holds for items subject to the Export Administration Regulations of the United States (made there, or abroad by the rules on "
    "foreign direct products and de minimis content: 15 CFR 734). Whether this item is was not judged. Controls for other reasons, other entries of "
    "the control list, end uses and the rules of other countries are not looked at."
)


class _Steps:
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
                _word(force.codified) if force and policy else "",
                _word(force.enforced) if force and policy else "",
                review,
                tuple(conditions),
                tuple(missing),
                self.desk.infos(unique(statements)),
            )
        )


def licence(desk: Desk, item: str, destination: str, end_user: str | None) -> LicenceAnswer:
    """Whether a licence is required for an item to a destination and end user on the snapshot's day, as far as is on record."""
    case = case_of(desk.snapshot, item, destination, end_user)
    desk.spend(_COST)
    _notices(desk, case)
    steps = _Steps(desk)
    steps.add("question", "scope", "noted", _SCOPE, citation="15 CFR 734.3, 736.2")
    _item_steps(desk, case, steps)
    _place_steps(desk, case, steps)
    _party_steps(desk, case, steps)
    for required in case.required:
        _requirement(desk, case, required, steps)
    exceptions = {e.rule.key: e for view in VIEWS for e in case.usable(view)}
    for each in exceptions.values():
        _exception(case, each, steps)
    reviews = {view: _review(desk, case, view) for view in VIEWS}
    intervals = {view: case.interval(view) for view in VIEWS}
    missing = _missing(case)
    explanation = _explain(desk, case)
    for view in VIEWS:
        rules = f"{view} rules"
        steps.add(
            "result",
            f"over {rules}",
            "noted" if intervals[view].low == intervals[view].high else "undetermined",
            f"Over {rules}: {' or '.join(intervals[view].possible)}."
            + (f" Review: {reviews[view]}." if reviews[view] else ""),
            review=reviews[view],
            missing=missing if intervals[view].low != intervals[view].high else (),
        )
    conditions = [c for e in case.usable("enforced") for c in (f"{e.rule.key}: {t}" for t in e.rule.conditions)]
    return LicenceAnswer(
        item=desk.ref(item),
        destination=desk.ref(destination),
        end_user=desk.ref(end_user) if end_user else None,
        status=intervals["enforced"].word,
        status_as_codified=intervals["codified"].word,
        possible=intervals["enforced"].possible,
        possible_as_codified=intervals["codified"].possible,
        review_policy=reviews["enforced"],
        review_policy_as_codified=reviews["codified"],
        outcome=_outcome(case),
        fired=_fired(case, "enforced"),
        fired_as_codified=_fired(case, "codified"),
        exceptions=tuple(e.rule.label for e in case.usable("enforced")),
        conditions=tuple(dict.fromkeys([*conditions, *_window_conditions(desk, case)])),
        missing=missing,
        explanation=explanation,
        newest_source=newest_source(desk.snapshot),
        steps=tuple(steps.found),
    )


def licence_line(desk: Desk, item: str, destination: str, end_user: str | None) -> LicenceLine:
    """One pair as a line of the table."""
    desk.spend(_COST)
    case = case_of(desk.snapshot, item, destination, end_user)
    return LicenceLine(
        desk.ref(item),
        desk.ref(destination),
        case.interval("enforced").word,
        case.interval("codified").word,
        _outcome(case),
        _review(desk, case, "enforced"),
        _fired(case, "enforced"),
        _fired(case, "codified"),
        tuple(e.rule.label for e in case.usable("enforced")),
        _missing(case),
    )


def licence_table(
    desk: Desk, pairs: Sequence[tuple[str, str]], end_user: str | None, total: int, next_: str | None
) -> LicenceTable:
    """A page of the table: pairs of an item and a destination."""
    desk.notice(NO_ADVICE)
    _age(desk)
    rows = tuple(licence_line(desk, item, destination, end_user) for item, destination in pairs)
    desk.notice("A line shows no statements: ask it with both its item and its destination for the derivation.")
    counts = Counter(r.status for r in rows)
    return LicenceTable(
        desk.ref(end_user) if end_user else None,
        rows,
        tuple(Count(k, k, n) for k, n in sorted(counts.items())),
        total,
        newest_source(desk.snapshot),
        next_,
    )


# ---- steps ------------------------------------------------------------------------------------------------------------------


def _item_steps(desk: Desk, case: Case, steps: _Steps) -> None:
    snapshot, judged = desk.snapshot, case.item.judged
    name = snapshot.label(case.item.iri)
    if judged is None:
        text = f"{name} is no chip and no system: it is not classified here, so what its entry of the control list asks is unknown."
        steps.add(
            "item", "classification", "undetermined", text, missing=("the entry of the control list that covers it",)
        )
        return
    outcome = _outcome(case)
    texts = [r for r in rules_in_force(snapshot) if r.line.kind in ("classification", "contains")]
    rows = [s for r in texts if r.line.label in judged.possible for s in r.statements]
    text = {
        "undetermined": f"{name} may be {' or '.join(judged.possible)}.",
        "none": f"{name} meets none of the paragraphs that classify chips by performance.",
        "no rule": "No paragraph that classifies chips by performance was in force on the day.",
        "not launched": f"{name} did not exist on the day (launched {judged.launch}).",
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


def _place_steps(desk: Desk, case: Case, steps: _Steps) -> None:
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


def _party_steps(desk: Desk, case: Case, steps: _Steps) -> None:
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
        steps.add("end user", "ownership by listed parties", _finding(owned.truth), says_owned, owned.statements)
    seat = {True: "is", False: "is not, as far as is on record,", None: "may be"}[case.seat.truth]
    text = f"The seat of {name} or of a parent above it {seat} in Country Group D:5 or Macau."
    steps.add(
        "end user", "headquarters", _finding(case.seat.truth), text, case.seat.statements, missing=case.seat.missing
    )


def _requirement(desk: Desk, case: Case, required: Required, steps: _Steps) -> None:
    """A requirement that applies or may; one that does not, where the item is of its kind, with the reason."""
    over = {view: required.over(view) for view in VIEWS}
    facts = any_of(required.facts.values())
    if facts is False or required.force.enforced is required.force.codified is False:
        return
    found = any_of(over.values())
    name = desk.snapshot.label
    says = "applies" if found else "does not apply" if found is False else "may apply"
    text = f"{required.label}: {says} to {name(case.item.iri)} and {name(case.place.country)}"
    differ = [f"{view} {_word(over[view])}" for view in VIEWS]
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
        _finding(found),
        text + ".",
        (*_rows(desk, required), *required.reached.statements),
        policy=required.policy,
        citation=required.citation,
        force=required.force,
        review=required.review or _reviewed(desk, case, required),
        missing=missing if found is None else (),
    )


def _rows(desk: Desk, required: Required) -> list[Statement]:
    """What says that the policy is in force: its events."""
    if not required.policy:
        return []
    return list(desk.snapshot.relations(policy_iri(required.policy), "PolicyEvent", "policy"))


def _exception(case: Case, each: Excepted, steps: _Steps) -> None:
    truths = {view: any_of(each.truth[view, o] for o in case.item.outcomes) for view in VIEWS}
    found = any_of(truths.values())
    text = f"{each.rule.label} {'can be used' if found else 'may be open'}, on its conditions"
    if truths["enforced"] is not truths["codified"]:
        text += f" (enforced {_word(truths['enforced'])}, codified {_word(truths['codified'])})"
    steps.add(
        "exception",
        each.rule.key,
        _finding(found),
        text + ".",
        each.statements,
        policy=each.rule.policy,
        citation=each.rule.citation,
        force=each.force,
        conditions=each.rule.conditions,
        missing=("whether the item is for data centres",) if found is None and case.item.data_centre is None else (),
    )


# ---- words ------------------------------------------------------------------------------------------------------------------


def _reviewed(desk: Desk, case: Case, required: Required) -> str:
    """The review policy of a requirement: the first that fits, with those that may come before it."""
    found: list[str] = []
    for review in required.reviews:
        truth: Truth = reaches(desk.snapshot, case.place, review.where).truth
        if review.policy and truth is not False:
            force = force_of(desk.snapshot, review.policy).enforced
            truth = False if force is False else truth if force else None
        if review.line and truth is not False:
            met = case.item.lines.get(review.line, False)
            truth = False if met is False else truth if met else None
        if truth is False:
            continue
        found.append(review.text)
        if truth:
            break
    return " or ".join(found) if found else "not on record"


def _review(desk: Desk, case: Case, view: str) -> str:
    """The review policies of the requirements that apply in a view, each once; where none does for certain, of those that may."""
    if case.interval(view).high < 2:
        return ""
    over = {r.key: r.over(view) for r in case.required}
    sure = any(over.values())
    counted = [r for r in case.required if (over[r.key] if sure else over[r.key] is not False)]
    texts = [r.review or _reviewed(desk, case, r) for r in counted]
    told = [t for t in dict.fromkeys(texts) if t != "not on record"]
    return "; ".join(told) or ("not on record" if texts else "")


def _window_conditions(desk: Desk, case: Case) -> list[str]:
    """What the rule of January 2026 asks beside its limits, where its line decides the review."""
    asked = any(r.review_line for r in case.required if r.over("enforced") is not False)
    if not asked or case.item.lines.get("case-by-case review") is not True:
        return []
    found = []
    for rule in rules_in_force(desk.snapshot):
        if rule.line.kind == "review":
            found += [
                f"case-by-case review: {s.text('scopeCondition')}" for s in rule.statements if s.text("scopeCondition")
            ]
            found += [
                f"case-by-case review: {s.text('parameter')} {s.text('thresholdOperator')} {s.text('threshold')} {s.text('thresholdUnit')}"
                for s in rule.conditions
            ]
    return list(dict.fromkeys(found))


def _fired(case: Case, view: str) -> tuple[str, ...]:
    return tuple(r.label for r in case.required if r.over(view))


def _missing(case: Case) -> tuple[str, ...]:
    """What would decide, where something is undetermined."""
    if all(case.interval(view).low == case.interval(view).high for view in VIEWS):
        return ()
    found = list(case.beyond)
    judged = case.item.judged
    if judged is not None and len(case.item.outcomes) > 1:
        found += [*judged.missing, *(f"{d} (sources differ)" for d in judged.disputed)]
    for required in case.required:
        overs = [required.over(view) for view in VIEWS]
        if None not in overs:
            continue
        if any_of(required.facts.values()) is None:
            found += required.reached.missing
        if None in required.force_truths():
            found.append(f"whether {required.policy} was in force on the day")
    usable = any(e.rule.market for view in VIEWS for e in case.usable(view))
    if usable and case.item.data_centre is None:
        found.append("whether the item is designed or marketed for data centres")
    return tuple(dict.fromkeys(found))


def _outcome(case: Case) -> str:
    return case.item.judged.outcome if case.item.judged is not None else "not classified"


def _explain(desk: Desk, case: Case) -> str:
    """The result in a sentence or two."""
    snapshot = desk.snapshot
    enforced, codified = case.interval("enforced"), case.interval("codified")
    who = f", end user {snapshot.label(case.buyer)}" if case.buyer else ""
    head = f"{snapshot.label(case.item.iri)} to {snapshot.label(case.place.country)}{who}, {snapshot.key.as_of}"
    fired = _fired(case, "enforced")
    words = {
        "licence_required": "a licence is required",
        "exception_available": "a licence is required unless the conditions of an exception are met",
        "no_requirement_found": "no requirement was found among the rules looked at; others were not looked at",
        "undetermined": f"undetermined ({' or '.join(enforced.possible)})",
    }
    text = f"{head}: {words[enforced.word]}"
    if fired:
        text += f" ({'; '.join(fired)})"
    if codified.word != enforced.word:
        text += f". As codified: {codified.word}" + (
            f" ({'; '.join(_fired(case, 'codified'))})" if _fired(case, "codified") else ""
        )
    return text + "."


def _notices(desk: Desk, case: Case) -> None:
    desk.notice(NO_ADVICE)
    _age(desk)
    judged = case.item.judged
    if judged is not None and judged.launched == "unknown":
        desk.notice("The launch date of the item is not on record: whether it existed on the day is unknown.")
    if "no_requirement_found" in case.interval("enforced").possible and case.item.judged is not None:
        desk.notice(
            "No requirement found means: none among the rules listed here. It is not said that the export is free."
        )


def _age(desk: Desk) -> None:
    newest = newest_source(desk.snapshot)
    day, last = desk.snapshot.key.as_of, latest(newest) if newest else None
    if last is not None and last < day:
        desk.notice(f"The newest source on record is of {newest}: what changed after it is not known here.")


def _finding(truth: Truth) -> str:
    return "undetermined" if truth is None else "applies" if truth else "does not apply"


def _word(truth: Truth) -> str:
    return "unknown" if truth is None else "yes" if truth else "no"


def _group(slug: str) -> str:
    return slug.upper().replace("-", ":")
