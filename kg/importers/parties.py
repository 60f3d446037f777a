"""What kind of party a list names: an organisation, and of which class, or somebody.

Lists of the Bureau of Industry and Security name firms and natural persons alike and do not say which is which. A natural person must
never be imported, so a name counts as an organisation's only with a sign of it: a legal form, a word for a body or a trade (in one of
several languages), a sign that no person's name has. Words that are somebody's name as well (Power, Plant, Steel, Bank, France) are
no sign. Without one the name is taken for a person's; the few firms so lost are counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["organisation_class", "organisation_sign"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_RESEARCH = _set("university institute academy college laboratory laboratories observatory polytechnic")
_STATE = _set("ministry directorate government republic")
_LEGAL = _set(
    """
    company companies corp corporation corporations inc incorporated incorporation ltd limited ltda llc llp plc gmbh bv nv oyj pte
    bhd sdn kft ooo oao zao pao jsc pjsc ojsc cjsc fsue fgup fgbu fau fze fzco fzc fzllc dmcc sro srl sarl spa doo eood uab pvt sti
    holding holdings group groupe aktsionernoe obshchestvo obschestvo anonim sirketi subesi aktiengesellschaft gesellschaft
    """
)
_TRADES = _set(
    """
    enterprise enterprises establishment establishments office bureau byuro agency department division commission committee council
    federation association society organization organisation foundation consortium federal center centre centrum tsentr complex
    institution institut factory zavod arsenal concern cooperative railway railways airport airlines airline airways shipyard
    shipbuilding seaport ports corps forces resort services service servis servizi agencies
    industry industries industrial industriali trading trade traders importers exporters import export impex technology technologies
    technical technic technics technologie teknoloji teknolojileri electronic electronics elektronik electronica electric electrical
    elektrik elettromeccanici system systems systema sistema sistemas sistemleri international global worldwide research engineering
    engineers muhendislik design development scientific science sciences manufacturing manufacturers aviation havacilik aerospace
    aircraft shipping logistics logistic lojistik express cargo freight forwarding forwarders transport transportation transports
    maritime supply supplies suppliers solution solutions security defense defence military nuclear oil petroleum petrochemical
    petrochemicals chemical chemicals chemistry metals alloys materials machinery machine machines machining equipment tools tooling
    instrument instruments components component semiconductor semiconductors microelectronics microelectronic microsystems optical
    optics photonics lasers telecom telecoms telecommunication telecommunications telecomunicacoes communication communications
    networks network software hardware computer computers computing digital information satellite satellites spaceflight rocket
    missile construction contracting contractors investment investments finance financial capital consulting consultants consultancy
    management marketing commercial ticaret ithalat distribution distributors wholesale production products automation robotics
    medical pharmaceutical pharmaceuticals hospital biotechnology biotech genomics automotive motors motorlari munitions vehicle spares parts
    ventures catering associates sons brothers openlab lab labs shop kiosk trust textile textiles turizm energy display circuit
    circuits radar traktor create logic huawei gazprom
    """
)
_PLACES = _set(
    """
    anhui beijing chengdu guangzhou hangzhou harbin hefei nanjing shanghai shenzhen tianjin wuhan xinjiang petersburg yekaterinburg
    moscow istanbul dubai pakistan kazakhstan lebanon liban taiwan russia emirates korea malaysia singapore thailand vietnam indonesia
    philippines ukraine belarus uzbekistan finland sweden denmark japan mongolia myanmar nigeria argentina deutschland italia brasil
    middle
    """
)
_FIRST = re.compile(r"(AO|PT\.|TOO|NPO|NPP|OKB|SKB|NII|NPC|FKU)\s", re.ASCII)
_LAST = re.compile(r"[\s,](AO|AG|AB|OU|OÜ|OY|AS|SA|SAL|KG|Co)\.?\Z")
_BEGINNINGS = ("aero", "aviat", "electro", "elektro", "micro", "mikro", "radiot", "tech", "tekh", "telecom", "telekom")
_ENDINGS = (
    "component",
    "electronics",
    "elektron",
    "invest",
    "komplekt",
    "komponent",
    "satcom",
    "snab",
    "soft",
    "tech",
    "tekh",
)
_NAMES = frozenset({"vojtech", "voytech"})
_INITIALS = re.compile(r"[B-DF-HJ-NP-TV-XZ]{3,5}")


def organisation_sign(name: str, aliases: Sequence[str] = ()) -> str:
    """The sign by which a name, or one of its aliases, is an organisation's; blank where there is none."""
    words = name.split()
    if len(words) == 1:
        return "one word"
    if words and words[0].casefold() == "the":
        return words[0]
    for each in (name, *aliases):
        if found := _sign(each):
            return found
    if name != name.upper():
        return next((word for word in re.findall(r"\w+", name) if _INITIALS.fullmatch(word) and word != "MRS"), "")
    return ""


def _sign(name: str) -> str:
    if re.search(r"\d|&", name):
        return "a figure or &"
    if name != name.upper() and (form := _FIRST.match(name) or _LAST.search(_undotted(name))):
        return form[1]
    return next((word for word in _words(name) if _telling(word)), "")


def _telling(word: str) -> bool:
    if word in _LEGAL or word in _RESEARCH or word in _STATE or word in _TRADES or word in _PLACES:
        return True
    return word not in _NAMES and (word.startswith(_BEGINNINGS) or word.endswith(_ENDINGS))


def _undotted(name: str) -> str:
    """`Foo S.R.O.` → `Foo SRO.`"""
    return re.sub(r"(?<=\w)\.(?=\w)", "", name)


def _words(name: str) -> list[str]:
    return [w.casefold() for w in re.findall(r"[^\W\d_]+", _undotted(name))]


def organisation_class(name: str) -> str:
    """The class of an organisation by its name: a research organisation or an agency of a state if it says so and has no legal form,
    else a company."""
    words = set(_words(name))
    if words & _LEGAL:
        return "Company"
    if words & _RESEARCH:
        return "ResearchOrganisation"
    return "GovernmentAgency" if words & _STATE else "Company"
