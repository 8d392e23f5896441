"""ImageNet and its challenge in numbers, each with its source.

Looked up again, in a copy of the source or in another text that quotes it: the errors of 2010, of
2012 to 2017, of VGG and of the person; the counts of June 2009, of the challenge and of CIFAR-10.
From memory of the source: 25.8 in 2011, and the exact count of August 2014.
"""

from dataclasses import dataclass

_RUSSAKOVSKY = (
    "O. Russakovsky et al., ImageNet large scale visual recognition challenge, International "
    "Journal of Computer Vision 115, 2015"
)


@dataclass(frozen=True)
class Result:
    """How well one entry named photos: the classification task of one year's challenge.

    Attributes
    ----------
    year
        Of the challenge.
    name
        Of the team, or of its network.
    error
        Photos in a hundred of the test set whose class is not among the five best guesses.
    layers
        That learn, in the deepest network of the entry. None: no network, or no single number.
    method
        In a few words.
    source
        Where the error is written.
    """

    year: int
    name: str
    error: float
    layers: int | None
    method: str
    source: str


#: The winners of the classification task, trained on the challenge's own images only.
WINNERS = (
    Result(2010, "NEC-UIUC", 28.2, None, "hand-made features, support vector machine",
           _RUSSAKOVSKY),
    Result(2011, "XRCE", 25.8, None, "hand-made features, support vector machine", _RUSSAKOVSKY),
    Result(2012, "AlexNet", 16.4, 8, "five convolutional networks vote", _RUSSAKOVSKY),
    Result(2013, "Clarifai", 11.7, None, "several convolutional networks vote", _RUSSAKOVSKY),
    Result(2014, "GoogLeNet", 6.67, 22, "seven convolutional networks vote",
           "C. Szegedy et al., Going deeper with convolutions, CVPR 2015"),
    Result(2015, "ResNet", 3.57, 152, "six convolutional networks vote",
           "K. He, X. Zhang, S. Ren and J. Sun, Deep residual learning for image recognition, "
           "CVPR 2016"),
    Result(2016, "Trimps-Soushen", 2.99, None, "several convolutional networks vote",
           "ILSVRC 2016, results on image-net.org"),
    Result(2017, "SENet", 2.25, None, "several convolutional networks vote",
           "J. Hu, L. Shen and G. Sun, Squeeze-and-excitation networks, CVPR 2018"),
)  # fmt: skip

#: Second in 2014, and used more often since than the winner. Its own paper (K. Simonyan and
#: A. Zisserman, ICLR 2015) rounds to 7.3, and has 6.8 for networks trained after the challenge.
VGG = Result(
    2014, "VGG", 7.32, 19, "seven convolutional networks vote",
    "C. Szegedy et al., Going deeper with convolutions, CVPR 2015, table 2",
)  # fmt: skip

#: A. Karpathy, who learned the thousand classes and then named 1,500 photos of 2014's test set.
HUMAN = Result(2014, "a trained person", 5.1, None, "looks", _RUSSAKOVSKY)


@dataclass(frozen=True)
class Vote:
    """One line of table 2 in the paper on AlexNet.

    Attributes
    ----------
    networks
        That vote.
    pretrained
        How many of them saw all of ImageNet (15 million photos) first.
    validation, test
        Top-5 error in per cent; None where the paper gives none.
    """

    networks: int
    pretrained: int
    validation: float
    test: float | None


#: AlexNet alone and in company: section 6 and table 2 of the paper.
ALEXNET = (Vote(1, 0, 18.2, None), Vote(5, 0, 16.4, 16.4), Vote(7, 2, 15.4, 15.3))
ALEXNET_SOURCE = (
    "A. Krizhevsky, I. Sutskever and G. Hinton, ImageNet classification with deep convolutional "
    "neural networks, NIPS 2012"
)


@dataclass(frozen=True)
class Collection:
    """How large a set of labelled photos was at some time.

    Attributes
    ----------
    when
        The year and part of it: 2008.5 is the middle of 2008.
    date
        In words.
    images, classes
        Counts; `classes` is None where the source gives none.
    source
        Where they are written.
    """

    when: float
    date: str
    images: int
    classes: int | None
    source: str


_TALK = "L. Fei-Fei, ImageNet: crowdsourcing, benchmarking & other cool things, talk, 2010"

#: ImageNet grows: nouns from WordNet, photos from the web, labels from people paid per photo. The
#: paper of 2009 counts twelve subtrees of WordNet only, hence fewer nouns than half a year before.
#: For April 2010 the talk announces a release to come.
GROWTH = (
    Collection(2008.5, "July 2008", 0, None, _TALK),
    Collection(2008.95, "December 2008", 3_000_000, 6_000, _TALK),
    Collection(
        2009.5, "June 2009", 3_200_000, 5_247,
        "J. Deng et al., ImageNet: a large-scale hierarchical image database, CVPR 2009",
    ),
    Collection(2010.3, "April 2010", 11_000_000, 15_000, _TALK),
    Collection(2014.6, "August 2014", 14_197_122, 21_841, _RUSSAKOVSKY),
)  # fmt: skip


@dataclass(frozen=True)
class Benchmark:
    """What a benchmark gives to those who take part.

    Attributes
    ----------
    training, validation, test
        Images of each part.
    classes
        How many there are.
    source
        Where the counts are written.
    """

    training: int
    validation: int
    test: int
    classes: int
    source: str


#: The challenge since 2012.
CHALLENGE = Benchmark(1_281_167, 50_000, 100_000, 1_000, _RUSSAKOVSKY)
#: CIFAR-10: five training batches and one for the test, of 10,000 colour images of 32×32 each.
CIFAR10 = Benchmark(
    50_000, 0, 10_000, 10,
    "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, "
    "University of Toronto, 2009",
)  # fmt: skip
#: CIFAR-10 and CIFAR-100 are parts of it. A. Torralba, R. Fergus and W. Freeman, 80 million tiny
#: images, IEEE Transactions on Pattern Analysis and Machine Intelligence 30, 2008. It was
#: withdrawn in 2020.
TINY_IMAGES = 79_302_017
