"""The secrets that a feed's extra headers are made of."""

from __future__ import annotations

import pytest

from tasks.asking import secret_headers
from worker.errors import InputError


@pytest.mark.parametrize(
    ("header", "secret", "sent"),
    [
        ("Authorization", "Bearer a:b", "Bearer a:b"),
        ("Authorization", "ana:pass word", "Basic YW5hOnBhc3Mgd29yZA=="),
        ("authorization", "ana:", "Basic YW5hOg=="),
        ("Authorization", "Négy:é", "Basic TsOpZ3k6w6k="),
        ("X-Key", "ana:word", "ana:word"),
    ],
)
def test_a_login_becomes_the_header_that_carries_it(
    header: str, secret: str, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_SECRET_PAID", secret)
    assert secret_headers({header: "paid"}) == {header: sent}


def test_a_secret_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_SECRET_PAID", raising=False)
    with pytest.raises(InputError, match="DATELINE_SECRET_PAID"):
        secret_headers({"X-Key": "paid"})
