"""Sentences and tokens, with their offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.events.pack import load_pack
from worker.events.text import MAX_CHARACTERS, MAX_TOKENS_IN_SENTENCE, read_doc

CLITICS = load_pack("en").clitics


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in read_doc(text, "", CLITICS).sentences]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Troops left. Rebels came.", 2),
        ("Gen. Haftar met Mr. Saleh in Tobruk on Jan. 4.", 1),
        ("The U.S. Army left. It did.", 2),
        ("He flew to the U.S. The army followed.", 2),
        ("J. Smith came at 3.30 p.m. on Friday.", 1),
        ("They fled to the U.S. and Canada.", 1),
        ("“We will fight.” The general left.", 2),
        ("Why? Because. Well… Perhaps.", 4),
        ("One line\nAnother line", 2),
        ("The device exploded.Major Li died.", 2),
        ("Prices rose 3.5 percent to 1.2 billion.", 1),
        ("", 0),
        ("   \n \n", 0),
    ],
)
def test_sentences_end_where_they_end(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Syria's army didn't move.", ["Syria", "'s", "army", "did", "n't", "move", "."]),
        ("US-backed forces", ["US-backed", "forces"]),
        ("killed 1,200 people", ["killed", "1,200", "people"]),
        ("the U.S. said", ["the", "U.S.", "said"]),
        ("al-Assad’s men", ["al-Assad", "’s", "men"]),
    ],
)
def test_words_are_cut(text: str, words: list[str]) -> None:
    assert list(read_doc(text, "", CLITICS).sentences[0].words) == words


@given(st.text(max_size=400))
def test_every_token_stands_where_it_says(text: str) -> None:
    last = 0
    for sentence in read_doc(text, "", CLITICS).sentences:
        for word, start, end in zip(sentence.words, sentence.starts, sentence.ends, strict=True):
            assert text[start:end] == word
            assert start >= last
            last = end
        assert len(sentence) <= MAX_TOKENS_IN_SENTENCE


def test_a_book_is_cut_and_says_so() -> None:
    doc = read_doc("Troops left. " * 20_000, "", CLITICS)
    assert doc.truncated
    assert doc.sentences[-1].end <= MAX_CHARACTERS
