"""Explorers: pictures that answer when one moves a slider, in JupyterLab and in an offline deck.

    from cnnlib.explore import ConvolutionArithmetic
    ConvolutionArithmetic(size=7, kernel=3, stride=2)

Their logic is JavaScript, so that they work where no Python runs; where no JavaScript runs either
they leave a still picture.
"""

from cnnlib.explore._explorers import ConvolutionArithmetic, Dropout, ReceptiveField, Timeline

__all__ = ["ConvolutionArithmetic", "Dropout", "ReceptiveField", "Timeline"]
