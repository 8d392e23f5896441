"""Kim's network for sentences: windows of words, and for each filter its best place."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.lessons.everywhere.sentences import drawn, numbered, vocabulary
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: How many numbers stand for a word, and how many filters of each width there are.
VECTOR, FILTERS = 12, 12
#: Our sentences are shorter than Kim's: he used widths of 3, 4 and 5 words, and 100 filters each.
WIDTHS = (2, 3, 4)


def text_net(widths: tuple[int, ...] = WIDTHS) -> Any:
    """Return the network: word vectors, convolutions over words, the largest over time, a vote."""
    nn = torch.nn

    class TextNet(nn.Module):
        """Words in, two scores out."""

        def __init__(self) -> None:
            super().__init__()
            self.vectors = nn.Embedding(len(vocabulary()), VECTOR, padding_idx=0)
            self.filters = nn.ModuleList(nn.Conv1d(VECTOR, FILTERS, width) for width in widths)
            self.drop = nn.Dropout(0.5)
            self.vote = nn.Linear(FILTERS * len(widths), 2)

        def responses(self, words: "Tensor") -> "list[Tensor]":
            """Return, for each width, what its filters answer in each place: (N, F, places)."""
            x = self.vectors(words).transpose(1, 2)
            return [filters(x).relu() for filters in self.filters]

        def forward(self, words: "Tensor") -> "Tensor":
            best = [response.amax(2) for response in self.responses(words)]
            return self.vote(self.drop(torch.cat(best, 1)))  # type: ignore[no-any-return]

    return TextNet()


def judge(seed: int, widths: tuple[int, ...] = WIDTHS, epochs: int = 30) -> Any:
    """Return a network that tells praise from complaint, trained on 240 sentences."""
    torch.manual_seed(seed)
    sentences, labels, _, _ = drawn(seed)
    return fit(text_net(widths), tensor(numbered(sentences)), tensor(labels), F.cross_entropy,
               epochs=epochs, seed=seed, batch=24, lr=1e-2)  # fmt: skip


def right(net: "nn.Module", sentences: list[str], labels: Array) -> float:
    """Return the share of sentences that are judged right."""
    with torch.no_grad():
        return float((net(tensor(numbered(sentences))).argmax(1).numpy() == labels).mean())


def exciting(net: Any, sentences: list[str], count: int = 5) -> dict[int, list[str]]:
    """Return the groups of words that speak most for praise (1) and for complaint (0).

    A group speaks by the largest answer of a filter, times the filter's vote.
    """
    numbers = numbered(sentences)
    names = vocabulary()
    votes = (net.vote.weight[1] - net.vote.weight[0]).detach().double().numpy()
    best: dict[str, float] = {}
    with torch.no_grad():
        answers = net.responses(tensor(numbers))
    for group, answer in enumerate(answers):
        width = numbers.shape[1] - answer.shape[2] + 1
        value, place = (each.numpy() for each in answer.max(2))
        for row, filter_ in np.ndindex(value.shape):
            at = place[row, filter_]
            words = " ".join(names[n] for n in numbers[row, at : at + width] if n)
            said = float(value[row, filter_]) * votes[group * FILTERS + filter_]
            if words and abs(said) > abs(best.get(words, 0)):
                best[words] = said
    order = sorted(best, key=lambda words: best[words])
    return {0: _different(order, count), 1: _different(order[::-1], count)}


def _different(groups: list[str], count: int) -> list[str]:
    """Return the first groups of words, without those that repeat an earlier one."""
    kept: list[str] = []
    for group in groups:
        if not any(_shared(group, other) >= 2 for other in kept):
            kept.append(group)
        if len(kept) == count:
            break
    return kept


def _shared(a: str, b: str) -> int:
    return len(set(a.split()) & set(b.split()))
