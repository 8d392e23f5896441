"""Typical mistakes in Kim's network for sentences: what each computes, and a hint."""

from cnnlib._late import F
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.transfer.text_reference import results

_AXES = (
    "The embedding returns (sentences, words, numbers per word); Conv1d expects (sentences, "
    "numbers per word, words). Transposing and reshaping are different things: try both on a small "
    "np.arange."
)
_TIME = "Max over time keeps one number per filter: its largest value anywhere in the sentence."

TEXT_CNN: tuple[Misconception, ...] = (
    *mistakes("the axes are reshaped, not transposed", _AXES, lambda a: results(a, reshape=True)),
    *mistakes(
        "the average over time, not the maximum",
        _TIME,
        lambda a: results(a, pooled=lambda t: t.mean(2)),
    ),
    *mistakes(
        "the sum over time, not the maximum", _TIME, lambda a: results(a, pooled=lambda t: t.sum(2))
    ),
    *mistakes(
        "only the last position counts", _TIME, lambda a: results(a, pooled=lambda t: t[:, :, -1])
    ),
    *mistakes(
        "only the first position counts", _TIME, lambda a: results(a, pooled=lambda t: t[:, :, 0])
    ),
    *mistakes(
        "the minimum, not the maximum", _TIME, lambda a: results(a, pooled=lambda t: t.amin(2))
    ),
    *mistakes(
        "the ReLU is missing",
        "Between a convolution and the maximum, negative values are cut off.",
        lambda a: results(a, activation=lambda t: t),
    ),
    *mistakes(
        "another activation instead of ReLU",
        "The text says which activation follows the convolutions.",
        lambda a: results(a, activation=lambda t: t.tanh()),
        lambda a: results(a, activation=lambda t: t.sigmoid()),
        lambda a: results(a, activation=lambda t: F.leaky_relu(t, 0.01)),
    ),
    *mistakes(
        "the widths are in the wrong order",
        "The linear layer's first inputs belong to the first width. In which order do you "
        "concatenate?",
        lambda a: results(a, backwards=True),
    ),
    *mistakes(
        "the convolutions pad the sentences",
        "The convolutions here add no zeros of their own: a filter of width 3 has two positions"
        " fewer than the sentence has words.",
        lambda a: results(a, pad=1),
        lambda a: results(a, pad=2),
        lambda a: results(a, wide=True),
    ),
    *mistakes(
        "the results are not logits",
        "Return what the linear layer returns: PyTorch's loss function does the rest.",
        lambda a: results(a, last=lambda t: t.softmax(1)),
        lambda a: results(a, last=lambda t: t.log_softmax(1)),
        lambda a: results(a, last=lambda t: t.sigmoid()),
        lambda a: results(a, last=lambda t: t.relu()),
    ),
    *mistakes(
        "the linear layer has no bias",
        "Use a plain nn.Linear: it has a bias unless you say otherwise.",
        lambda a: results(a, unbiased=True),
    ),
    *mistakes(
        "the padding token learns",
        "Token 0 stands for no word. Which argument of nn.Embedding keeps its row at zero?",
        lambda a: results(a, padding_idx=None),
    ),
    *mistakes(
        "another token is taken for the padding",
        "Token 0 stands for no word. Which argument of nn.Embedding says so?",
        lambda a: results(a, padding_idx=-1),
    ),
    *mistakes(
        "nothing is dropped during training",
        "Which layer sets features to zero at random, and where does your forward call it?",
        lambda a: results(a, kept="none"),
    ),
    *mistakes(
        "the features that dropout keeps are not scaled",
        "During training, nn.Dropout scales up what it keeps, so that evaluation needs no change.",
        lambda a: results(a, kept="unscaled"),
    ),
)
