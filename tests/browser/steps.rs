//! What a person does with a page and sees on it. Every step waits until it can be done.

use crate::harness::Browser;
use base64::Engine;
use fantoccini::Locator;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PenActions, PointerAction,
    TouchActions,
};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use serde_json::Value;
use std::future::Future;
use std::time::{Duration, Instant};

/// Keys as WebDriver names them.
pub mod key {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const HOME: &str = "\u{e011}";
    pub const END: &str = "\u{e010}";
    pub const DOWN: &str = "\u{e015}";
    pub const LEFT: &str = "\u{e012}";
    pub const UP: &str = "\u{e013}";
    pub const RIGHT: &str = "\u{e014}";
    pub const ESCAPE: &str = "\u{e00c}";
    /// Backspace.
    pub const BACK: &str = "\u{e003}";
}

/// Steps wait for what they need and no longer; only a failure takes this long. It is enough for a
/// machine that is busy with other browsers.
const PATIENCE: Duration = Duration::from_secs(180);

impl Browser {
    pub fn goto(&self, url: &str) {
        self.run(self.client.goto(url));
    }

    pub fn reload(&self) {
        self.run(self.client.refresh());
    }

    /// The value of a JavaScript expression.
    pub fn eval(&self, expression: &str) -> Value {
        self.run(self.client.execute(&format!("return {expression}"), vec![]))
    }

    /// Looks until `condition` holds; `what` names it if it never does.
    pub fn wait_for(&self, what: &str, condition: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !condition() {
            let state = || {
                format!(
                    "{}\n{}",
                    self.console_errors().join("\n"),
                    self.eval("document.body.innerText")
                )
            };
            assert!(Instant::now() < end, "waited in vain for {what}\n{}", state());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Does something with an element as soon as it is there and lets itself be used.
    fn with<T, F: Future<Output = Result<T, CmdError>>>(
        &self,
        css: &str,
        act: impl Fn(Element) -> F,
    ) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            // As a person would, what is folded away is opened first.
            let open = format!(
                "for (let e = document.querySelector({css:?}); e; e = e.parentElement) if (e.matches('.fold')) e.open = true"
            );
            let done = self.attempt(async {
                self.client.execute(&open, vec![]).await?;
                act(self.client.find(Locator::Css(css)).await?).await
            });
            match done {
                Ok(value) => return value,
                // It may be drawn anew at this very moment, or be covered by what is about to go.
                Err(why) => assert!(Instant::now() < end, "{css}: {why}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn text(&self, css: &str) -> String {
        self.with(css, |element| async move { element.text().await })
    }

    /// The first number in an element's text.
    pub fn number(&self, css: &str) -> f64 {
        let text = self.text(css);
        let digits = |c: char| c.is_ascii_digit() || "-.".contains(c);
        let number = text.split(|c| !digits(c)).find_map(|word| word.parse().ok());
        number.unwrap_or_else(|| panic!("no number in “{text}” of {css}"))
    }

    pub fn attr(&self, css: &str, name: &str) -> Option<String> {
        self.with(css, |element| async move { element.attr(name).await })
    }

    /// What stands in a field.
    pub fn value(&self, css: &str) -> String {
        self.with(css, |element| async move { element.prop("value").await }).unwrap_or_default()
    }

    /// How many elements there are.
    pub fn count(&self, css: &str) -> usize {
        self.run(self.client.find_all(Locator::Css(css))).len()
    }

    pub fn is_there(&self, css: &str) -> bool {
        self.count(css) > 0
    }

    pub fn visible(&self, css: &str) -> bool {
        self.attempt(async { self.client.find(Locator::Css(css)).await?.is_displayed().await })
            .unwrap_or(false)
    }

    /// Clicks what is there and enabled.
    pub fn click(&self, css: &str) {
        self.wait_for(&format!("{css} to be enabled"), || {
            let enabled = async {
                let element = self.client.find(Locator::Css(css)).await?;
                Ok::<bool, CmdError>(
                    element.is_enabled().await? && element.attr("aria-disabled").await?.is_none(),
                )
            };
            self.attempt(enabled) == Ok(true)
        });
        self.with(css, |element| async move { element.click().await });
    }

    pub fn send_keys(&self, css: &str, keys: &str) {
        self.with(css, |element| async move { element.send_keys(keys).await });
    }

    /// Types over what stands in a box.
    pub fn type_into(&self, css: &str, text: &str) {
        let old = key::BACK.repeat(self.value(css).len());
        self.send_keys(css, &format!("{}{old}{text}{}", key::END, key::ENTER));
    }

    /// Puts a value into a control although it is disabled, as somebody may with the browser's own
    /// tools; presses a button.
    pub fn force(&self, css: &str, value: &str) {
        self.eval(&format!(
            "(() => {{ const control = document.querySelector('{css}');
                const disabled = control.disabled;
                control.disabled = false;
                if (control.matches('button')) control.click();
                else {{
                    control[control.matches('select') ? 'selectedIndex' : 'value'] = '{value}';
                    for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, {{ bubbles: true }}));
                }}
                control.disabled = disabled; }})()"
        ));
    }

    pub fn choose(&self, css: &str, index: usize) {
        self.with(css, |element| async move { element.select_by_index(index).await });
    }

    /// Moves the mouse over an element: fractions of its width and height, from the top left.
    pub fn point_at(&self, css: &str, [x, y]: [f64; 2]) {
        self.mouse(css, [x, y], false);
    }

    pub fn click_at(&self, css: &str, [x, y]: [f64; 2]) {
        self.mouse(css, [x, y], true);
    }

    fn mouse(&self, css: &str, [x, y]: [f64; 2], click: bool) {
        self.eval(&format!(
            "document.querySelector('{css}').scrollIntoView({{ block: 'center' }})"
        ));
        self.with(css, |element| async move {
            let (_, _, width, height) = element.rectangle().await?;
            let (x, y) = (((x - 0.5) * width).round(), ((y - 0.5) * height).round());
            let to = PointerAction::MoveToElement { element, duration: None, x, y };
            let mut mouse = MouseActions::new("mouse".into()).then(to);
            if click {
                // As long as a hand takes: a click of no time at all may be lost while the page is
                // drawn.
                mouse = mouse
                    .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
                    .then(PointerAction::Pause { duration: Duration::from_millis(60) })
                    .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
            }
            self.client.perform_actions(mouse).await
        });
    }

    /// Draws a stroke over an element with a finger, or with a pen: from one place to another, as
    /// fractions of its size.
    pub fn stroke(&self, css: &str, pen: bool, from: [f64; 2], to: [f64; 2]) {
        self.eval(&format!(
            "document.querySelector('{css}').scrollIntoView({{ block: 'center' }})"
        ));
        self.with(css, |element| async move {
            let (_, _, width, height) = element.rectangle().await?;
            let go = |[x, y]: [f64; 2], ms: u64| PointerAction::MoveToElement {
                element: element.clone(),
                duration: Some(Duration::from_millis(ms)),
                x: ((x - 0.5) * width).round(),
                y: ((y - 0.5) * height).round(),
            };
            let middle = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
                .map(|s| [0, 1].map(|i| from[i] + s * (to[i] - from[i])));
            let down = PointerAction::Down { button: MOUSE_BUTTON_LEFT };
            let up = PointerAction::Up { button: MOUSE_BUTTON_LEFT };
            let actions =
                [go(from, 0), down].into_iter().chain(middle.map(|at| go(at, 30))).chain([up]);
            if pen {
                self.client
                    .perform_actions(
                        actions.fold(PenActions::new("pen".into()), |all, one| all.then(one)),
                    )
                    .await
            } else {
                self.client
                    .perform_actions(
                        actions.fold(TouchActions::new("finger".into()), |all, one| all.then(one)),
                    )
                    .await
            }
        });
    }

    /// Goes into a frame of the page.
    pub fn frame(&self, index: u16) {
        self.run(self.client.clone().enter_frame(index));
    }
}

/// Drops a file on the page.
pub fn drop_file(browser: &Browser, name: &str, bytes: &[u8]) {
    hand_over(browser, "DragEvent", "drop", "dataTransfer", &held_file(name, bytes));
}

/// Pastes a file where nothing is being typed.
pub fn paste_file(browser: &Browser, name: &str, bytes: &[u8]) {
    hand_over(browser, "ClipboardEvent", "paste", "clipboardData", &held_file(name, bytes));
}

/// Copies a text out of a field of its own, and pastes it where nothing is being typed: Firefox
/// shows no text of a paste that a script makes.
pub fn paste(browser: &Browser, text: &str) {
    browser.eval(&format!(
        "(() => {{
            const field = document.createElement('textarea');
            field.id = 'copied';
            field.value = {};
            (document.querySelector('dialog[open]') ?? document.body).append(field);
            field.focus();
            field.select();
        }})()",
        Value::from(text)
    ));
    press_with_control(browser, 'c');
    browser.eval("document.getElementById('copied').remove()");
    press_with_control(browser, 'v');
}

/// Presses a key while Control is down.
pub fn press_with_control(browser: &Browser, key: char) {
    const CONTROL: char = '\u{e009}';
    let keys = KeyActions::new("keys".into())
        .then(KeyAction::Down { value: CONTROL })
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key })
        .then(KeyAction::Up { value: CONTROL });
    browser.run(browser.client.perform_actions(keys));
}

fn held_file(name: &str, bytes: &[u8]) -> String {
    let packed = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!(
        "held.items.add(new File([Uint8Array.from(atob('{packed}'), (c) => c.charCodeAt(0))], '{name}'));"
    )
}

/// As the browser does when something is dropped or pasted, which no driver can.
fn hand_over(browser: &Browser, class: &str, kind: &str, field: &str, held: &str) {
    let result = browser.eval(&format!(
        "(() => {{
            const held = new DataTransfer();
            {held}
            const event = new {class}('{kind}', {{ {field}: held, cancelable: true, bubbles: true }});
            document.body.dispatchEvent(event);
            return event.{field} !== null;
        }})()"
    ));
    assert_eq!(result, true, "the browser lets nothing be handed over");
}
