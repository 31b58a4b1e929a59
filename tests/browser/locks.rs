//! What is handed out locked: nothing changes it, and its controls say so.

use crate::harness::Browser;
use crate::page;
use crate::steps::key;

pub const TESTS: &[crate::Test] = &[
    ("what_is_limited_stays_in_its_range", limits),
    ("controls_without_effect_are_disabled_on_every_screen", disabled),
];

/// Neither a field, nor a slider's keys, nor the undoing of what was done before the lock.
fn limits(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=8&screen=explore");
    browser.choose("#activation", 3);
    browser.wait_for("a change", || page::hash(browser).contains("net.activation"));
    browser.eval("void (location.hash = '#v=1&map.side=8&screen=explore&net.hidden=[3]&lesson.lock=[%22net%22,%22run.momentum%22]&lesson.limit=[[%22run.learning_rate%22,0.01,0.5]]&lesson.hide=[%22play%22]')");
    browser.wait_for("the locks", || {
        browser.is_there("#play") && !browser.visible("#play") && page::ready_now(browser)
    });
    let momentum = browser.value("#run-momentum-value");
    browser.wait_for("the lock", || browser.is_there("#run-momentum:disabled"));
    for control in ["#run-momentum", "#run-momentum-value"] {
        browser.force(control, "0.5");
    }
    // The range stands beside the name, and the slider goes no further.
    assert_eq!(
        browser.attr(".slider:has(#run-lr) > span", "data-range").as_deref(),
        Some("0.01–0.5")
    );
    browser.type_into("#run-lr-value", "9");
    browser.wait_for("the limit", || browser.value("#run-lr-value") == "0.5");
    browser.wait_for("why", || page::notices(browser).contains("stays between 0.01 and 0.5"));
    browser.send_keys("#run-lr", key::HOME);
    browser.wait_for("the other limit", || browser.value("#run-lr-value") == "0.01");
    browser.type_into("#run-lr-value", "0.2");
    browser.click("#undo");
    browser.wait_for("a rate before", || browser.value("#run-lr-value") != "0.2");
    while browser.is_there("#undo:not([aria-disabled])") {
        browser.click("#undo");
    }
    // Something that is allowed, after what is not.
    browser.click("#theme");
    browser.type_into("#run-lr-value", "0.3");
    browser.wait_for("the link", || page::hash(browser).contains("run.learning_rate=0.3"));
    let setup = crate::native::setup(&page::hash(browser));
    assert_eq!(setup.net.hidden, [3]);
    assert_eq!((browser.value("#run-momentum-value"), setup.run.momentum), (momentum, 0.9));

    // A link without locks frees all of it, also what was of no use while it was locked.
    let to = |link: &str| {
        browser.eval(&format!("void (location.hash = '#v=1&map.side=8&screen=explore{link}')"))
    };
    let free = || {
        browser.is_there("#fewer-layers:enabled:not([aria-disabled])")
            && browser.is_there("#rule:enabled")
    };
    to("");
    browser.wait_for("no lock", free);
    to("&net.hidden=[]&lesson.lock=[%22net%22]");
    browser.wait_for("the lock", || browser.is_there("#fewer-layers[data-locked][aria-disabled]"));
    to("");
    browser.wait_for("no lock again", free);
    assert!(!browser.is_there("[data-locked], [data-said], [data-range]"));
}

/// Whatever could change the set-up, on any screen: what stays enabled plays, or looks.
fn disabled(browser: &Browser) {
    let locks = "data,net,training,evaluation,run,space,map,search,race,backend";
    let link = format!(
        "#v=1&map.side=8&training.epochs=10&search.budget=3&backend=cpu&lesson.lock={locks}"
    );
    let _server = page::open(browser, &link);
    let script = "[...document.querySelectorAll('.columns :is(input, select, button, textarea)')]
        .filter(e => !e.disabled && e.ariaDisabled !== 'true' && !e.closest('#plane, #map-click, th, .term, .to-setup, .to-main')).map(e => e.id).join(' ')";
    for (screen, free) in [
        (1, "reset play step pace discrete tell log sound smooth curve-metric threshold"),
        (2, "play step scrub speed map-epoch filter evolve"),
        (3, "race-start repeat board-codes board-train"),
    ] {
        browser.click(&format!(".tab:nth-child({screen})"));
        browser.wait_for(free, || page::ready_now(browser) && browser.eval(script) == free);
    }
    browser.click(".tab:nth-child(2)");
    browser.click("#map-click button:nth-child(2)");
    browser.wait_for("the map", || browser.is_there("#map svg[aria-disabled=true]"));
    browser.wait_for("the link", || !page::hash(browser).contains("screen="));
    let before = page::hash(browser);
    browser.send_keys("#map svg", key::ENTER);
    browser.wait_for("why not", || !page::notices(browser).is_empty());
    assert_eq!((page::hash(browser), page::rows(browser).len()), (before, 0));
}
