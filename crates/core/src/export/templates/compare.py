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


def main():
    history, diverged = train(SETTINGS)
    for epoch, (train_loss, valid_loss) in enumerate(history):
        print(f"epoch {epoch}: training loss {train_loss:.6f}, validation loss {valid_loss:.6f}")
    if diverged:
        print(f"diverged in epoch {len(history)}")
    if not EXPECTED:
        print("not compared: there are no losses of the page that these should be equal to")
        return 0
    apart = 0.0
    for own, page in zip(history, EXPECTED):
        apart = max(apart, *(abs(a - b) / max(1.0, abs(b)) for a, b in zip(own, page)))
    same = apart <= TOLERANCE and len(history) >= len(EXPECTED)
    word = "equal to" if same else "NOT equal to"
    print(f"{word} the page within {TOLERANCE} over {len(EXPECTED) - 1} epochs (largest difference {apart:.1e})")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
