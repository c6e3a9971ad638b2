"""What a word of each subject weighs, for an article to hold events: ``python -m bench.subjects``.

Fits the numbers of ``worker/events/packs/en/subjects.toml`` on the development halves of the labelled articles and
briefs by logistic regression, and prints them beside what ten-fold cross-validation says of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tests.gold.briefs import read_briefs
from tests.gold.corpus import articles
from worker.events.extract import Coder, Language
from worker.events.text import read_doc
from worker.events.weighing import features_of

RIDGE = 0.02  # of the standardised weights: twelve features and some four hundred texts need little
STEPS = 25  # Newton's method is done after ten
FOLDS = 10
CHANCES = (0.1, 0.15, 0.2, 0.3, 0.5)

Rows = NDArray[np.float64]


def texts() -> Iterator[tuple[str, str, bool]]:
    """Title, body and whether it holds events, of every development text that is labelled in full."""
    for article in articles("dev"):
        if article.coded:
            yield article.title, article.text, bool(article.events)
    for brief in read_briefs():
        if brief.split == "dev":
            yield brief.title, brief.text, bool(brief.labels)


def rows(language: Language) -> tuple[list[str], Rows, Rows]:
    """Names of the features, one row of them a text, and 1 for each text with events."""
    weights = language.weights
    assert weights is not None
    found: list[list[float]] = []
    held: list[float] = []
    for title, body, holds in texts():
        features = features_of(read_doc(body, title, language.pack.clitics), weights.words, language.actors.longest)
        if features is None:
            continue
        found.append(
            [*features.shares.values(), min(features.states, weights.states), min(features.bodies, weights.bodies)]
        )
        held.append(float(holds))
    return [*weights.words, "state", "body"], np.array(found), np.array(held)


def fitted(x: Rows, y: Rows) -> Rows:
    """The weights of the features as they are, the bias last."""
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    penalty = RIDGE * len(x) * np.diag([*np.ones(x.shape[1]), 0.0])
    w = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = chances(z, w)
        slope = z.T @ (p - y) + penalty @ w
        curve = (z * (p * (1 - p))[:, None]).T @ z + penalty
        w -= np.linalg.solve(curve, slope)
    plain = w[:-1] / spread
    return np.array([*plain, w[-1] - plain @ mean])


def chances(x: Rows, w: Rows) -> Rows:
    """The chance of events of each row."""
    return np.asarray(1 / (1 + np.exp(-(x @ w))))


def cross_validated(x: Rows, y: Rows) -> Rows:
    """The chance of each text under weights that were fitted without it."""
    folds = np.random.default_rng(0).permutation(len(y)) % FOLDS
    out = np.zeros(len(y))
    for fold in range(FOLDS):
        out[folds == fold] = chances(
            np.c_[x[folds == fold], np.ones((folds == fold).sum())], fitted(x[folds != fold], y[folds != fold])
        )
    return out


def main() -> None:
    """Fit and print."""
    language = Coder.load(["en"]).languages["en"]
    names, x, y = rows(language)
    console = Console()
    weights = Table(title=f"{int(y.sum())} texts with events, {int((1 - y).sum())} without")
    weights.add_column("one more of")
    weights.add_column("adds to the log odds", justify="right")
    for name, weight in zip([*names, "bias"], fitted(x, y), strict=True):
        weights.add_row(name, f"{weight:.2f}")
    console.print(weights)
    chance = cross_validated(x, y)
    shares = Table(title="texts below a chance, ten-fold")
    for head in ("chance", "without events", "with events"):
        shares.add_column(head, justify="right")
    for limit in CHANCES:
        shares.add_row(f"{limit}", f"{(chance[y == 0] < limit).mean():.3f}", f"{(chance[y == 1] < limit).mean():.3f}")
    console.print(shares)


if __name__ == "__main__":
    main()
