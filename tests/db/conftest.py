"""An engine on a fresh, migrated database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from db.session import engine_for


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Connections to the test's own database; none of them outlives the test."""
    engine = engine_for(database_url)
    yield engine
    engine.dispose()
