"""Which language a text is in."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SAMPLE = 600
"""Characters that are looked at: a tenth of them decides nearly always, and all of a long text costs milliseconds."""

ENOUGH = 100
"""Letters from which on the text outweighs what the feed or the page claim about it."""

SURE = 0.80
"""Probability from which on a shorter text is believed against the label."""

# Standards of one language that differ in few words: between these, the label knows better than statistics.
_SIBLINGS = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"hr", "bs", "sr"}),
    frozenset({"id", "ms"}),
    frozenset({"gl", "pt"}),
    frozenset({"af", "nl"}),
)


def language_of(text: str, *labels: str | None) -> str | None:
    """Return the language of ``text`` as ISO 639-1, or None when neither the text nor a label tells.

    Args:
        text: Title and body.
        labels: What the feed and the page claim, the more trusted first, as BCP 47 tags (``en-GB``).
    """
    label = next(filter(None, map(primary_subtag, labels)), None)
    sample = text[:SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return label
    guess, certainty = _identifier().classify(sample)
    probability = float(certainty)
    if label is None:
        return guess if letters >= ENOUGH or probability >= SURE else None
    if any({guess, label} <= family for family in _SIBLINGS):
        return label
    return guess if letters >= ENOUGH or probability >= SURE else label


def primary_subtag(tag: str | None) -> str | None:
    """Return the language of a BCP 47 tag (RFC 5646) in lower case; None when it has not two letters."""
    first = (tag or "").strip().replace("_", "-").split("-")[0].lower()
    return first if len(first) == 2 and first.isascii() and first.isalpha() else None  # noqa: PLR2004 - ISO 639-1


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
