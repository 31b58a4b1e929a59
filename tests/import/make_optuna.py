"""Makes the files of optuna/ by the real Optuna (and rustuna): a study with every kind of
parameter and state, as a journal and as a database; a study of two objectives; a trial table.
What an importer should find in a file stands beside it as JSON, as Optuna itself reads it.

    pip install optuna==5.0.0 pandas rustuna    # once with 5.0.0, once with 4.9.0
    python make_optuna.py 5.0.0 [FOLDER]

The journal of Optuna 3 is by 3.1.0, the first whose journals are named so in its documentation.
"""

import datetime
import json
import os
import sys
import time
import warnings

# A database of Optuna 5 has UTC, which it reads as local time.
os.environ["TZ"] = "UTC"
time.tzset()

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import JournalStorage

try:
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
except ImportError:  # Optuna 3
    from optuna.storages import JournalFileOpenLock, JournalFileStorage as JournalFileBackend
from optuna.trial import TrialState, create_trial

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optuna")
VERSION, FOLDER = sys.argv[1], (sys.argv[2:] + [HERE])[0]
assert optuna.__version__ == VERSION, optuna.__version__
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.WARNING)


def fresh(name):
    path = os.path.join(FOLDER, name)
    if os.path.exists(path):
        os.remove(path)
    return path


def mixed(storage):
    """Every kind of parameter, every state."""
    study = optuna.create_study(
        study_name="mixed", storage=storage, direction="minimize", sampler=optuna.samplers.RandomSampler(seed=1)
    )
    study.set_user_attr("note", 'a "quoted" text, Zürich')
    if "Journal" in type(storage).__name__ and hasattr(study, "set_metric_names"):
        study.set_metric_names(["loss"])
    study.enqueue_trial({"lr": 0.25, "units": 24, "rule": "adam", "beta2": 0.95, "flag": None, "step": 0.75})

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-4, 1.0, log=True)
        units = trial.suggest_int("units", 8, 64, step=8)
        rule = trial.suggest_categorical("rule", ["sgd", "adam"])
        if rule == "adam":
            trial.suggest_float("beta2", 0.9, 0.999)
        trial.suggest_categorical("flag", [True, None, 3, 0.5, "text"])
        trial.suggest_float("step", 0.0, 1.0, step=0.25)
        trial.suggest_int("depth", 1, 32, log=True)
        trial.set_user_attr("seed", trial.number * 7)
        trial.set_user_attr("why", ["a", {"b": None}])
        if trial.number == 3:
            raise ValueError("failed on purpose")
        if trial.number == 4:
            trial.report(float("nan"), 0)
            trial.report(float("inf"), 1)
            return float("inf")
        for step in range(4):
            trial.report(lr + 1.0 / (step + 1), step * 10)
            if trial.number % 5 == 1 and step == 2:
                raise optuna.TrialPruned()
        if trial.number == 6:
            raise optuna.TrialPruned()
        return lr + units / 100

    study.optimize(objective, n_trials=14, catch=(ValueError,))
    study.add_trial(
        create_trial(
            params={"lr": 0.5, "units": 16},
            distributions={"lr": FloatDistribution(1e-4, 1.0, log=True), "units": IntDistribution(8, 64, step=8)},
            value=0.66,
            intermediate_values={0: 0.9, 20: 0.7},
            user_attrs={"from": "elsewhere"},
        )
    )
    study.ask()  # stays running
    study.enqueue_trial({"lr": 0.125, "rule": "sgd"})  # stays waiting
    return study


def front(storage):
    """Two objectives and a constraint, after a study that was deleted."""
    optuna.create_study(study_name="gone", storage=storage).add_trial(create_trial(value=1.0))
    optuna.delete_study(study_name="gone", storage=storage)
    sampler = optuna.samplers.NSGAIISampler(seed=2, population_size=4, constraints_func=lambda t: (t.params["a"] - 0.5,))
    study = optuna.create_study(
        study_name="front", storage=storage, directions=["minimize", "maximize"], sampler=sampler
    )

    def objective(trial):
        a, b = trial.suggest_float("a", 0, 1), trial.suggest_int("b", -5, 5)
        return a + b, a * b

    study.optimize(objective, n_trials=9)
    return study


def plain(x):
    if isinstance(x, datetime.datetime):
        return x.replace(tzinfo=None).isoformat(timespec="microseconds")
    if isinstance(x, float) and (x != x or abs(x) == float("inf")):
        return str(x)
    return x


def constraints_of(trial):
    found = {k: v for k, v in trial.system_attrs.items() if k.split(":")[0] == "constraints"}
    values = []
    for _, value in sorted(found.items()):
        values += list(value) if isinstance(value, (list, tuple)) else [value]
    return values


def describe(study):
    """What Optuna reads from the file."""
    trials = []
    for t in study.get_trials(deepcopy=False):
        trials.append(
            {
                "number": t.number,
                "state": t.state.name.lower(),
                "values": None if t.values is None else [plain(v) for v in t.values],
                "params": t.params,
                "reports": [[s, plain(v)] for s, v in sorted(t.intermediate_values.items())],
                "user": t.user_attrs,
                "constraints": constraints_of(t),
                "start": plain(t.datetime_start),
                "complete": plain(t.datetime_complete),
            }
        )
    return {"name": study.study_name, "directions": [d.name.lower() for d in study.directions], "trials": trials}


def journal(path):
    return JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))


def write(name, studies):
    with open(os.path.join(FOLDER, name), "w") as f:
        json.dump([describe(s) for s in studies], f, indent=0)
        f.write("\n")


def main():
    path = fresh(f"journal-{VERSION}.log")
    storage = journal(path)
    mixed(storage), front(storage)
    again = journal(path)
    write(f"journal-{VERSION}.json", [optuna.load_study(study_name=n, storage=again) for n in ("mixed", "front")])

    path = fresh(f"study-{VERSION}.db")
    url = "sqlite:///" + path
    mixed(url), front(url)
    write(f"study-{VERSION}.json", [optuna.load_study(study_name=n, storage=url) for n in ("mixed", "front")])

    study = optuna.load_study(study_name="mixed", storage=again)
    try:
        study.trials_dataframe().to_csv(fresh(f"trials-{VERSION}.csv"), index=False)
    except ImportError as error:
        print("no trial table:", error)
    try:
        import rustuna
    except ImportError:
        return
    path = fresh("rustuna-0.2.0.log")
    other = rustuna.create_study(study_name="by-rustuna", storage=rustuna.storages.JournalFileStorage(path))
    other.optimize(lambda t: t.suggest_float("x", -1, 1) ** 2, n_trials=5)


main()
