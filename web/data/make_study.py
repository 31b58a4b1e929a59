#!/usr/bin/env python3
"""Makes the study that the X-ray screen offers as an example: digits-by-optuna.js beside this file.

    pip install optuna==5.0.0 scikit-learn==1.9.1
    python3 web/data/make_study.py

Optuna's own TPE and median pruner search the hyperparameters of scikit-learn's MLPClassifier on the handwritten
digits; the loss is that of a quarter of the rows which no network has seen. Its journal is kept as Optuna wrote it,
as `tunescape.data("NAME", "BASE64 OF GZIP OF THE JOURNAL")`. Times of day, and so the bytes, differ with each run; the
numbers depend on the machine's arithmetic.
"""

import base64
import gzip
import math
import pathlib
import tempfile
import warnings

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

NAME = "digits-by-optuna"
TRIALS = 160
EPOCHS = 12

X, y = load_digits(return_X_y=True)
TRAIN, HELD, TRAIN_Y, HELD_Y = train_test_split(X / 16, y, test_size=0.25, stratify=y, random_state=0)


def objective(trial):
    layers = trial.suggest_int("layers", 1, 3)
    units = [trial.suggest_int(f"units_{i + 1}", 4, 128, log=True) for i in range(layers)]
    solver = trial.suggest_categorical("solver", ["sgd", "adam"])
    options = dict(
        hidden_layer_sizes=units,
        solver=solver,
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "logistic"]),
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 1.0, log=True),
        batch_size=trial.suggest_categorical("batch_size", [16, 32, 64, 128]),
        alpha=trial.suggest_float("alpha", 1e-6, 1e-1, log=True),
    )
    if solver == "sgd":
        options["momentum"] = trial.suggest_float("momentum", 0.0, 0.99)
    network = MLPClassifier(**options, random_state=trial.number)
    for epoch in range(1, EPOCHS + 1):
        try:
            network.partial_fit(TRAIN, TRAIN_Y, classes=range(10))
            loss = log_loss(HELD_Y, network.predict_proba(HELD), labels=range(10))
        except ValueError:
            # A loss that is no number: the training has diverged, and Optuna calls the trial failed.
            loss = math.nan
        if not math.isfinite(loss):
            return math.nan
        trial.report(loss, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned
    return loss


def main():
    warnings.filterwarnings("ignore")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "journal.log"
        study = optuna.create_study(
            study_name=NAME,
            storage=JournalStorage(JournalFileBackend(str(path))),
            sampler=optuna.samplers.TPESampler(seed=0),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=10, n_warmup_steps=3),
        )
        study.optimize(objective, n_trials=TRIALS)
        journal, states = path.read_bytes(), [trial.state.name for trial in study.trials]
        best = f"{study.best_value:.4f} of {study.best_params}"
    text = base64.b64encode(gzip.compress(journal, 9, mtime=0)).decode()
    (here / f"{NAME}.js").write_text(f'tunescape.data("{NAME}", "{text}");\n')
    counts = {state: states.count(state) for state in sorted(set(states))}
    print(f"{counts}, best {best}; {len(text)} characters")


main()
