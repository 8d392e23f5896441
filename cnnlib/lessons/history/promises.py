"""What The New York Times announced of the perceptron on 8 July 1958, and what came of it.

The article, "New Navy device learns by doing", is by United Press International.
"""

from dataclasses import dataclass

Came = tuple[int, str]


@dataclass(frozen=True)
class Promise:
    """One thing that perceptrons would do.

    Attributes
    ----------
    what
        In the newspaper's words, shortened.
    built
        The year and the name of a machine that does it by other means; None if there is none here.
    learned
        The year and the name of a network that learned it; None if there is none yet.
    source
        Where the latter two are written.
    """

    what: str
    built: Came | None
    learned: Came | None
    source: str


#: Others could be named for most of them; these are early, well known, and have a source.
PROMISES = (
    Promise("read", None, (1989, "zip codes"),
            "Y. LeCun et al., Neural Computation 1, 1989"),
    Promise("explore planets", (1997, "Sojourner on Mars"), None,
            "NASA, Mars Pathfinder, 1997: a rover, without a neural network"),
    Promise("translate speech", None, (2014, "Skype Translator"),
            "Microsoft Research, Enabling cross-lingual conversations in real time, 2014: a deep "
            "network recognises the speech"),
    Promise("recognise people", None, (2014, "DeepFace"),
            "Y. Taigman et al., DeepFace, CVPR 2014: 97.35 % on Labeled Faces in the Wild"),
    Promise("see", None, (2015, "ResNet"),
            "K. He et al., CVPR 2016: fewer top-5 errors on ImageNet than a trained person"),
    Promise("talk", None, (2016, "WaveNet"),
            "A. van den Oord et al., WaveNet: a generative model for raw audio, 2016"),
    Promise("walk", (1973, "WABOT-1"), (2019, "ANYmal"),
            "Waseda University, WABOT-1, 1973; J. Hwangbo et al., Learning agile and dynamic motor "
            "skills for legged robots, Science Robotics 4, 2019"),
    Promise("write", None, (2020, "GPT-3"),
            "T. Brown et al., Language models are few-shot learners, NeurIPS 2020"),
    Promise("reproduce itself", None, None, ""),
    Promise("be conscious", None, None, ""),
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """A number of the article and what it is today.

    Attributes
    ----------
    what
        Is counted.
    then, now
        In words.
    sizes
        Both, as numbers.
    when
        The second one is of.
    """

    what: str
    then: str
    now: str
    sizes: tuple[float, float]
    when: str


#: Today's counts: F. Azevedo et al., Journal of Comparative Neurology 513, 2009; A. Balazsi et al.,
#: American Journal of Ophthalmology 97, 1984 (fibres of one optic nerve; the article counts both
#: eyes); Mark I operators' manual, 1960.
BRAIN = (
    Count("cells of the brain", "10 billion", "86 billion", (10e9, 86e9), "today"),
    Count("fibres from the eyes", "100 million", "2.4 million", (100e6, 2.4e6), "today"),
    Count("association units", "about 1,000", "512", (1000, 512), "built, 1960"),
)
