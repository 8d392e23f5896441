"""What a diagram shows: volumes, forks and what is written below them. Not yet how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from cnnlib.spec._combine import Add, Branches, Sequential
from cnnlib.spec._conv import Conv, ConvTranspose, Linear
from cnnlib.spec._elementwise import BatchNorm, Channels, Flatten, Identity
from cnnlib.spec._layer import Layer, Shape, by_shape
from cnnlib.spec._trace import join, known_shape, trace

Kind: TypeAlias = Literal["input", "learnt", "fixed", "none"]


@dataclass(frozen=True)
class Volume:
    """The output of a layer, and the elementwise layers that follow it."""

    label: str
    shape: Shape
    kind: Kind
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fork:
    """Branches that come together; several times over where the same follows itself."""

    sign: Literal["+", "C"]
    branches: tuple[Chain, ...]
    shape: Shape
    notes: tuple[str, ...] = ()
    times: int = 1


Node: TypeAlias = Volume | Fork
Chain: TypeAlias = tuple[Node, ...]


def diagram(net: Layer, input_shape: Shape | None) -> Chain:
    """Give what is drawn of a network, from its input on."""
    shapes = {step.path: step.output_shape for step in trace(net, input_shape)}
    shape = known_shape(net, input_shape)
    first = Volume("input", shape, "input")
    return _folded((first, *_nodes(net, "", shape, shapes)))


def words(chain: Chain) -> str:
    """Say a diagram in words, for those who cannot see it."""
    return "; ".join(map(_said, chain))


def _nodes(layer: Layer, path: str, shape: Shape, shapes: dict[str, Shape]) -> Chain:
    """Give the nodes of a layer for an input of this shape."""
    if isinstance(layer, Sequential):
        chain: Chain = ()
        for name, child in layer.children():
            for node in _nodes(child, join(path, name), shape, shapes):
                chain = _appended(chain, node)
                shape = node.shape
        return chain
    if isinstance(layer, Branches):
        branches = tuple(
            _folded(_nodes(child, join(path, name), shape, shapes))
            for name, child in layer.children()
        )
        return (Fork("+" if isinstance(layer, Add) else "C", branches, shapes[path]),)
    if isinstance(layer, Identity):
        return ()
    if isinstance(layer, Conv | ConvTranspose | Linear):
        return (Volume(layer.label, shapes[path], "learnt"),)
    if isinstance(layer, Channels) or (len(shape) == 3 and layer.taps(shape) is not None):
        return (Volume(layer.label, shapes[path], "fixed"),)
    return (Volume("", shapes[path], "none", (_note(layer),)),)


def _note(layer: Layer) -> str:
    short = {BatchNorm: "BN", Flatten: "flatten"}
    return short.get(type(layer), layer.label)


def _appended(chain: Chain, node: Node) -> Chain:
    """Append a node; what is elementwise becomes a note of the one before."""
    if chain and isinstance(node, Volume) and node.kind == "none":
        before = chain[-1]
        return (*chain[:-1], replace(before, notes=before.notes + node.notes))
    return (*chain, node)


def _folded(chain: Chain) -> Chain:
    """Put equal forks that follow each other into one."""
    folded: list[Node] = []
    for node in chain:
        before = folded[-1] if folded else None
        if isinstance(before, Fork) and replace(before, times=1) == node:
            folded[-1] = replace(before, times=before.times + 1)
        else:
            folded.append(node)
    return tuple(folded)


def _said(node: Node) -> str:
    notes = "".join(f", {note}" for note in node.notes)
    if isinstance(node, Volume):
        return f"{node.label} {by_shape(node.shape)}{notes}" if node.label else notes[2:]
    kind = "sum" if node.sign == "+" else "concatenation"
    branches = " | ".join(words(branch) or "identity" for branch in node.branches)
    times = f"{node.times} times the " if node.times > 1 else ""
    return f"{times}{kind} of [{branches}] {by_shape(node.shape)}{notes}"
