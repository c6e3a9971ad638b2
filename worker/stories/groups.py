"""Which articles are copies of one text, and which of them stands for it.

The answer depends on the set of articles, ties and what the user keeps apart, never on the order in which they came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from worker.stories.duplicates import ArticleSketch, Edge, standing_key

Pair = tuple[int, int]


def groups(members: Iterable[ArticleSketch], ties: Iterable[Edge], apart: Collection[Pair] = ()) -> Mapping[int, int]:
    """Return for every member the id of the article that stands for its group: its own when it stands itself.

    Edges that join make groups by closure. A leaf joins the group of the text that holds it, the one with the highest
    containment when there are several, and unites nothing. Two articles that are kept apart never end in one group,
    whatever else ties them: the closest ties are followed first, and one that would bring the two together is left out.

    Args:
        members: Every article that an edge names, and any others.
        ties: Edges between them; those that do not join are ignored.
        apart: Pairs of articles, in either order, that the user took apart.
    """
    by_id = {member.article_id: member for member in members}
    joining = sorted((tie for tie in ties if tie.joins), key=lambda tie: (-tie.containment, tie.first, tie.second))
    found = _Groups(by_id, apart)
    for tie in joining:
        if tie.leaf is None:
            found.unite(tie.first, tie.second)
    _hang_leaves(found, by_id, [tie for tie in joining if tie.leaf is not None])
    return {article_id: found.root(article_id) for article_id in by_id}


def _hang_leaves(found: _Groups, by_id: Mapping[int, ArticleSketch], ties: Iterable[Edge]) -> None:
    """Hang each leaf that is in no group on the text that holds it best."""
    sizes = Counter(map(found.root, by_id))
    held: defaultdict[int, list[Edge]] = defaultdict(list)
    for tie in ties:
        if tie.leaf is not None and sizes[found.root(tie.leaf)] == 1:
            held[tie.leaf].append(tie)

    # The longest first: what holds a leaf is longer than it, so where that belongs is settled by then.
    for leaf in sorted(held, key=lambda article_id: (-by_id[article_id].sketch.shingles, article_id)):
        holders = sorted(held[leaf], key=lambda tie: (-tie.containment, standing_key(by_id[_other(tie, leaf)])))
        any(found.hang(leaf, _other(tie, leaf)) for tie in holders)  # the first that it may hang on


class _Groups:
    """Disjoint sets of articles that know who stands for each, and whom each of them must not meet."""

    def __init__(self, by_id: Mapping[int, ArticleSketch], apart: Collection[Pair]) -> None:
        self._by_id = by_id
        self._root = {article_id: article_id for article_id in by_id}
        self._members = {article_id: {article_id} for article_id in by_id}
        self._foes: defaultdict[int, set[int]] = defaultdict(set)
        for one, other in apart:
            self._foes[one].add(other)
            self._foes[other].add(one)

    def root(self, article_id: int) -> int:
        """Who stands for an article's group."""
        return self._root[article_id]

    def unite(self, one: int, other: int) -> bool:
        """Make one group of two, unless that brings together what is kept apart."""
        first, last = sorted((self._root[one], self._root[other]), key=lambda i: standing_key(self._by_id[i]))
        return self._move(last, first)

    def hang(self, leaf: int, holder: int) -> bool:
        """Add a leaf to the group of the text that holds it, under whoever stands for that; False when kept apart."""
        return self._move(leaf, self._root[holder])

    def _move(self, gone: int, into: int) -> bool:
        if gone == into:
            return True
        if not self._foes[gone].isdisjoint(self._members[into]):
            return False
        for article_id in self._members[gone]:
            self._root[article_id] = into
        self._members[into] |= self._members.pop(gone)
        self._foes[into] |= self._foes[gone]
        return True


def _other(tie: Edge, article_id: int) -> int:
    return tie.second if tie.first == article_id else tie.first
