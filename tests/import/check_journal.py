"""Loads a journal by the real Optuna, says what it finds, and goes on for a few trials.

    python check_journal.py FILE
"""

import json
import sys
import warnings

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
PATH = sys.argv[1]


def storage():
    return JournalStorage(JournalFileBackend(PATH, lock_obj=JournalFileOpenLock(PATH)))


def plain(x):
    return str(x) if isinstance(x, float) and (x != x or abs(x) == float("inf")) else x


def constraints(trial):
    """As the samplers of this version see them."""
    if hasattr(trial, "constraints"):
        return list(trial.constraints.values())
    return list(trial.system_attrs.get("constraints", []))


def main():
    found = []
    for summary in optuna.get_all_study_summaries(storage()):
        sampler = optuna.samplers.TPESampler(seed=1, n_startup_trials=3)
        study = optuna.load_study(study_name=summary.study_name, storage=storage(), sampler=sampler)
        trials = study.get_trials(deepcopy=False)
        found.append(
            {
                "name": study.study_name,
                "directions": [d.name.lower() for d in study.directions],
                "states": [t.state.name.lower() for t in trials],
                "values": [None if t.values is None else [plain(v) for v in t.values] for t in trials],
                "reports": [[[s, plain(v)] for s, v in sorted(t.intermediate_values.items())] for t in trials],
                "user": [t.user_attrs for t in trials],
                "params": [t.params for t in trials],
                "constraints": [[plain(c) for c in constraints(t)] for t in trials],
            }
        )
        # Goes on over the same space, and copies all of it into a database.
        space = optuna.search_space.intersection_search_space(trials)
        for _ in range(6):
            trial = study.ask(space)
            study.tell(trial, [0.5] * len(study.directions))
        again = optuna.load_study(study_name=study.study_name, storage=storage())
        assert len(again.trials) >= len(trials) + 5, (len(again.trials), len(trials))
        optuna.copy_study(
            from_study_name=study.study_name, from_storage=storage(), to_storage="sqlite:///" + PATH + ".db"
        )
    print(json.dumps({"version": optuna.__version__, "studies": found}))


main()
