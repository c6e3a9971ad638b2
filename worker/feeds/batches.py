"""Which feeds one message names: a message costs more than a poll that finds nothing new."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

MOST_TOGETHER: Final = 10
"""Feeds of one message. Its cost is then a tenth for each; ten answers of .4 s keep a thread for four seconds, and so
long a feed may wait for the others, which is little beside an interval of ten minutes or more."""


class Due(NamedTuple):
    """A feed that is due."""

    feed_id: int
    failing: bool  # its last poll failed: it may hang until the time is up, and whoever comes after it waits


def in_batches(due: Sequence[Due], threads: int) -> list[list[int]]:
    """Put feeds together that one task asks one after the other.

    Args:
        due: The feeds, most urgent first.
        threads: Fetches that one worker makes at once. While there are fewer feeds than that, each goes by itself.

    Returns:
        The keys of each message's feeds: every feed once, a failing one by itself, the others in their order.
    """
    well = [feed.feed_id for feed in due if not feed.failing]
    size = min(MOST_TOGETHER, math.ceil(len(well) / threads)) if well else 1
    alone = [[feed.feed_id] for feed in due if feed.failing]
    return [well[start : start + size] for start in range(0, len(well), size)] + alone
