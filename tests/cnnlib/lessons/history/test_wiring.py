"""Random graphs are what Watts and Strogatz describe, and networks can be made of them."""

import itertools

import pytest
import torch

from cnnlib.lessons.history.wiring import Wiring, watts_strogatz


@pytest.mark.parametrize("p", [0, 0.25, 0.75, 1])
@pytest.mark.parametrize(("nodes", "neighbours"), [(32, 4), (9, 8), (5, 4), (12, 2)])
def test_a_graph_has_no_cycle_no_double_edge_and_as_many_edges_as_the_ring(nodes, neighbours, p):
    for seed in range(5):
        graph = watts_strogatz(nodes, neighbours, p, seed)
        assert all(0 <= a < b < nodes for a, b in graph.edges)
        assert len(set(graph.edges)) == len(graph.edges) == nodes * neighbours // 2
        assert list(graph.edges) == sorted(graph.edges)


def test_without_chance_it_is_the_ring():
    graph = watts_strogatz(32, 4, 0)
    for a, b in itertools.combinations(range(32), 2):
        apart = min(b - a, 32 - (b - a))
        assert ((a, b) in graph.edges) == (apart <= 2)


def test_chance_moves_the_edges_and_a_seed_says_where_to():
    ring, some, most = (set(watts_strogatz(100, 4, p).edges) for p in (0, 0.2, 0.9))
    assert len(ring & some) > len(ring & most)
    assert 0.7 * len(ring) < len(ring & some) < 0.9 * len(ring)
    assert watts_strogatz(seed=1) == watts_strogatz(seed=1) != watts_strogatz(seed=2)


def test_ends_and_depths():
    graph = Wiring(6, ((0, 2), (0, 3), (1, 2), (2, 3), (3, 5)))
    assert graph.inputs() == [0, 1, 4]
    assert graph.outputs() == [4, 5]
    assert graph.depths() == [0, 0, 1, 2, 0, 3]


def test_depths_are_the_longest_ways():
    graph = watts_strogatz(10, 4, 0.75, seed=3)

    def longest(node):
        return max((1 + longest(a) for a, b in graph.edges if b == node), default=0)

    assert graph.depths() == [longest(node) for node in range(10)]


@pytest.mark.parametrize(("nodes", "neighbours"), [(10, 3), (10, 0), (4, 4), (10, -2)])
def test_a_ring_needs_as_many_neighbours_on_either_side(nodes, neighbours):
    with pytest.raises(ValueError, match=f"neighbours is {neighbours}; it must be even, and betw"):
        watts_strogatz(nodes, neighbours)


def by_hand(net, graph, x):
    """What the network computes, node by node, one edge at a time."""
    x = net.stem(x)
    found = {}
    for node in range(graph.nodes):
        sources = [a for a, b in graph.edges if b == node]
        total = 0 if sources else x
        for share, source in zip(net.shares[node], sources, strict=True):
            total = total + found[source] / (1 + torch.exp(-share))
        found[node] = net.nodes[node](total)
    ends = [found[node] for node in graph.outputs()]
    mean = sum(ends) / len(ends)
    return net.head(mean.clamp(min=0).mean(dim=(2, 3)))


def test_a_graph_becomes_the_network_that_it_draws():
    torch.manual_seed(0)
    graph = watts_strogatz(9, 4, 0.75, seed=1)
    net = graph.to_torch(channels=5, classes=3)
    for shares in net.shares:
        torch.nn.init.normal_(shares)
    x = torch.randn(4, 1, 8, 8)
    with torch.no_grad():
        torch.testing.assert_close(net(x), by_hand(net, graph, x))
    assert net(x).shape == (4, 3)


def test_every_edge_and_every_node_learns():
    torch.manual_seed(0)
    graph = watts_strogatz(9, 4, 0.75, seed=1)
    net = graph.to_torch()
    net(torch.randn(4, 1, 8, 8)).square().sum().backward()
    assert sum(len(shares) for shares in net.shares) == len(graph.edges)
    for shares, sources in zip(net.shares, net.sources, strict=True):
        assert len(shares) == len(sources)
        if len(sources) > 1:  # a single one's share is normalised away
            assert (shares.grad.abs() > 1e-6).all()
    for name, parameter in net.named_parameters():
        assert parameter.numel() == 0 or parameter.grad is not None, name
