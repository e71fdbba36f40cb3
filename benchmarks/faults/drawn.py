"""Small images and texts, drawn by a generator: what is to be learnt in them is known."""

from __future__ import annotations

import numpy as np
from benchmarks.faults.sets import Data, cut


def shapes(rng: np.random.Generator) -> Data:
    n, side = 1500, 10
    y = rng.integers(0, 3, n)
    rows, columns = np.mgrid[0:side, 0:side]
    centre_y, centre_x = rng.uniform(3.6, 5.4, (2, n, 1, 1))
    size = rng.uniform(2.0, 3.2, (n, 1, 1))
    dy, dx = np.abs(rows - centre_y), np.abs(columns - centre_x)
    ring = np.abs(np.hypot(dy, dx) - size) < 0.7
    square = np.abs(np.maximum(dy, dx) - size) < 0.6
    cross = (np.minimum(dy, dx) < 0.7) & (np.maximum(dy, dx) < size)
    x = np.choose(y[:, None, None], [ring, square, cross]) + rng.normal(0, 0.35, (n, side, side))
    return cut("shapes", "multiclass", "image", 3, x[:, None], y, (700, 300))


def stripes(rng: np.random.Generator) -> Data:
    """Four directions of a grating whose width and place vary."""
    n, side = 1500, 10
    y = rng.integers(0, 4, n)
    rows, columns = np.mgrid[0:side, 0:side]
    along = np.stack([rows, columns, (rows + columns) / np.sqrt(2), (rows - columns) / np.sqrt(2)])[y]
    waves = np.sin(2 * np.pi * along / rng.uniform(2.6, 4.2, (n, 1, 1)) + rng.uniform(0, 2 * np.pi, (n, 1, 1)))
    x = 0.5 + 0.5 * waves + rng.normal(0, 0.45, (n, side, side))
    return cut("stripes", "multiclass", "image", 4, x[:, None], y, (700, 300))


def tiles(rng: np.random.Generator) -> Data:
    """What stands on a tile: a long bar, two dots, or a corner, anywhere and either way up."""
    n, side = 1600, 10
    y = rng.integers(0, 3, n)
    x = np.zeros((n, side, side))
    row, column = rng.integers(1, 4, (2, n))
    for place in range(n):
        r, c = row[place], column[place]
        if y[place] == 0:
            x[place, r + 1, c : c + 6] = 1.0
        elif y[place] == 1:
            x[place, r : r + 2, c : c + 2] = x[place, r + 3 : r + 5, c + 3 : c + 5] = 1.0
        else:
            x[place, r : r + 5, c] = x[place, r, c : c + 4] = 1.0
    turned = rng.random(n) < 0.5
    x[turned] = x[turned].transpose(0, 2, 1)
    x = x * rng.uniform(0.7, 1.2, (n, 1, 1)) + rng.normal(0, 0.35, (n, side, side))
    return cut("tiles", "multiclass", "image", 3, x[:, None], y, (700, 300))


def reviews(rng: np.random.Generator) -> Data:
    """Ten words; good and bad ones, which a negation turns round; the label is the sign of the sum."""
    tokens, total = _turned_round(rng, (3000, 10), 24, negations=4, each=6)
    return cut("reviews", "binary", "sequence", 2, tokens, total > 0, (1800, 400), vocabulary=24)


def _turned_round(
    rng: np.random.Generator, shape: tuple[int, int], vocabulary: int, *, negations: int, each: int
) -> tuple[np.ndarray, np.ndarray]:
    """Tokens, shape (n, length), and what each row says, (n,): of the vocabulary the first are negations, the next
    good, the next bad, and the rest says nothing; a word behind a negation is worth the opposite.
    """
    tokens = rng.integers(0, vocabulary, shape)
    good, bad, rest = negations, negations + each, negations + 2 * each
    worth = np.where((tokens >= good) & (tokens < bad), 1, 0) - np.where((tokens >= bad) & (tokens < rest), 1, 0)
    turned = np.concatenate([np.zeros((len(tokens), 1), bool), tokens[:, :-1] < negations], axis=1)
    return tokens, (np.where(turned, -1, 1) * worth).sum(axis=1) + rng.normal(0, 0.3, len(tokens))


def intents(rng: np.random.Generator) -> Data:
    n, length = 2600, 10
    y = rng.integers(0, 5, n)
    own = rng.random((n, length)) < 0.3
    tokens = np.where(own, y[:, None] * 6 + rng.integers(0, 6, (n, length)), rng.integers(0, 40, (n, length)))
    return cut("intents", "multiclass", "sequence", 5, tokens, y, (1500, 400), vocabulary=40)


def grammar(rng: np.random.Generator) -> Data:
    """A second-order chain over twelve letters; the model predicts the letter after ten."""
    n, length, letters = 4000, 11, 8
    table = rng.dirichlet(np.full(letters, 0.25), (letters, letters)).cumsum(axis=2)
    text = rng.integers(0, letters, (n, length))
    for place in range(2, length):
        draw = rng.random(n)[:, None]
        text[:, place] = (table[text[:, place - 2], text[:, place - 1]] < draw).sum(axis=1).clip(0, letters - 1)
    x, y = text[:, :-1], text[:, -1]
    return cut("grammar", "language-modelling", "sequence", letters, x, y, (2800, 500), vocabulary=letters)


def calls(rng: np.random.Generator) -> Data:
    """Four reasons for a call; of the words for them the last ones count most: people come to the point late."""
    n, length = 2800, 10
    y, other = rng.integers(0, 4, (2, n))
    late = np.arange(length) >= 5
    kind = rng.random((n, length))
    topic = np.where(late, y[:, None], other[:, None]) * 6 + rng.integers(0, 6, (n, length))
    tokens = np.where(kind < 0.5, topic, rng.integers(0, 36, (n, length)))
    return cut("calls", "multiclass", "sequence", 4, tokens, y, (1700, 400), vocabulary=36)


def headlines(rng: np.random.Generator) -> Data:
    """Does the firm that is named gain? Rising and falling words count, and turn round behind a word of doubt."""
    tokens, total = _turned_round(rng, (3000, 9), 26, negations=3, each=7)
    return cut("headlines", "binary", "sequence", 2, tokens, total > 0, (1900, 400), vocabulary=26)
