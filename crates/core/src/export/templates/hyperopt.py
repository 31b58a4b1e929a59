"""{{title}}

Tested with Hyperopt {{tested}} and PyTorch 1.13.1. It wants numpy, torch and hyperopt.
{{unsupported}}
#if lacks

#end
#if points
Run it: it tries the best trials so far anew, and as many more as the first argument says (default
{{more}}).
#else
Run it: it tries as many trials as the first argument says (default {{more}}).
#end
"""

from hyperopt import STATUS_FAIL, STATUS_OK, Trials, fmin, hp, {{algorithm}}
from hyperopt.exceptions import AllTrialsFailed
from hyperopt.fmin import generate_trials_to_calculate
from hyperopt.pyll import scope

{{training}}

# What is customary for an update rule.
RULES = {{rules}}

SPACE = {
{{space}}
}

# The best trials so far, which Hyperopt tries anew: choices by their number.
POINTS = {{points}}


def settings_of(point):
    """Settings of a trial."""
    s = dict(SETTINGS, hidden=list(SETTINGS["hidden"]), activations=list(SETTINGS["activations"]))
{{apply}}
    return s


def objective(point):
    history, diverged = train(settings_of(point))
    if diverged:
        return {"status": STATUS_FAIL}
    return {"status": STATUS_OK, "loss": {{result}}}


def main():
    more = int(sys.argv[1]) if len(sys.argv) > 1 else {{more}}
    # Hyperopt begins with given points only where it makes the trials of them itself.
    trials = generate_trials_to_calculate(POINTS) if POINTS else Trials()
    try:
        fmin(
            objective,
            SPACE,
            algo={{algorithm}}.suggest,
            max_evals=more,
            trials=trials,
            rstate=np.random.default_rng({{search_seed}}),
            show_progressbar=False,
        )
    except AllTrialsFailed:
        print(f"all {len(trials.trials)} trials diverged")
        return
    print(f"best of {len(trials.trials)} trials: {trials.best_trial['result']['loss']:.6f} at {trials.argmin}")


if __name__ == "__main__":
    main()
