//! The translations, as the boot script has them: they are no part of the wasm, so that a text
//! costs what it weighs.

use rust_i18n::Backend;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    /// JSON: language → key → text.
    fn texts() -> String;
}

/// `t!("key", name = value, …)`: the text of a key in the reader's language. The library's own
/// macro of this name does the same with some hundred bytes at each of the places where something
/// is said.
macro_rules! t {
    ($key:expr $(,)?) => {
        $crate::words::texts::say(&$key)
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::texts::fill(&$key, &[$((stringify!($name), &$value)),+])
    };
}
pub(crate) use t;

/// The text of a key.
#[inline(never)]
pub fn say(key: &str) -> String {
    rust_i18n::t!(key).into_owned()
}

/// The text of a key, with each `%{name}` replaced.
#[inline(never)]
pub fn fill(key: &str, values: &[(&str, &dyn Display)]) -> String {
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = values.iter().map(|(_, value)| value.to_string()).collect();
    rust_i18n::replace_patterns(&counted(&say(key), &names, &values), &names, &values)
}

/// Each `[s]` of a text that is to be filled: nothing where the value named before it is 1, as in
/// “1 trial”, else an s.
fn counted(text: &str, names: &[&str], values: &[String]) -> String {
    let mut parts = text.split("[s]");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = whole
            .rsplit_once("%{")
            .and_then(|(_, rest)| rest.split_once('}'))
            .map(|(name, _)| name);
        let value = names.iter().position(|n| Some(*n) == name).map(|i| values[i].as_str());
        whole += if value == Some("1") { "" } else { "s" };
        whole += part;
    }
    whole
}

/// Language → key → text.
pub struct Texts(BTreeMap<String, BTreeMap<String, String>>);

impl Texts {
    /// The texts of the page. Without them it would show their keys.
    pub fn of_the_page() -> Self {
        Self(tunescape_core::json::read(&texts()).unwrap_or_default())
    }
}

impl Backend for Texts {
    fn available_locales(&self) -> Vec<Cow<'_, str>> {
        self.0.keys().map(Cow::from).collect()
    }

    fn translate(&self, locale: &str, key: &str) -> Option<Cow<'_, str>> {
        Some(Cow::from(self.0.get(locale)?.get(key)?))
    }

    fn messages_for_locale(&self, locale: &str) -> Option<Vec<(Cow<'_, str>, Cow<'_, str>)>> {
        Some(
            self.0
                .get(locale)?
                .iter()
                .map(|(key, text)| (Cow::from(key), Cow::from(text)))
                .collect(),
        )
    }
}
