"""The lecture on convolution: its filters and its drawings."""

from cnnlib.lessons.convolution.filters import FILTERS as FILTERS
