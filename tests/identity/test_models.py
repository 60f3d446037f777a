"""Parts by model number, form and memory."""

from __future__ import annotations

import pytest

from kg.identity.models import Part, item_key, parts_of
from kg.identity.names import names_of


def parts(label: str, *aliases: str) -> set[Part]:
    return set(parts_of(names_of(label, aliases)))


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("NVIDIA H100 SXM5 80GB", Part("h100", "sxm5", "80gb")),
        ("NVIDIA A100 SXM4 40 GB", Part("a100", "sxm4", "40gb")),
        ("NVIDIA L2 PCle", Part("l2", "pcie")),
        ("AMD Radeon Instinct MI308X", Part("mi308x")),
        ("Intel Gaudi 3", Part("gaudi3")),
        ("Habana Gaudi3", Part("gaudi3")),
        ("Cambricon MLU370-S4/S8", Part("cambriconmlu370s4s8")),
        ("Huawei Ascend 910 (320 TFLOPS)", Part("ascend910", extra="320tflops")),
        ("Baidu Kunlun R200 (150W)", Part("kunlunr200", extra="150w")),
        ("MetaX MXC500 (OAM)", Part("metaxmxc500", "oam")),
    ],
)
def test_a_name_taken_apart(label: str, part: Part) -> None:
    assert part in parts(label)


def test_what_the_label_says_of_form_holds_for_the_other_names() -> None:
    """An alias that names only the chip does not make the module another form."""
    assert {(p.form, p.memory) for p in parts("Nvidia H100 SXM5 80GB", "H100", "H100 SXM")} == {("sxm5", "80gb")}


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("H100 SXM5 80GB", "H100 SXM", True),
        ("H100 SXM5 80GB", "H100 PCIe", False),
        ("H100 PCIe", "H100 NVL", False),
        ("V100 SXM2 32 GB", "V100 SXM3 32 GB", False),
        ("A100 SXM4 40 GB", "A100 SXM4 80GB", False),
        ("A100", "A100 SXM4 80GB", True),
        ("L40", "L40S", False),
        ("RTX 4090", "RTX 4090 D", False),
        ("MI300A", "MI300X", False),
    ],
)
def test_forms_and_memories_that_differ_are_two_parts(one: str, other: str, fits: bool) -> None:
    assert any(a.fits(b) for a in parts(one) for b in parts(other)) is fits


def test_names_without_a_number_are_no_parts() -> None:
    assert parts("EUV scanner", "Trillium") == set()


def test_item_names_are_compared_in_the_singular() -> None:
    keys = {item_key(names_of(text, ())[0]) for text in ("Overlay metrology tools", "Overlay metrology tool")}
    assert keys == {"overlay metrology tool"}
    assert item_key(names_of("Nvidia L40S", ())[0]).endswith("l40s")
    assert item_key(names_of("Glass", ())[0]) == "glass"
