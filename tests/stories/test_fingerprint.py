from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from worker.stories.fingerprint import ANCHORS, SKETCH_SIZE, VERSION, shingles, sketch
from worker.stories.numbers import numbers_in

TEXT = (
    "Shells hit a camp for displaced families on the edge of the town before dawn on Tuesday. "
    "The ministry said that at least seven people had been killed and 12,500 had fled.\n"
    "Rebels denied that they had fired."
)


def long_text(count: int) -> str:
    letters = "abcdefghij"
    return " ".join("w" + "".join(letters[int(digit)] for digit in str(number)) for number in range(count))


def test_a_sketch_is_the_same_in_another_process_with_another_hash_seed() -> None:
    program = "import sys; from worker.stories.fingerprint import sketch; print(sketch(sys.argv[1]).hashes[:5])"
    run = subprocess.run(
        [sys.executable, "-c", program, TEXT], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert run.stdout.strip() == str(sketch(TEXT).hashes[:5])


def test_the_hashes_of_a_text_are_pinned() -> None:
    # Stored sketches rest on these: whoever changes them must raise the version.
    assert VERSION == 1001
    assert sketch("Shells hit a camp").hashes == (-8745656886593936263, 6174228566815959330)


def test_a_sketch_holds_the_smallest_hashes_in_order_and_fits_bigint() -> None:
    made = sketch(long_text(1000))
    everything = sorted(shingles(long_text(1000)))
    assert list(made.hashes) == everything[:SKETCH_SIZE]
    assert made.anchors == made.hashes[:ANCHORS]
    assert made.shingles == len(everything) == 998
    assert all(-(2**63) <= value < 2**63 for value in made.hashes)


def test_typography_changes_neither_hashes_nor_digest() -> None:
    other = TEXT.replace("that", "\u201cthat\u201d").replace(" ", "\u00a0").replace("\n", "\r\n\r\n")
    assert sketch(other) == sketch(TEXT)


def test_texts_in_scripts_without_spaces_share_their_runs() -> None:
    one = "\u53f0\u98a8\u7b2c\u5341\u53f7\u304c\u6771\u4eac\u6e7e\u306b\u4e0a\u9678\u3057\u3001\u4e03\u4eba\u304c\u8ca0\u50b7\u3057\u305f\u3002"
    made, longer = (
        sketch(one),
        sketch(one + "\u6c17\u8c61\u5e81\u304c\u8b66\u6212\u3092\u547c\u3073\u304b\u3051\u3066\u3044\u308b\u3002"),
    )
    assert set(made.hashes) < set(longer.hashes)


def test_numbers_are_kept_in_digits() -> None:
    assert sketch(TEXT).numbers == {"7", "12500"}
    assert sketch("Siete muertos y doce heridos").numbers == {"7", "12"}
    assert numbers_in(["no", "number"]) == frozenset()


def test_an_empty_text_has_an_empty_sketch_and_a_short_one_a_single_shingle() -> None:
    assert sketch("").hashes == ()
    assert sketch("\u2014 !").shingles == 0
    assert sketch("two words").shingles == 1


@settings(deadline=None)
@given(st.text())
def test_any_text_has_a_sketch(text: str) -> None:
    made = sketch(text)
    assert list(made.hashes) == sorted(set(made.hashes))
    assert len(made.hashes) == min(made.shingles, SKETCH_SIZE)
    assert made.shingles == len(shingles(text))


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["war", "peace", "talks", "fire", "rain"]), min_size=3),
    st.lists(st.sampled_from(["sun", "moon"])),
)
def test_adding_text_only_adds_shingles(start: list[str], more: list[str]) -> None:
    assert shingles(" ".join(start)) <= shingles(" ".join([*start, *more]))
