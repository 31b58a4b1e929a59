//! The translations, as the boot script has them: they are no part of the wasm, so that a text costs what it weighs.

use rust_i18n::Backend;
use std::borrow::Cow;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    /// JSON: language → key → text.
    fn texts() -> String;
}

/// Language → key → text.
pub struct Texts(BTreeMap<String, BTreeMap<String, String>>);

impl Texts {
    /// The texts of the page. Without them it would show their keys.
    pub fn of_the_page() -> Self {
        Self(serde_json::from_str(&texts()).unwrap_or_default())
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
        Some(self.0.get(locale)?.iter().map(|(key, text)| (Cow::from(key), Cow::from(text))).collect())
    }
}
