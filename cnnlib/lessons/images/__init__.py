"""What lecture 01 shows: photos and their numbers, features that people made, other spaces."""

from cnnlib.lessons.images import features as features
from cnnlib.lessons.images import linear as linear
from cnnlib.lessons.images import photos as photos
from cnnlib.lessons.images import pipeline as pipeline
from cnnlib.lessons.images import spaces as spaces
from cnnlib.lessons.images.draw_features import draw_curves as draw_curves
from cnnlib.lessons.images.draw_features import draw_histograms as draw_histograms
from cnnlib.lessons.images.draw_features import draw_hog_steps as draw_hog_steps
from cnnlib.lessons.images.draw_features import draw_matches as draw_matches
from cnnlib.lessons.images.draw_features import draw_shares as draw_shares
from cnnlib.lessons.images.draw_features import draw_vocabulary as draw_vocabulary
from cnnlib.lessons.images.draw_photos import CHANGES as CHANGES
from cnnlib.lessons.images.draw_photos import block as block
from cnnlib.lessons.images.draw_photos import draw_changes as draw_changes
from cnnlib.lessons.images.draw_photos import draw_difference as draw_difference
from cnnlib.lessons.images.draw_photos import draw_lamp as draw_lamp
from cnnlib.lessons.images.draw_photos import draw_shuffled as draw_shuffled
from cnnlib.lessons.images.draw_photos import draw_tasks as draw_tasks
from cnnlib.lessons.images.draw_photos import draw_three as draw_three
from cnnlib.lessons.images.draw_photos import draw_title as draw_title
from cnnlib.lessons.images.draw_photos import draw_zoom as draw_zoom
from cnnlib.lessons.images.draw_photos import lamp as lamp
