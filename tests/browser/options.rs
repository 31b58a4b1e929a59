//! The network and how it is trained, changed as a person would: what of it is drawn and typed.

use crate::harness::Browser;
use crate::page;
use tunescape_engine::net::Activation;
use tunescape_engine::optim::Rule;
use tunescape_engine::optim::formula::Terms;

pub const TESTS: &[crate::Test] = &[("training_options_are_chosen_typed_and_drawn", options)];

/// Where something stands in a list of choices.
fn at<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).expect("it is offered")
}

fn options(browser: &Browser) {
    let _server = page::open(browser, "#v=1&map.side=8&training.epochs=120&backend=cpu");
    let drawn = || browser.attr("#schedule-drawing polyline", "points").expect("a line");
    let flat = drawn();
    let mut seen = vec![flat];
    for kind in [2, 3, 4, 5, 6] {
        browser.choose("#schedule", kind);
        browser.wait_for("another line", || !seen.contains(&drawn()));
        seen.push(drawn());
    }
    browser.choose("#rule", at(&Rule::ALL, &Rule::AdamW));
    // Its weight decay comes with it.
    let terms = Terms { decay: true, ..Terms::default() };
    let formula = || browser.attr("#formula", "data-formula");
    browser.wait_for("its formula", || formula() == Some(Rule::AdamW.formula(terms)));
    // In MathML that the browser knows as such: a fraction is higher than it is written.
    assert_eq!(browser.count("#formula math"), 5);
    assert_eq!(
        browser.eval("document.querySelector('#formula mfrac').namespaceURI"),
        "http://www.w3.org/1998/Math/MathML"
    );
    assert_eq!(browser.value("#beta2"), "0.999");
    browser.choose("#activation", at(&Activation::ALL, &Activation::Gelu));
    browser.click("#regularisation summary");
    browser.type_into("#dropout", "0.1");
    browser.type_into("#label_smoothing", "0.05");
    browser.type_into("#clip_norm", "1");
    browser.type_into("#l1", "0.0001");
    browser.click("#network-more summary");
    browser.choose("#init", 3);
    browser.choose("#loss", 0);
    browser.wait_for("the link", || {
        let hash = page::hash(browser);
        ["clip_norm=1", "l1=0.0001", "dropout=0.1", "net.init=", "net.activation=gelu"]
            .iter()
            .all(|part| hash.contains(part))
    });
    // What can't be is refused in the words of the page.
    browser.type_into("#dropout", "2");
    browser.wait_for("why not", || page::notices(browser).contains("Dropout"));
    assert_eq!(browser.value("#dropout"), "0.1");
    page::no_nan(browser);
}
