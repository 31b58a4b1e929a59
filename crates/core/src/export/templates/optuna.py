"""{{title}}

Tested with Optuna 5.0.0 and 4.9.0 and PyTorch 1.13.1. It wants numpy, torch and optuna{{needs}}.
{{unsupported}}
#if lacks

#end
#if over
Run it: it takes over the trials so far and goes on for as many more as the first argument says
(default {{more}}).
#else
Run it: it tries as many trials as the first argument says (default {{more}}).
#end
"""

#if grid_over
import itertools

#end
import optuna

{{training}}

# What is customary for an update rule.
RULES = {{rules}}


def suggest(trial):
    """Settings of a trial."""
    s = dict(SETTINGS, hidden=list(SETTINGS["hidden"]), activations=list(SETTINGS["activations"]))
{{suggest}}
    return s


def objective(trial):
    def report(epoch, valid_loss):
        trial.report(valid_loss, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned()

    history, diverged = train(suggest(trial), report)
    # Worse than any other: Optuna takes infinity, but not NaN.
    return math.inf if diverged else {{result}}


DISTRIBUTIONS = {
{{distributions}}
}

#if grid
# The values of the page's grid.
GRID = {
{{grid}}
}

#end
# The trials so far: state, value, parameters, validation loss by epoch.
TRIALS = {{trials}}


def main():
#if gaussian
    if int(torch.__version__.split(".")[0]) < 2:
        sys.exit(f"Optuna's GPSampler wants PyTorch 2.0 or newer; this is {torch.__version__}")
#end
    more = int(sys.argv[1]) if len(sys.argv) > 1 else {{more}}
    study = optuna.create_study(
        study_name={{name}},
        direction={{direction}},
        sampler={{sampler}},
        pruner={{pruner}},
    )
    for state, value, params, reports in TRIALS:
        study.add_trial(
            optuna.trial.create_trial(
                state=optuna.trial.TrialState[state],
                value=value,
                params=params,
                distributions={name: DISTRIBUTIONS[name] for name in params},
                intermediate_values=reports,
            )
        )
#if grid_over
    # Optuna's sampler does not know which of its points these trials have tried.
    points = [dict(zip(GRID, values)) for values in itertools.product(*GRID.values())]
    tried = [params for _, _, params, _ in TRIALS]
    left = [point for point in points if point not in tried]
    for point in left:
        study.enqueue_trial(point)
    more = min(more, len(left))
#end
    study.optimize(objective, n_trials=more)
    if not study.get_trials(states=[optuna.trial.TrialState.COMPLETE]):
        print(f"none of {len(study.trials)} trials went to its end")
        return
    print(f"best of {len(study.trials)} trials: {study.best_value:.6f} at {study.best_params}")


if __name__ == "__main__":
    main()
