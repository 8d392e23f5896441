"""What lecture 12 draws: networks with units left out, their sums, and what it does to accuracy."""

from cnnlib.lessons.dropout.networks import Network as Network
from cnnlib.lessons.dropout.networks import draw_case as draw_case
from cnnlib.lessons.dropout.networks import draw_mask as draw_mask
from cnnlib.lessons.dropout.networks import draw_scaling as draw_scaling
from cnnlib.lessons.dropout.networks import draw_subnetworks as draw_subnetworks
from cnnlib.lessons.dropout.results import draw_agreement as draw_agreement
from cnnlib.lessons.dropout.results import draw_answers as draw_answers
from cnnlib.lessons.dropout.results import draw_areas as draw_areas
from cnnlib.lessons.dropout.results import draw_bars as draw_bars
from cnnlib.lessons.dropout.results import draw_digits as draw_digits
from cnnlib.lessons.dropout.results import draw_dropped_pixels as draw_dropped_pixels
from cnnlib.lessons.dropout.results import draw_votes as draw_votes
