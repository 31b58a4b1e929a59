"""{{title}}

Tested with scikit-learn {{tested}}. It wants scikit-learn.
{{unsupported}}
#if lacks

#end
Run it: it tries {{tries}}, each trained on the page's training set and judged
on its validation set.
"""

#if file
import csv
#end
import math
#if file
import os
#end
import warnings

import numpy as np
#if distributions
from scipy.stats import loguniform, uniform
#end
from sklearn.exceptions import ConvergenceWarning
#if halving
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
#end
from sklearn.model_selection import {{search}}, PredefinedSplit
from sklearn.neural_network import {{estimator}}

# Networks train for all their epochs here: that is wanted, and no reason to warn each time.
warnings.filterwarnings("ignore", category=ConvergenceWarning)

INPUTS, EPOCHS = {{inputs}}, {{epochs}}

{{data}}

#if half
# scikit-learn trains with half the squared error, so that plain steps are half as long for the same
# learning rate, and penalties weigh twice: rates below are twice the page's, alpha is half.
#end
#if l2
# alpha is the page's l2 times the batch: scikit-learn divides it by the rows of a batch.
#end
ESTIMATOR = {{estimator}}(
{{fixed}}
    max_iter=EPOCHS,
    # Goes to its last epoch, whatever the loss does.
    tol=0,
    n_iter_no_change=math.inf,
    random_state={{seed}} % 2**32,
)
#if range


class Range:
    """Numbers from low to high, evenly drawn on a scale, in steps where there are some."""

    SCALES = {
        "linear": (float, float),
        "log": (math.log, math.exp),
        "complement": (lambda x: -math.log(1 - x), lambda u: 1 - math.exp(-u)),
    }

    def __init__(self, low, high, scale="linear", step=0):
        self.low, self.high, self.scale, self.step = low, high, scale, step

    def rvs(self, random_state=None):
        there, back = self.SCALES[self.scale]
        half = self.step / 2
        x = back(random_state.uniform(there(self.low - half), there(self.high + half)))
        if self.step:
            x = self.low + round((x - self.low) / self.step) * self.step
        return min(max(x, self.low), self.high)
#end
#if layers


class Layers:
    """Hidden layers: how many there are, and the units of some."""

    def __init__(self, usual, count=None, units=None):
        self.usual, self.count, self.units = usual, count, units or {}

    def rvs(self, random_state=None):
        count = self.count.rvs(random_state) if self.count else len(self.usual)
        last = self.usual[-1] if self.usual else {{usual_units}}
        sizes = (list(self.usual) + [last] * count)[:count]
        for layer, units in self.units.items():
            if layer <= count:
                sizes[layer - 1] = units.rvs(random_state)
        return tuple(sizes)
#end

#if grid
# Every combination is tried{{each}}.
#else
# What is drawn from{{each}}.
#end
SPACE = [
{{space}}
]

# One fold: -1 are rows that are trained on, 0 those that judge.
X = np.concatenate([TRAIN[0], VALID[0]])
#if classes
Y = np.concatenate([TRAIN[1], VALID[1]]).astype(int)
#else
Y = np.concatenate([TRAIN[1], VALID[1]])
#end
PARTS = PredefinedSplit([-1] * len(TRAIN[0]) + [0] * len(VALID[0]))

SEARCH = {{search}}(
    ESTIMATOR,
    SPACE,
{{options}}
    scoring="{{scoring}}",
    cv=PARTS,
    refit=False,
    error_score=math.nan,  # of what diverges
)


def plain(params):
    """Numbers without NumPy's types."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in params.items()}


def main():
    with warnings.catch_warnings():
        # What diverges stands in the list as nan.
        warnings.simplefilter("ignore")
        SEARCH.fit(X, Y)
    results = SEARCH.cv_results_
    for score, params in zip(results["mean_test_score"], results["params"]):
        print(f"{score:.6f} {plain(params)}")
    best = f"{SEARCH.best_score_:.6f} at {plain(SEARCH.best_params_)}"
    print(f"best {{scoring}} of {len(results['params'])} trials: {best}")


if __name__ == "__main__":
    main()
