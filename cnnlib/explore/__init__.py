"""Explorers: pictures that answer when one moves a slider, in JupyterLab and in an offline deck.

    from cnnlib.explore import ConvolutionArithmetic
    ConvolutionArithmetic(size=7, kernel=3, stride=2)

Their logic is JavaScript, so that they work where no Python runs; where no JavaScript runs either
they leave a still picture. One explorer is two files: in `x.py` its settings and its still picture,
in `x.js` its logic; and a line below.
"""

from cnnlib.explore.activations import Activations as Activations
from cnnlib.explore.backward import Backward as Backward
from cnnlib.explore.convolution import Convolution as Convolution
from cnnlib.explore.dropout import Dropout as Dropout
from cnnlib.explore.network import Network as Network
from cnnlib.explore.occlusion import Occlusion as Occlusion
from cnnlib.explore.pixels import Pixels as Pixels
from cnnlib.explore.playground import Playground as Playground
from cnnlib.explore.pooling import Pooling as Pooling
from cnnlib.explore.receptive_field import ReceptiveField as ReceptiveField
from cnnlib.explore.steps import Steps as Steps
from cnnlib.explore.timeline import Timeline as Timeline
from cnnlib.explore.training import Training as Training
from cnnlib.explore.windows import ConvolutionArithmetic as ConvolutionArithmetic
