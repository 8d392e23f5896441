"""Short opinions, written for this course: half of them praise, half of them do not.

Most words occur on both sides. What decides is which words stand beside which.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
THINGS = (
    "the film", "the soup", "this phone", "the lecture", "her new book", "the hotel", "this game",
    "the concert", "the train ride", "our guide", "the second part", "the museum", "the coffee",
    "his talk",
)  # fmt: skip
OPENINGS = ("", "i think", "they say", "as a whole", "to be honest")
VERBS = ("is", "was")
#: What is said, for and against, with much the same words.
PRAISE = (
    "good not bad", "clear not confusing", "not bad at all", "never boring", "never dull or slow",
    "worth the money", "a great surprise", "good and not slow", "a pleasure not a disappointment",
    "really clear", "anything but boring", "not confusing at all", "funny and never dull",
    "far from bad", "not too slow", "a good idea",
)  # fmt: skip
COMPLAINTS = (
    "bad not good", "confusing not clear", "not good at all", "never funny", "never clear or good",
    "not worth the money", "a great disappointment", "slow and not good",
    "a disappointment not a pleasure", "really confusing", "anything but funny",
    "not clear at all", "dull and never funny", "far from good", "too slow", "a bad idea",
)  # fmt: skip
#: The longest sentence has so many words; shorter ones are filled up.
LONGEST = 12


def corpus() -> tuple[list[str], Array]:
    """Return every sentence that can be made of the parts, and which of them praise (1) or not."""
    made = [
        (" ".join(part for part in (opening, thing, verb, said) if part), label)
        for opening in OPENINGS
        for thing in THINGS
        for verb in VERBS
        for label, phrases in ((1, PRAISE), (0, COMPLAINTS))
        for said in phrases
    ]
    return [sentence for sentence, _ in made], np.array([label for _, label in made])


def vocabulary() -> list[str]:
    """Return all words in alphabetical order; the first, empty, fills sentences up."""
    return ["", *sorted({word for sentence in corpus()[0] for word in sentence.split()})]


def numbered(sentences: list[str]) -> Array:
    """Return sentences as numbers of words, with two empty ones before: (N, LONGEST)."""
    numbers = {word: number for number, word in enumerate(vocabulary())}
    rows = np.zeros((len(sentences), LONGEST), dtype=int)
    for row, sentence in zip(rows, sentences, strict=True):
        words = [numbers[word] for word in sentence.split()]
        row[: len(words)] = words
    return rows


def drawn(seed: int, learn: int = 240, new: int = 400) -> tuple[list[str], Array, list[str], Array]:
    """Return sentences to learn from, and other ones, drawn at random, with their labels."""
    sentences, labels = corpus()
    order = np.random.default_rng(seed).permutation(len(sentences))
    first, second = order[:learn], order[learn : learn + new]
    return (
        [sentences[n] for n in first], labels[first],
        [sentences[n] for n in second], labels[second],
    )  # fmt: skip
