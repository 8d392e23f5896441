"""What people read is plain English: no source has a habit that `tools/prose.py` looks for."""

import json

import pytest

from tools import prose
from tools.habits import ALLOWED, HABITS, found

#: A translated phrase, and what to write in its place.
PAIRS = [
    ("one bias a filter", "one bias per filter"),
    ("We use two numbers a digit.", "We use two numbers per digit, sixty times a second."),
    ("LeNet-5 is of 1998.", "LeNet-5 dates from 1998. The network of 1980 was another one."),
    ("This network is Kim's, of 2014.", "Kim published this network in 2014."),
    ("He got the Turing Award of 2018.", "He received the 2018 Turing Award."),
    ("Known: digits in the middle.", "It learns centred digits. **Allowed:** NumPy."),
    ("Wanted is the plain form.", "We want the plain form."),
    ("divided by something else than the size", "divided by something other than the size"),
    ("Which outputs are that?", "Which outputs are these?"),
    ("There is one variance a channel.", "There is one variance per channel."),
    ("Below each step stands its check.", "Below each step there is a check."),
    ("Beside them lies a page.", "There is also a page."),
    ("On which row does x lie?", "In which row is x?"),
    ("Say always which one is meant.", "Always say which one you mean."),
    ("How many weights has it?", "How many weights does it have?"),
    ("Write an own kernel.", "Write your own kernel."),
    ("At test time nothing is to do.", "At test time there is nothing to do."),
    ("You need not look; it needs not grow.", "You need not look; it need only be read."),
    ("Call on someone who was silent so far.", "Call on someone who has not spoken yet."),
    ("Multiply what lies on each other.", "Multiply each weight by the pixel beneath it."),
    ("The labels stand in the file.", "The labels are in the file; `...` stands for them all."),
    ("Convolution, as mathematics has it", "Convolution, as mathematicians define it"),
    ("Does a plane part the classes? A plane parts them.", "A plane separates the classes."),
    ("It takes up the idea.", "It uses the idea, and takes up space."),
    ("What does it answer on a white wall?", "What is its output on a white wall?"),
    ("NumPy knows no GPU.", "NumPy cannot use a GPU."),
    ("LeNet-5 wants 32 pixels.", "LeNet-5 expects 32 pixels."),
    ("The layer behind it is linear.", "The layer after it is linear."),
    ("Large maps are dear.", "Large maps are expensive, my dear."),
    ("It works all the same.", "It still works. They are all the same size."),
    ("Mind that slices are views.", "Note that slices are views. He changed his mind."),
    ("The gradients by loops", "The gradients with loops, product by product"),
    ("a typing error must not freeze the model", "a typo must not freeze the model"),
    ("It fails in silence.", "It fails silently."),
    ("It puts the odd zero at the end.", "It adds the extra zero at the end."),
    ("on the way forth and back", "forward and backward"),
    ("with the former it gives LeNet-5", "with the Neocognitron's layers it gives LeNet-5"),
    ("know what goes wrong without", "know what goes wrong without this step"),
    ("They are put back, and it is said.", "They are put back, and you are told."),
    ("How is it called?", "What is it called?"),
    ("This allows to train it.", "This lets you train it. You are allowed to try."),
    ("Explain me why.", "Explain to me why."),
    ("It depends from the size.", "It depends on the size."),
    ("What for a layer is it?", "What kind of layer is it? What is it for?"),
    ("It works since years.", "It has worked for years, since 1998."),
    ("The page has more informations.", "The page has more information."),
    ("trained as long: only the start differs", "trained for as long; only the start differs"),
    ("The rate falls at a stroke.", "The rate falls in one step."),
    ("This cell gives no points.", "This cell is not graded."),
    ("AlexNet's accounts", "What each layer of AlexNet costs"),
    ("PyTorch is the judge, so it cannot play.", "Your results are compared with PyTorch."),
    ("The net learns.", "The network learns from image-net.org."),
    ("One deck says so.", "Many slides say so."),
    ("Padding with (F − 1) / 2", "Padding with (K − 1) / 2"),
]  # fmt: skip


@pytest.mark.parametrize(("translated", "plain"), PAIRS)
def test_a_habit_is_found_and_its_remedy_is_not(translated, plain):
    assert list(found(translated, teaching=True))
    assert not list(found(plain, teaching=True))


def test_every_habit_has_such_a_pair():
    seen = {habit for translated, _ in PAIRS for habit, _ in found(translated, teaching=True)}
    assert [habit.name for habit in HABITS if habit not in seen] == []


def test_what_only_students_must_not_meet_may_stand_elsewhere():
    assert not list(found("One deck has a net.", teaching=False))


def test_code_formulas_and_addresses_are_not_read():
    text = "`one bias a filter` $one bias a filter$ [x](a/deck.md) ```\none bias a filter\n```"
    assert not list(found(text, teaching=True))


def test_a_phrase_is_found_across_lines():
    assert list(found("There is one\nbias a filter.", teaching=True))


@pytest.mark.parametrize("name", [name for name in prose.SOURCES if name not in prose.NOT_YET])
def test_what_people_read_is_plain_english(name):
    left = [f"{passage.place}: {words}" for passage, _, words in prose.phrases(name)]
    assert left == []


def test_sources_that_are_not_yet_clean_exist_and_none_is_empty():
    assert set(prose.NOT_YET) <= set(prose.SOURCES)
    for name, source in prose.SOURCES.items():
        assert next(source.passages(), None), name


def test_every_exception_is_still_needed():
    texts = [p.text for source in prose.SOURCES.values() for p in source.passages()]
    joined = " ".join(" ".join(texts).split())
    assert [phrase for phrase in ALLOWED if phrase not in joined] == []


def test_a_notebook_is_read_with_its_docstrings_comments_and_strings():
    code = 'def f():\n    """Say this."""\n    # and\n    # that\n    print(f"{1} more words")'
    cells = [
        {"id": "a", "cell_type": "markdown", "source": ["Read ", "me"]},
        {"id": "b", "cell_type": "code", "source": [code]},
    ]
    assert list(prose.read_notebook(json.dumps({"cells": cells}))) == [
        ("#a", "Read me"),
        ("#b", "Say this."),
        ("#b", "and that"),
        ("#b", "… more words"),
    ]


def test_a_page_is_read_without_its_tags_and_with_its_labels():
    page = '<p>Two <b>words</b></p><script>no()</script><text aria-label="for ears">{{ n }}</text>'
    assert [said for _, said in prose.read_page(page) if said] == ["for ears", "Two words", "…"]


def test_a_script_is_read_without_its_code():
    script = 'label.text = `${n} pixels wide`; // not this\nrun("x");'
    assert list(prose.read_script(script)) == [(":1", "… pixels wide")]


def test_the_command_names_places_and_writes_what_it_read(tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text("# A page\n\nOne bias a filter.\n")
    monkeypatch.setattr(prose, "ROOT", tmp_path)
    monkeypatch.setattr(prose, "SOURCES", {"pages": prose.Source(("*.md",))})
    assert prose.main(["--out", str(tmp_path / "out")]) == 1
    assert "page.md (A page): # A page [One bias a filter] ." in capsys.readouterr().out
    assert "One bias a filter." in (tmp_path / "out" / "pages.txt").read_text()
    page.write_text("# A page\n\nOne bias per filter.\n")
    assert prose.main([]) == 0
    with pytest.raises(SystemExit) as exit:
        prose.main(["nothing"])
    assert exit.value.code == 2
    assert "no such source: nothing; there are pages" in capsys.readouterr().err
