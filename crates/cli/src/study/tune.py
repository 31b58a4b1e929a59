"""@TITLE@

Needs `pip install "ray[tune]" optuna`, and the command `tunescape`, on every machine. Tested with
Ray 2.60.0 and Optuna 5.0.0.
Run it on a machine of the cluster, or by `ray job submit --working-dir . -- python tune.py`; without
a cluster it takes this machine. It touches no token.
"""

import json
import subprocess

from ray import tune
from ray.tune import schedulers
from ray.tune.search import optuna

LINK = @LINK@
# As the page searches it.
SPACE = {
@SPACE@
}
# The trials so far, and what each came to: the search hears of them and runs none again.
POINTS = @POINTS@
LOSSES = @LOSSES@
TRIALS = @TRIALS@
AT_ONCE = @AT_ONCE@


def train(config):
    """One trial: the command trains it whole, and its curve is told epoch by epoch."""
    words = ["tunescape", "train", LINK, "--quiet", "--threads", "1"]
    words += [word for name, value in config.items() for word in ("--at", f"{name}={value}")]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    run = json.loads(lines[1])
    for epoch, (_, loss, _, score) in enumerate(run["reports"][1:], 1):
        tune.report({"loss": float(loss), "score": float(score), "epoch": epoch})
    if run["diverged"]:
        tune.report({"loss": float("inf"), "score": float("nan"), "epoch": len(run["reports"])})


def main():
    search = optuna.OptunaSearch(
        SPACE, metric="loss", mode="min", points_to_evaluate=POINTS, evaluated_rewards=LOSSES
    )
    tuner = tune.Tuner(
        train,
        tune_config=tune.TuneConfig(
            search_alg=search,
            scheduler=@SCHEDULER@,
            num_samples=TRIALS,
            max_concurrent_trials=AT_ONCE,
        ),
        run_config=tune.RunConfig(verbose=1),
    )
    best = tuner.fit().get_best_result(metric="loss", mode="min")
    print(json.dumps({"config": best.config, "loss": best.metrics["loss"]}))


if __name__ == "__main__":
    main()
