//! The link: the part of an address after `#`, holding only what differs from the default set-up.
//!
//! `#v=2&data.name=moons&net.hidden=[4,4]`: the version, then paths into [`Setup`] with JSON
//! values, a text without its quotes, a list of texts without brackets and quotes, a limited number
//! as `path:low:high`. Whatever a set-up can hold, a link can; nothing is listed twice.
//! `#v=2&preset=iris&…` begins with a [preset](crate::setup::presets) in place of the default.
//! Trials placed by hand stand as [`point_codec`] writes them, or as lists.
//!
//! Beside that a link may say how the page looks, which is no part of a set-up ([`look`]).
//!
//! A link keeps the meaning that it had when it was written: where a default has changed since its
//! version, what the link leaves out is what it was then ([`CHANGED`]).

pub mod check_letters;
pub mod look;
pub mod message;
pub mod opening;
pub mod point_codec;
mod reading;
pub mod results;

use crate::data::drawn::DIGITS;
use crate::setup::check::SetupError;
use crate::setup::search::{MAX_BESIDE, SearchSetup};
use crate::setup::{Setup, VERSION};
use reading::{Reading, before, preset, version};
pub use reading::{check_length, good_lesson};
use serde_json::{Map, Value};

/// Some programs cut links of more letters.
pub const MAX_LINK_LENGTH: usize = 2000;

/// So many parts a link has at most.
const MAX_PARTS: usize = 400;

/// Letters of a link at most, unpacked: a lesson of the reader's own takes most of them.
pub const MAX_LETTERS: usize = 2_000_000;

/// Letters of a link that an error repeats.
const TOLD: usize = 200;

/// Trials placed by hand: in a search, and by the learner in a race.
const HANDS: [&str; 2] = ["search.hand", "race.hand"];

/// Numbers and their ranges.
const LIMITS: &str = "lesson.limit";

/// What stands for a packed link that can't be unpacked, which is cut or damaged; and the key that
/// a packed link seems to have where only one that is not packed can be.
pub const PACKED: &str = "z";

/// The same for a study from elsewhere.
pub const PACKED_STUDY: &str = "x";

/// What a link says before the name of a [preset](crate::setup::presets).
const PRESET: &str = "preset";

/// Letters of a path's [`alias`].
const ALIAS: usize = 3;

/// Every change of a default: the version since which it holds, the path, and the value, as links
/// write it, that links of older versions mean when they leave the path out.
pub const CHANGED: [(u32, &str, &str); 1] = [(2, "search.grid_ends", "true")];

/// Presets that are something else since a version of links, and what was otherwise before.
const CHANGED_PRESETS: [(u32, &str, &str); 1] =
    [(2, "depth", "search.strategy=random&search.budget=10")];

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkError {
    /// Not of the form `key=value`.
    Form { part: String },
    /// Written by a version of the page that this one does not know.
    Version { found: String },
    /// No such part of a set-up.
    Key { key: String },
    /// A value of the wrong kind.
    Value { key: String, value: String },
    /// Values that can't be.
    Setup(SetupError),
}

/// The fragment for a set-up, without `#`; empty for the default.
pub fn write(setup: &Setup) -> String {
    let (rest, hands) = apart(setup);
    let parts =
        differing(&rest).into_iter().map(|(path, value)| format!("{path}={}", encode(&value)));
    let parts = parts.chain(hands).collect::<Vec<_>>();
    if parts.is_empty() { String::new() } else { format!("v={VERSION}&{}", parts.join("&")) }
}

impl Setup {
    /// Whether a link has room for the trials by hand once they are run: always, but beside those
    /// of an earlier study, where it is sure of a few, and of more as long as it is short
    /// enough unpacked, without its notes.
    pub fn has_room(&self) -> bool {
        let search = &self.search;
        let written = || {
            let run = search.hand.last().map_or(0, |placed| placed.0 + 1).max(search.run);
            let search = SearchSetup { run, shown: run, notes: Vec::new(), ..search.clone() };
            write(&Setup { search, ..self.clone() })
        };
        search.earlier.is_empty()
            || search.hand.len() <= MAX_BESIDE
            || written().len() <= MAX_LINK_LENGTH
    }
}

/// The same in two texts: one to be packed, with three letters for each path in place of `path=`,
/// and one to stand beside it as it is, which may be empty.
pub fn brief(setup: &Setup) -> (String, String) {
    let (rest, hands) = apart(setup);
    let part = |(path, value): (String, String)| {
        let value = value.replace('%', "%25").replace('&', "%26").replace('=', "%3D");
        format!("&{}{}", alias(&path), value.strip_suffix(".0").unwrap_or(&value))
    };
    let packed: String = differing(&rest).into_iter().map(part).collect();
    (format!("v={VERSION}{packed}"), hands.iter().map(|hand| format!("&{hand}")).collect())
}

/// The set-up without the trials that were placed by hand, and these.
fn apart(setup: &Setup) -> (Setup, Vec<String>) {
    let mut rest = setup.clone();
    let space = setup.searched();
    let hand = std::mem::take(&mut rest.search.hand);
    let yours = std::mem::take(&mut rest.race.hand);
    let hand: Vec<_> = hand.iter().map(|placed| (placed.0, &placed.1)).collect();
    let yours: Vec<_> = yours.iter().enumerate().collect();
    let rows = [hand, yours].map(|points| point_codec::write(&space, &points));
    let rows = HANDS.iter().zip(rows).filter(|(_, row)| !row.is_empty());
    (rest, rows.map(|(path, row)| format!("{path}={row}")).collect())
}

/// What differs from the default: paths and values.
fn differing(setup: &Setup) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    differences("", &tree(setup), &tree(&Setup::default()), &mut parts);
    parts
}

/// Three letters for a path, which stay the same whatever else a set-up has: FNV-1a of it.
fn alias(path: &str) -> String {
    let hash = path
        .bytes()
        .fold(0x811c_9dc5_u32, |h, byte| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    [26, 20, 14].map(|shift| char::from(DIGITS[(hash >> shift & 63) as usize])).iter().collect()
}

/// The path of an alias.
fn path_of(tree: &Value, letters: &str) -> Option<String> {
    fn find(at: &Value, path: &str, key: &str) -> Option<String> {
        let Some(fields) = at.as_object() else {
            return (alias(path) == key).then(|| path.to_owned());
        };
        let dot = if path.is_empty() { "" } else { "." };
        fields.iter().find_map(|(name, field)| find(field, &[path, dot, name].concat(), key))
    }
    find(tree, "", letters)
}

/// The set-up of a fragment, with or without `#`.
pub fn read(fragment: &str) -> Result<Setup, LinkError> {
    let given = fragment.strip_prefix('#').unwrap_or(fragment);
    check_length(given)?;
    let version = version(given)?;
    let begun = preset(given);
    let fragment = before(version.unwrap_or(VERSION), begun) + given;
    let mut reading = Reading::new();
    for part in fragment.split('&').filter(|p| !p.is_empty()) {
        let (key, text) = reading.pair(part)?;
        if key == PRESET && begun.is_none() {
            return Err(LinkError::Value { key, value: brief_of(&text) });
        }
        if key != "v" && key != PRESET && !look::KEYS.contains(&key.as_str()) {
            reading.take(key, text)?;
        }
    }
    if version.is_none() && !given.is_empty() {
        return Err(LinkError::Version { found: String::new() });
    }
    let setup = reading.setup()?;
    setup.check().map_err(LinkError::Setup)?;
    Ok(setup)
}

/// The beginning of a text that a link may have of any length.
fn brief_of(text: &str) -> String {
    text.chars().take(TOLD).collect()
}

/// The place of a value in the tree.
fn place<'a>(tree: &'a mut Value, key: &str) -> Result<&'a mut Value, LinkError> {
    let place = key.split('.').try_fold(tree, |at, step| at.as_object_mut()?.get_mut(step));
    place.filter(|p| !p.is_object()).ok_or_else(|| LinkError::Key { key: brief_of(key) })
}

fn tree(setup: &Setup) -> Value {
    serde_json::to_value(setup).unwrap_or(Value::Object(Map::new()))
}

fn differences(path: &str, value: &Value, default: &Value, parts: &mut Vec<(String, String)>) {
    match (value, default) {
        (Value::Object(fields), Value::Object(defaults)) => {
            for (name, field) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                differences(&path, field, &defaults[name], parts);
            }
        }
        _ if value == default => {}
        (Value::String(text), _) => parts.push((path.to_owned(), text.clone())),
        _ => {
            let short = default.is_array().then(|| named(value, path == LIMITS)).flatten();
            parts.push((path.to_owned(), short.unwrap_or_else(|| value.to_string())));
        }
    }
}

/// A list of texts, or of texts with two numbers each, in a short form; none where that would not
/// be read back.
fn named(list: &Value, limits: bool) -> Option<String> {
    let one = |value: &Value| {
        let numbers = if limits { value.as_array()?.get(1..)? } else { &[] };
        let name = if limits { value.get(0)? } else { value }.as_str()?;
        let numbers = numbers
            .iter()
            .map(|x| x.is_number().then(|| format!(":{x}")))
            .collect::<Option<String>>()?;
        let plain = !name.is_empty() && !name.contains([',', ':']);
        plain.then(|| [name, &numbers].concat())
    };
    let all = list.as_array()?.iter().map(one).collect::<Option<Vec<_>>>()?;
    // A list's own form is tried first.
    let text = all.join(",");
    (!all.is_empty() && serde_json::from_str::<Value>(&text).is_err()).then_some(text)
}

/// Undoes [`named`]. What is no such text becomes a list that no set-up has.
fn names(text: &str, limits: bool) -> Value {
    let number = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let one = |text: &str| match (limits, text.split_once(':')) {
        (true, Some((name, ends))) => {
            std::iter::once(name.into()).chain(ends.split(':').map(number)).collect()
        }
        _ => Value::from(text),
    };
    text.split(',').map(one).collect()
}

/// Percent-encodes what can't stand in a fragment's value.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~,:[]".contains(&byte) {
            true => encoded.push(char::from(byte)),
            false => {
                let digit = |four: u8| char::from(b"0123456789ABCDEF"[usize::from(four)]);
                encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    encoded
}

/// Undoes [`encode`]; none if it is no UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        (rest, _) = match (first, tail) {
            (b'%', [a, b, tail @ ..]) => {
                let digit = |c: u8| char::from(c).to_digit(16);
                (tail, bytes.push((digit(*a)? * 16 + digit(*b)?) as u8))
            }
            _ => (tail, bytes.push(*first)),
        };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Earlier, StrategyName};
    use crate::setup::presets::PRESETS;
    use crate::setup::search::Placed;

    #[test]
    fn every_path_has_letters_of_its_own() {
        fn paths(at: &Value, path: &str, all: &mut Vec<String>) {
            match at.as_object() {
                Some(fields) => fields.iter().for_each(|(name, field)| {
                    let dot = if path.is_empty() { "" } else { "." };
                    paths(field, &[path, dot, name].concat(), all);
                }),
                None => all.push(path.to_owned()),
            }
        }
        let (plain, mut all) = (tree(&Setup::default()), Vec::new());
        paths(&plain, "", &mut all);
        assert!(all.len() > 100);
        for path in all {
            assert_eq!(path_of(&plain, &alias(&path)), Some(path));
        }
        assert_eq!(path_of(&plain, "???"), None);
    }

    #[test]
    fn long_links_are_refused_in_few_words_and_before_they_are_read() {
        let told = |link: &str| match read(link) {
            Err(LinkError::Form { part }) => part,
            Err(LinkError::Value { value, .. }) => value,
            Err(LinkError::Key { key } | LinkError::Setup(SetupError::Part { part: key, .. })) => {
                key
            }
            other => panic!("{other:?}"),
        };
        let long = "a".repeat(MAX_LETTERS);
        for link in [
            format!("v=1&data.name={long}"),
            format!("v=1&{}", &long[30..]),
            format!("v=1&net.seed={}", &long[30..]),
            format!("v=1&{}=3", &long[30..]),
            format!("v=1&search.hand={}", &long[30..]),
            "v=1&".repeat(1000),
        ] {
            assert!(told(&link).chars().count() <= TOLD, "{}", &link[..40]);
        }
        // Of limits, as of all lists, there are no more than the page can write.
        for many in [201, 5000, 100_000] {
            let link = format!("v=1&lesson.limit={}", vec!["run.momentum:0:1"; many].join(","));
            let refused = SetupError::Many { key: LIMITS.into(), given: many, limit: 200 };
            assert_eq!(read(&link), Err(LinkError::Setup(refused)));
        }
        assert_eq!(told("v=1&lesson.limit=a:0:1,a:0:1"), "a");
        let goals = ["{\"fact\":\"setup.net.seed\",\"at_least\":0}"; 45_000].join(",");
        let own = format!("v=1&lesson.own={{\"pages\":[{{\"goal\":[{goals}]}}]}}");
        let refused = read(&own);
        assert!(
            matches!(&refused, Err(LinkError::Setup(SetupError::Long { key, .. })) if key == "lesson.own"),
        );
        // 2³² − 1 steps.
        let steps = "v=1&space.momentum=[0,0.4999999998835847,\"linear\",1.1641532182693481e-10]";
        assert!(matches!(read(steps), Err(LinkError::Setup(SetupError::Step { .. }))));
    }

    #[test]
    fn trials_by_hand_are_read_as_lists_as_well() {
        let placed = |link: &str| read(link).map(|setup| setup.search.hand);
        let points = vec![Placed(1, vec![0.25, 0.5]), Placed(4, vec![0.5, 0.125])];
        assert_eq!(placed("v=1&search.hand=[[1,0.25,0.5],[4,0.5,0.125]]"), Ok(points.clone()));
        let setup = Setup {
            search: crate::setup::search::SearchSetup {
                hand: points.clone(),
                ..Setup::default().search
            },
            ..Setup::default()
        };
        assert!(!write(&setup).contains('['), "{}", write(&setup));
        assert_eq!(
            (placed(&write(&setup)), placed(&[brief(&setup).0, brief(&setup).1].concat())),
            (Ok(points.clone()), Ok(points))
        );
        assert!(matches!(read("v=1&search.hand=AA"), Err(LinkError::Value { .. })));
        assert!(matches!(
            read("v=1&search.hand=0.:99:AA"),
            Err(LinkError::Setup(SetupError::Hand { trial: 0 }))
        ));
    }

    #[test]
    fn beside_an_earlier_study_trials_by_hand_have_room_as_long_as_a_link_has() {
        let mut setup = Setup::default();
        let space = setup.searched();
        let place = |u: f64| space.snapped(&space.from_unit(&[u, 1.0 - u]));
        setup.search.earlier = (0..24)
            .map(|n| Earlier(Some(0.123), place(f64::from(n) / 24.0)).brief(&space))
            .collect();
        setup.search.budget = 100;
        for trial in 0..100 {
            setup.search.hand.push(Placed(trial, place(trial as f64 / 100.0)));
            assert!(setup.has_room(), "{trial}");
        }
        (setup.search.run, setup.search.shown) = (100, 100);
        assert!(write(&setup).len() <= MAX_LINK_LENGTH);
        // Notes can be left out of a link.
        setup.search.annotate(0, &"too slow ".repeat(200));
        setup.search.annotate(99, &"too slow ".repeat(200));
        let room = MAX_LINK_LENGTH
            - write(&Setup {
                search: SearchSetup { notes: Vec::new(), ..setup.search.clone() },
                ..setup.clone()
            })
            .len();
        let key = "&lesson.hide=".len();
        setup.lesson.hide = vec!["x".repeat(room - key)];
        assert!(setup.has_room());
        setup.lesson.hide = vec!["x".repeat(room - key + 1)];
        assert!(!setup.has_room());
        // Without the last there is.
        setup.search.hand.pop();
        (setup.search.run, setup.search.shown) = (0, 0);
        assert!(setup.has_room());
        setup.lesson.hide = vec!["play".into(); 500];
        assert!(!setup.has_room());
        setup.search.hand.truncate(MAX_BESIDE);
        assert!(setup.has_room());
        setup.search.hand.push(Placed(99, place(0.5)));
        assert!(!setup.has_room());
        setup.search.earlier.clear();
        assert!(setup.has_room());
    }

    #[test]
    fn another_version_is_named_before_what_it_has() {
        assert_eq!(read("v=9&colour=blue"), Err(LinkError::Version { found: "9".into() }));
        assert!(matches!(read("v=1&colour=blue"), Err(LinkError::Key { .. })));
        assert_eq!(read("data.name=moons"), Err(LinkError::Version { found: String::new() }));
    }

    #[test]
    fn ranges_that_cant_be_are_refused_beside_searched_layers() {
        for link in ["v=1&space.layers=[4,1]", "v=1&space.learning_rate=[1,0.1]&space.layers=[1,4]"]
        {
            assert!(matches!(read(link), Err(LinkError::Setup(_))), "{link}: {:?}", read(link));
        }
    }

    #[test]
    fn what_is_nothing_by_default_is_read_back() {
        for loss in tunescape_engine::net::Loss::ALL {
            let mut setup = Setup::default();
            setup.net.loss = Some(loss);
            assert_eq!(read(&write(&setup)), Ok(setup));
        }
        let mut setup = Setup::default();
        (setup.search.kappa, setup.search.length_scale, setup.search.noise) =
            (None, Some(0.25), Some(0.01));
        assert_eq!(read(&write(&setup)), Ok(setup));
        assert!(matches!(read("v=1&net.loss=nonsense"), Err(LinkError::Value { .. })));
    }

    #[test]
    fn the_default_needs_no_link_and_a_difference_is_all_that_stands_in_one() {
        assert_eq!(write(&Setup::default()), "");
        assert_eq!(read(""), Ok(Setup::default()));
        let mut setup = Setup::default();
        setup.data.name = "moons".into();
        setup.net.hidden = vec![4, 4];
        assert_eq!(write(&setup), "v=2&data.name=moons&net.hidden=[4,4]");
        assert_eq!(read(&format!("#{}", write(&setup))), Ok(setup));
    }

    #[test]
    fn lists_of_texts_stand_without_brackets_and_what_would_not_come_back_stands_with_them() {
        let lists = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let mut setup = Setup::default();
        setup.lesson.lock = lists(&["net", "data.name"]);
        setup.lesson.limit =
            vec![("run.learning_rate".into(), 0.001, 0.5), ("search.budget".into(), 2.0, 9.0)];
        let link = "v=2&lesson.lock=net,data.name&lesson.limit=run.learning_rate:0.001:0.5,search.budget:2.0:9.0";
        assert_eq!(write(&setup), link);
        assert_eq!((read(link), read(&brief(&setup).0)), (Ok(setup.clone()), Ok(setup.clone())));
        let old = "v=2&lesson.lock=[%22net%22,%22data.name%22]&lesson.limit=[[%22run.learning_rate%22,0.001,0.5],[%22search.budget%22,2,9]]";
        assert_eq!(read(old), Ok(setup.clone()));
        for strange in ["", " ", "null", "1", "a,b", "a:b", "[", "[]", "\"", "é&=%"] {
            setup.lesson.hide = lists(&[strange]);
            let list = serde_json::json!([[strange, 0.001, 0.5], ["net", 2.0, 9.0]]);
            let text = named(&list, true).unwrap_or_else(|| list.to_string());
            let back = serde_json::from_str(&text).unwrap_or_else(|_| names(&text, true));
            assert_eq!(back, list, "{strange}");
            assert_eq!(
                (read(&write(&setup)), read(&brief(&setup).0)),
                (Ok(setup.clone()), Ok(setup.clone())),
                "{strange}"
            );
        }
        let wrong = read("v=1&lesson.limit=search.budget:2");
        assert!(matches!(wrong, Err(LinkError::Value { .. })), "{wrong:?}");
    }

    #[test]
    fn the_last_digit_of_a_number_comes_back() {
        let mut setup = Setup::default();
        setup.search.hand = vec![Placed(1, vec![0.02254944124259765, 0.24921500795511642])];
        assert_eq!(read(&write(&setup)), Ok(setup));
    }

    #[test]
    fn a_link_may_begin_with_a_preset() {
        for (name, link) in PRESETS {
            assert_eq!(
                read(&format!("v=2&preset={name}&search.budget=9")),
                read(&format!("{link}&search.budget=9"))
            );
        }
        let many = format!("v=2{}", "&search.budget=9".repeat(100_000));
        assert_eq!(read(&many), Err(LinkError::Form { part: "search.budget=9".into() }));
        let depth = read("v=1&preset=depth").expect("a link of the first version");
        assert_eq!((depth.search.strategy.key(), depth.search.budget), ("random", 10));
        assert_eq!(read("preset=iris"), Err(LinkError::Version { found: String::new() }));
        let unknown = LinkError::Value { key: "preset".into(), value: "none".into() };
        assert_eq!(read("v=1&preset=none"), Err(unknown));
    }

    /// Links that pages of version 1 wrote, and what those pages made of them.
    #[test]
    fn links_of_the_first_version_keep_their_meaning() {
        let then = Setup {
            search: SearchSetup { grid_ends: true, ..SearchSetup::default() },
            ..Setup::default()
        };
        assert_eq!(read("v=1"), Ok(then.clone()));
        let mut moons = then.clone();
        (moons.data.name, moons.search.strategy) = ("moons".into(), StrategyName::Grid);
        assert_eq!(read("v=1&data.name=moons&search.strategy=grid"), Ok(moons.clone()));
        // Packed, and with a preset before it.
        let [packed, now] = [1, 2].map(|version| {
            let plain = Setup {
                search: SearchSetup { grid_ends: false, ..moons.search.clone() },
                ..moons.clone()
            };
            read(&brief(&plain).0.replace("v=2", &format!("v={version}")))
        });
        assert_eq!(packed, Ok(moons.clone()));
        assert!(!now.unwrap().search.grid_ends);
        for (name, _) in PRESETS {
            assert!(read(&format!("v=1&preset={name}")).unwrap().search.grid_ends);
            assert!(!read(&format!("v=2&preset={name}")).unwrap().search.grid_ends);
        }
        // Read, and written by this page, it means the same.
        assert_eq!(read(&write(&moons)), Ok(moons));
        assert!(write(&then).starts_with("v=2&search.grid_ends=true"));
        assert_eq!(read("v=0"), Err(LinkError::Version { found: "0".into() }));
        assert_eq!(read("v=01"), Err(LinkError::Version { found: "01".into() }));
    }

    #[test]
    fn an_embed_without_a_state_is_the_default_of_this_version() {
        let script = std::fs::read_to_string("../../web/embed.js").expect("it is shipped");
        assert!(script.contains(&format!("const DEFAULT = \"v={VERSION}\";")));
        assert_eq!(read(&format!("v={VERSION}")), Ok(Setup::default()));
    }

    #[test]
    fn every_change_of_a_default_is_one() {
        for (since, path, value) in CHANGED {
            assert!((2..=VERSION).contains(&since));
            let before = read(&format!("v={VERSION}&{path}={value}")).expect("a set-up");
            assert_ne!(before, Setup::default(), "{path} means the same in both");
        }
    }

    #[test]
    fn a_bad_link_says_what_is_wrong() {
        assert_eq!(read("v=9"), Err(LinkError::Version { found: "9".into() }));
        assert_eq!(read("data.name=moons"), Err(LinkError::Version { found: String::new() }));
        assert_eq!(read("v=1&colour=red"), Err(LinkError::Key { key: "colour".into() }));
        assert_eq!(read("v=1&data=red"), Err(LinkError::Key { key: "data".into() }));
        assert_eq!(
            read("v=1&training.rule=magic"),
            Err(LinkError::Value { key: "training.rule".into(), value: "magic".into() })
        );
        assert_eq!(
            read("v=1&training.batch=many"),
            Err(LinkError::Value { key: "training.batch".into(), value: "many".into() })
        );
        assert_eq!(read("v=1&oops"), Err(LinkError::Form { part: "oops".into() }));
        let out = read("v=1&run.momentum=1.5");
        assert!(
            matches!(out, Err(LinkError::Setup(SetupError::Range { value: 1.5, .. }))),
            "{out:?}"
        );
    }
}
