"""A game: catch the ball. A planner that looks ahead teaches a network that only looks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]
SIDE = 12
#: What the paddle can do, in the order of the network's outputs.
MOVES = ("left", "stay", "right")


@dataclass(frozen=True)
class State:
    """Where the ball is, where it goes (−1 or 1), and the middle of the paddle."""

    row: int
    column: int
    way: int
    paddle: int

    def falls(self) -> "State":
        """Return the state after the ball fell by one row; walls send it back."""
        column = self.column + self.way
        way = self.way if 0 <= column < SIDE else -self.way
        return State(self.row + 1, self.column + way, way, self.paddle)

    def after(self, move: int) -> "State":
        """Return the state after a move of the paddle and a fall of the ball."""
        paddle = int(np.clip(self.paddle + move - 1, 1, SIDE - 2))
        fallen = self.falls()
        return State(fallen.row, fallen.column, fallen.way, paddle)

    @property
    def over(self) -> bool:
        """Whether the ball is at the bottom."""
        return self.row == SIDE - 1

    @property
    def caught(self) -> bool:
        """Whether the ball is on the paddle."""
        return self.over and abs(self.column - self.paddle) <= 1


def screen(state: State) -> Array:
    """Return what the player sees: (12, 12)."""
    image = np.zeros((SIDE, SIDE))
    image[SIDE - 1, state.paddle - 1 : state.paddle + 2] = 0.6
    image[state.row, state.column] = 1
    return image


def seen(before: State, now: State) -> Array:
    """Return the last two screens: (2, 12, 12)."""
    return np.stack([screen(before), screen(now)])


def planned(state: State) -> int:
    """Return the planner's move: it follows the ball to the bottom, in its mind, and goes there."""
    end = state
    while not end.over:
        end = end.falls()
    return int(np.sign(end.column - state.paddle)) + 1


def started(rng: np.random.Generator) -> State:
    """Return the beginning of a game."""
    way = int(rng.choice([-1, 1]))
    return State(0, int(rng.integers(SIDE)), way, int(rng.integers(1, SIDE - 1)))


def lessons(seed: int, games: int = 300) -> tuple[Array, Array]:
    """Return screens and the planner's moves; one played move in four is random."""
    rng = np.random.default_rng(seed)
    x, y = [], []
    for _ in range(games):
        before = started(rng)
        now = before.after(int(rng.integers(3)))
        while not now.over:
            move = planned(now)
            x.append(seen(before, now))
            y.append(move)
            before, now = now, now.after(move if rng.random() > 0.25 else int(rng.integers(3)))
    return np.stack(x), np.array(y)


def player(seed: int, epochs: int = 8) -> "nn.Module":
    """Return a network that copies the planner, trained."""
    torch.manual_seed(seed)
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(2, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 25, 64), nn.ReLU(), nn.Linear(64, len(MOVES)),
    )  # fmt: skip
    x, y = lessons(seed)
    return fit(net, tensor(x), tensor(y), F.cross_entropy, epochs=epochs, seed=seed)


def play(net: "nn.Module | None", seed: int) -> list[State]:
    """Return the states of one game; without a network, moves are random."""
    rng = np.random.default_rng(seed)
    states = [started(rng)]
    states.append(states[0].after(1))
    while not states[-1].over:
        if net is None:
            move = int(rng.integers(3))
        else:
            with torch.no_grad():
                move = int(net(tensor(seen(*states[-2:]))[None]).argmax())
        states.append(states[-1].after(move))
    return states


def caught(net: "nn.Module | None", games: int = 60) -> float:
    """Return the share of games in which the ball is caught."""
    return float(np.mean([play(net, 1000 + number)[-1].caught for number in range(games)]))
