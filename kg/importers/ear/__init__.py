"""Export Administration Regulations (US Government work, public domain), as four JSON files of one eCFR issue.

`ccl.json` (15 CFR part 774, Supp. 1), `country-groups.json` (part 740, Supp. 1), `country-chart.json` (part 738, Supp. 1) and
`license-exception-catalog.json` (part 740). Each is a source and a series of its own, published on the eCFR issue date it names. An
edition says what is in force, not since when: every statement holds from the edition's date, and its note says so.

What comes in: a control paragraph for each entry (ECCN) and for the item paragraphs of the categories given in full (wording, reasons
for control, related controls), the reasons with their columns or destinations, the eligibility for licence exceptions, memberships of
country groups, marks and footnotes of the country chart, and the licence exceptions.

Faults of the files, and what is done: an entry that runs on into the next one (3E001 holds 3E002's table, 3D005 that of 3D006, 8C609
that of 8D001) keeps what is its own, and the rest is refused; a lettered paragraph may belong to a note (`outline`); `Macau` is not in
Country Group D:5 and Hong Kong has no row, and no membership or mark is made for them.

Not imported: notes of the list (their paragraphs are counted as passed over); `topLevelParagraphs`, which mixes items with notes; the
category and product group, which are the first two signs of an ECCN; `byCountry`, the same memberships turned round, which is only
compared; the labels of Country Groups A:5 and A:6, in which the packager ranks them; the aliases, a help for looking up names; and the
procedure and remarks of the packager.
"""

from __future__ import annotations

from kg.importers.ear.reading import EAR, read_ear

__all__ = ["EAR", "read_ear"]
