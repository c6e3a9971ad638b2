"""Docs that cannot rot: what the program can say of itself, the docs say too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from db.models import Base
from db.session import engine_for
from db.views import ORDER
from tests.documents import FROM_DATABASE, GENERATED, ROOT, with_part


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = engine_for(database_url, pooled=False)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", GENERATED)
def test_generated_parts_are_fresh(name: str) -> None:
    file, make = GENERATED[name]
    page = (ROOT / file).read_text()
    assert page == with_part(page, name, make()), f"{file} is stale: run `make docs`"


@pytest.mark.parametrize("name", FROM_DATABASE)
def test_what_the_database_says_of_itself_is_fresh(connection: Connection, name: str) -> None:
    file, make = FROM_DATABASE[name]
    page = (ROOT / file).read_text()
    assert page == with_part(page, name, make(connection)), f"{file} is stale: run `make docs`"


def test_every_table_and_view_is_in_the_docs() -> None:
    listed = re.findall(r"^### (\w+)$", (ROOT / "docs" / "columns.md").read_text(), re.MULTILINE)
    assert listed == [*ORDER, *(table.name for table in Base.metadata.sorted_tables)]


def test_every_link_inside_the_columns_leads_to_a_heading() -> None:
    pages = {name: (ROOT / "docs" / name).read_text() for name in ("columns.md", "views.md")}
    headings = set(re.findall(r"^#+ (\w+)$", pages["columns.md"], re.MULTILINE))
    targets = set(re.findall(r"\]\(#(\w+)\)", pages["columns.md"]))
    targets |= set(re.findall(r"\]\(columns\.md#(\w+)\)", pages["views.md"]))
    assert targets
    assert targets <= headings


def test_every_link_in_the_docs_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?://|mailto:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}, which is not there"


def test_the_example_environment_names_only_settings_that_compose_passes_on() -> None:
    named = set(re.findall(r"^#?\s*(DATELINE_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    passed = set(re.findall(r"\$\{(DATELINE_\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert named == passed
