from __future__ import annotations

import pytest

from worker.articles.rights import rights_of


@pytest.mark.parametrize(
    ("metas", "headers", "rights"),
    [
        ([("robots", "index, NoAI, noimageai")], {}, ("noai", "noimageai")),
        ([("robots", "index,follow")], {}, ()),
        ([("description", "noai")], {}, ()),
        ([("tdm-reservation", "1")], {}, ("tdm-reservation",)),
        ([("tdm-reservation", "0")], {}, ()),
        ([], {"x-robots-tag": "noai"}, ("noai",)),
        ([], {"x-robots-tag": "examplebot: noai, nofollow"}, ("noai",)),
        ([], {"tdm-reservation": "1"}, ("tdm-reservation",)),
        ([("robots", "noai")], {"x-robots-tag": "noai", "tdm-reservation": "1"}, ("noai", "tdm-reservation")),
        ([], {}, ()),
    ],
)
def test_reservations_are_found_in_metadata_and_headers(
    metas: list[tuple[str, str]], headers: dict[str, str], rights: tuple[str, ...]
) -> None:
    assert rights_of(metas, headers) == rights
