"""Networks that made history, as specifications: each names its source and its variants.

`NETWORKS` has all of them, by name. A function enters its own there; a line here lets one call it
with arguments of one's own.
"""

from cnnlib.zoo._beyond import text_cnn as text_cnn
from cnnlib.zoo._beyond import two_stream as two_stream
from cnnlib.zoo._classic import alexnet as alexnet
from cnnlib.zoo._classic import lenet5 as lenet5
from cnnlib.zoo._classic import vgg as vgg
from cnnlib.zoo._efficient import efficientnet_lite0 as efficientnet_lite0
from cnnlib.zoo._modern import googlenet as googlenet
from cnnlib.zoo._modern import mobilenet_v2 as mobilenet_v2
from cnnlib.zoo._modern import resnet as resnet
from cnnlib.zoo._networks import NETWORKS as NETWORKS
from cnnlib.zoo._pretrained import NotInstalled as NotInstalled
from cnnlib.zoo._pretrained import pretrained as pretrained
