"""Makes importance.json: Optuna's PED-ANOVA, and its fANOVA averaged over ten seeds.

    pip install optuna==5.0.0 scikit-learn==1.9.1 && python tests/golden/make_importance.py > tests/golden/importance.json
"""

import json
import math

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

optuna.logging.set_verbosity(optuna.logging.ERROR)

# Optuna grows its forest in the parameters' own units: fANOVA is compared on linear floats, where both are the same.
SPACES = {
    "floats": ({"x": FloatDistribution(-5, 10), "y": FloatDistribution(0, 15)}, lambda p: p["x"] ** 2 + 3 * p["y"]),
    "five": (
        {name: FloatDistribution(0, 1) for name in "abcde"},
        lambda p: math.sin(5 * p["a"]) + 2 * p["b"] * p["c"] + 0.3 * p["d"],
    ),
    "rate": (
        {"rate": FloatDistribution(1e-4, 10, log=True), "momentum": FloatDistribution(0, 0.99)},
        lambda p: (math.log10(p["rate"]) + 1 + p["momentum"]) ** 2,
    ),
    "all": (
        {
            "rate": FloatDistribution(1e-5, 1, log=True),
            "dropout": FloatDistribution(0, 0.5, step=0.05),
            "layers": IntDistribution(1, 6),
            "units": IntDistribution(1, 40, log=True),
            "rule": CategoricalDistribution(["sgd", "momentum", "adam"]),
        },
        lambda p: (math.log10(p["rate"]) + 2) ** 2 + p["dropout"] + (p["rule"] == "sgd") + abs(p["layers"] - 3),
    ),
}


def describe(name, d):
    if isinstance(d, CategoricalDistribution):
        return {"name": name, "choices": list(d.choices)}
    return {"name": name, "low": d.low, "high": d.high, "log": d.log, "step": d.step}


def draw(rng, d):
    if isinstance(d, CategoricalDistribution):
        return d.choices[rng.integers(len(d.choices))]
    low, high = (math.log(d.low), math.log(d.high)) if d.log else (d.low, d.high)
    u = rng.uniform(low, high)
    x = math.exp(u) if d.log else u
    if d.step:
        x = min(max(d.low + round((x - d.low) / d.step) * d.step, d.low), d.high)
    return int(x) if isinstance(d, IntDistribution) else x


cases = []
for space, (distributions, loss) in SPACES.items():
    for number, n in enumerate([2, 7, 30, 90]):
        rng = np.random.default_rng(number)
        study = optuna.create_study()
        points, losses = [], []
        for _ in range(n):
            params = {name: draw(rng, d) for name, d in distributions.items()}
            value = loss(params) + 0.05 * rng.normal()
            study.add_trial(optuna.create_trial(params=params, distributions=distributions, value=value))
            inner = [distributions[k].to_internal_repr(v) for k, v in params.items()]
            points.append([float(x) for x in inner])
            losses.append(value)
        ped = PedAnovaImportanceEvaluator().evaluate(study)
        case = {
            "id": f"{space}-{n}",
            "params": [describe(k, d) for k, d in distributions.items()],
            "points": points,
            "losses": losses,
            "ped_anova": [ped[k] for k in distributions],
        }
        if space in ("floats", "five") and n >= 30:
            every = [FanovaImportanceEvaluator(seed=seed).evaluate(study) for seed in range(10)]
            case["fanova"] = [float(np.mean([one[k] for one in every])) for k in distributions]
        cases.append(case)

print('{"optuna":"%s","cases":[' % optuna.__version__)
print(",\n".join(json.dumps(case, separators=(",", ":")) for case in cases))
print("]}")
