"""{{title}}

Tested with {{tested}} on a CPU. It wants {{wants}}.
{{unsupported}}
#if lacks

#end
Run it: it trains the network of the page from the same initial weights, in the same batch order,
and compares its losses with the page's{{where}}.
"""

{{training}}

# Losses of the page after epoch 0 (before training), 1, 2 ...: training, validation.
EXPECTED = {{expected}}
TOLERANCE = {{tolerance}}  # relative to the loss, or to 1 where that is more


def apart(one, other):
    """The largest difference of two histories, over the epochs that both have."""
    pairs = [pair for epochs in zip(one, other) for pair in zip(*epochs)]
    return max((abs(a - b) / max(1.0, abs(b)) for a, b in pairs), default=0.0)


def main():
    global initial
    history, diverged = train(SETTINGS)
    for epoch, (train_loss, valid_loss) in enumerate(history):
        print(f"epoch {epoch}: training loss {train_loss:.6f}, validation loss {valid_loss:.6f}")
    if diverged:
        print(f"diverged in epoch {len(history)}")
    if not EXPECTED:
        print("not compared: there are no losses of the page that these should be equal to")
        return 0
    difference = apart(history, EXPECTED)
    same = difference <= TOLERANCE and len(history) >= len(EXPECTED)
    word = "equal to" if same else "NOT equal to"
    print(f"{word} the page within {TOLERANCE} over {len(EXPECTED) - 1} epochs (largest difference {difference:.1e})")
    if not same:
        # Whether rounding alone does that: the same training once more, from almost the same weights.
        start = initial
        initial = lambda sizes, settings: [weight + 2**-24 for weight in start(sizes, settings)]
        again, _ = train(SETTINGS)
        compared, again = history[: len(EXPECTED)], again[: len(EXPECTED)]
        rounding = apart(compared, again)
        stable = rounding <= TOLERANCE and len(compared) == len(again)
        verdict = "is stable: look for another reason" if stable else "is not stable"
        print(f"With initial weights moved by {2**-24:.0e} the losses differ by {rounding:.1e} here: the training {verdict}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
