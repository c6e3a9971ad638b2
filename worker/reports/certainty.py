"""Facts, claims and the rest, kept visibly apart: which statuses stand together on a page, and how they look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Events that are about as certain as one another."""

    key: str
    title: str
    meaning: str
    statuses: tuple[str, ...]
    colour: str  # of lines and words
    fill: str  # of points and bars: pale where it is not known to have happened


GROUPS = (
    Group(
        "fact",
        "Reported as fact",
        "At least one article tells it in its own voice, and nobody denies it.",
        ("asserted",),
        "#14507d",
        "#2f7ab3",
    ),
    Group(
        "claim",
        "Claimed or disputed",
        "It rests on somebody's word, or is said by one and denied by another.",
        ("claimed", "disputed"),
        "#a3560a",
        "#eb9a3c",
    ),
    Group(
        "open",
        "Not known to have happened",
        "Rumoured, unverified, denied, or planned. Not counted in any total.",
        ("unverified", "rumoured", "planned", "denied"),
        "#6d7780",
        "#ffffff",
    ),
)
"""Every status stands in one group. The colours differ for colour-blind readers too: blue, orange, white."""

GROUP_OF = {status: group for group in GROUPS for status in group.statuses}
