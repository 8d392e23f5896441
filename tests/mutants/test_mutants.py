"""Every right solution passes, every wrong one fails and is named.

`make mutants` does the same on five seeds; here are two of them.
"""

import pytest
from mutants import failed, is_named, modules

from cnnlib.check import CHECKS

SEEDS = range(2)
MODULES = modules()
RIGHT = [(name, function) for name, module in MODULES.items() for function in module.RIGHT]
WRONG = [(name, mutant) for name, module in MODULES.items() for mutant in module.WRONG]


@pytest.mark.parametrize(
    ("name", "function"), RIGHT, ids=[f"{name}-{f.__name__}" for name, f in RIGHT]
)
def test_right_solutions_pass(name, function):
    for seed in SEEDS:
        against = failed(CHECKS[name], function, seed)
        assert not against, against[0].failures or against[0].forbidden


@pytest.mark.parametrize(("name", "mutant"), WRONG, ids=[f"{name}-{m.title}" for name, m in WRONG])
def test_wrong_solutions_fail_and_are_named(name, mutant):
    for seed in SEEDS:
        against = failed(CHECKS[name], mutant.function, seed)
        assert against, f"seed {seed}: nothing was noticed"
        names = {verdict.misconception.name for verdict in against if verdict.misconception}
        if mutant.named is not None:
            assert is_named(mutant, against), f"seed {seed}: named {names}"


def test_every_check_has_right_and_wrong_solutions():
    assert set(MODULES) == set(CHECKS)
    assert all(module.RIGHT and module.WRONG for module in MODULES.values())
    assert len(WRONG) >= 120


def test_most_wrong_solutions_are_named():
    assert sum(mutant.named is not None for _, mutant in WRONG) >= 0.8 * len(WRONG)


def test_there_are_sixty_misconceptions_with_hints():
    named = {(name, m.name): m.hint for name, check in CHECKS.items() for m in check.misconceptions}
    assert len(named) >= 60
    assert all(len(hint.split()) >= 5 for hint in named.values())
