//! One run, steered while it trains.

use crate::harness::{Browser, Kind};
use crate::steps::key;
use crate::{native, page};

pub const TESTS: &[crate::Test] = &[
    ("one_run_is_steered_stepped_and_reset_to_the_same_start", steered),
    ("a_run_goes_on_at_half_its_rate_and_changes_are_undone", half_and_undo),
    ("a_run_is_looked_into_and_its_limit_follows_the_momentum", looked_into),
    ("a_run_branches_and_no_branch_is_lost", branches),
    ("a_step_is_told_and_a_bias_set_by_keys_alone", told),
    ("points_are_drawn_and_trained_on", draws),
    ("the_run_rests_whenever_it_is_told", rests),
    ("a_run_that_diverges_stops_at_its_last_finite_epoch", diverges),
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
    let moons = browser.text("#data-about");
    browser.click(".set[data-name=spiral]");
    browser.wait_for("the spiral", || browser.text("#data-about") != moons);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores") && epoch(browser) == 0.0);
    let start = browser.text("#run-scores");
    for n in 1..=2 {
        browser.click("#step");
        browser.wait_for("a step", || epoch(browser) == f64::from(n));
    }
    let second = browser.text("#run-scores");
    assert_ne!(second, start);
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
        format!("{:.1} %", 100.0 * report.valid_score)
    );

    // Momentum is turned down while it trains, and training goes on.
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
    // Heard from the first epoch on, whatever the clock of the sound does.
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

    // The same start, and with the same momentum the same steps.
    browser.click("#reset");
    browser.wait_for("epoch 0 again", || epoch(browser) == 0.0);
    assert_eq!(browser.text("#run-scores"), start);
    browser.type_into("#run-momentum-value", "0.9");
    browser.wait_for("the momentum", || {
        browser.attr("#run-momentum", "aria-valuetext").as_deref() == Some("0.9")
    });
    for n in 1..=2 {
        browser.click("#step");
        browser.wait_for("a step", || epoch(browser) == f64::from(n));
    }
    assert_eq!(browser.text("#run-scores"), second);

    // Other start weights are another start.
    browser.click("#new-seed");
    browser.wait_for("another start", || {
        epoch(browser) == 0.0 && browser.text("#run-scores") != start
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
        !browser.is_there("#slice polyline.path") && browser.text("#slice").contains("100.0 %")
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

fn branches(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores"));
    for n in 1..=4 {
        browser.click("#step");
        browser.wait_for("a step", || epoch(browser) == f64::from(n));
    }
    let fourth = browser.text("#run-scores");
    browser.click("#pin");
    // To look back loses nothing, and the same way again is no branch.
    browser.send_keys("#run-scrub", &key::LEFT.repeat(2));
    browser.wait_for("epoch 2", || epoch(browser) == 2.0 && browser.text("#run-scores") != fourth);
    assert_eq!(points_of_curve(browser), 5);
    browser.click("#step");
    browser.wait_for("epoch 3", || epoch(browser) == 3.0);
    assert!(!browser.is_there("#branches"));
    // Another batch size acts without a reset, from here on.
    browser.type_into("#batch", "8");
    browser.click("#step");
    browser
        .wait_for("a branch", || browser.count("#branches button") == 2 && epoch(browser) == 4.0);
    assert_ne!(browser.text("#run-scores"), fourth);
    assert!(
        browser.text("#branches [data-branch='1']").contains("→ 8"),
        "{}",
        browser.text("#branches")
    );
    assert!(browser.text("#difference").contains("→ 8"), "{}", browser.text("#difference"));
    browser.click("#branches [data-branch='0']");
    browser.wait_for("the first branch", || {
        browser.text("#run-scores") == fourth && browser.value("#batch") == "32"
    });
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
    // One update is the whole epoch: its loss is what the page shows of the training rows.
    let numbers: Vec<f64> = parts[3]
        .replace('−', "-")
        .split_whitespace()
        .filter_map(|w| w.trim_matches([';', '.', '(', ')']).parse().ok())
        .collect();
    let loss = || browser.number("#run-scores [data-row=loss] td:nth-child(2)");
    let near =
        |value: f64| numbers[numbers.len() - 2..].iter().any(|told| (told - value).abs() < 6e-4);
    assert!(parts[3].contains("0.9 · 0 + ") && near(loss()), "{parts:?} against {}", loss());
    // What is subtracted is what the weight loses, digit by digit.
    let sum = parts[3]
        .split_once("; w ← ")
        .and_then(|(_, sum)| sum.split_once(" = "))
        .map_or("", |(_, sum)| sum);
    let [from, change, to] = [" − ", " = ", ". "]
        .iter()
        .scan(sum, |rest, end| {
            let (value, more) = rest.split_once(end)?;
            *rest = more;
            value.trim_matches(['(', ')']).replace('−', "-").parse::<f64>().ok()
        })
        .collect::<Vec<_>>()[..]
    else {
        panic!("{parts:?}")
    };
    assert!(change != 0.0 && (from - change - to).abs() < 1e-9, "{from} {change} {to}");
    browser.click("#told-next");
    browser.wait_for("the next epoch", || epoch(browser) == 1.0 && browser.is_there("#told"));
    assert!(near(loss()), "{parts:?} against {}", loss());

    // A bias by keys alone.
    browser.send_keys("#inside svg", &format!("{}{}", key::RIGHT, key::ENTER));
    browser.send_keys("#weight", &format!("{}{}2.5{}", key::END, key::BACK.repeat(7), key::ENTER));
    browser.wait_for("the bias", || browser.text("#inside-reading").contains("2.500"));
}

/// Whatever the page asks of the run while it goes on.
fn rests(browser: &Browser) {
    let _server = page::open(browser, "#v=1&screen=explore&data.name=moons&map.side=8&backend=cpu");
    for glances in 1..=12 {
        browser.click("#play");
        let asked = epoch(browser) + f64::from(glances);
        browser.wait_for("some epochs", || epoch(browser) > asked);
        browser.click("#pause");
        browser.wait_for("the rest", || browser.is_there("#play"));
    }
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

fn diverges(browser: &Browser) {
    let _server = page::open(browser, LINK);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores"));
    browser.click("#step");
    browser.wait_for("a step", || epoch(browser) == 1.0);
    assert!(!browser.is_there("#diverged"));
    browser.type_into("#run-lr-value", "1000");
    browser.click("#play");
    browser.wait_for("the divergence", || browser.visible("#diverged"));
    let last = epoch(browser);
    assert!(
        browser.text("#diverged").contains(&format!("{}", last + 1.0)),
        "{}",
        browser.text("#diverged")
    );
    assert_eq!(browser.attr("#play", "aria-disabled").as_deref(), Some("true"));
    assert_eq!(points_of_curve(browser), last as usize + 1);
    page::no_nan(browser);
    // On the map the run lies beyond the edge, and that is said.
    browser.click("#find");
    browser.wait_for("the ring", || {
        browser.is_there("#map .found") && browser.text("#found").contains("beyond")
    });
    browser.click_at("#map canvas", [0.5, 0.5]);
    browser.wait_for("the ring on the part", || {
        browser.is_there("#back-out") && browser.is_there("#map .found")
    });
    browser.click("#lose");
    browser.wait_for("none", || !browser.is_there("#map .found"));
    browser.click(".tab:nth-child(1)");
    // Two ways on, and no more.
    assert_eq!(browser.eval("document.querySelectorAll('#diverged button').length"), 2);
    browser.type_into("#run-lr-value", "0.1");
    browser.click("#reset");
    browser.wait_for("epoch 0", || {
        epoch(browser) == 0.0 && browser.is_there("#step:not([aria-disabled])")
    });
    browser.click("#step");
    browser.wait_for("another step", || epoch(browser) == 1.0);
}

fn half_and_undo(browser: &Browser) {
    let link = "#v=1&screen=explore&data.name=moons&net.hidden=[4]&map.side=8&training.epochs=10&backend=cpu&run.momentum=0&run.learning_rate=40";
    let _server = page::open(browser, link);
    browser.wait_for("epoch 0", || browser.is_there("#run-scores"));
    assert!(!browser.is_there("#undo:not([aria-disabled])"));
    browser.click("#play");
    browser.wait_for("divergence", || browser.is_there("#diverged"));
    let before = epoch(browser);
    browser.click("#half");
    browser.wait_for("the rate", || browser.value("#run-lr-value") == "20");
    browser.wait_for("it goes on by itself", || {
        epoch(browser) > before || browser.is_there("#diverged")
    });
    if browser.is_there("#pause") {
        browser.click("#pause");
        browser.wait_for("the pause", || browser.is_there("#play"));
    }
    browser.click("#pin");
    browser.send_keys("body", "\u{e009}z");
    browser.wait_for("the old rate", || {
        browser.value("#run-lr-value") == "40" && browser.is_there("#redo:not([aria-disabled])")
    });
    browser.click("#redo");
    browser.wait_for("the new rate", || browser.value("#run-lr-value") == "20");
    // The pinned curve stays beside that of the run from the start.
    browser.click("#reset");
    browser.wait_for("the ghost", || {
        browser.is_there("#run-losses path.line.ghost") && epoch(browser) == 0.0
    });
    browser.click("#unpin");
    browser.wait_for("none", || !browser.is_there("#run-losses path.line.ghost"));
    // A list that the reader has chosen from shows what is in force, too.
    let shown = || browser.eval("document.querySelector('#activation').selectedIndex");
    let before = shown();
    browser.choose("#activation", 3);
    browser.click("#undo");
    browser.wait_for("the old activation", || shown() == before);
    browser.click("#redo");
    browser.wait_for("the new one", || shown() == 3);
}
