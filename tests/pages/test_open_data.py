"""The open benchmark of real pages: what is read of them must not fall behind what it was, nor behind trafilatura."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

FLOOR = 0.980
"""F1 over shingles of four words on 54 pages; .982 when it was last measured (bench/read.py)."""


def bench() -> ModuleType:
    path = Path(__file__).parents[2] / "bench" / "read.py"
    spec = importlib.util.spec_from_file_location("bench_read", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.open_data
def test_real_pages_are_read_as_well_as_they_were() -> None:
    folder = os.environ.get("DATELINE_OPEN_DATA")
    if not folder or not (Path(folder) / "data" / "pages").is_dir():
        pytest.skip("DATELINE_OPEN_DATA names no folder with data/pages: the real pages are not read.")
    read = bench()
    pages = read.load_pages(Path(folder))
    ours = read.score(pages, {name: read.dateline(page) for name, page in pages.items()})
    alone = read.trafilatura_alone(favor_precision=True)
    theirs = read.score(pages, {name: alone(page) for name, page in pages.items()})
    assert ours.f1 >= FLOOR
    assert ours.f1 >= theirs.f1
