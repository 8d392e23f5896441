"""The timeline's events are in order, each told once and with its source."""

import pytest

from cnnlib.explore import Timeline
from cnnlib.lessons.history.events import EVENTS, THREADS

YEARS = [event["year"] for event in EVENTS]


def test_they_are_in_order_from_the_first_neuron_on():
    assert sorted(YEARS) == YEARS
    assert YEARS[0] == 1943
    assert len(YEARS) >= 25
    # The explorer sorts again, and must not change anything.
    assert [event["title"] for event in Timeline(EVENTS).events] == [e["title"] for e in EVENTS]


def test_each_belongs_to_a_thread_and_each_thread_is_long():
    threads = [event["thread"] for event in EVENTS]
    assert set(threads) == set(THREADS)
    assert min(threads.count(each) for each in THREADS) >= 4


def test_each_is_told_once():
    assert len({event["title"] for event in EVENTS}) == len(EVENTS)
    assert len({event["text"] for event in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["title"])
def test_each_is_a_sentence_and_has_a_source(event):
    assert event["text"].endswith(".")
    assert len(event["text"]) <= 140  # it is read from the back row
    assert len(event["title"]) <= 30
    assert event["source"].count(" ") >= 3


#: What the classic decks date or name wrongly, and what everybody looks for.
@pytest.mark.parametrize(("title", "year", "word"), [
    ("LeNet-5", 1998, "LeCun"),
    ("Backpropagation", 1986, "Williams"),
    ("The 2018 Turing Award", 2019, "2018"),
    ("The perceptron", 1958, "Rosenblatt"),
    ("Neocognitron", 1980, "Fukushima"),
    ("Deep autoencoder", 2006, "Salakhutdinov"),
    ("ImageNet", 2009, "Deng"),
    ("A rectified unit", 1969, "Fukushima"),
    ("AlexNet", 2012, "Krizhevsky"),
    ("ResNet", 2015, "He"),
    ("The CIFAR programme", 2004, "CIFAR"),
])  # fmt: skip
def test_the_well_known_ones_are_dated_right(title, year, word):
    (event,) = (event for event in EVENTS if event["title"] == title)
    assert event["year"] == year
    assert word in event["source"]


def test_the_perceptron_ran_on_a_computer_before_it_was_a_machine():
    titles = {event["title"]: event for event in EVENTS}
    assert "IBM 704" in titles["The perceptron"]["text"]
    assert titles["The perceptron"]["year"] < titles["Mark I Perceptron"]["year"]
