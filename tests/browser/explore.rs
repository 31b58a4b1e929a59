//! One run, steered while it trains.

use crate::harness::{Browser, Kind};
use crate::steps::key;
use crate::{native, page};

pub const TESTS: &[crate::Test] = &[
    ("one_run_is_steered_heard_undone_and_found_on_the_map", steered),
    ("a_run_is_looked_into_and_its_limit_follows_the_momentum", looked_into),
    ("a_step_is_told_and_a_bias_set_by_keys_alone", told),
    ("points_are_drawn_and_trained_on", draws),
];

const LINK: &str = "#v=1&screen=explore&data.name=moons&map.side=8&training.epochs=10&backend=cpu";

fn epoch(browser: &Browser) -> f64 {
    browser.number("#run-epoch")
}

fn points_of_curve(browser: &Browser) -> usize {
    let path = browser.attr("#run-losses figure > svg path.line.valid", "d").unwrap_or_default();
    path.matches(['M', 'L']).count()
}

fn steered(browser: &Browser) {
    let _server = page::open(browser, LINK);
    let start = steps(browser);
    turns(browser);
    sounds(browser);
    starts_again(browser, &start);
    diverges(browser);
}

/// Other data, two epochs of it, and the scores that are the engine's own. Returns those of the
/// start.
fn steps(browser: &Browser) -> String {
    let moons = browser.text("#data-about");
    browser.click(".set[data-name=spiral]");
    browser.wait_for("the spiral", || browser.text("#data-about") != moons);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores") && epoch(browser) == 0.0);
    let start = browser.text("#run-scores");
    for n in 1..=2 {
        browser.click("#step");
        browser.wait_for("a step", || epoch(browser) == f64::from(n));
    }
    assert_ne!(browser.text("#run-scores"), start);
    browser.wait_for("the link", || {
        page::hash(browser).contains("screen=explore") && !page::hash(browser).contains("moons")
    });
    let setup = native::setup(&page::hash(browser));
    let report = native::reports(&setup, &[0.1, 0.9])[2];
    let shown = |css: &str| browser.text(css);
    assert_eq!(
        shown("#run-scores [data-row=loss] td:nth-child(3)"),
        format!("{:.3}", report.valid_loss)
    );
    assert_eq!(
        shown("#run-scores [data-row=accuracy] td:nth-child(3)"),
        format!("{:.1}%", 100.0 * report.valid_score)
    );
    start
}

/// Momentum is turned down while it trains, and training goes on.
fn turns(browser: &Browser) {
    browser.click("#play");
    browser.wait_for("ten epochs", || epoch(browser) >= 10.0);
    assert!(!browser.is_there("#run-losses .mark"));
    browser.send_keys("#run-momentum", &key::LEFT.repeat(40));
    browser.wait_for("the mark of the change", || browser.is_there("#run-losses .mark"));
    let turned = epoch(browser);
    browser.wait_for("more epochs", || epoch(browser) >= turned + 10.0);
    let turned_to = browser.value("#run-momentum-value").parse::<f64>();
    assert!(turned_to.as_ref().is_ok_and(|momentum| *momentum < 0.87), "{turned_to:?}");
    // What is being typed outlives the drawing of the next epochs.
    let old = key::BACK.repeat(browser.value("#run-momentum-value").len());
    browser.send_keys("#run-momentum-value", &format!("{}{old}0.5", key::END));
    let typed = epoch(browser);
    browser.wait_for("more epochs", || epoch(browser) >= typed + 3.0);
    assert_eq!(browser.value("#run-momentum-value"), "0.5");
    browser.send_keys("#run-momentum-value", key::ENTER);
    browser.wait_for("the momentum", || {
        browser.attr("#run-momentum", "aria-valuetext").as_deref() == Some("0.5")
    });
    browser.click("#pause");
    browser.wait_for("the pause", || browser.is_there("#play"));
    let paused = epoch(browser);
    browser.wait_for("the curve", || points_of_curve(browser) == paused as usize + 1);
    browser.click("#step");
    browser.wait_for("one epoch more", || epoch(browser) == paused + 1.0);
    page::no_nan(browser);
}

/// Heard from the first epoch on, whatever the clock of the sound does.
fn sounds(browser: &Browser) {
    browser.eval(
        "((all, make) => (window.tones = [], all.createOscillator = function () { tones.push(1); return make.call(this); }, 0))
            (BaseAudioContext.prototype, BaseAudioContext.prototype.createOscillator)",
    );
    browser.click("#sound");
    browser.click("#step");
    browser.wait_for("a tone", || browser.eval("tones.length") == 1);
    // Those that come too close upon another are left out.
    browser.wait_for("another", || {
        browser.click("#step");
        browser.eval("tones.length >= 2") == true
    });
    browser.click("#sound");
}

/// The start again, beside the pinned curve; and a change undone by its keys.
fn starts_again(browser: &Browser, start: &str) {
    browser.click("#pin");
    browser.click("#reset");
    browser.wait_for("the ghost", || {
        epoch(browser) == 0.0 && browser.is_there("#run-losses path.line.ghost")
    });
    assert_eq!(browser.text("#run-scores"), start);
    browser.type_into("#run-momentum-value", "0.25");
    // On a button: in a field these keys are the field's own.
    browser.send_keys("#play", "\u{e009}z");
    browser.wait_for("the momentum before", || browser.value("#run-momentum-value") == "0.5");
}

/// Where it diverges, that is said, with two ways on; on the map it lies beyond the edge.
fn diverges(browser: &Browser) {
    browser.type_into("#run-lr-value", "1000");
    browser.click("#play");
    browser.wait_for("the divergence", || browser.visible("#diverged"));
    let last = epoch(browser);
    assert!(browser.text("#diverged").contains(&format!("{}", last + 1.0)));
    assert_eq!(browser.count("#diverged button"), 2);
    assert_eq!(browser.attr("#play", "aria-disabled").as_deref(), Some("true"));
    page::no_nan(browser);
    browser.click("#find");
    browser.wait_for("the ring", || {
        browser.is_there("#map .found") && browser.text("#found").contains("beyond")
    });
}

fn looked_into(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores"));
    for n in 1..=3 {
        browser.click("#step");
        browser.wait_for("a step", || epoch(browser) == f64::from(n));
    }
    let limit = || {
        browser
            .attr("#limit", "data-limit")
            .and_then(|limit| limit.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    browser
        .wait_for("the limit", || browser.text("#stability").contains("epoch 3") && limit() > 0.0);
    let with_momentum = limit();
    browser.type_into("#run-momentum-value", "0");
    browser.wait_for("another limit", || limit() != with_momentum);
    // 2(1 + β)/λ at 0.9 and at 0, read with three digits.
    assert!((with_momentum / limit() - 1.9).abs() < 0.02, "{with_momentum} against {}", limit());
    browser.click("#pad");
    browser.wait_for("both", || {
        let value = |css: &str| browser.value(css).parse::<f64>().unwrap_or(0.0);
        (0.3..0.5).contains(&value("#run-momentum-value"))
            && (0.02..0.1).contains(&value("#run-lr-value"))
    });

    // Of the path's plane only a share of the next step is seen; of the step's, all.
    browser.wait_for("the slice", || browser.is_there("#slice polyline.path"));
    browser.click("#slice .segments button:nth-child(2)");
    browser.wait_for("the step's plane", || {
        !browser.is_there("#slice polyline.path") && browser.text("#slice").contains("100.0%")
    });
    assert!(
        browser.is_there("#slice .arrow.gradient") && browser.is_there("#slice .arrow.velocity")
    );

    // What a press does, its name says.
    let name = || browser.attr("#luck", "aria-label").unwrap_or_default();
    let asks = name();
    browser.click("#luck");
    browser.wait_for("other seeds", || {
        browser.is_there("#luck-says") && browser.is_there("#run-losses .area")
    });
    assert!(name() != asks && name() == browser.text("#luck"));

    browser.click("[data-unit='1-0'] rect");
    browser.type_into("#weight", "2.5");
    browser.wait_for("the bias", || browser.text("#inside-reading").contains("2.500"));
    // The field has what is in force, also where that is another by then.
    browser.click("#reset");
    browser.wait_for("the bias of the start", || {
        browser.text("#inside-reading").contains("bias 0.000")
            && browser.value("#weight") == "0.000"
    });
    // Units and layers on the drawing, by the keyboard too.
    let layers = || browser.count("#inside tbody tr");
    let units = || browser.count("#inside [data-unit^='1-']");
    assert_eq!((layers(), units()), (3, 8));
    browser.send_keys("#inside [data-layer='1'] button", key::ENTER);
    browser.wait_for("one unit less, and a new start", || units() == 7 && epoch(browser) == 0.0);
    browser.click("#inside [data-layer='2'] button:last-child");
    browser.wait_for("one layer less", || layers() == 2);
    browser.click("#inside .gap:nth-last-child(2) button");
    browser.wait_for("one layer more", || layers() == 3 && page::hash(browser).contains("[7,8]"));
    page::no_nan(browser);
}

fn told(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores"));
    browser.type_into("#batch", "1000");
    browser.click("#tell");
    browser.wait_for("an update", || browser.is_there("#told"));
    let mut parts = vec![browser.text("#told")];
    for _ in 1..4 {
        browser.click("#told-next");
        browser.wait_for("the next part", || browser.text("#told") != parts[parts.len() - 1]);
        parts.push(browser.text("#told"));
    }
    assert!(parts[3].contains("0.9 · 0 + "), "{parts:?}");
    browser.click("#told-next");
    browser.wait_for("the next epoch", || epoch(browser) == 1.0 && browser.is_there("#told"));

    // A bias by keys alone.
    browser.send_keys("#inside svg", &format!("{}{}", key::RIGHT, key::ENTER));
    browser.send_keys("#weight", &format!("{}{}2.5{}", key::END, key::BACK.repeat(7), key::ENTER));
    browser.wait_for("the bias", || browser.text("#inside-reading").contains("2.500"));
}

fn draws(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores"));
    let moons = browser.text("#data-about");
    browser.click("#draw-own summary");
    for (class, steps) in [("1", key::RIGHT), ("2", key::UP)] {
        browser.send_keys("#draw", class);
        // Firefox sends the keys of one call without letting the page draw between them.
        for _ in 0..12 {
            browser.send_keys("#draw", steps);
            browser.send_keys("#draw", " ");
        }
    }
    browser.wait_for("the drawing", || {
        browser.text("#data-about") != moons && browser.is_there("#run-scores")
    });
    browser.wait_for("the link", || page::hash(browser).contains("data.drawn="));
    // With a finger and with a pen (which Firefox's driver has not) a stroke is several points.
    let pens = if browser.kind == Kind::Firefox { 1 } else { 2 };
    for pen in [false, true].into_iter().take(pens) {
        let before = page::hash(browser).len();
        browser.stroke(
            "#draw",
            pen,
            [0.2, if pen { 0.2 } else { 0.3 }],
            [0.8, if pen { 0.2 } else { 0.3 }],
        );
        browser.wait_for("the stroke", || page::hash(browser).len() > before + 6);
    }
    browser.wait_for("a run of them", || browser.is_there("#run-scores"));
    browser.click("#step");
    browser.wait_for("a step", || epoch(browser) == 1.0);
    page::no_nan(browser);
}
