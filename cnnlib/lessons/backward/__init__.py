"""What lecture 9 draws: gradients on their way back through convolution and pooling.

Each drawing computes the numbers that it shows; `formulas` is held against PyTorch's autograd.
"""

from cnnlib.lessons.backward.checking import draw_caught as draw_caught
from cnnlib.lessons.backward.checking import draw_floats as draw_floats
from cnnlib.lessons.backward.checking import draw_slope as draw_slope
from cnnlib.lessons.backward.checking import errors as errors
from cnnlib.lessons.backward.columns import Columns as Columns
from cnnlib.lessons.backward.costs import counted as counted
from cnnlib.lessons.backward.costs import draw_work as draw_work
from cnnlib.lessons.backward.costs import race as race
from cnnlib.lessons.backward.downhill import SOBEL as SOBEL
from cnnlib.lessons.backward.downhill import blurred as blurred
from cnnlib.lessons.backward.downhill import draw_kernels as draw_kernels
from cnnlib.lessons.backward.downhill import draw_photos as draw_photos
from cnnlib.lessons.backward.downhill import draw_title as draw_title
from cnnlib.lessons.backward.downhill import find_kernel as find_kernel
from cnnlib.lessons.backward.downhill import find_photo as find_photo
from cnnlib.lessons.backward.downhill import gaussian as gaussian
from cnnlib.lessons.backward.formulas import MISTAKES as MISTAKES
from cnnlib.lessons.backward.formulas import TRIALS as TRIALS
from cnnlib.lessons.backward.formulas import agreeing as agreeing
from cnnlib.lessons.backward.gathering import draw_both as draw_both
from cnnlib.lessons.backward.gathering import draw_sums as draw_sums
from cnnlib.lessons.backward.gathering import gathering as gathering
from cnnlib.lessons.backward.maps import draw_between as draw_between
from cnnlib.lessons.backward.maps import draw_cut as draw_cut
from cnnlib.lessons.backward.maps import draw_ways as draw_ways
from cnnlib.lessons.backward.passing import Passing as Passing
from cnnlib.lessons.backward.pooling import Pooling as Pooling
from cnnlib.lessons.backward.rows import Row as Row
from cnnlib.lessons.backward.rules import draw_bias as draw_bias
from cnnlib.lessons.backward.rules import draw_channels as draw_channels
from cnnlib.lessons.backward.rules import draw_fan as draw_fan
from cnnlib.lessons.backward.rules import draw_product as draw_product
