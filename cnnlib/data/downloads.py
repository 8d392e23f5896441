"""CIFAR-10 and MNIST, read from the files that their authors published.

Nothing is fetched unless asked for. No file is unpickled, and no archive unpacked.
"""

import gzip
import math
import tarfile
from os import PathLike
from pathlib import Path
from typing import IO, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnlib.data.fetch import Remote, local

Part: TypeAlias = Literal["train", "test"]
Bytes: TypeAlias = NDArray[np.uint8]

#: What a label of CIFAR-10 means: `batches.meta.txt` in the archive.
CIFAR10_CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

_CIFAR10 = Remote(
    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    170_052_171,
    "c32a1d4ab5d03f1284b67883e8d87530",
)
_CIFAR10_FOLDER = "cifar-10-batches-bin"
_CIFAR10_FILES: dict[Part, tuple[str, ...]] = {
    "train": tuple(f"data_batch_{n}.bin" for n in range(1, 6)),
    "test": ("test_batch.bin",),
}
_CIFAR10_BATCH = 10_000
#: A label, and 32 rows of 32 pixels in red, in green and in blue.
_CIFAR10_RECORD = 1 + 3 * 32 * 32

#: The authors' own page no longer gives the files; this is where PyTorch keeps them.
_MNIST_HOST = "https://ossci-datasets.s3.amazonaws.com/mnist"
_MNIST: dict[Part, tuple[Remote, Remote]] = {
    "train": (
        Remote(f"{_MNIST_HOST}/train-images-idx3-ubyte.gz", 9_912_422,
               "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        Remote(f"{_MNIST_HOST}/train-labels-idx1-ubyte.gz", 28_881,
               "d53e105ee54ea40749a09fcbcd1e9432"),
    ),
    "test": (
        Remote(f"{_MNIST_HOST}/t10k-images-idx3-ubyte.gz", 1_648_877,
               "9fb629c4189551a2d022fa330f9573f3"),
        Remote(f"{_MNIST_HOST}/t10k-labels-idx1-ubyte.gz", 4_542,
               "ec29112dd5afa0611ce80d1b7f02629c"),
    ),
}  # fmt: skip
_MNIST_COUNT: dict[Part, int] = {"train": 60_000, "test": 10_000}


def cifar10(
    folder: str | PathLike[str], split: Part = "train", *, download: bool = False
) -> tuple[Bytes, Bytes]:
    """Return photos of ten kinds of things, and what they are.

    A. Krizhevsky, "Learning multiple layers of features from tiny images", technical report,
    University of Toronto, 2009.

    Parameters
    ----------
    folder
        Where `cifar-10-binary.tar.gz` lies, or its files in `cifar-10-batches-bin`. The archive's
        checksum is verified; of files that somebody unpacked, size and counts are.
    split
        `"train"`: the five training batches, in their order. `"test"`: the test batch.
    download
        Fetch the archive, 170 MB, if neither is there.

    Returns
    -------
    images
        (N, 3, 32, 32), from 0 to 255: N is 50,000 or 10,000, as many of each class.
    labels
        (N,), from 0 to 9; `CIFAR10_CLASSES` has their names.

    Raises
    ------
    FileNotFoundError
        The file is not there.
    ConnectionError
        It could not be fetched.
    ValueError
        It is not what was published.
    """
    names = _CIFAR10_FILES[_known(split)]
    unpacked = Path(folder) / _CIFAR10_FOLDER
    if unpacked.is_dir():
        batches = [_cifar10_file(unpacked / name) for name in names]
    else:
        archive = local(_CIFAR10, Path(folder), download=download)
        batches = _cifar10_members(archive, names)
    records = np.concatenate(batches).reshape(-1, _CIFAR10_RECORD)
    labels, images = records[:, 0].copy(), records[:, 1:].reshape(-1, 3, 32, 32)
    counts = np.bincount(labels, minlength=10)
    each = len(labels) // 10
    if (counts != each).any() or len(counts) != 10:
        raise ValueError(
            f"{folder}: CIFAR-10's {split} part has {each:,} images of each of 10 classes; "
            f"found {counts.tolist()[:12]}"
        )
    return images, labels


def mnist(
    folder: str | PathLike[str], split: Part = "train", *, download: bool = False
) -> tuple[Bytes, Bytes]:
    """Return handwritten digits, and what they are.

    Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", 1998.

    Parameters
    ----------
    folder
        Where the files `train-images-idx3-ubyte.gz`, `train-labels-idx1-ubyte.gz`,
        `t10k-images-idx3-ubyte.gz` and `t10k-labels-idx1-ubyte.gz` lie; their checksums are
        verified.
    split
        `"train"` or `"test"`: only its two files are needed.
    download
        Fetch what is missing: 10 MB, or 2 MB for the test.

    Returns
    -------
    images
        (N, 1, 28, 28), from 0, paper, to 255, ink: N is 60,000 or 10,000.
    labels
        (N,), from 0 to 9.

    Raises
    ------
    FileNotFoundError
        A file is not there.
    ConnectionError
        It could not be fetched.
    ValueError
        It is not what was published.
    """
    images, labels = (
        local(remote, Path(folder), download=download) for remote in _MNIST[_known(split)]
    )
    count = _MNIST_COUNT[split]
    digits = _idx(labels, (count,))
    if digits.max() > 9:
        raise ValueError(f"{labels} has the label {digits.max()}; digits go from 0 to 9")
    return _idx(images, (count, 28, 28))[:, None], digits


def _known(split: Part) -> Part:
    if split not in _CIFAR10_FILES:
        raise ValueError(f"split is {split!r}; expected 'train' or 'test'")
    return split


def _cifar10_file(path: Path) -> Bytes:
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: fetch {_CIFAR10.url}, put it beside the folder {_CIFAR10_FOLDER}, "
            "and delete the folder"
        )
    with path.open("rb") as file:
        return _cifar10_batch(str(path), file)


def _cifar10_members(archive: Path, names: tuple[str, ...]) -> list[Bytes]:
    """Read batches out of the archive; nothing is written, so a member's path can do no harm."""
    found = {}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            folder, _, name = member.name.partition("/")
            if folder == _CIFAR10_FOLDER and name in names and member.isfile():
                file = tar.extractfile(member)
                assert file is not None  # it is a file
                found[name] = _cifar10_batch(f"{member.name} in {archive}", file)
    if missing := [name for name in names if name not in found]:
        raise ValueError(f"{archive} has no {_CIFAR10_FOLDER}/{missing[0]}")
    return [found[name] for name in names]


def _cifar10_batch(name: str, file: IO[bytes]) -> Bytes:
    expected = _CIFAR10_BATCH * _CIFAR10_RECORD
    content = file.read(expected + 1)
    if len(content) != expected:
        found = "more" if len(content) > expected else f"{len(content):,}"
        raise ValueError(
            f"{name} has {found} bytes; a batch is {_CIFAR10_BATCH:,} records of "
            f"{_CIFAR10_RECORD:,} bytes, {expected:,} in all"
        )
    return np.frombuffer(content, np.uint8)


def _idx(path: Path, shape: tuple[int, ...]) -> Bytes:
    """Read a file in the IDX format: two zeros, 8 for bytes, the axes, the length of each."""
    header = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
    expected = len(header) + math.prod(shape)
    with gzip.open(path) as file:
        content = file.read(expected + 1)
    if not content.startswith(header) or len(content) != expected:
        size = "×".join(f"{n:,}" for n in shape)
        raise ValueError(f"{path} does not hold {size} bytes in the IDX format")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape).copy()
