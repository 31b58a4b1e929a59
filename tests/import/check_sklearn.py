"""Looks into a script that was written for scikit-learn, which lies in this folder.

`space N` prints N points of its search as JSON (all of a grid); `start` trains its estimator from the weights of
`start.json`, on all rows at once, and prints how it is scored on the validation set."""

import json
import sys

import numpy as np
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.model_selection import ParameterGrid, ParameterSampler

sys.path.insert(0, ".")
import tunescape_sklearn as script


def space(count):
    if "Grid" in type(script.SEARCH).__name__:
        points = list(ParameterGrid(script.SPACE))
    else:
        points = list(ParameterSampler(script.SPACE, count, random_state=1))
    for point in points:
        # Refuses what its networks don't take.
        clone(script.ESTIMATOR).set_params(**point)._validate_params()
    return points


class Started(type(script.ESTIMATOR)):
    """Begins with the page's weights."""

    def _initialize(self, y, layer_units, dtype):
        super()._initialize(y, layer_units, dtype)
        values = np.array(json.load(open("start.json")), dtype=dtype)
        for layer, (inputs, outputs) in enumerate(zip(layer_units, layer_units[1:])):
            kernel, bias, values = np.split(values, [inputs * outputs, (inputs + 1) * outputs])
            self.coefs_[layer], self.intercepts_[layer] = kernel.reshape(inputs, outputs), bias


def start():
    estimator = Started(**script.ESTIMATOR.get_params())
    of = (lambda y: y.astype(int)) if hasattr(estimator, "predict_proba") else (lambda y: y)
    estimator.fit(script.TRAIN[0], of(script.TRAIN[1]))
    return float(get_scorer(script.SEARCH.scoring)(estimator, script.VALID[0], of(script.VALID[1])))


print(json.dumps(space(int(sys.argv[2])) if sys.argv[1] == "space" else start(), default=float))
