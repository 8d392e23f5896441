"""CIFAR-10 and MNIST are read from files as published, made small; nothing leaves this machine."""

import contextlib
import gzip
import hashlib
import io
import socket
import struct
import tarfile
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from cnnlib.data import CIFAR10_CLASSES, cifar10, downloads, mnist
from cnnlib.data.fetch import Remote

BATCH = 20
FOLDER = "cifar-10-batches-bin"
NAMES = (*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin")


def batch(seed):
    """Twenty records as in the binary version: a label, then 3,072 pixels, channel by channel."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(10), BATCH // 10)
    pixels = rng.integers(0, 256, (BATCH, 3072))
    return np.column_stack([rng.permutation(labels), pixels]).astype(np.uint8).tobytes()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def batches(monkeypatch):
    monkeypatch.setattr(downloads, "_CIFAR10_BATCH", BATCH)
    return {name: batch(seed) for seed, name in enumerate(NAMES)}


def archive(files):
    """The files as a .tar.gz, by their path in it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def published(content, url="http://127.0.0.1:9/cifar-10-binary.tar.gz"):
    """What a table would say about a file of this content."""
    return Remote(url, len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())


@pytest.fixture
def packed(batches, monkeypatch):
    content = archive({f"{FOLDER}/{name}": each for name, each in batches.items()})
    monkeypatch.setattr(downloads, "_CIFAR10", published(content))
    return content


@pytest.fixture
def server():
    """A server on this machine that gives what is put into its dictionary, by path."""
    files = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length, content = files.get(self.path, (0, None))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # whoever had enough hangs up
                self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.files = files
        running.at = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=[0.01])
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def offered(server, monkeypatch, content, sent=None, claimed=None):
    """Publish one content as CIFAR-10, and let the server send another."""
    remote = published(content, f"{server.at}/cifar-10-binary.tar.gz")
    monkeypatch.setattr(downloads, "_CIFAR10", remote)
    sent = content if sent is None else sent
    server.files["/cifar-10-binary.tar.gz"] = (len(sent) if claimed is None else claimed, sent)


def test_unpacked_batches_are_read_in_their_order(batches, tmp_path):
    (tmp_path / FOLDER).mkdir()
    for name, content in batches.items():
        (tmp_path / FOLDER / name).write_bytes(content)
    images, labels = cifar10(tmp_path, "train")
    assert (images.shape, images.dtype, labels.shape) == ((100, 3, 32, 32), np.uint8, (100,))
    for n, name in enumerate(NAMES[:5]):
        record = batches[name][: 1 + 3072]  # the first of the batch
        assert labels[n * BATCH] == record[0]
        assert images[n * BATCH, 1, 2, 3] == record[1 + 1024 + 2 * 32 + 3]  # green, row 2, column 3
    images[0] = 0  # it belongs to the caller
    np.testing.assert_array_equal(cifar10(tmp_path, "train")[1], labels)
    assert len(cifar10(tmp_path, "test")[0]) == BATCH
    assert len(CIFAR10_CLASSES) == 10


def test_the_archive_gives_the_same_and_nothing_is_unpacked(packed, batches, tmp_path):
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(packed)
    images, labels = cifar10(tmp_path, "test")
    records = np.frombuffer(batches["test_batch.bin"], np.uint8).reshape(BATCH, 3073)
    np.testing.assert_array_equal(labels, records[:, 0])
    np.testing.assert_array_equal(images.reshape(BATCH, -1), records[:, 1:])
    assert list(tmp_path.iterdir()) == [path]


def test_members_that_point_outside_are_never_written(batches, tmp_path, monkeypatch):
    names = [f"../{NAMES[-1]}", f"/{FOLDER}/{NAMES[-1]}", f"{FOLDER}/../{NAMES[-1]}"]
    content = archive(dict.fromkeys(names, batches[NAMES[-1]]))
    monkeypatch.setattr(downloads, "_CIFAR10", published(content))
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "cifar-10-binary.tar.gz").write_bytes(content)
    with pytest.raises(ValueError, match=f"has no {FOLDER}/test_batch.bin"):
        cifar10(inner, "test")
    assert [path.name for path in tmp_path.rglob("*")] == ["inner", "cifar-10-binary.tar.gz"]


def test_a_member_that_is_a_link_is_no_batch(tmp_path, monkeypatch, batches):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        link = tarfile.TarInfo(f"{FOLDER}/test_batch.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    monkeypatch.setattr(downloads, "_CIFAR10", published(buffer.getvalue()))
    (tmp_path / "cifar-10-binary.tar.gz").write_bytes(buffer.getvalue())
    with pytest.raises(ValueError, match="has no"):
        cifar10(tmp_path, "test")


@pytest.mark.parametrize(("change", "found"), [
    (lambda content: content[:-1], "61,459"),
    (lambda content: content + b"x", "more"),
    (lambda content: content[:3000], "3,000"),
])  # fmt: skip
def test_a_batch_of_the_wrong_size_is_named(batches, tmp_path, change, found):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "test_batch.bin").write_bytes(change(batches["test_batch.bin"]))
    with pytest.raises(ValueError, match=f"test_batch.bin has {found} bytes; a batch is 20 rec"):
        cifar10(tmp_path, "test")


@pytest.mark.parametrize("label", [3, 10, 255])
def test_classes_must_be_of_equal_number(batches, tmp_path, label):
    content = bytearray(batches["test_batch.bin"])
    first = content[0]
    content[0] = label if label != first else label + 1
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "test_batch.bin").write_bytes(content)
    with pytest.raises(ValueError, match="test part has 2 images of each of 10 classes; found"):
        cifar10(tmp_path, "test")


def test_a_missing_batch_is_named(batches, tmp_path):
    (tmp_path / FOLDER).mkdir()
    with pytest.raises(FileNotFoundError, match=r"data_batch_1\.bin is missing: fetch http"):
        cifar10(tmp_path)


def test_the_published_counts():
    """60,000 images, 6,000 a class, in six batches of 10,000; 170,052,171 bytes."""
    batches = [name for names in downloads._CIFAR10_FILES.values() for name in names]
    assert sorted(batches) == sorted(NAMES)
    assert len(batches) * downloads._CIFAR10_BATCH == 60_000
    assert downloads._CIFAR10_RECORD == 3073


def test_without_the_file_it_says_what_to_fetch_and_where_to_put_it(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        cifar10(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'cifar-10-binary.tar.gz'} is missing: fetch "
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz and put it there, "
        "or pass download=True"
    )


def test_a_tampered_archive_is_refused(packed, tmp_path):
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(packed[:-1] + bytes([packed[-1] ^ 1]))
    with pytest.raises(ValueError, match=r"has the MD5 checksum [0-9a-f]{32}, expected") as caught:
        cifar10(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_download_shows_how_far_it_is(packed, server, tmp_path, monkeypatch, capsys):
    offered(server, monkeypatch, packed)
    folder = tmp_path / "made" / "for it"
    first = cifar10(folder, download=True)
    shown = capsys.readouterr()
    steps = shown.out.rstrip("\n").split("\r")[1:]
    assert steps[-1] == f"cifar-10-binary.tar.gz [{'#' * 25}] 100 %"
    percents = [int(step.split()[-2]) for step in steps]
    assert percents == sorted(set(percents))
    assert len(percents) > 3
    assert shown.err == ""
    assert [path.name for path in folder.iterdir()] == ["cifar-10-binary.tar.gz"]
    # What is there is not fetched again.
    server.files.clear()
    second = cifar10(folder, download=True)
    np.testing.assert_array_equal(first[0], second[0])
    assert capsys.readouterr().out == ""


def failed_download(folder, error, match):
    with pytest.raises(error, match=match) as caught:
        cifar10(folder, download=True)
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder / "cifar-10-binary.tar.gz") in message
    assert not list(folder.iterdir())  # neither the file nor its draft


def test_a_download_that_is_another_file_leaves_nothing(packed, server, tmp_path, monkeypatch):
    offered(server, monkeypatch, packed, sent=packed[:-1] + bytes([packed[-1] ^ 1]))
    failed_download(tmp_path, ValueError, "what came from http.* has the MD5 .*nothing was kept")


def test_a_download_that_stops_early_leaves_nothing(packed, server, tmp_path, monkeypatch):
    offered(server, monkeypatch, packed, sent=packed[:-10], claimed=len(packed))
    # Which of the two depends on Python's version.
    failed_download(tmp_path, ConnectionError, f"gave {len(packed) - 10:,} bytes|IncompleteRead")


def test_a_download_that_does_not_end_is_cut(packed, server, tmp_path, monkeypatch):
    offered(server, monkeypatch, packed, sent=packed * 20)
    failed_download(tmp_path, ConnectionError, "bytes, expected")


def test_a_file_that_the_server_does_not_have(packed, server, tmp_path, monkeypatch):
    offered(server, monkeypatch, packed)
    server.files.clear()
    failed_download(tmp_path, ConnectionError, "could not fetch http.* put it at")


def test_without_a_network_it_says_what_to_fetch(packed, tmp_path, monkeypatch):
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/cifar-10-binary.tar.gz"
        monkeypatch.setattr(downloads, "_CIFAR10", replace(published(packed), url=url))
        failed_download(tmp_path, ConnectionError, f"could not fetch {url} .*refused.* elsewhere")


def idx(array):
    """A file in the IDX format, gzipped."""
    lengths = struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes())


@pytest.fixture
def digits(monkeypatch, tmp_path):
    """Six digits in MNIST's form, and a function that publishes two files as the test part."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6, 28, 28)).astype(np.uint8)
    labels = np.array([5, 0, 4, 1, 9, 2], np.uint8)

    def put(image_file, label_file):
        remotes = []
        for remote, content in zip(downloads._MNIST["test"], (image_file, label_file), strict=True):
            (tmp_path / remote.name).write_bytes(content)
            remotes.append(published(content, remote.url))
        monkeypatch.setitem(downloads._MNIST, "test", tuple(remotes))
        monkeypatch.setitem(downloads._MNIST_COUNT, "test", len(images))

    return images, labels, put


def test_digits_come_with_their_labels(digits, tmp_path):
    images, labels, put = digits
    put(idx(images), idx(labels))
    read, named = mnist(tmp_path, "test")
    assert read.shape == (6, 1, 28, 28)
    np.testing.assert_array_equal(read[:, 0], images)
    np.testing.assert_array_equal(named, labels)
    read[0], named[0] = 0, 0  # they belong to the caller
    np.testing.assert_array_equal(mnist(tmp_path, "test")[0][:, 0], images)


@pytest.mark.parametrize("wrong", [
    lambda images: images[:5],
    lambda images: images[:, :27],
    lambda images: images.reshape(-1),
])  # fmt: skip
def test_images_of_another_shape_are_refused(digits, tmp_path, wrong):
    images, labels, put = digits
    put(idx(wrong(images)), idx(labels))
    with pytest.raises(ValueError, match=r"t10k-images-idx3-ubyte.gz does not hold 6×28×28 bytes"):
        mnist(tmp_path, "test")


def test_a_file_that_goes_on_behind_its_last_digit_is_refused(digits, tmp_path):
    images, labels, put = digits
    put(idx(images), gzip.compress(gzip.decompress(idx(labels)) + b"\0"))
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte.gz does not hold 6 bytes"):
        mnist(tmp_path, "test")


def test_a_label_beyond_nine_is_refused(digits, tmp_path):
    images, labels, put = digits
    put(idx(images), idx(labels + 1))
    with pytest.raises(ValueError, match="has the label 10; digits go from 0 to 9"):
        mnist(tmp_path, "test")


def test_the_training_part_needs_its_own_files(digits, tmp_path):
    images, labels, put = digits
    put(idx(images), idx(labels))
    with pytest.raises(FileNotFoundError, match=r"train-images-idx3-ubyte\.gz is missing: fetch"):
        mnist(tmp_path)


@pytest.mark.parametrize("load", [cifar10, mnist])
def test_an_unknown_split_is_named(load, tmp_path):
    with pytest.raises(ValueError, match="split is 'validation'; expected 'train' or 'test'"):
        load(tmp_path, "validation")


def test_nothing_is_unpickled():
    """Neither module can: what a pickle holds is a program."""
    from cnnlib.data import fetch

    for module in (downloads, fetch):
        assert not {"pickle", "numpy.load", "load"} & set(vars(module))
