"""What learning platforms give becomes submissions; what is hostile in it becomes nothing."""

import json
import os
import shutil
import stat
import zipfile

import light
import pytest

from autograder import cli
from autograder.collect import collect, uploads
from autograder.collect.names import folder_name
from autograder.course.course import open_course
from autograder.problems import UsageError

BOOK = f"{light.NAME}.ipynb"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return light.make_course(tmp_path_factory.mktemp("collect") / "course").root


@pytest.fixture
def course(made, tmp_path):
    shutil.copytree(made, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture(params=["zip", "folder"])
def give(request, tmp_path):
    """Make a zip, or a folder, of files by name."""

    def make(files):
        if request.param == "zip":
            return make_zip(tmp_path / "class.zip", files)
        for name, data in files.items():
            path = tmp_path / "class" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return tmp_path / "class"

    return make


def make_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def submitted(course):
    """Return everything that was collected: contents by student."""
    folder = course.root / "submitted"
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.ipynb")}
    assert all(name.endswith(f"/{light.NAME}/{BOOK}") for name in found)
    return {name.split("/")[0]: data for name, data in found.items()}


LAYOUTS = {
    "moodle": {
        "Ann Lee_101_assignsubmission_file_/work.ipynb": b"ann",
        "Zoë O'Neill_102_assignsubmission_file_/light.ipynb": b"zoe",
    },
    "moodle without folders": {
        "Ann Lee_101_assignsubmission_file_light.ipynb": b"ann",
        "Zoë O'Neill_102_assignsubmission_file_light.ipynb": b"zoe",
    },
    "folders": {"Ann Lee/light.ipynb": b"ann", "Zoë O'Neill/other.ipynb": b"zoe"},
    "folders in a folder": {
        "class/Ann Lee/light.ipynb": b"ann",
        "class/Zoë O'Neill/light.ipynb": b"zoe",
    },
    "nbgrader": {
        "submitted/Ann Lee/light/light.ipynb": b"ann",
        "submitted/Zoë O'Neill/light/light.ipynb": b"zoe",
    },
    "plain": {"Ann Lee.ipynb": b"ann", "Zoë O'Neill.ipynb": b"zoe"},
    "plain in a folder": {"class/Ann Lee.ipynb": b"ann", "class/Zoë O'Neill.ipynb": b"zoe"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(course, give, layout):
    done = collect.collect(course, give(LAYOUTS[layout]), light.NAME)
    assert done.problems == []
    assert submitted(course) == {"Ann Lee": b"ann", "Zoë O'Neill": b"zoe"}


def test_canvas_with_its_numbers_and_late_ones(course, give):
    files = {
        "leeann_7001_9001_light.ipynb": b"ann",
        "oneillzoe_LATE_7002_9002_light-2.ipynb": b"zoe",
    }
    collect.collect(course, give(files), light.NAME)
    assert submitted(course) == {"leeann": b"ann", "oneillzoe": b"zoe"}
    known = collect.collected(course, light.NAME)
    assert {s: (e["number"], e["late"]) for s, e in known.items()} == {
        "leeann": ("7001", False),
        "oneillzoe": ("7002", True),
    }


def test_one_students_folder_alone(course, give):
    collect.collect(course, give({"ann/light.ipynb": b"ann"}), light.NAME)
    assert submitted(course) == {"ann": b"ann"}


def test_the_newest_attempt_wins_and_it_is_said(course, give):
    files = {
        "leeann_7001_9003_light.ipynb": b"newest",
        "leeann_7001_9001_light.ipynb": b"oldest",
        "leeann_7001_9002_light-5.ipynb": b"older",
    }
    done = collect.collect(course, give(files), light.NAME)
    assert submitted(course) == {"leeann": b"newest"}
    assert [note.where for note in done.notes] == [
        "leeann_7001_9001_light.ipynb",
        "leeann_7001_9002_light-5.ipynb",
    ]
    assert all(note.kind == "older" for note in done.notes)


def test_the_right_name_wins_over_scratch_work(course, give):
    files = {"ann/light.ipynb": b"work", "ann/zzz.ipynb": b"scratch", "ann/light.pdf": b"%PDF"}
    done = collect.collect(course, give(files), light.NAME)
    assert submitted(course) == {"ann": b"work"}
    assert {(note.kind, note.where) for note in done.notes} == {
        ("older", "ann/zzz.ipynb"),
        ("left out", "ann/light.pdf"),
    }


def test_two_people_of_one_name_stay_two(course, give):
    files = {
        "Ann Lee_101_assignsubmission_file_/light.ipynb": b"one",
        "Ann Lee_102_assignsubmission_file_/light.ipynb": b"two",
    }
    collect.collect(course, give(files), light.NAME)
    assert submitted(course) == {"Ann Lee_101": b"one", "Ann Lee_102": b"two"}


def test_nothing_is_overwritten_unasked(course, tmp_path, capsys):
    first = make_zip(tmp_path / "1.zip", {"ann.ipynb": b"one", "bob.ipynb": b"one"})
    second = make_zip(tmp_path / "2.zip", {"ann.ipynb": b"two", "bob.ipynb": b"one"})
    arguments = ["--course", str(course.root), "--json"]
    assert cli.main(["collect", str(first), light.NAME, *arguments]) == cli.DONE
    assert cli.main(["collect", str(first), light.NAME, *arguments]) == cli.DONE
    capsys.readouterr()
    assert cli.main(["collect", str(second), light.NAME, *arguments]) == cli.INCOMPLETE
    told = json.loads(capsys.readouterr().out)
    assert {t["student"]: t["state"] for t in told["taken"]} == {"ann": "kept", "bob": "unchanged"}
    assert submitted(course) == {"ann": b"one", "bob": b"one"}
    assert cli.main(["collect", str(second), light.NAME, "--replace", *arguments]) == cli.DONE
    assert submitted(course) == {"ann": b"two", "bob": b"one"}


def test_when_it_was_handed_in_is_kept(course, give):
    files = {
        "ann/light.ipynb": b"ann",
        "ann/timestamp.txt": b"2026-03-01 15:00:00 UTC",
        "bob/light.ipynb": b"bob",
        "bob/timestamp.txt": b"yesterday",
        "ps_carol_attempt_2026-03-02-16-30-00_light.ipynb": b"carol",
    }
    done = collect.collect(course, give(files), light.NAME)
    times = {p.parts[-3]: p.read_text() for p in course.root.glob("submitted/*/*/timestamp.txt")}
    assert times == {"ann": "2026-03-01 15:00:00 UTC\n", "carol": "2026-03-02 16:30:00 UTC\n"}
    assert [(note.kind, note.where) for note in done.notes] == [("malformed", "bob/timestamp.txt")]


def test_a_student_s_own_time_does_not_count(course, give, tmp_path):
    early = b"2020-01-01 00:00:00 UTC"
    own = make_zip(tmp_path / "own.zip", {"light.ipynb": b"bob", "timestamp.txt": early})
    files = {
        "Ann Lee_17_assignsubmission_file_/light.ipynb": b"ann",
        "Ann Lee_17_assignsubmission_file_/timestamp.txt": early,
        "bob.zip": own.read_bytes(),
    }
    done = collect.collect(course, give(files), light.NAME)
    assert len(done.taken) == 2
    assert list(course.root.glob("submitted/*/*/timestamp.txt")) == []
    notes = [note for note in done.notes if note.where.endswith("timestamp.txt")]
    assert [note.kind for note in notes] == ["left out"] * 2


def outside(course):
    """Return every file but those below `submitted` and the state folder."""
    return {
        str(p.relative_to(course.root.parent)): p.stat().st_mtime_ns
        for p in course.root.parent.rglob("*")
        if p.is_file() and "submitted" not in p.parts and ".autograder" not in p.parts
    }


def test_names_that_climb_out_are_left_out(course, tmp_path):
    names = ("../../evil.ipynb", "/tmp/evil.ipynb", "C:\\evil.ipynb", "a/../../../evil.ipynb")
    path = make_zip(tmp_path / "class.zip", {**dict.fromkeys(names, b"evil"), "ann.ipynb": b"ann"})
    before = outside(course)
    done = collect.collect(course, path, light.NAME)
    assert outside(course) == before
    assert submitted(course) == {"ann": b"ann"}
    assert [problem.kind for problem in done.problems] == ["unsafe"] * len(names)


def test_links_are_not_followed(course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(b"secret")
    folder = tmp_path / "class"
    (folder / "bob").mkdir(parents=True)
    (folder / "ann.ipynb").symlink_to(secret)
    (folder / "bob" / BOOK).write_bytes(b"bob")
    (folder / "eve").symlink_to(tmp_path)
    done = collect.collect(course, folder, light.NAME)
    assert submitted(course) == {"bob": b"bob"}
    assert {p.where for p in done.problems} == {"ann.ipynb", "eve"}


def test_links_in_a_zip_are_not_made(course, tmp_path):
    link = zipfile.ZipInfo("ann.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = make_zip(tmp_path / "class.zip", {"bob.ipynb": b"bob"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    done = collect.collect(course, path, light.NAME)
    assert submitted(course) == {"bob": b"bob"}
    assert [(p.kind, p.where) for p in done.problems] == [("unsafe", "ann.ipynb")]


def test_a_link_in_the_target_is_replaced_and_not_followed(course, tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    target = course.root / "submitted" / "ann" / light.NAME / BOOK
    target.parent.mkdir(parents=True)
    target.symlink_to(precious)
    path = make_zip(tmp_path / "class.zip", {"ann.ipynb": b"ann"})
    collect.collect(course, path, light.NAME)
    collect.collect(course, path, light.NAME, replace=True)
    assert precious.read_bytes() == b"precious"
    assert submitted(course) == {"ann": b"ann"}


def test_a_bomb_costs_a_bounded_read(course, tmp_path, monkeypatch):
    files = {"bomb.ipynb": bytes(2 * uploads.SIZE_LIMIT), "ann.ipynb": b"ann"}
    done = collect.collect(course, make_zip(tmp_path / "1.zip", files), light.NAME)
    assert submitted(course) == {"ann": b"ann"}
    assert [(p.kind, p.detail) for p in done.problems] == [
        ("unreadable", "it is larger than 20 MiB")
    ]
    many = make_zip(tmp_path / "2.zip", {f"{n}.ipynb": b"{}" for n in range(5)})
    monkeypatch.setattr(uploads, "MOST_FILES", 4)
    with pytest.raises(UsageError, match="more than 4 files"):
        collect.collect(course, many, light.NAME)
    monkeypatch.setattr(uploads, "MOST_FILES", 5)
    monkeypatch.setattr(collect, "MOST_BYTES", 5)
    with pytest.raises(UsageError, match="split it up"):
        collect.collect(course, many, light.NAME)


def test_a_damaged_zip_costs_what_is_damaged(course, tmp_path):
    path = make_zip(tmp_path / "class.zip", {"ann.ipynb": os.urandom(5000), "bob.ipynb": b"bob"})
    data = bytearray(path.read_bytes())
    data[1000:1100] = bytes(100)
    path.write_bytes(data)
    done = collect.collect(course, path, light.NAME)
    assert submitted(course) == {"bob": b"bob"}
    assert [(p.kind, p.where) for p in done.problems] == [("unreadable", "ann.ipynb")]
    path.write_bytes(data[:-30])
    with pytest.raises(UsageError, match="neither a zip nor a folder"):
        collect.collect(course, path, light.NAME)


def test_utf8_names_without_the_flag_are_read(course, tmp_path):
    path = make_zip(tmp_path / "class.zip", {"Zoë.ipynb": b"zoe"})
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.index(signature) + flags] &= ~0x08  # the high byte of "this name is UTF-8"
    path.write_bytes(data)
    collect.collect(course, path, light.NAME)
    assert submitted(course) == {"Zoë": b"zoe"}


def test_what_tells_nobody_is_said(course, tmp_path):
    path = make_zip(tmp_path / "class.zip", {BOOK: b"whose?", "ann.ipynb": b"ann"})
    done = collect.collect(course, path, light.NAME)
    assert [(p.kind, p.where) for p in done.problems] == [("nobody's", BOOK)]
    with pytest.raises(UsageError, match="does not exist"):
        collect.collect(course, tmp_path / "nowhere", light.NAME)


def test_odd_names_stay_different_and_inside():
    odd = ["..", ".", " a", "a ", "a/b", "a\\b", "a%2Fb", "=1", "\u202e", "a\nb", "", "ä" * 300]
    names = [folder_name(name) for name in odd] + [folder_name("ä" * 299)]
    assert len(set(names)) == len(names)
    for name in names:
        assert name not in ("", ".", "..")
        assert "/" not in name
        assert name.isprintable()
        assert len(name.encode()) < 250
