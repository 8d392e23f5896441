"""Habits of wording that a reader of plain English stumbles over, as patterns.

Most come from translated phrases that a reader found in this course. The patterns are narrow:
they miss some phrases, and rarely complain about a good one. `ALLOWED` lists those exceptions.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_THINGS = (
    "numbers?|bias|biases|rows?|columns?|pixels?|filters?|channels?|windows?|lines?|points?|words?|"
    "layers?|operators?|operations?|images?|examples?|draws?|units?|weights?|values?|votes?|maps?|"
    "kernels?|cells?|folders?|pages?|processes|labels?|variances?|means?|factors?|masks?|"
    "predictions?"
)
_TIME = "second|minute|hour|day|week|month|year|time|while|few|little|bit|lot|moment"
_COUNTS = r"one|two|three|four|five|six|seven|eight|nine|ten|\d[\d,.]*"
_PROGRAMS = "network|layer|LeNet-5|function|PyTorch|Keras|NumPy|check|file|table|library|framework"


@dataclass(frozen=True)
class Habit:
    """A way of wording things, and what to write instead.

    `teaching` is for habits that matter only where students read.
    """

    name: str
    pattern: re.Pattern[str]
    instead: str
    teaching: bool = field(default=False, kw_only=True)


def _habit(name: str, pattern: str, instead: str, *, teaching: bool = False) -> Habit:
    return Habit(name, re.compile(pattern), instead, teaching=teaching)


HABITS = (
    _habit(
        "'a' for 'per'",
        rf"(?i)\b(?:{_COUNTS}) (?:\w+ )?(?:{_THINGS}) an? (?!(?:{_TIME})\b)\w+",
        "per: one bias per filter",
    ),
    _habit(
        "'of' and a year",
        r"\b(?:is|are|was|were) of (?:the year )?(?:1[89]|20)\d\d\b|['’]s,? of (?:1[89]|20)\d\d\b"
        r"|\b(?:Award|Prize) of (?:1[89]|20)\d\d\b",
        "dates from 1998; the 2018 Turing Award",
    ),
    _habit(
        "a fragment with a colon",
        r"(?:(?<=[.!?;] )|(?<=\n)|^)(?:Known|Asked|Wanted|Meant|Sought|Measured|Missing): (?=\w)",
        "a sentence with a verb",
    ),
    _habit(
        "a participle first",
        r"(?:^|[.!?:] )(?:Wanted|Flattened|Meant|Asked|Shown|Returned|Counted|Kept) (?:is|are)\b",
        "the subject first: we want the plain form",
    ),
    _habit("'something else than'", r"(?i)\b(?:something|anything) else than\b", "other than"),
    _habit("'which … are that'", r"(?i)\bwhich \w+ are that\b", "which … are these"),
    _habit(
        "an adverb behind its verb",
        r"(?i)\b(?:say|write|use|give|take|ask|tell|call|read|look) always\b",
        "always say",
    ),
    _habit(
        "'has it' in a question",
        r"(?i)\bhow (?:many|much|large)(?: \w+){0,2} (?:has|have) (?:it|the|an?|each|one|they)\b",
        "how many does it have",
    ),
    _habit("'an own'", r"(?i)\ban own\b", "your own, one of its own"),
    _habit(
        "'is to do'",
        r"(?i)\b(?:nothing|much|little|all|what) (?:is|was) to (?:do|see|say)\b",
        "there is nothing to do",
    ),
    _habit("'needs not'", r"(?i)\bneeds not\b", "need not, does not need to"),
    _habit("'so far' at the end", r"\bwho was \w+ so far\b", "who has not spoken yet"),
    _habit(
        "things that lie and stand",
        r"(?i)\b(?:lie|lies|lay|lying|stand|stands|stood|standing) "
        r"(?:in|on|at|beside|below|above|behind|there|here|between|under|inside|next to|where"
        r"|side by side|anywhere|around)\b(?! for\b| the (?:plane|line|interval|range)\b)"
        r"|\bdo(?:es)? [^.?!]{1,30} (?:lie|stand)\b(?! for\b)"
        r"|\b(?:beside|below|above|behind|before) (?:it|them|this|that|each \w+) (?:lie|stand)s?\b",
        "is, are: the labels are in the file",
    ),
    _habit(
        "'as … has it'",
        r"(?i)\bas (?!if\b)[\w' ]{1,30} (?:has|have) (?:it|them)\b",
        "as … defines it",
    ),
    _habit(
        "planes that part",
        r"(?i)\b(?:plane|line|surface|curve)s? parts?\b",
        "a plane separates the classes",
    ),
    _habit("'take up'", r"(?i)\btak(?:e|es|ing) up (?!room|space|memory)\w+", "uses, continues"),
    _habit(
        "programs that answer",
        r"(?i)\bdoes (?:it|the (?:network|model|layer|unit|cell)) answer\b"
        r"|\b(?:network|layer|unit|filter)s? answers?\b",
        "its output is; it responds with",
    ),
    _habit(
        "programs that know no …", r"(?i)\bknows? (?:no|neither|nothing of)\b", "has no, ignores"
    ),
    _habit(
        "programs that want",
        rf"(?i)(?:\b(?:{_PROGRAMS})s?|·)\s+wants?\b",
        "expects, needs",
    ),
    _habit(
        "layers behind layers",
        r"(?i)\b(?:layer|convolution|network|pooling|everything|map|unit|cell|product)s? behind\b"
        r"|\b(?:right|directly) behind\b",
        "after",
    ),
    _habit("'dear'", r"(?i)\b(?:is|are|be|too|very|how) dear\b", "expensive"),
    _habit(
        "'all the same'",
        r"(?i)(?<!are )(?<!is )\ball the same(?=[.,;:!?)]|\s*$)",
        "nevertheless, still",
    ),
    _habit(
        "'mind that'",
        r"(?:^|[.:;(] |[Aa]nd |[Tt]hen |[Bb]ut )[Mm]ind (?:that|two|the|your)\b",
        "note that, be careful with",
    ),
    _habit(
        "'by' for 'with'",
        r"(?i)(?<!product )\bby (?:loops|products?|two products|one product)\b",
        "with loops",
    ),
    _habit("'in silence'", r"(?i)\bin silence\b", "silently"),
    _habit("'typing error'", r"(?i)\btyping errors?\b", "typo"),
    _habit("'the odd zero'", r"(?i)\bthe odd (?:zero|row|column|pixel)\b", "the extra zero"),
    _habit("'forth and back'", r"(?i)\b(?:forth and back|way forth)\b", "forward and backward"),
    _habit("'the former'", r"(?i)\bwith the (?:former|latter)\b", "the name of the thing"),
    _habit(
        "'without' at the end",
        r"(?i)\b(?:wrong|right|with and|or) without(?=[.;:!?)]|\s*$)",
        "without it, if you do not",
    ),
    _habit("'it is said'", r"(?i)\band it is (?:said|noted)\b", "you are told"),
    _habit(
        "'how is it called'",
        r"(?i)\bhow (?:is|are) (?:it|this|that|they|these) called\b|\bcalled by name\b",
        "what is it called",
    ),
    _habit(
        "'allows to'", r"(?i)\b(?:allows|enables|permits) to\b", "lets you, makes it possible to"
    ),
    _habit("'explain me'", r"(?i)\b(?:explain|describe|suggest) (?:me|us)\b", "explain to me"),
    _habit("'depends from'", r"(?i)\bdepends? (?:from|of)\b|\bconsists? from\b", "depends on"),
    _habit("'what for a'", r"(?i)\bwhat for an?\b", "what kind of"),
    _habit(
        "'since' and a span of time",
        r"(?i)\bsince (?:\w+ )?(?:years|months|weeks|days|hours)\b",
        "for years",
    ),
    _habit(
        "plurals that do not exist",
        r"(?i)\b(?:informations|feedbacks|advices|softwares|knowledges)\b",
        "information, feedback, advice",
    ),
    _habit("'as long:'", r"(?i)\bas long:", "for as long"),
    _habit("'in … for …'", r"(?i)\bat a stroke\b|\bfor long\b(?! enough)", "in one step"),
    _habit("'gives no points'", r"(?i)\bgives? no points\b", "is not graded"),
    _habit("an account", r"(?i)\b(?:keeps?|the|'s) accounts\b", "what each layer costs"),
    _habit(
        "whimsy",
        r"(?i)\bcannot play\b|\bis the judge\b|\bnobody['’]s\b|\bhead spin\b|\bto pieces\b"
        r"|\bhave a say\b|\baccuses nobody\b|\bfeel at home\b|\bis at home\b",
        "a plain statement",
    ),
    _habit("'net' and 'network'", r"(?<![-\w])[Nn]ets?\b(?!-)", "network", teaching=True),
    _habit(
        "a deck that nobody has seen",
        r"(?i)\bdecks?\b",
        "many slides, or the source by name",
        teaching=True,
    ),
    _habit(
        "a letter with two meanings",
        r"\bF × F\b|\bK filters\b|\(F [−-] 1\)|\bfilter size F\b",
        "the letters of docs/notation.md",
        teaching=True,
    ),
)

#: Good phrases that a pattern complains about, and why they are good.
ALLOWED: Mapping[str, str] = {
    '"Zero-padding with (F − 1) / 2 will preserve the size." (On that slide F': "a quotation, and "
    "the sentence behind it translates the letter",
}

_UNREAD = re.compile(
    r"```.*?```"  # code
    r"|`[^`\n]+(?:\n[^`\n]+)?`"
    r"|\$\$.*?\$\$|\$[^$]+\$"  # formulas
    r"|\]\([^)]*\)|https?://\S+"  # addresses
    r"|<[^>]+>",
    re.DOTALL,
)


def found(text: str, *, teaching: bool) -> Iterator[tuple[Habit, str]]:
    """Yield each habit in a text, with the words around it.

    Code, formulas and addresses are not read.
    """
    plain = _UNREAD.sub(lambda match: " · " if match[0].count("\n") < 2 else "\n", text)
    plain = re.sub(r"[ \t]*\n(?=\S)[ \t]*(?![-*|#>\d])", " ", plain)
    allowed = [span for phrase in ALLOWED for span in _spans(phrase, plain)]
    for habit in HABITS:
        if habit.teaching and not teaching:
            continue
        for match in habit.pattern.finditer(plain):
            if not any(start <= match.start() and match.end() <= end for start, end in allowed):
                yield habit, _around(plain, match)


def _spans(phrase: str, text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(re.escape(phrase), text):
        yield match.span()


def _around(text: str, match: re.Match[str]) -> str:
    before, after = text[: match.start()].split()[-4:], text[match.end() :].split()[:4]
    return " ".join([*before, f"[{' '.join(match[0].split())}]", *after])
