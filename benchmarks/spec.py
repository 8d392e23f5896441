"""Our counts beside torchinfo's and fvcore's, and the time that a summary takes.

    .venv/bin/python benchmarks/spec.py

Everything is measured in this one run; timings are interleaved, so that what else the machine does
hits all alike.
"""

import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from math import prod
from statistics import median
from time import perf_counter

import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis, parameter_count

from cnnlib.spec import AdaptiveAvgPool, BatchNorm, GlobalAvgPool, Sequential, Summary
from cnnlib.zoo import NETWORKS, resnet

TORCHVISION = [
    "alexnet-torchvision",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
    "googlenet-torchvision",
    "resnet18",
    "resnet34",
    "resnet50-v1.5",
    "resnet101-v1.5",
    "resnet152-v1.5",
    "mobilenetv2",
]
ROUNDS = 7


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)  # fvcore names each operator that it does not count
    torch.set_num_threads(1)  # two threads on a busy machine wait for each other, for seconds
    print(f"torch {torch.__version__}, torchinfo {torchinfo.__version__}, one thread\n")
    counts()
    print()
    times()
    print()
    imports()


def counts() -> None:
    """Compare parameters and multiply-adds; each difference is computed, not only stated."""
    heading = ("network", "parameters", "torchinfo", "fvcore")
    print(_line(*heading, "MACs", "torchinfo", "why", "fvcore", "why"))
    for name in TORCHVISION:
        net = NETWORKS[name]()
        summary = net.summary()
        module = net.to_torch().eval()
        x = torch.zeros(1, *net.input_shape)
        info = torchinfo.summary(module, input_data=x, verbose=0)
        flops = FlopCountAnalysis(module, x)
        theirs = (info.total_mult_adds - summary.macs, flops.total() - summary.macs)
        expected = (torchinfo_adds(net, summary), fvcore_adds(summary))
        whys = (difference == why for difference, why in zip(theirs, expected, strict=True))
        first, second = ("explained" if known else "UNEXPLAINED" for known in whys)
        print(
            _line(
                name,
                summary.parameters,
                info.total_params - summary.parameters,
                parameter_count(module)[""] - summary.parameters,
                summary.macs,
                theirs[0],
                first,
                theirs[1],
                second,
            )
        )
    print(
        "\nColumns of the peers are differences from ours. torchinfo adds one operation for each\n"
        "bias at each place, and one for each parameter of a batch normalisation (whatever the\n"
        "size of its map). fvcore adds two for each output of a batch normalisation, and one for\n"
        "each input of an adaptive pooling. Ours counts convolutions and linear layers, as\n"
        "torchvision's published figures do."
    )


def torchinfo_adds(net: Sequential, summary: Summary) -> int:
    """Count what torchinfo adds to our multiply-adds."""
    biases = net.summary(bias=True).macs - summary.macs
    return biases + sum(r.parameters for r in summary.rows if isinstance(r.layer, BatchNorm))


def fvcore_adds(summary: Summary) -> int:
    """Count what fvcore adds to our multiply-adds."""
    norms = sum(prod(r.output_shape) for r in summary.rows if isinstance(r.layer, BatchNorm))
    pooled = AdaptiveAvgPool | GlobalAvgPool
    return 2 * norms + sum(prod(r.input_shape) for r in summary.rows if isinstance(r.layer, pooled))


def times() -> None:
    """Time a full summary of ResNet-152, printed; the peers get a module that is already built."""
    net = resnet(152, "v1.5")
    module = net.to_torch().eval()
    meta = net.to_torch().eval().to("meta")
    size = (1, *net.input_shape)
    contenders: dict[str, Callable[[], object]] = {
        "cnnlib": lambda: str(resnet(152, "v1.5").summary()),
        "torchinfo": lambda: str(torchinfo.summary(module, size, verbose=0)),
        "torchinfo, meta tensors": lambda: str(
            torchinfo.summary(meta, size, device="meta", verbose=0)
        ),
        "fvcore, total only": lambda: FlopCountAnalysis(module, torch.zeros(size)).total(),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            start = perf_counter()
            run()
            seconds[name].append(perf_counter() - start)
    ours = median(seconds["cnnlib"])
    print(f"ResNet-152 at {'×'.join(map(str, size))}: milliseconds, median of {ROUNDS} (range)")
    for name, taken in seconds.items():
        low, high, middle = (1e3 * f(taken) for f in (min, max, median))
        ratio = f"{middle / 1e3 / ours:6.1f} ×"
        print(f"  {name:25}{middle:8.1f}  ({low:.1f} to {high:.1f})  {ratio}")


def imports() -> None:
    """Time what importing adds to NumPy."""
    print("import, milliseconds beyond `import numpy`: median of 5")
    for statement in ("cnnlib", "cnnlib.arithmetic, cnnlib.receptive_field, cnnlib.zoo"):
        print(f"  {statement:56}{median(_import_time(statement) for _ in range(5)):6.1f}")


def _import_time(modules: str) -> float:
    command = [sys.executable, "-X", "importtime", "-c", f"import numpy; import {modules}"]
    log = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    after = log[log.rindex("| numpy\n") :]  # what NumPy had loaded already costs nothing more
    own = re.findall(r"import time: +(\d+) \|", after)
    return sum(map(int, own)) / 1e3


def _line(*cells: object) -> str:
    texts = (f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells)
    widths = (22, 12, 10, 7, 16, 12, 12, 12, 12)
    return " ".join(
        text.ljust(width) if i == 0 else text.rjust(width)
        for i, (text, width) in enumerate(zip(texts, widths, strict=True))
    )


if __name__ == "__main__":
    main()
