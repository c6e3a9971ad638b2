"""What of a sentence is somebody's word, and whose: asked by entries whose doer is who speaks."""

from __future__ import annotations

from dataclasses import dataclass

from worker.events.speech import Said
from worker.events.syntax import Parts, Phrase


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a sentence that somebody speaks."""

    said: tuple[Said, ...]
    running: tuple[tuple[int, int], ...] = ()  # token ranges said by an earlier sentence's speaker

    def holds(self, token: int) -> bool:
        """Whether a token lies in somebody's reported words."""
        ranges = (*(one.content for one in self.said), *self.running)
        return any(start <= token < end for start, end in ranges)

    def speaker_of(self, token: int) -> Parts:
        """Who says in this sentence the words in which a token lies; nobody where no one is named."""
        over = (one for one in self.said if one.stance == "say" and one.links and one.covers(token))
        return tuple(Phrase(one.links[0].start, one.links[0].end) for one in over)[-1:]
