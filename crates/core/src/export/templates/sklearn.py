"""{{title}}

Tested with scikit-learn {{tested}}. It wants numpy and scikit-learn, and {{data}} beside it.
{{unsupported}}
Run it: it searches over the same ranges on the same split.
"""

import csv
import math
import os
import sys

import numpy as np
from scipy import stats
#if halving
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
#end
from sklearn.model_selection import PredefinedSplit, {{search}}
from sklearn.neural_network import {{model}}
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "{{data}}")


def read():
    """Inputs, targets and the parts of the rows that are not for the test."""
    xs, ys, parts = [], [], []
    with open(FILE, newline="", encoding="utf-8") as lines:
        for row in list(csv.reader(lines))[1:]:
            if row[0] in ("train", "valid"):
                xs.append([float(field) if field else math.nan for field in row[1:-1]])
                ys.append({{target}})
                parts.append(-1 if row[0] == "train" else 0)
    return np.array(xs), np.array(ys), np.array(parts)


X, Y, PART = read()
# As on the page: standardised by the training rows, missing inputs at their mean.
SCALER = StandardScaler().fit(X[PART < 0])
X = np.nan_to_num(SCALER.transform(X))
#if numbers
MEAN, DEVIATION = Y[PART < 0].mean(), Y[PART < 0].std()
Y = (Y - MEAN) / DEVIATION
#end

MODEL = {{model}}(
{{settings}}
)

SPACE = {
{{space}}
}


def main():
    search = {{search}}(
        MODEL,
        SPACE,
{{arguments}}
        scoring={{scoring}},
        cv=PredefinedSplit(PART),
        refit=False,
        error_score=np.nan,
    )
    search.fit(X, Y)
    print(f"best score {search.best_score_:.6f} at {search.best_params_}")


if __name__ == "__main__":
    sys.exit(main())
