"""Every right solution passes, every wrong one fails and is named, and by no other name.

`make mutants` does the same on five seeds; here are two of them, and one for what has many parts.
"""

import pytest
from mutants import failed, false_names, is_named, modules, retold

from cnnlib.check import CHECKS

SEEDS = range(2)
MODULES = modules()
RIGHT = [(name, function) for name, module in MODULES.items() for function in module.RIGHT]
WRONG = [(name, mutant) for name, module in MODULES.items() for mutant in module.WRONG]
RETOLD = [(name, mutant) for name, module in retold().items() for mutant in module.WRONG]


@pytest.mark.parametrize(
    ("name", "function"), RIGHT, ids=[f"{name}-{f.__name__}" for name, f in RIGHT]
)
def test_right_solutions_pass(name, function):
    for seed in SEEDS:
        against = failed(CHECKS[name], function, seed)
        assert not against, against[0].failures or against[0].forbidden


@pytest.mark.parametrize(("name", "mutant"), WRONG, ids=[f"{name}-{m.title}" for name, m in WRONG])
def test_wrong_solutions_fail_and_are_named(name, mutant):
    # Every mutant from one seed, each from its own: together they see more than one of them would.
    seed = len(mutant.title) % len(SEEDS)
    against = failed(CHECKS[name], mutant.function, seed)
    assert against, f"seed {seed}: nothing was noticed"
    assert not false_names(mutant, against), f"seed {seed}"
    if mutant.named is not None:
        assert is_named(mutant, against), f"seed {seed}"


@pytest.mark.parametrize(
    ("name", "mutant"), RETOLD, ids=[f"{name}-{m.title}" for name, m in RETOLD]
)
def test_the_same_mistakes_in_other_words_have_the_same_names(name, mutant):
    against = failed(CHECKS[name], mutant.function, seed=0)
    assert against
    assert not false_names(mutant, against)
    assert is_named(mutant, against)


def test_every_check_has_right_and_wrong_solutions():
    assert set(MODULES) == set(CHECKS)
    assert all(module.RIGHT and module.WRONG for module in MODULES.values())
    assert len(WRONG) >= 1000


def test_most_wrong_solutions_are_named():
    assert sum(mutant.named is not None for _, mutant in WRONG) >= 0.85 * len(WRONG)


def test_there_are_many_misconceptions_with_hints():
    named = {(name, m.name): m.hint for name, check in CHECKS.items() for m in check.misconceptions}
    assert len(named) >= 400
    assert all(len(hint.split()) >= 5 for hint in named.values())
