"""Docs that cannot rot: what the program can say of itself, the docs say too."""

from __future__ import annotations

import re

import pytest

from tests.documents import GENERATED, ROOT, with_part


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_fresh(name: str) -> None:
    file, make = GENERATED[name]
    page = (ROOT / file).read_text()
    assert page == with_part(page, name, make()), f"{file} is stale: run `make docs`"


def test_every_link_in_the_docs_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}, which is not there"


def test_the_example_environment_names_only_settings_that_compose_passes_on() -> None:
    named = set(re.findall(r"^#?\s*(DATELINE_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    passed = set(re.findall(r"\$\{(DATELINE_\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert named == passed
