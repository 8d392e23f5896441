"""What happened when: for `cnnlib.explore.Timeline`."""

from typing import TypedDict

#: What an event belongs to.
THREADS = ("the brain", "learning", "networks", "data, machines")
BRAIN, LEARNING, NETWORKS, DATA = THREADS


class Event(TypedDict):
    """A year, what happened in a few words, in a sentence, and where it is written."""

    year: int
    thread: str
    title: str
    text: str
    source: str


def _event(year: int, thread: str, title: str, text: str, source: str) -> Event:
    return {"year": year, "thread": thread, "title": title, "text": text, "source": source}


#: From the first formal neuron on, in order.
EVENTS: tuple[Event, ...] = (
    _event(
        1943, BRAIN, "A neuron as logic",
        "Units that fire when enough of their inputs do can compute every logical formula.",
        "W. McCulloch and W. Pitts, A logical calculus of the ideas immanent in nervous activity, "
        "Bulletin of Mathematical Biophysics 5, 1943",
    ),
    _event(
        1949, BRAIN, "Hebb's rule",
        "A connection grows stronger when the cells at its two ends are active together.",
        "D. Hebb, The organization of behavior, Wiley, 1949",
    ),
    _event(
        1958, LEARNING, "The perceptron",
        "A unit learns from its errors; it is first shown as a program on an IBM 704.",
        "The New York Times, 8 July 1958; F. Rosenblatt, The perceptron, Psychological Review 65, "
        "1958",
    ),
    _event(
        1959, BRAIN, "Cells that see bars",
        "Cells in a cat's visual cortex respond to bars of one orientation.",
        "D. Hubel and T. Wiesel, Receptive fields of single neurones in the cat's striate cortex, "
        "Journal of Physiology 148, 1959",
    ),
    _event(
        1960, DATA, "Mark I Perceptron",
        "The perceptron as a machine: 20 by 20 photocells, and weights that motors turn.",
        "J. Hay, B. Lynch and D. Smith, Mark I Perceptron operators' manual, Cornell Aeronautical "
        "Laboratory, 1960",
    ),
    _event(
        1960, LEARNING, "Adaline",
        "A unit learns from how far it is off before its threshold: the least-mean-squares rule.",
        "B. Widrow and M. Hoff, Adaptive switching circuits, IRE WESCON Convention Record, 1960",
    ),
    _event(
        1962, BRAIN, "Simple and complex cells",
        "Complex cells keep responding while the bar moves, as if they pooled simple cells.",
        "D. Hubel and T. Wiesel, Receptive fields, binocular interaction and functional "
        "architecture in the cat's visual cortex, Journal of Physiology 160, 1962",
    ),
    _event(
        1968, BRAIN, "From cats to monkeys",
        "A monkey's visual cortex has simple, complex and hypercomplex cells, too.",
        "D. Hubel and T. Wiesel, Receptive fields and functional architecture of monkey striate "
        "cortex, Journal of Physiology 195, 1968",
    ),
    _event(
        1969, LEARNING, "Perceptrons, the book",
        "It proves limits: a unit that sees only small pieces of a figure cannot tell whether the "
        "figure is connected.",
        "M. Minsky and S. Papert, Perceptrons, MIT Press, 1969",
    ),
    _event(
        1969, NETWORKS, "A rectified unit",
        "In a network that finds features of images, units pass on only what is positive: ReLU.",
        "K. Fukushima, Visual feature extraction by a multilayered network of analog threshold "
        "elements, IEEE Transactions on Systems Science and Cybernetics 5, 1969",
    ),
    _event(
        1980, NETWORKS, "Neocognitron",
        "Layers that find features and layers that forgive shifts take turns, as in the cortex.",
        "K. Fukushima, Neocognitron, Biological Cybernetics 36, 1980",
    ),
    _event(
        1985, LEARNING, "Boltzmann machine",
        "A network with hidden units that learns by comparing data with its own dreams.",
        "D. Ackley, G. Hinton and T. Sejnowski, A learning algorithm for Boltzmann machines, "
        "Cognitive Science 9, 1985",
    ),
    _event(
        1986, LEARNING, "Backpropagation",
        "Errors go backwards through the layers, and hidden units learn features of their own.",
        "D. Rumelhart, G. Hinton and R. Williams, Learning representations by back-propagating "
        "errors, Nature 323, 1986",
    ),
    _event(
        1989, NETWORKS, "Zip codes",
        "A convolutional network, trained by backpropagation, reads digits from real envelopes.",
        "Y. LeCun et al., Backpropagation applied to handwritten zip code recognition, Neural "
        "Computation 1, 1989",
    ),
    _event(
        1989, NETWORKS, "Time-delay networks",
        "The same weights at every moment recognise phonemes whenever they are spoken.",
        "A. Waibel et al., Phoneme recognition using time-delay neural networks, IEEE Transactions "
        "on Acoustics, Speech, and Signal Processing 37, 1989",
    ),
    _event(
        1998, NETWORKS, "LeNet-5",
        "Seven layers and 60,000 numbers to learn; a system built on it reads several million "
        "cheques a day.",
        "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to "
        "document recognition, Proceedings of the IEEE 86, 1998",
    ),
    _event(
        2002, LEARNING, "Contrastive divergence",
        "One step up, down and up again is enough to train a restricted Boltzmann machine.",
        "G. Hinton, Training products of experts by minimizing contrastive divergence, Neural "
        "Computation 14, 2002",
    ),
    _event(
        2004, DATA, "The CIFAR programme",
        "The Canadian Institute for Advanced Research funds Neural Computation & Adaptive "
        "Perception, led by Geoffrey Hinton.",
        "CIFAR, Learning in Machines & Brains, history of the programme",
    ),
    _event(
        2006, LEARNING, "Deep autoencoder",
        "Pre-trained layer by layer, a deep network learns where one from a random start fails.",
        "G. Hinton and R. Salakhutdinov, Reducing the dimensionality of data with neural networks, "
        "Science 313, 2006",
    ),
    _event(
        2009, DATA, "ImageNet",
        "3.2 million photos, sorted by the nouns of WordNet and checked by people on the web.",
        "J. Deng et al., ImageNet: a large-scale hierarchical image database, CVPR 2009",
    ),
    _event(
        2009, DATA, "CIFAR-10",
        "60,000 colour images of 32 by 32 pixels, 6,000 of each of ten classes.",
        "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, "
        "University of Toronto, 2009",
    ),
    _event(
        2010, NETWORKS, "Speech, pre-trained",
        "Stacked Boltzmann machines, fine-tuned, recognise phones, the sounds of speech.",
        "A. Mohamed and G. Hinton, Phone recognition using restricted Boltzmann machines, "
        "ICASSP 2010",
    ),
    _event(
        2010, LEARNING, "Rectified linear units",
        "Units that pass on what is positive help Boltzmann machines to recognise objects.",
        "V. Nair and G. Hinton, Rectified linear units improve restricted Boltzmann machines, "
        "ICML 2010",
    ),
    _event(
        2011, DATA, "Convolutions on GPUs",
        "Convolutional networks, trained on graphics cards, set records on digits and CIFAR-10.",
        "D. Cireșan et al., Flexible, high performance convolutional neural networks for image "
        "classification, IJCAI 2011",
    ),
    _event(
        2012, NETWORKS, "Speech, everywhere",
        "Four laboratories report: deep networks beat the Gaussian mixtures used until then.",
        "G. Hinton et al., Deep neural networks for acoustic modeling in speech recognition, IEEE "
        "Signal Processing Magazine 29, 2012",
    ),
    _event(
        2012, NETWORKS, "AlexNet",
        "A convolutional network wins the ImageNet challenge, far ahead of the second.",
        "A. Krizhevsky, I. Sutskever and G. Hinton, ImageNet classification with deep "
        "convolutional neural networks, NIPS 2012",
    ),
    _event(
        2014, NETWORKS, "VGG and GoogLeNet",
        "19 layers of small filters, and 22 layers with four paths through each module.",
        "K. Simonyan and A. Zisserman, ICLR 2015; C. Szegedy et al., CVPR 2015 (both from 2014)",
    ),
    _event(
        2015, LEARNING, "Batch normalisation",
        "Each layer's inputs are kept at one scale while it learns, so that it learns faster.",
        "S. Ioffe and C. Szegedy, Batch normalization, ICML 2015",
    ),
    _event(
        2015, NETWORKS, "ResNet",
        "Layers learn what to add to their input; 152 of them win the challenge.",
        "K. He, X. Zhang, S. Ren and J. Sun, Deep residual learning for image recognition, "
        "CVPR 2016 (posted in 2015)",
    ),
    _event(
        2017, NETWORKS, "Transformer",
        "Attention alone is enough to translate; soon it is tried on images, too.",
        "A. Vaswani et al., Attention is all you need, NIPS 2017",
    ),
    _event(
        2019, LEARNING, "The 2018 Turing Award",
        "Yoshua Bengio, Geoffrey Hinton and Yann LeCun receive it; it is announced in March 2019.",
        "ACM, A. M. Turing Award 2018",
    ),
    _event(
        2019, NETWORKS, "Randomly wired networks",
        "Networks wired at random reach 79.1 % on ImageNet; ResNet-50, at the same cost, 77.1 %.",
        "S. Xie, A. Kirillov, R. Girshick and K. He, Exploring randomly wired neural networks for "
        "image recognition, ICCV 2019",
    ),
    _event(
        2020, NETWORKS, "Vision transformer",
        "An image is cut into patches of 16 by 16 pixels, read like words, without convolution.",
        "A. Dosovitskiy et al., An image is worth 16×16 words, ICLR 2021 (posted in 2020)",
    ),
    _event(
        2021, LEARNING, "CLIP",
        "Pictures and their captions, 400 million pairs, teach a network without labels.",
        "A. Radford et al., Learning transferable visual models from natural language supervision, "
        "ICML 2021",
    ),
    _event(
        2022, NETWORKS, "ConvNeXt",
        "A convolutional network with the new recipes keeps up with transformers.",
        "Z. Liu et al., A ConvNet for the 2020s, CVPR 2022",
    ),
    _event(
        2023, DATA, "Segment Anything",
        "Point at something, and a network finds its outline; it learned from a billion masks.",
        "A. Kirillov et al., Segment anything, ICCV 2023",
    ),
)  # fmt: skip
