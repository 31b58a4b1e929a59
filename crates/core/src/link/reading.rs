//! A link as it is read, part by part.

use super::{
    ALIAS, CHANGED, CHANGED_PRESETS, HANDS, LIMITS, LinkError, MAX_LETTERS, MAX_PARTS, brief_of,
    decode, encode, names, path_of, place, point_codec, tree,
};
use crate::json;
use crate::setup::check::MAX_RULES;
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

/// The list of rules that a link's part is, if it is one.
pub fn rules(part: &str) -> Option<&'static str> {
    let (key, _) = part.split_once('=')?;
    RULES.into_iter().find(|rules| *rules == key)
}

/// A list of rules without those that can't be; none where the part is another.
pub fn good_rules(part: &str) -> Option<String> {
    let key = rules(part)?;
    let text = decode(part.split_once('=')?.1)?;
    let list = serde_json::from_str(&text).unwrap_or_else(|_| names(&text, key == LIMITS));
    let part =
        |rules: &[Value]| [key, "=", &encode(&Value::from(rules.to_vec()).to_string())].concat();
    let is_good =
        |rule: &&Value| super::read(&format!("v={VERSION}&{}", part(&[(*rule).clone()]))).is_ok();
    let all = list.as_array()?.iter().take(MAX_PARTS);
    Some(part(&all.filter(is_good).take(MAX_RULES).cloned().collect::<Vec<_>>()))
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
            Value::Array(_) => {
                serde_json::from_str(&text).unwrap_or_else(|_| names(&text, key == LIMITS))
            }
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
