"""Publishers of the data sets: where their files lie, and under which terms.

Owns addresses and terms; downloading is `kg.fetching`. A release that has a commit of its own is fetched from that commit, so that it
stays what the importer was written for; a list that is published anew every few days is fetched as it is today. The publishers give
no checksums: a pin here is only for a file whose bytes are known.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PUBLISHERS", "Download", "Publisher"]


@dataclass(frozen=True, slots=True)
class Download:
    """One file: its name in the folder, its path below the publisher's address, and its SHA-256 where it is known."""

    name: str
    at: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Where the files of a data set come from.

    Attributes
    ----------
    name : the importer's name.
    title, homepage : of the data set.
    licence : SPDX id of what may be done with it; the public domain counts as CC0-1.0.
    terms : what a user must know and agree to before the files are fetched.
    address : what the paths of the files are below; ends in a slash.
    files : in the order they are fetched.
    edition : the issue that lies there, blank where it changes from day to day.
    """

    name: str
    title: str
    homepage: str
    licence: str
    terms: str
    address: str
    files: tuple[Download, ...]
    edition: str = ""


_RAW = "https://raw.githubusercontent.com/"

_ALL = (
    Publisher(
        name="athena",
        title="AthenaTheOwl chip-supply-chain-map",
        homepage="https://github.com/AthenaTheOwl/chip-supply-chain-map",
        licence="CC-BY-4.0",
        terms="Data and docs of the repository are under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/): free to use, "
        "also commercially, with attribution to the repository.",
        address=f"{_RAW}AthenaTheOwl/chip-supply-chain-map/main/src/data/",
        files=tuple(Download(name, name) for name in ("nodes.csv", "edges.csv", "sources.md")),
    ),
    Publisher(
        name="csl",
        title="US Consolidated Screening List",
        homepage="https://www.trade.gov/consolidated-screening-list",
        licence="CC0-1.0",
        terms="A work of the US Government, in the public domain in the United States (17 U.S.C. § 105). It names natural persons: the "
        "importer leaves them out; the file that is fetched holds them. It is no substitute for the Federal Register.",
        address="https://data.trade.gov/downloadable_consolidated_screening_list/v1/",
        files=(Download("consolidated.json", "consolidated.json"),),
    ),
    Publisher(
        name="ear",
        title="US Export Administration Regulations, as packaged by export-controls-agent-mcp",
        homepage="https://github.com/seelpeed-debug/export-controls-agent-mcp",
        licence="CC0-1.0",
        terms="The text of the regulations is a work of the US Government, in the public domain in the United States (17 U.S.C. § 105; "
        "https://www.ecfr.gov/); the packaging is under the MIT licence. The Federal Register is the authentic text.",
        address=f"{_RAW}seelpeed-debug/export-controls-agent-mcp/5847b092f2a44117b2e18d06a8c6aa3e16106250/src/data/",
        files=tuple(
            Download(name, name)
            for name in ("ccl.json", "country-groups.json", "country-chart.json", "license-exception-catalog.json")
        ),
        edition="2026-07-23",
    ),
    Publisher(
        name="epoch",
        title="Epoch AI, Data on Machine Learning Hardware",
        homepage="https://epoch.ai/data/machine-learning-hardware",
        licence="CC-BY-4.0",
        terms="Free to use, distribute and reproduce under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), provided the source "
        "and authors are credited: Epoch AI, ‘Data on Machine Learning Hardware’, https://epoch.ai/data/machine-learning-hardware.",
        address="https://epoch.ai/data/",
        files=(Download("ml_hardware.csv", "ml_hardware.csv"),),
    ),
    Publisher(
        name="eto",
        title="CSET / ETO Advanced Semiconductor Supply Chain Dataset",
        homepage="https://github.com/georgetown-cset/eto-chip-explorer",
        licence="CC-BY-NC-4.0",
        terms="Under CC BY-NC 4.0 (https://creativecommons.org/licenses/by-nc/4.0/): with attribution to the Emerging Technology "
        "Observatory, and not for commercial purposes. The terms of use of the site apply besides (https://eto.tech/tou); the shares of "
        "2025 are CSET's analysis of data of TechInsights.",
        address=f"{_RAW}georgetown-cset/eto-chip-explorer/46e010644c2399c812fd89c62cd6297e9cf58525/data/",
        files=tuple(
            Download(name, name)
            for name in ("inputs.csv", "providers.csv", "provision.csv", "sequence.csv", "stages.csv")
        ),
        edition="2026-08",
    ),
    Publisher(
        name="lists",
        title="Chinese counter-measure lists and the DoD 1260H list, as kept by OpenSanctions",
        homepage="https://github.com/opensanctions/opensanctions",
        licence="CC-BY-NC-4.0",
        terms="The compilation is under CC BY-NC 4.0 (https://creativecommons.org/licenses/by-nc/4.0/): with attribution to OpenSanctions, "
        "and not for commercial purposes; for commercial use see https://www.opensanctions.org/licensing/. It names natural persons: the "
        "importer leaves them out; the file that is fetched holds them.",
        address=f"{_RAW}opensanctions/opensanctions/main/datasets/",
        files=(
            Download("cn_sanctions.csv", "cn/sanctions/sanctions.csv"),
            Download("us_dod_1260H.csv", "us/dod_chinese_milcorps/sanctions.csv"),
        ),
    ),
)

PUBLISHERS = {each.name: each for each in _ALL}
"""The publishers by the importer's name."""
