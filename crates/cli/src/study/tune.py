"""@TITLE@

Needs `pip install "ray[tune]" optuna`, and the command `tunescape`, on every machine. Tested with
Ray 2.60.0 and Optuna 5.0.0.
Run it on a machine of the cluster, or by `ray job submit --working-dir . -- python tune.py`; without
a cluster it takes this machine. It touches no token. --scheduler takes another scheduler than the
one below: asha, hyperband, median, pbt (population-based training) or none. By pbt there is neither
a sampler nor a number of trials: members begin at the best trials so far and at random, and copy.
@TABLE@@LACKS@"""

import argparse
import json
import os
import shlex
import subprocess
import tempfile

from ray import tune
from ray.tune import schedulers
from ray.tune.search import BasicVariantGenerator, optuna

LINK = @LINK@
# As the page searches it.
SPACE = {
@SPACE@
}
# What goes in steps, drawn half a step beyond its ends: low end, step, number of the last step.
STEPS = {
@STEPS@
}
# What can change while a network trains.
CHANGING = @CHANGING@
EPOCHS = @EPOCHS@
# A trial ends when its validation loss has been no better for so many epochs; 0: never.
PATIENCE = @PATIENCE@
# The trials so far, and what each came to: the search hears of them and runs none again.
POINTS = @POINTS@
LOSSES = @LOSSES@
TRIALS = @TRIALS@
AT_ONCE = @AT_ONCE@
# The scheduler that comes nearest to the page's pruner. Epochs before it stops a trial, and its
# reduction factor; of the median rule the epochs and the trials that it waits for.
SCHEDULER = @SCHEDULER@
LEAST, FACTOR = @LEAST@, @FACTOR@
WARMUP, STARTUP = @WARMUP@, @STARTUP@
# Of population-based training: members, and epochs between two copies.
MEMBERS, EVERY = @MEMBERS@, @EVERY@
# Whether it trains on a table that the command line names.
OWN_TABLE = @OWN@


def clipped(config):
    """As population-based training changes values: within their ranges."""
    for name in CHANGING:
        if isinstance(SPACE[name], (tune.search.sample.Float, tune.search.sample.Integer)):
            whole = isinstance(SPACE[name], tune.search.sample.Integer)
            config[name] = min(max(config[name], SPACE[name].lower), SPACE[name].upper - whole)
    return config


def scheduler(name):
    """How trials are stopped, or copied."""
    common = {"metric": "loss", "mode": "min", "time_attr": "epoch"}
    if name == "asha":
        return schedulers.ASHAScheduler(
            **common, max_t=EPOCHS, grace_period=LEAST, reduction_factor=FACTOR
        )
    if name == "hyperband":
        return schedulers.AsyncHyperBandScheduler(
            **common, max_t=EPOCHS, grace_period=LEAST, brackets=3, reduction_factor=FACTOR
        )
    if name == "median":
        # Without a minimum it makes room for other trials, and such a trial would begin anew.
        return schedulers.MedianStoppingRule(
            **common,
            grace_period=WARMUP,
            min_samples_required=STARTUP,
            min_time_slice=EPOCHS,
        )
    if name == "pbt":
        return schedulers.PopulationBasedTraining(
            **common,
            perturbation_interval=EVERY,
            hyperparam_mutations={name: SPACE[name] for name in CHANGING},
            custom_explore_fn=clipped,
        )
    return None


def looks(name):
    """The epochs up to which a trial is trained before the scheduler decides whether it goes on. The
    median rule looks at every epoch; trained from one to the next, a trial would begin as often."""
    if name == "pbt":
        return [*range(EVERY, EPOCHS, EVERY), EPOCHS]
    end = {"asha": LEAST, "hyperband": LEAST, "median": WARMUP}.get(name, EPOCHS)
    ends = []
    while end < EPOCHS:
        ends.append(end)
        end *= FACTOR
    return [*ends, EPOCHS]


def exact(config):
    """The values that are trained with."""
    values = dict(config)
    for name, (low, step, last) in STEPS.items():
        values[name] = low + min(max(round((config[name] - low) / step), 0), last) * step
    return values


def words(stages):
    """The command of a trial, given its values and the epochs from which they were in force."""
    line, before = ["tunescape", "train", LINK], {}
    for epoch, values in stages:
        for name, value in values.items():
            if before.get(name) != value:
                line += ["--then", f"{epoch}:{name}={value}"] if epoch else ["--at", f"{name}={value}"]
        before = values
    return line


def curve(run):
    """Validation loss and score by epoch, and why the trial ends there, if it does."""
    best, since, told = float("inf"), 0, []
    for _, loss, _, score in run["reports"][1:]:
        told.append((float(loss), float(score)))
        best, since = (told[-1][0], 0) if told[-1][0] < best else (best, since + 1)
        if 0 < PATIENCE <= since:
            return told, "patience"
    return told, "diverged" if run["diverged"] else None


def begun():
    """Where a trial goes on: its stages so far, and the epochs that they took."""
    checkpoint = tune.get_checkpoint()
    if checkpoint is None:
        return [], 0
    with checkpoint.as_directory() as folder, open(os.path.join(folder, "stages.json")) as file:
        return json.load(file)


def train(config, table, scheduler):
    """One trial: the command trains it up to where the scheduler looks next, and its curve is told
    epoch by epoch. Training is the same each time, so that the values by epoch stand for the
    weights, and a checkpoint holds nothing else."""
    stages, done = begun()
    stages = stages + [[done, exact(config)]]
    line = words(stages)
    for end in looks(scheduler):
        if end <= done:
            continue
        more = ["--quiet", "--threads", "1", "--epochs", str(end), *table]
        run = subprocess.run(line + more, check=True, capture_output=True, text=True)
        told, why = curve(json.loads(run.stdout.splitlines()[1]))
        known = {"command": shlex.join(line + table)}
        for epoch, (loss, score) in enumerate(told[done:], done + 1):
            report = {"loss": loss, "score": score, "epoch": epoch, **known}
            if scheduler != "pbt" or epoch < end:
                tune.report(report)
                continue
            with tempfile.TemporaryDirectory() as folder:
                with open(os.path.join(folder, "stages.json"), "w") as file:
                    json.dump([stages, epoch], file)
                tune.report(report, checkpoint=tune.Checkpoint.from_directory(folder))
        done = end
        if why == "diverged":
            lost = {"loss": float("inf"), "score": float("nan"), "epoch": len(told) + 1, **known}
            tune.report(lost)
        if why:
            break


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    if OWN_TABLE:
        parser.add_argument("table", metavar="TABLE.csv", type=os.path.abspath)
        parser.add_argument("column", nargs="?", help="to predict, if it is not the likeliest")
    names = ["asha", "hyperband", "median", "pbt", "none"]
    parser.add_argument("--scheduler", choices=names, default=SCHEDULER)
    return parser.parse_args()


def main():
    given, table = arguments(), []
    if OWN_TABLE:
        table = ["--data", given.table] + (["--target", given.column] if given.column else [])
    if given.scheduler == "pbt" and not CHANGING:
        raise SystemExit("nothing that is searched can change while a network trains")
    if given.scheduler == "pbt":
        # Members begin at the best trials so far, as many as there are.
        best = [point for _, point in sorted(zip(LOSSES, POINTS), key=lambda pair: pair[0])]
        search = BasicVariantGenerator(points_to_evaluate=best[:MEMBERS])
        how = {"num_samples": MEMBERS}
    else:
        search = optuna.OptunaSearch(
            SPACE, metric="loss", mode="min", points_to_evaluate=POINTS, evaluated_rewards=LOSSES
        )
        how = {"num_samples": TRIALS, "max_concurrent_trials": AT_ONCE}
    tuner = tune.Tuner(
        tune.with_parameters(train, table=table, scheduler=given.scheduler),
        param_space=SPACE if given.scheduler == "pbt" else None,
        tune_config=tune.TuneConfig(
            search_alg=search, scheduler=scheduler(given.scheduler), **how
        ),
        run_config=tune.RunConfig(verbose=1),
    )
    best = tuner.fit().get_best_result(metric="loss", mode="min")
    told = {key: best.metrics[key] for key in ("loss", "epoch", "command")}
    print(json.dumps({"config": exact(best.config), **told}))


if __name__ == "__main__":
    main()
