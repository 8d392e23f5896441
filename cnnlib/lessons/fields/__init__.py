"""What lecture 6 draws: fields that grow through layers and on photos, measured and timed."""

from cnnlib.lessons.fields.influence import draw_effective as draw_effective
from cnnlib.lessons.fields.influence import draw_measured as draw_measured
from cnnlib.lessons.fields.influence import influential as influential
from cnnlib.lessons.fields.photos import draw_famous as draw_famous
from cnnlib.lessons.fields.photos import draw_growth as draw_growth
from cnnlib.lessons.fields.photos import draw_nested as draw_nested
from cnnlib.lessons.fields.photos import draw_two_ways as draw_two_ways
from cnnlib.lessons.fields.planes import draw_cells as draw_cells
from cnnlib.lessons.fields.planes import draw_chain as draw_chain
from cnnlib.lessons.fields.planes import draw_chains as draw_chains
from cnnlib.lessons.fields.planes import draw_jumps as draw_jumps
from cnnlib.lessons.fields.timing import Race as Race
from cnnlib.lessons.fields.timing import race as race
