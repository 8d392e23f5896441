"""What lecture 5 draws: windows that slide, sizes to scale, channels, and the way back."""

from cnnlib.lessons.arithmetic.channels import Volume as Volume
from cnnlib.lessons.arithmetic.channels import draw_filter as draw_filter
from cnnlib.lessons.arithmetic.channels import draw_grey as draw_grey
from cnnlib.lessons.arithmetic.channels import draw_groups as draw_groups
from cnnlib.lessons.arithmetic.channels import draw_layer as draw_layer
from cnnlib.lessons.arithmetic.channels import draw_letters as draw_letters
from cnnlib.lessons.arithmetic.channels import draw_squeeze as draw_squeeze
from cnnlib.lessons.arithmetic.channels import draw_work as draw_work
from cnnlib.lessons.arithmetic.maps import draw_border as draw_border
from cnnlib.lessons.arithmetic.maps import draw_collapse as draw_collapse
from cnnlib.lessons.arithmetic.maps import draw_sides as draw_sides
from cnnlib.lessons.arithmetic.maps import draw_strides as draw_strides
from cnnlib.lessons.arithmetic.maps import draw_title as draw_title
from cnnlib.lessons.arithmetic.maps import draw_wide as draw_wide
from cnnlib.lessons.arithmetic.sliding import Sliding as Sliding
from cnnlib.lessons.arithmetic.sliding import draw_unread as draw_unread
from cnnlib.lessons.arithmetic.strips import draw_centred as draw_centred
from cnnlib.lessons.arithmetic.strips import draw_even as draw_even
from cnnlib.lessons.arithmetic.strips import draw_jumps as draw_jumps
from cnnlib.lessons.arithmetic.strips import draw_paddings as draw_paddings
from cnnlib.lessons.arithmetic.transposed import Stamping as Stamping
from cnnlib.lessons.arithmetic.transposed import draw_ways_back as draw_ways_back
