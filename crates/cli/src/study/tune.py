"""@TITLE@

Needs `pip install "ray[tune]" optuna`, and the command `tunescape`, on every machine. Tested with
Ray 2.60.0 and Optuna 5.0.0.
Run it on a machine of the cluster, or by `ray job submit --working-dir . -- python tune.py`; without
a cluster it takes this machine. It touches no token.
@TABLE@@LACKS@"""

import json
import os
import subprocess
import sys

from ray import tune
from ray.tune import schedulers
from ray.tune.search import optuna

LINK = @LINK@
# As the page searches it.
SPACE = {
@SPACE@
}
# What goes in steps, drawn half a step beyond its ends: low end, step, number of the last step.
STEPS = {
@STEPS@
}
# A trial ends when its validation loss has been no better for so many epochs; 0: never.
PATIENCE = @PATIENCE@
# The trials so far, and what each came to: the search hears of them and runs none again.
POINTS = @POINTS@
LOSSES = @LOSSES@
TRIALS = @TRIALS@
AT_ONCE = @AT_ONCE@
# Whether it trains on a table that the command line names, and the command's words for that.
OWN_TABLE = @OWN@
TABLE = [["--data", os.path.abspath(path)] for path in sys.argv[1:2]] if OWN_TABLE else []
TABLE += [["--target", column] for column in sys.argv[2:3]] if OWN_TABLE else []


def exact(config):
    """The values that are trained with."""
    values = dict(config)
    for name, (low, step, last) in STEPS.items():
        values[name] = low + min(max(round((config[name] - low) / step), 0), last) * step
    return values


def curve(run):
    """Validation loss and score by epoch, up to where the page stops the trial."""
    best, since, told = float("inf"), 0, []
    for _, loss, _, score in run["reports"][1:]:
        told.append((float(loss), float(score)))
        best, since = (told[-1][0], 0) if told[-1][0] < best else (best, since + 1)
        if 0 < PATIENCE <= since:
            return told, False
    return told, run["diverged"]


def train(config):
    """One trial: the command trains it whole, and its curve is told epoch by epoch."""
    words = ["tunescape", "train", LINK, "--quiet", "--threads", "1"]
    words += [word for pair in TABLE for word in pair]
    words += [word for name, value in exact(config).items() for word in ("--at", f"{name}={value}")]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    told, diverged = curve(json.loads(lines[1]))
    for epoch, (loss, score) in enumerate(told, 1):
        tune.report({"loss": loss, "score": score, "epoch": epoch})
    if diverged:
        tune.report({"loss": float("inf"), "score": float("nan"), "epoch": len(told) + 1})


def main():
    if OWN_TABLE and not TABLE:
        sys.exit("the set-up is of a table of your own: python tune.py TABLE.csv [COLUMN]")
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
    print(json.dumps({"config": exact(best.config), "loss": best.metrics["loss"]}))


if __name__ == "__main__":
    main()
