"""The challenge's numbers hang together, and each says where it comes from."""

from itertools import pairwise

from cnnlib.lessons.history.ilsvrc import (
    ALEXNET,
    CHALLENGE,
    CIFAR10,
    GROWTH,
    HUMAN,
    VGG,
    WINNERS,
)


def test_each_year_has_a_winner_who_is_better_than_the_one_before():
    assert [winner.year for winner in WINNERS] == list(range(2010, 2018))
    for before, after in pairwise(WINNERS):
        assert after.error < before.error, after.name


def test_networks_win_since_2012():
    for winner in WINNERS:
        assert ("network" in winner.method) == (winner.year >= 2012)


def test_what_the_winners_are_compared_with():
    by_year = {winner.year: winner for winner in WINNERS}
    assert by_year[2014].error < VGG.error < by_year[2013].error
    assert by_year[2015].error < HUMAN.error < by_year[2014].error
    depths = [winner.layers for winner in WINNERS if winner.layers]
    assert depths == sorted(depths)


def test_company_helps_and_more_data_helps_again():
    alone, five, seven = ALEXNET
    assert alone.validation > five.validation > seven.validation
    assert (alone.pretrained, five.pretrained, seven.pretrained) == (0, 0, 2)
    # The entry that counts is the one without extra images.
    assert five.test == next(winner.error for winner in WINNERS if winner.year == 2012)


def test_imagenet_only_grows():
    for before, after in pairwise(GROWTH):
        assert after.when > before.when
        assert after.images > before.images
        assert str(int(after.when)) in after.date
    assert CHALLENGE.training + CHALLENGE.validation + CHALLENGE.test < GROWTH[-1].images


def test_cifar_10_has_6000_images_a_class():
    assert (CIFAR10.training + CIFAR10.test) / CIFAR10.classes == 6_000


def test_every_number_has_a_source_with_a_year():
    for each in (*WINNERS, VGG, HUMAN, *GROWTH, CHALLENGE, CIFAR10):
        assert any(str(year) in each.source for year in range(2009, 2019)), each
