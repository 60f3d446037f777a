"""Words that tell firms apart badly, or only from their own subsidiaries: legal forms, trade words, places.

Latin legal forms come from `cleanco`, whose tables follow https://en.wikipedia.org/wiki/Types_of_business_entity; here stand only
those it does not know: East Asian forms and forms that precede a name. The other two lists are of this field and are kept short:
they never make a match on their own, they only say how far two names that differ by them may still mean one firm.
"""

from __future__ import annotations

import re
from itertools import takewhile

import cleanco

from kg.facts.folding import search_key

__all__ = ["FORMAL", "PLACES", "TRADE", "without_legal_form", "without_place"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EAST_ASIAN = re.compile(
    r"(?:^(?:株式会社|有限会社|合同会社|㈜|\(株\)|주식회사|\(주\))\s*)"
    r"|(?:\s*(?:株式会社|有限会社|合同会社|주식회사|\(주\)|股份有限公司|有限责任公司|有限責任公司|股份公司|有限公司|集团公司|公司)$)"
)
_LEADING = re.compile(r"^(?:OOO|OAO|ZAO|PAO|AO|JSC|PJSC|LLC|PT)\s+(?=\w)", re.IGNORECASE)
_TRAILING = re.compile(
    r"[\s,]+(?:OOO|OAO|ZAO|PAO|AO|JSC|PJSC|Co|Corp|Ltd|Limited|Sdn\.? Bhd|Pte|FZE|FZCO)\.?\s*$", re.IGNORECASE
)

FORMAL = frozenset({"technology", "technologies", "tech", "group", "holding", "holdings"})
"""Words that a firm's everyday name leaves out; a parent and its own listed company may still differ by `group` or `holdings`."""

TRADE = FORMAL | _words(
    """
    advanced automation chemical chemicals circuit circuits company components computer control corporation design
    development devices digital electric electrical electromechanical electronic electronics energy engineering
    enterprise equipment global industrial industries industry information innovation instrument instruments
    integrated intelligent international machine machinery manufacturing material materials mechanical mechatronics
    microelectronics network networks optical precision process product products research resources science scientific
    semicon semiconductor semiconductors software solutions special systems system test testing tool tools
    """
)
"""Words of the trade: names that differ only by them are often one firm, and often a firm and its subsidiary."""

PLACES = _words(
    """
    china chinese america americas american asia asian europe european japan japanese korea korean taiwan taiwanese
    usa us uk germany german france french italy india singapore malaysia russia russian israel canada netherlands
    hongkong hong kong macau beijing shanghai shenzhen guangzhou guangdong tianjin chongqing chengdu wuhan hubei hunan
    hefei anhui hangzhou zhejiang ningbo wuxi suzhou nanjing jiangsu kunshan changzhou xiamen fujian quanzhou qingdao
    jinan shandong dalian shenyang liaoning jilin changchun harbin heilongjiang xian xi an shaanxi zhengzhou henan
    hebei shanxi taiyuan sichuan guizhou guiyang yunnan kunming jiangxi nanchang hainan gansu lanzhou xinjiang tibet
    ningxia zhuhai dongguan foshan changsha kaohsiung taipei hsinchu tianshui lingang moscow tokyo osaka seoul dubai
    bvi cayman north south east west
    """
)
"""Places met in names of firms. One that stands before a name is mostly where it is registered; elsewhere, which part of a firm."""


def without_legal_form(text: str) -> str:
    """A name without its legal forms (`Huawei Technologies Co., Ltd.` → `Huawei Technologies`); unchanged where nothing would stay."""
    text = _LEADING.sub("", _EAST_ASIAN.sub("", text.strip()).strip())
    for _ in range(3):
        shorter = _TRAILING.sub("", str(cleanco.basename(text))).strip(" ,.")
        if not search_key(shorter) or shorter == text:
            break
        text = shorter
    return text


def without_place(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name after the places it begins with; all of them where it names nothing else."""
    leading = sum(1 for _ in takewhile(PLACES.__contains__, tokens))
    return tokens[leading:] or tokens
