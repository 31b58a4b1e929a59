//! A link as it is read, part by part.

use super::{
    ALIAS, CHANGED, CHANGED_PRESETS, HANDS, LIMITS, LinkError, MAX_LETTERS, MAX_PARTS, brief_of,
    decode, encode, names, path_of, place, point_codec, tree,
};
use crate::json;
use crate::setup::check::{MAX_RULES, SetupError};
use crate::setup::presets::PRESETS;
use crate::setup::search::Placed;
use crate::setup::{Setup, VERSION};
use serde_json::Value;

/// Refuses what is too long to be a link, before anything is done with it.
pub fn check_length(fragment: &str) -> Result<(), LinkError> {
    if fragment.len() > MAX_LETTERS {
        return Err(LinkError::Form { part: brief_of(fragment) });
    }
    // Each part is looked at by itself, and a set-up has some hundred and fifty.
    match fragment.split('&').nth(MAX_PARTS) {
        Some(part) => Err(LinkError::Form { part: brief_of(part) }),
        None => Ok(()),
    }
}

/// The version that wrote a fragment; none where it does not say.
pub fn version(fragment: &str) -> Result<Option<u32>, LinkError> {
    let Some(found) = fragment.split('&').find_map(|part| part.strip_prefix("v=")) else {
        return Ok(None);
    };
    // What another version has, this one may not know.
    match (1..=VERSION).find(|version| version.to_string() == found) {
        Some(version) => Ok(Some(version)),
        None => Err(LinkError::Version { found: brief_of(found) }),
    }
}

/// The preset that a fragment begins with.
pub fn preset(fragment: &str) -> Option<&'static (&'static str, &'static str)> {
    let name = fragment.split('&').find_map(|part| part.strip_prefix("preset="))?;
    PRESETS.iter().find(|preset| preset.0 == name)
}

/// The parts that a fragment of a version stands after: defaults as they were then, and a preset.
pub fn before(version: u32, begun: Option<&(&str, &str)>) -> String {
    let then = CHANGED.iter().filter(|(since, ..)| *since > version);
    let mut parts: Vec<String> = then.map(|(_, path, value)| format!("{path}={value}")).collect();
    if let Some((begun, link)) = begun {
        parts.push((*link).into());
        let changed =
            CHANGED_PRESETS.iter().find(|(since, name, _)| *since > version && name == begun);
        parts.extend(changed.map(|(.., parts)| (*parts).into()));
    }
    parts.into_iter().map(|part| part + "&").collect()
}

/// Lists of what a teacher or an embed limits, locks and hides.
const RULES: [&str; 3] = [LIMITS, "lesson.lock", "lesson.hide"];

/// What else a link says of its lesson.
const LESSON: [&str; 3] = ["lesson.name", "lesson.own", "lesson.page"];

fn key_of(part: &str) -> &str {
    part.split_once('=').map_or("", |(key, _)| key)
}

/// What is good of the parts of a link that speak of its lesson, as parts with an `&` before each,
/// and whether nothing but rules is left out. Of several of a kind the last counts, and each is
/// judged by itself, so that this takes no longer than it takes to read them.
pub fn good_lesson(parts: &[&str]) -> (String, bool) {
    let last = |key: &str| parts.iter().copied().rfind(|part| key_of(part) == key);
    let known = |part: &&str| RULES.iter().chain(&LESSON).any(|own| *own == key_of(part));
    let (mut good, mut whole) = (String::new(), parts.iter().all(known));
    for part in LESSON.into_iter().filter_map(last) {
        let fits = super::read(&format!("v={VERSION}&{part}")).is_ok();
        whole &= fits;
        good.extend(fits.then(|| ["&", part].concat()));
    }
    let rules = RULES.into_iter().filter_map(last).filter_map(good_rules);
    good.extend(rules.map(|part| ["&", &part].concat()));
    (good, whole)
}

/// A list of rules without those that can't be; none where the part holds no list.
fn good_rules(part: &str) -> Option<String> {
    let (key, text) = part.split_once('=')?;
    let text = decode(text)?;
    let (end, _) = text.match_indices(',').nth(MAX_RULES - 1).unwrap_or((text.len(), ""));
    let list: Value =
        serde_json::from_str(&text).unwrap_or_else(|_| names(&text[..end], key == LIMITS));
    let (plain, kind) = (tree(&Setup::default()), key.strip_prefix("lesson.")?);
    let is_good = |rule: &&Value| {
        let mut lesson = plain["lesson"].clone();
        lesson[kind] = Value::from(vec![(*rule).clone()]);
        let alone = json::of(lesson).map(|lesson| Setup { lesson, ..Setup::default() });
        alone.is_ok_and(|alone| alone.check_lesson(&plain).is_ok())
    };
    let good: Vec<Value> =
        list.as_array()?.iter().take(MAX_RULES).filter(is_good).cloned().collect();
    Some([key, "=", &encode(&Value::from(good).to_string())].concat())
}

/// The list that a text stands for. No set-up has more short names in a list than it has rules.
fn list(key: &str, text: &str) -> Result<Value, LinkError> {
    let given = text.split(',').count();
    match serde_json::from_str(text) {
        Ok(list) => Ok(list),
        Err(_) if given <= MAX_RULES => Ok(names(text, key == LIMITS)),
        Err(_) if RULES.contains(&key) => {
            Err(LinkError::Setup(SetupError::Many { key: key.into(), given, limit: MAX_RULES }))
        }
        Err(_) => Err(LinkError::Value { key: key.into(), value: brief_of(text) }),
    }
}

/// What has been read of a link.
pub struct Reading {
    /// The tree of the default set-up, and the link's.
    plain: Value,
    value: Value,
    /// Trials by hand, which are read once it is known what is searched.
    rows: [Option<String>; 2],
    /// What was given: path, text and value.
    parts: Vec<(String, String, Value)>,
}

impl Reading {
    pub fn new() -> Self {
        let plain = tree(&Setup::default());
        Reading { value: plain.clone(), plain, rows: [None, None], parts: Vec::new() }
    }

    /// The path and the text of a part.
    pub fn pair(&self, part: &str) -> Result<(String, String), LinkError> {
        let form = || LinkError::Form { part: brief_of(part) };
        let (key, text) = match part.split_once('=') {
            Some((key, text)) => (decode(key).ok_or_else(form)?, text),
            None => {
                let (letters, text) = part.split_at_checked(ALIAS).ok_or_else(form)?;
                (path_of(&self.plain, letters).ok_or_else(form)?, text)
            }
        };
        Ok((key, decode(text).ok_or_else(form)?))
    }

    /// Takes a part in.
    pub fn take(&mut self, key: String, text: String) -> Result<(), LinkError> {
        if let Some(hand) = HANDS.iter().position(|path| *path == key) {
            let row = !text.trim_start().starts_with('[');
            self.rows[hand] = row.then(|| text.clone());
            if row {
                return Ok(());
            }
        }
        let place = place(&mut self.value, &key)?;
        let given = match place {
            Value::String(_) => Value::String(text.clone()),
            Value::Array(_) => list(&key, &text)?,
            // What is nothing by default may be a text or anything else.
            Value::Null => {
                serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.clone()))
            }
            _ => serde_json::from_str(&text)
                .map_err(|_| LinkError::Value { key: key.clone(), value: brief_of(&text) })?,
        };
        *place = given.clone();
        self.parts.push((key, text, given));
        Ok(())
    }

    /// What is wrong: each part is tried by itself, so that the error names the key.
    fn wrong(&self, error: &impl std::fmt::Display) -> LinkError {
        let wrong = self.parts.iter().find(|(key, _, given)| {
            let mut alone = self.plain.clone();
            place(&mut alone, key).map(|place| *place = given.clone()).is_err()
                || json::of::<Setup>(alone).is_err()
        });
        wrong.map_or_else(
            || LinkError::Form { part: brief_of(&error.to_string()) },
            |(key, text, _)| LinkError::Value { key: key.clone(), value: brief_of(text) },
        )
    }

    /// The set-up; only its space is checked.
    pub fn setup(mut self) -> Result<Setup, LinkError> {
        let value = std::mem::take(&mut self.value);
        let mut setup: Setup = json::of(value).map_err(|error| self.wrong(&error))?;
        setup.space.check().map_err(LinkError::Setup)?;
        let space = setup.searched();
        for (hand, row) in self.rows.into_iter().enumerate() {
            let Some(row) = row else { continue };
            let value = || LinkError::Value { key: HANDS[hand].into(), value: brief_of(&row) };
            let points = point_codec::read(&space, &row).ok_or_else(value)?;
            match hand {
                0 => setup.search.hand = points,
                _ => setup.race.hand = points.into_iter().map(|Placed(_, point)| point).collect(),
            }
        }
        Ok(setup)
    }
}
