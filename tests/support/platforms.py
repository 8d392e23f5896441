"""One row for each way in which a platform, or a person, names uploads; with where it is from."""

import io
import unicodedata
import zipfile
from dataclasses import dataclass, field

import light

BOOK = f"{light.NAME}.ipynb"


@dataclass(frozen=True)
class Row:
    """What is collected, one download after another, and what comes of it.

    `problems` has what the lines that end in status 1 are about: a kind, and a word in them.
    """

    name: str
    source: str
    downloads: list[dict[str, bytes]]
    students: dict[str, bytes]
    problems: list[tuple[str, str]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    roster: str = ""


def packed(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


NFD = unicodedata.normalize("NFD", "Zoë")
MOODLE = "moodle/moodle: mod/assign/classes/downloader.php"
MOODLE_40 = "moodle/moodle: mod/assign/locallib.php, download_submissions, up to 4.0"
CANVAS = "instructure/canvas-lms: lib/content_zipper.rb"
BLACKBOARD = "kwurst/bb-file-cleanup: README.md"
BRIGHTSPACE = "public scripts that rename Brightspace's downloads"
ILIAS = "ILIAS-eLearning/ILIAS: Modules/Exercise/classes/class.ilExSubmission.php"
GRADESCOPE = "ucbds-infra/otter-grader: otter/metadata.py"
PEOPLE = "people"
METADATA = b"""
submission_11:
  :submitters:
  - :name: Ann Lee
    :sid: '100'
    :email: ann@example.org
submission_12:
  :submitters:
  - :name: Bo Smith
    :sid: '200'
  - :name: Ann Lee
    :sid: '300'
"""

ROWS = [
    Row("moodle, folders", MOODLE,
        [{
            f"Ann Lee_17_assignsubmission_file/sub/{BOOK}": b"ann",
            f"Wei Wang_18_assignsubmission_file_/{BOOK}": b"one",
            f"Wei Wang_19_assignsubmission_file_/{BOOK}": b"two",
        }],
        {"Ann Lee": b"ann", "Wei Wang_18": b"one", "Wei Wang_19": b"two"},
        numbers={"Ann Lee": "17", "Wei Wang_18": "18", "Wei Wang_19": "19"},
    ),
    Row("moodle, flat, with a file that claims to be another's", MOODLE,
        [{
            "Ann Lee_17_assignsubmission_file_Bo_18_assignsubmission_file_light.ipynb": b"ann",
            f"Bo_18_assignsubmission_file_{BOOK}": b"bo",
        }],
        {"Ann Lee": b"ann", "Bo": b"bo"},
        numbers={"Ann Lee": "17", "Bo": "18"},
    ),
    Row("moodle, a folder within that claims to be another's", MOODLE,
        [{
            f"Ann Lee_17_assignsubmission_file_/Bo_18_assignsubmission_file_/{BOOK}": b"ann",
            f"Bo_18_assignsubmission_file_/{BOOK}": b"bo",
        }],
        {"Ann Lee": b"ann", "Bo": b"bo"},
    ),
    Row("moodle, online text beside a file, and alone", MOODLE,
        [{
            f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann",
            "Ann Lee_17_assignsubmission_onlinetext_/onlinetext.html": b"hello",
            "Bo_18_assignsubmission_onlinetext_/onlinetext.html": b"hello",
            "Eva_19_assignsubmission_file_/work.docx": b"word",
        }],
        {"Ann Lee": b"ann"},
        [("no notebook", "Bo"), ("no notebook", "Eva")],
    ),
    Row("moodle, blind, one at a time, then by name", MOODLE,
        [
            {f"Teilnehmerin_301_assignsubmission_file_/{BOOK}": b"1"},
            {f"Teilnehmerin_302_assignsubmission_file_/{BOOK}": b"2"},
            {f"Ann Lee_302_assignsubmission_file_/{BOOK}": b"3"},
        ],
        {"Teilnehmerin_301": b"1", "Teilnehmerin_302": b"3"},
        numbers={"Teilnehmerin_301": "301", "Teilnehmerin_302": "302"},
    ),
    Row("moodle, a group before the name", MOODLE_40,
        [
            {f"Red Pandas-Ann Lee_17_assignsubmission_file_/{BOOK}": b"old"},
            {f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"new"},
            {f"Default group-Bo_18_assignsubmission_file_/{BOOK}": b"bo"},
        ],
        {"Red Pandas-Ann Lee": b"new", "Bo": b"bo"},
        numbers={"Red Pandas-Ann Lee": "17", "Bo": "18"},
    ),
    Row("moodle, a group in place of the name: its number is no person's", MOODLE,
        [
            {f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann"},
            {f"Group A_45_assignsubmission_file/{BOOK}": b"a",
             f"Default group_assignsubmission_file/{BOOK}": b"b"},
        ],
        {"Ann Lee": b"ann", "Group A": b"a", "Default group": b"b"},
        numbers={"Ann Lee": "17", "Group A": "", "Default group": ""},
    ),
    Row("moodle, one number and two names that share nothing", MOODLE,
        [
            {f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann"},
            {f"Bo Smith_17_assignsubmission_file_/{BOOK}": b"bo"},
        ],
        {"Ann Lee": b"ann"},
        [("nobody's", "Ann Lee")],
    ),
    Row("canvas", CANVAS,
        [
            {"leeann_LATE_7001_9001_light.ipynb": b"old", "leeann_7002_9002_light-1.ipynb": b"2",
             "smithbo_7003_text.html": b"text", "garciaeva_LATE_7004_link.html": b"link"},
            {"leeann_7001_9105_work.ipynb": b"new"},
        ],
        {"leeann_7001": b"new", "leeann_7002": b"2"},
        [("no notebook", "garciaeva"), ("no notebook", "smithbo")],
        numbers={"leeann_7001": "7001", "leeann_7002": "7002"},
    ),
    Row("canvas, a file that claims to be another's", CANVAS,
        [{"leeann_7001_9001_smithbo_7002_9002_light.ipynb": b"ann",
          "smithbo_7002_9003_light.ipynb": b"bo"}],
        {"leeann": b"ann", "smithbo": b"bo"},
    ),
    Row("canvas, anonymous", CANVAS,
        [
            {"anon_x7Zq2_67890_light.ipynb": b"old", "LATE_anon_b3Kf9_67891_light.ipynb": b"b"},
            {"anon_x7Zq2_67999_light-1.ipynb": b"new", "anon_c1_text.html": b"text"},
        ],
        {"anon_x7Zq2": b"new", "anon_b3Kf9": b"b"},
        [("no notebook", "anon_c1")],
        numbers={"anon_x7Zq2": "", "anon_b3Kf9": ""},
        late={"anon_b3Kf9"},
    ),
    Row("canvas, a zip", CANVAS,
        [{"leeann_7001_9001_hw.zip": packed({"hw/light.ipynb": b"ann", "__MACOSX/._x": b""})}],
        {"leeann": b"ann"},
        numbers={"leeann": "7001"},
    ),
    Row("blackboard, attempts", BLACKBOARD,
        [{
            "PS 2_leeann_attempt_2026-03-01-15-00-00_light.ipynb": b"old",
            "PS 2_leeann_attempt_2026-03-08-15-00-00_final.ipynb": b"new",
            "PS 2_leeann_attempt_2026-03-08-15-00-00.txt": b"Name: Ann Lee (leeann)\n",
            "PS 2_bo_attempt_2026-03-08-15-00-00.txt": b"Name: Bo Smith (bo)\n",
        }],
        {"leeann": b"new"},
        [("no notebook", "bo")],
    ),
    Row("blackboard, the newest attempt without a notebook", BLACKBOARD,
        [{
            "PS 2_leeann_attempt_2026-03-01-15-00-00_light.ipynb": b"old",
            "PS 2_leeann_attempt_2026-03-08-15-00-00_light.pdf": b"pdf",
        }],
        {"leeann": b"old"},
        [("unclear", "newest attempt")],
    ),
    Row("blackboard, underscores: the receipt tells", BLACKBOARD,
        [{
            "PS_2_ann_lee_attempt_2026-03-01-15-00-00_light.ipynb": b"ann",
            "PS_2_ann_lee_attempt_2026-03-01-15-00-00.txt": b"Name: Ann Lee (ann_lee)\n",
            "PS_2_bo_lee_attempt_2026-03-01-15-00-00_light.ipynb": b"bo",
            "PS_2_bo_lee_attempt_2026-03-01-15-00-00.txt": b"\xef\xbb\xbfName: B (Lee) (bo_lee)\n",
        }],
        {"ann_lee": b"ann", "bo_lee": b"bo"},
    ),
    Row("blackboard, underscores: what all begin with is the title", BLACKBOARD,
        [{
            "PS_2_ann_lee_attempt_2026-03-01-15-00-00_light.ipynb": b"ann",
            "PS_2_bo_lee_attempt_2026-03-01-15-00-00_light.ipynb": b"bo",
        }],
        {"ann_lee": b"ann", "bo_lee": b"bo"},
    ),
    Row("blackboard, underscores: nothing tells", BLACKBOARD,
        [{"PS_2_ann_lee_attempt_2026-03-01-15-00-00_light.ipynb": b"ann"}],
        {},
        [("nobody's", "receipt")],
    ),
    Row("brightspace", BRIGHTSPACE,
        [{
            "index.html": b"list",
            f"397-255 - Ann-Marie Lee - Sep 24, 2024 926 PM/{BOOK}": b"old",
            "397-255 - Ann-Marie Lee - Sep 25, 2024 1026 AM/final.ipynb": b"new",
            f"398-255 - Wei Wang - Sep 24, 2024 926 PM/{BOOK}": b"one",
            f"399-255 - Wei Wang - Sep 24, 2024 926 PM/{BOOK}": b"two",
            "400-255 - Bo - Sep 24, 2024 926 PM/work.pdf": b"pdf",
        }],
        {"Ann-Marie Lee": b"new", "Wei Wang_398": b"one", "Wei Wang_399": b"two"},
        [("no notebook", "Bo")],
    ),
    Row("brightspace, flat", BRIGHTSPACE,
        [{f"397-255 - Ann Lee - Sep 24, 2024 926 PM - {BOOK}": b"ann",
          f"398-255 - Bo - Sep 24, 2024 926 PM - {BOOK}": b"bo"}],
        {"Ann Lee": b"ann", "Bo": b"bo"},
    ),
    Row("ilias, a team and late files", ILIAS,
        [{
            f"Lee_Ann_alee_6033/Late Submission - {BOOK}": b"ann",
            f"Lee_Ann_ann_lee_6034/{BOOK}": b"other",
            f"Team 12/Smith_Bo_bo_6035/{BOOK}": b"bo",
        }],
        {"Lee_Ann_alee_6033": b"ann", "Lee_Ann_ann_lee_6034": b"other", "Smith_Bo_bo_6035": b"bo"},
        late={"Lee_Ann_alee_6033"},
    ),
    Row("gradescope, a group and two of one name", GRADESCOPE,
        [{
            "assignment_1_export/submission_metadata.yml": METADATA,
            f"assignment_1_export/submission_11/{BOOK}": b"ann",
            f"assignment_1_export/submission_12/{BOOK}": b"both",
            f"assignment_1_export/submission_13/{BOOK}": b"whose?",
        }],
        {"Ann Lee_100": b"ann", "Bo Smith": b"both", "Ann Lee_300": b"both"},
        [("nobody's", "submission_metadata.yml")],
    ),
    Row(
        "nbgrader's exchange",
        "jupyter/nbgrader: nbgrader/exchange/default/submit.py",
        [{
            f"ann+lee+light+2026-03-01 15:00:00.123456 UTC+ab12/{BOOK}": b"old",
            f"ann+lee+light+2026-03-02 15:00:00.123456 UTC+cd34/{BOOK}": b"new",
        }],
        {"ann+lee": b"new"},
    ),
    Row("google classroom's folder in Drive", PEOPLE,
        [{
            f"PS 2/Ann Lee - {BOOK}": b"ann",
            "PS 2/Bo Smith - light (1).ipynb": b"new",
            f"PS 2/Bo Smith - {BOOK}": b"old",
            "PS 2/Copy of light.ipynb": b"whose?",
        }],
        {"Ann Lee": b"ann", "Bo Smith": b"new"},
        [("nobody's", "Copy of light")],
    ),
    Row("plain folders, zips, an empty one, one with litter only", PEOPLE,
        [{
            f"class/ann/{BOOK}": b"ann",
            "class/bo.zip": packed({BOOK: b"bo"}),
            "class/eva/": b"",
            "class/zoe/.DS_Store": b"",
            "class/kim/light.pdf": b"pdf",
            "class/lou/timestamp.txt": b"2026-03-01 15:00:00 UTC",
        }],
        {"ann": b"ann", "bo": b"bo"},
        [("no notebook", "eva"), ("no notebook", "kim"), ("no notebook", "lou"),
         ("no notebook", "zoe")],
    ),
    Row("plain files", PEOPLE,
        [{"light_ann.ipynb": b"ann", "bo-light.ipynb": b"bo", "eva.IPYNB.json": b"eva",
          "light-final.ipynb": b"whose?", "kim.pdf": b"pdf", "readme.txt": b"", "list.csv": b""}],
        {"ann": b"ann", "bo": b"bo", "eva": b"eva"},
        [("nobody's", "light-final"), ("no notebook", "kim")],
    ),
    Row("a folder within a plain one claims to be another's", PEOPLE,
        [{f"bo/Ann Lee_17_assignsubmission_file_/{BOOK}": b"bo", f"ann/{BOOK}": b"ann"}],
        {"ann": b"ann", "bo": b"bo"},
    ),
    Row("letters in one piece and in two", PEOPLE,
        [{f"Zoë Lee_17_assignsubmission_file_/{BOOK}": b"old"},
         {f"{NFD} Lee_17_assignsubmission_file_/{BOOK}": b"new"},
         {f"{NFD} Lee/{BOOK}": b"newest"}],
        {"Zoë Lee": b"newest"},
        numbers={"Zoë Lee": "17"},
    ),
    Row("a browser's copy is newer, and two that are as good are said", PEOPLE,
        [{"ann/light.ipynb": b"old", "ann/light (1).ipynb": b"new",
          "bo/a.ipynb": b"a", "bo/b.ipynb": b"b"}],
        {"ann": b"new", "bo": b"b"},
        [("unclear", "bo")],
    ),
    Row("two downloads side by side, and a stray notebook", PEOPLE,
        [{f"1/Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann",
          f"2/Bo_18_assignsubmission_file_/{BOOK}": b"bo", BOOK: b"whose?"}],
        {"Ann Lee": b"ann", "Bo": b"bo"},
        [("nobody's", BOOK)],
    ),
    Row("several attachments of which none is the assignment's by name", CANVAS,
        [{"leeann_7001_9001_part1.ipynb": b"1", "leeann_7001_9002_part2.ipynb": b"2"}],
        {"leeann": b"2"},
        [("unclear", "part1")],
    ),
    Row("a notebook beside a zip, and above a folder", PEOPLE,
        [{"ann/light.ipynb": b"ann", "ann/old.zip": packed({BOOK: b"old"}),
          "bo/light.ipynb": b"bo", "bo/backup/light.ipynb": b"old"}],
        {"ann": b"ann", "bo": b"bo"},
        [("unclear", "backup")],
    ),
    Row("a zip in a zip in a zip, and no further", PEOPLE,
        [{"ann.zip": packed({"a.zip": packed({"b.zip": packed({BOOK: b"ann"})})}),
          "bo.zip": packed({"a.zip": packed({"b.zip": packed({"c.zip": packed({BOOK: b"bo"})})})}),
          "eva.zip": b"no zip"}],
        {"ann": b"ann"},
        [("unreadable", "3 other zips"), ("unreadable", "cannot be opened"),
         ("no notebook", "bo"), ("no notebook", "eva")],
    ),
    Row(
        "a roster gives ids and says of whom it cannot tell",
        "nbgrader: student import; Moodle: grading worksheet",
        [{
            f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann",
            f"Wei Wang_18_assignsubmission_file_/{BOOK}": b"one",
            f"Wei Wang_19_assignsubmission_file_/{BOOK}": b"?",
            f"Bo_20_assignsubmission_file_/{BOOK}": b"bo",
        }],
        {"w1": b"ann", "w2": b"one", "Bo": b"bo"},
        [("nobody's", "w2"), ("not listed", "Bo")],
        numbers={"w1": "17", "w2": "18", "Bo": "20"},
        roster="id,first_name,last_name,identifier\nw1,Ann,Lee,\nw2,Wei,Wang,Participant 18\n"
               "w3,Wei,Wang,\nw4,Eva,Garcia,\n",
    ),
    Row("two people of one name and one on the roster", PEOPLE,
        [{f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"1",
          f"Ann Lee_18_assignsubmission_file_/{BOOK}": b"2"}],
        {},
        [("nobody's", "w1"), ("nobody's", "w1")],
        roster="Student ID;First name;Last name\nw1;Ann;Lee\n",
    ),
    Row(
        "canvas's gradebook as a roster",
        "Canvas: gradebook export",
        [{"leeann_7001_9001_light.ipynb": b"ann", "wangwei_7002_9002_light.ipynb": b"wei",
          "smithbo_LATE_7003_9003_light.ipynb": b"bo"}],
        {"alee": b"ann", "wwang2": b"wei", "bo": b"bo"},
        numbers={"alee": "7001", "wwang2": "7002", "bo": "7003"},
        late={"bo"},
        roster='\ufeffStudent,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n'
               '"Lee, Ann",7001,1,alee,A\n"Wang, Wei",7009,2,wwang1,A\n'
               '"Wang, Wei",7002,3,wwang2,A\n'
               '"Smith, Bo",,4,bo,A\n"Student, Test",7999,,x,A\n',
    ),
    Row(
        "logins on the roster",
        "ILIAS: members; Blackboard: gradebook",
        [{f"Lee_Ann_alee_6033/{BOOK}": b"ann"},
         {"PS_2_bo_lee_attempt_2026-03-01-15-00-00_light.ipynb": b"bo"}],
        {"alee": b"ann", "bo_lee": b"bo"},
        roster="Login;Last name;First name\nalee;Lee;Ann\nbo_lee;Lee;Bo\n",
    ),
    Row(
        "a worksheet of another assignment does not mislead",
        "Moodle: grading worksheet; the numbers are new in every assignment",
        [{f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann"}],
        {"ann@x.org": b"ann"},
        roster="Identifier,Full name,Email address\nParticipant 17,Bo Smith,bo@x.org\n"
               "Participant 18,Ann Lee,ann@x.org\n",
    ),
]  # fmt: skip
