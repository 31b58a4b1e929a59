"""Makes the Matérn 3/2 cases of gp.json, which are written in the same format as the others: FORMAT.md.

    pip install scikit-learn==1.9.1 scipy==1.17.1 && python tests/golden/make_gp.py
"""

import json

import numpy as np
from scipy.special import erfcx
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

CASES = [(1, 6, 1.0, [0.3], 1e-4), (2, 12, 1.4, [0.3, 0.7], 1e-2), (4, 18, 0.8, [0.5, 1.0, 0.4, 0.9], 1e-3)]


def log_improvement(z):
    """log(pdf(z) + z cdf(z)), by Mills' ratio far below zero and by its series farther."""
    t = -np.minimum(z, -1.0)
    left = np.where(t < 25, 1 - t * np.sqrt(np.pi / 2) * erfcx(t / np.sqrt(2)), t**-2 - 3 * t**-4 + 15 * t**-6)
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.log(norm.pdf(z) + z * norm.cdf(z))
    return np.where(z > -1, near, norm.logpdf(z) + np.log(left))


def acquisition(mean, std, xi, kappa):
    best = float(mean.min())
    z = (best - xi - mean) / std
    ei = std * (norm.pdf(z) + z * norm.cdf(z))
    return {
        "best": best,
        "xi": xi,
        "kappa": kappa,
        "ei": ei.tolist(),
        "log_ei": (np.log(std) + log_improvement(z)).tolist(),
        "pi": norm.cdf(z).tolist(),
        "log_pi": norm.logcdf(z).tolist(),
        "lcb": (mean - kappa * std).tolist(),
    }


for number, (d, n, variance, lengths, noise) in enumerate(CASES):
    rng = np.random.default_rng(number)
    x = rng.uniform(0, 1, (n, d)).round(4)
    y = (np.sin(4 * x.sum(axis=1)) + 0.1 * rng.normal(size=n)).round(6)
    at = np.vstack([x[:1], rng.uniform(0, 1, (11, d)).round(4)])
    kernel = ConstantKernel(variance) * Matern(lengths, nu=1.5)
    gp = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(x, y)
    mean, std = gp.predict(at, return_std=True)
    _, covariance = gp.predict(at[:4], return_cov=True)
    likelihood, slope = gp.log_marginal_likelihood(gp.kernel_.theta, eval_gradient=True)
    expected = {
        "mean": mean.tolist(),
        "std": std.tolist(),
        "cov_first4": covariance.tolist(),
        "log_marginal_likelihood": likelihood,
        "alpha": gp.alpha_.tolist(),
        "lml_gradient_log_hyperparameters": slope.tolist(),
        "acquisition": acquisition(mean, std, 0.0, 1.96),
        "acquisition_xi": acquisition(mean, std, 0.01, 2.5),
    }
    case = {
        "id": f"pub-gp-m32-{number}",
        "kind": "gp",
        "kernel": "matern32",
        "variance": variance,
        "length_scales": lengths,
        "noise_variance": noise,
        "x": x.tolist(),
        "y": y.tolist(),
        "x_test": at.tolist(),
        "expected": expected,
    }
    print(json.dumps(case, separators=(",", ":")))
