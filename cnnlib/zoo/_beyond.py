"""Beyond single images: sentences and video."""

from typing import Literal

from cnnlib.spec import (
    Add,
    Channels,
    Concat,
    Conv,
    Dropout,
    Flatten,
    GlobalMaxPool,
    Linear,
    MaxPool,
    ReLU,
    Sequential,
    Softmax,
)
from cnnlib.zoo._arguments import one_of
from cnnlib.zoo._classic import ALEXNET_NORM
from cnnlib.zoo._networks import enter


@enter({"text-cnn": ()})
def text_cnn(words: int = 56, embedding: int = 300, classes: int = 2) -> Sequential:
    """Kim's network for sentences: windows of 3, 4 and 5 words, the largest of each over time.

    Y. Kim, "Convolutional neural networks for sentence classification", EMNLP 2014: the model is in
    section 2; the widths 3, 4 and 5, 100 filters per width and dropout 0.5 are in section 3.1.

    Parameters
    ----------
    words
        How long a padded sentence is. The input is (1, words, embedding): one channel of word
        vectors, which belong to the vocabulary and are not counted.
    """
    return Sequential(
        Concat(
            *(
                Sequential(Conv(100, (width, embedding)), ReLU(), GlobalMaxPool())
                for width in (3, 4, 5)
            )
        ),
        Flatten(),
        Dropout(),
        Linear(classes, name="fc"),
        name="Text CNN",
        input_shape=(1, words, embedding),
    )


#: Frames of optical flow, each with a horizontal and a vertical channel (section 3.1).
_FLOW_CHANNELS = 2 * 10


@enter(
    {
        "two-stream": (),
        "two-stream-spatial": ("spatial",),
        "two-stream-temporal": ("temporal",),
    }
)
def two_stream(
    variant: Literal["spatial", "temporal", "both"] = "both", classes: int = 101
) -> Sequential:
    """Two streams for video: one sees a frame, the other ten frames of optical flow.

    K. Simonyan and A. Zisserman, "Two-stream convolutional networks for action recognition in
    videos", NIPS 2014, figure 1. Padding and rounding, which the figure leaves open, are those of
    its ancestor CNN-M-2048: K. Chatfield et al., "Return of the devil in the details", BMVC 2014.

    Parameters
    ----------
    variant
        "spatial": the stream for a frame. "temporal": the stream for flow, whose second layer has
        no normalisation. "both": an input of 23 channels, frame first, and the sum of the two
        softmax scores: twice their average, which decides alike.
    """
    if one_of(variant, ("spatial", "temporal", "both"), "variant") != "both":
        return _stream(variant, classes, name=f"two-stream, {variant}")
    channels = 3 + _FLOW_CHANNELS
    return Sequential(
        Add(
            Sequential(Channels(0, 3), *_stream("spatial", classes).layers, name="spatial"),
            Sequential(
                Channels(3, channels), *_stream("temporal", classes).layers, name="temporal"
            ),
        ),
        name="two-stream",
        input_shape=(channels, 224, 224),
    )


def _stream(variant: str, classes: int, name: str = "") -> Sequential:
    spatial = variant == "spatial"
    norm = [ALEXNET_NORM]
    return Sequential(
        Conv(96, 7, stride=2, name="conv1"),
        ReLU(),
        *norm,
        MaxPool(3, 2, ceil_mode=True, name="pool1"),
        Conv(256, 5, stride=2, padding=1, name="conv2"),
        ReLU(),
        *(norm if spatial else []),
        MaxPool(3, 2, ceil_mode=True, name="pool2"),
        Conv(512, 3, padding=1, name="conv3"),
        ReLU(),
        Conv(512, 3, padding=1, name="conv4"),
        ReLU(),
        Conv(512, 3, padding=1, name="conv5"),
        ReLU(),
        MaxPool(3, 2, ceil_mode=True, name="pool5"),
        Flatten(),
        Linear(4096, name="full6"),
        ReLU(),
        Dropout(0.9),
        Linear(2048, name="full7"),
        ReLU(),
        Dropout(0.9),
        Linear(classes, name="full8"),
        Softmax(),
        name=name,
        input_shape=(3 if spatial else _FLOW_CHANNELS, 224, 224),
    )
