"""Whether a text that was read again may tell other events than before.

Outlets touch a report for hours: a comma, a photo credit, a background paragraph moved. Coding it anew each time would
change nothing but the history of its events; not coding it when the toll has risen would be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from worker.stories.duplicates import CHANGED, CONTAINMENT, estimate_containment
from worker.stories.fingerprint import Sketch, sketch
from worker.stories.versions import Version
from worker.stories.words import words


def may_tell_otherwise(old: Version, new: Version, evidence: Sequence[str]) -> bool:
    """Say whether ``new`` must be coded, given that ``old`` was.

    Args:
        old: The reading that was coded.
        new: The reading that came after it.
        evidence: The sentences of ``old`` that events were read from.

    Returns:
        True when the language, the day of publication or the words of the headline differ, when a sentence of the
        evidence is gone, or when the body has changed (:func:`is_changed`).
    """
    if (old.language, _day(old)) != (new.language, _day(new)) or words(old.title) != words(new.title):
        return True
    if old.text == new.text:
        return False
    told = f"{new.title}\n{new.text}"
    return any(sentence not in told for sentence in evidence) or is_changed(sketch(old.text), sketch(new.text))


def is_changed(old: Sketch, new: Sketch) -> bool:
    """Say whether a text has other words, other numbers, or notably more or less of either than it had."""
    if old.body_sha256 == new.body_sha256:
        return False
    return old.numbers != new.numbers or estimate_containment(old, new) < CHANGED or _grew(old, new)


def is_rewritten(old: Sketch, new: Sketch) -> bool:
    """Say whether a text is another one than before: an address that is used again, not a report that was touched."""
    if old.version != new.version or old.body_sha256 == new.body_sha256:
        return False
    return estimate_containment(old, new) < CONTAINMENT


def _grew(old: Sketch, new: Sketch) -> bool:
    """All of a short text is contained in a longer one, which says more all the same."""
    return min(old.shingles, new.shingles) < CHANGED * max(old.shingles, new.shingles)


def _day(version: Version) -> object:
    return version.published and version.published.date()
