"""Makes tpe.json: splits and log densities of Optuna's TPE.

    pip install optuna==5.0.0 && python tests/golden/make_tpe.py > tests/golden/tpe.json
"""

import json
import math

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.sampler import _split_trials, default_gamma

# NumPy's default order of equal values depends on the processor, and with it which of two equal observations gets which
# width. A stable sort keeps the older one first.
argsort = np.argsort
np.argsort = lambda a, kind="stable", **options: argsort(a, kind=kind, **options)

optuna.logging.set_verbosity(optuna.logging.ERROR)

SPACES = {
    "floats": {"x": FloatDistribution(-5, 10), "y": FloatDistribution(0, 15)},
    "rate": {"rate": FloatDistribution(1e-4, 10, log=True), "momentum": FloatDistribution(0, 0.99)},
    "steps": {"batch": IntDistribution(8, 64, step=8), "units": IntDistribution(1, 40, log=True)},
    "all": {
        "rate": FloatDistribution(1e-5, 1, log=True),
        "dropout": FloatDistribution(0, 0.5, step=0.05),
        "layers": IntDistribution(1, 6),
        "rule": CategoricalDistribution(["sgd", "momentum", "adam"]),
    },
}


def describe(name, d):
    if isinstance(d, CategoricalDistribution):
        return {"name": name, "choices": list(d.choices)}
    return {"name": name, "low": d.low, "high": d.high, "log": d.log, "step": d.step}


def draw(rng, d, near):
    if isinstance(d, CategoricalDistribution):
        return int(rng.integers(len(d.choices)))
    u = float(np.clip(near + 0.1 * rng.standard_normal(), 0, 1)) if rng.random() < 0.5 else float(rng.random())
    low, high = (math.log(d.low), math.log(d.high)) if d.log else (d.low, d.high)
    x = low + u * (high - low)
    x = math.exp(x) if d.log else x
    if d.step is not None:
        x = min(max(d.low + round((x - d.low) / d.step) * d.step, d.low), d.high)
    return int(x) if isinstance(d, IntDistribution) else float(min(max(x, d.low), d.high))


def case(name, space, n, seed, joint):
    rng = np.random.default_rng(seed)
    sampler = optuna.samplers.TPESampler(multivariate=joint)
    study = optuna.create_study(sampler=sampler)
    points, losses = [], []
    for _ in range(n):
        internal = {k: draw(rng, d, 0.3) for k, d in space.items()}
        params = {k: d.to_external_repr(internal[k]) for k, d in space.items()}
        # A diverged trial is infinitely bad.
        loss = math.inf if rng.random() < 0.1 else float(rng.standard_normal())
        study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=loss))
        points.append([float(internal[k]) for k in space])
        losses.append(None if math.isinf(loss) else loss)
    below, above = _split_trials(study, study.trials, default_gamma(n))
    at = [{k: draw(rng, d, 0.3) for k, d in space.items()} for _ in range(12)]
    groups = [list(space)] if joint else [[k] for k in space]
    densities = []
    for group in groups:
        part = {k: space[k] for k in group}
        values = {k: np.array([a[k] for a in at], dtype=float) for k in group}
        good = sampler._build_parzen_estimator(study, part, below, handle_below=True).log_pdf(values)
        bad = sampler._build_parzen_estimator(study, part, above, handle_below=False).log_pdf(values)
        densities.append({"parameters": group, "good": good.tolist(), "bad": bad.tolist()})
    return {
        "id": f"tpe-{name}-{n}-{'joint' if joint else 'single'}",
        "params": [describe(k, d) for k, d in space.items()],
        "points": points,
        "losses": losses,
        "good": sorted(t.number for t in below),
        "at": [[float(a[k]) for k in space] for a in at],
        "densities": densities,
    }


cases = [
    case(name, space, n, 100 * i + n, joint)
    for i, (name, space) in enumerate(SPACES.items())
    for n in (1, 2, 12, 45)
    for joint in (True, False)
]
print(json.dumps({"format": "tpe-golden-1", "optuna": optuna.__version__, "numpy": np.__version__, "cases": cases}))
