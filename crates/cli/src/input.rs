//! What a command is given: the set-up, the data, and what was found so far.

use crate::check;
use crate::error::Error;
use crate::line::Header;
use crate::options::InputOptions;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use flate2::read::{DeflateDecoder, GzDecoder};
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use tunescape_core::data::choices::ReadChoices;
use tunescape_core::data::encoding::Encoding;
use tunescape_core::json;
use tunescape_core::link::{self, MAX_LETTERS, results};
use tunescape_core::setup::Setup;
use tunescape_core::state::address::PACKED;
use tunescape_core::worker::{Source, peek};

/// The sets that come with the page, as it loads them.
const SETS: [(&str, &str); 7] = [
    ("iris", include_str!("../../../web/data/iris.js")),
    ("wine", include_str!("../../../web/data/wine.js")),
    ("penguins", include_str!("../../../web/data/penguins.js")),
    ("diabetes", include_str!("../../../web/data/diabetes.js")),
    ("breast-cancer", include_str!("../../../web/data/breast-cancer.js")),
    ("digits", include_str!("../../../web/data/digits.js")),
    ("mnist", include_str!("../../../web/data/mnist.js")),
];

/// A set-up, and what no worker can make by itself.
#[derive(Debug)]
pub struct Input {
    pub setup: Setup,
    pub sources: Vec<Source>,
    /// Of a table that is trained on.
    pub fingerprint: Option<String>,
}

impl Input {
    pub fn read(options: &InputOptions) -> Result<Self, Error> {
        let mut setup = setup(&options.input)?;
        if options.data.is_some() {
            setup.data.name = "csv".into();
            setup.check().map_err(|e| Error::usage("--data", "csv", check::setup(&e)))?;
        }
        Self::with_data(setup, options.data.as_deref(), options.target.as_deref())
    }

    /// A set-up with its data: the reader's own table, where it is of one.
    pub fn with_data(
        setup: Setup,
        table: Option<&Path>,
        target: Option<&str>,
    ) -> Result<Self, Error> {
        let mut sources = Vec::new();
        for name in setup.sets() {
            if let Some((_, script)) = SETS.iter().find(|(own, _)| *own == name) {
                let payload = payload(script)
                    .ok_or_else(|| Error::Failed(format!("the data set {name} is damaged")))?;
                sources.push(Source::Builtin { name: name.into(), payload });
            }
        }
        let mut fingerprint = None;
        if setup.data.name == "csv" {
            let why = "the set-up is of a table of the reader's own: name it with --data";
            let path = table.ok_or_else(|| Error::usage("data.name", "csv", why))?;
            let bytes = std::fs::read(path).map_err(Error::read(path))?;
            let choices = choices(path, &bytes, target)?;
            let all = [seahash::hash(&bytes), seahash::hash(json::write(&choices).as_bytes())];
            fingerprint = Some(format!("{:016x}{:016x}", all[0], all[1]));
            sources.push(Source::Csv { bytes, choices });
        }
        Ok(Self { setup, sources, fingerprint })
    }
}

/// The set-up with something changed, where the page takes that; else as it is. What the page can't
/// have stands beside it.
pub fn where_possible(setup: &Setup, change: impl FnOnce(&mut Setup)) -> Setup {
    let mut changed = setup.clone();
    change(&mut changed);
    if changed.check().is_ok() { changed } else { setup.clone() }
}

/// How a table is read: by itself, but for the column to predict.
fn choices(path: &Path, bytes: &[u8], target: Option<&str>) -> Result<ReadChoices, Error> {
    let mut choices = ReadChoices::default();
    let view =
        |choices: &ReadChoices| peek(bytes, choices, &decode).map_err(|e| Error::file(path, e));
    let table = view(&choices)?;
    if let Some(name) = target {
        let place = table.columns.iter().position(|column| column.name == name);
        let names = || table.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(", ");
        let missing = || format!("no such column; there are {}", names());
        choices.target = Some(place.ok_or_else(|| Error::usage("--target", name, missing()))?);
        choices.task = view(&choices)?.target.map(|target| target.1);
    }
    Ok(choices)
}

/// Reads bytes in one of the encodings that need tables of letters.
pub fn decode(encoding: Encoding, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(encoding.label().as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// The payload of a data script.
fn payload(script: &str) -> Option<Vec<u8>> {
    let packed = BASE64_STANDARD.decode(script.split('"').nth(3)?).ok()?;
    let mut payload = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut payload).ok()?;
    Some(payload)
}

/// The set-up that a text stands for: what a file holds, or a link.
pub fn setup(text: &str) -> Result<Setup, Error> {
    let path = Path::new(text);
    if !path.is_file() {
        return of_link(text);
    }
    let mut file = std::fs::File::open(path).map_err(Error::read(path))?;
    let mut head = Vec::new();
    // Results may be of any length: what they are of stands in their first line.
    (&mut file).take(MAX_LETTERS as u64).read_to_end(&mut head).map_err(Error::read(path))?;
    let wrong = |why: &str| Error::file(path, why);
    let head = String::from_utf8(head)
        .or_else(|error| {
            // A letter may be cut at the end.
            let whole = error.utf8_error().valid_up_to();
            String::from_utf8(error.into_bytes()[..whole].to_vec())
        })
        .map_err(|_| wrong("not text"))?;
    let head = head.trim_start_matches('\u{feff}').trim();
    if !head.starts_with('{') {
        return of_link(head).map_err(|error| match error {
            Error::Usage { why, .. } => wrong(&why),
            error => error,
        });
    }
    let first = head.lines().next().unwrap_or_default();
    if let Ok(header) = serde_json::from_str::<Header>(first) {
        return header.setup(path);
    }
    let tree: Value = serde_json::from_str(head).map_err(|e| wrong(&format!("not JSON: {e}")))?;
    match tree.get("setup") {
        Some(Value::String(link)) => of_link(link),
        _ => of_tree(tree).map_err(|why| wrong(&why)),
    }
}

/// A set-up as JSON, of which what is not there is as by default.
fn of_tree(given: Value) -> Result<Setup, String> {
    let mut tree = serde_json::to_value(Setup::default()).map_err(|e| e.to_string())?;
    put("", &mut tree, given.clone())?;
    let setup: Setup = json::of(tree).map_err(|e| at_fault(&given, e.to_string()))?;
    setup.check().map_err(|e| check::setup(&e))?;
    Ok(setup)
}

/// What is wrong with a set-up, with the name of the value that makes it so.
fn at_fault(given: &Value, why: String) -> String {
    let alone = |path: &str, value: &Value| {
        let mut tree = serde_json::to_value(Setup::default()).ok()?;
        let pointer = format!("/{}", path.replace('.', "/"));
        *tree.pointer_mut(&pointer)? = value.clone();
        json::of::<Setup>(tree).err()
    };
    let mut open = vec![(String::new(), given)];
    while let Some((path, value)) = open.pop() {
        let Value::Object(inner) = value else { continue };
        for (name, value) in inner {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match alone(&path, value) {
                Some(_) if value.is_object() => open.push((path, value)),
                Some(error) => return format!("{path} {value}: {error}"),
                None => open.push((path, value)),
            }
        }
    }
    why
}

fn put(path: &str, tree: &mut Value, given: Value) -> Result<(), String> {
    let (Value::Object(own), Value::Object(_)) = (&mut *tree, &given) else {
        *tree = given;
        return Ok(());
    };
    let Value::Object(given) = given else { return Ok(()) };
    for (name, value) in given {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let place = own.get_mut(&name).ok_or_else(|| format!("no set-up has {path}"))?;
        put(&path, place, value)?;
    }
    Ok(())
}

/// The set-up of a link: a whole address, or what it has after its #.
fn of_link(text: &str) -> Result<Setup, Error> {
    let wrong = |why: String| {
        let brief: String = text.chars().take(60).collect();
        Error::usage("LINK|FILE", brief, why)
    };
    let fragment = text.trim().rsplit_once('#').map_or(text.trim(), |(_, fragment)| fragment);
    let begins = ["v=", PACKED, "preset="].iter().any(|begin| fragment.starts_with(begin));
    if !begins && !fragment.contains("&v=") {
        return Err(wrong("no such file, and no link: those begin with v=2 or z=".into()));
    }
    let fragment = match fragment.strip_prefix(PACKED) {
        Some(packed) => unpack(packed).ok_or_else(|| wrong("a packed link that is cut".into()))?,
        None => fragment.to_owned(),
    };
    let (setup, _) = results::split(&fragment);
    link::read(setup).map_err(|error| wrong(check::link(&error)))
}

/// A packed link; what stands beside the packed text holds as well, and comes last.
fn unpack(packed: &str) -> Option<String> {
    let (packed, beside) = packed.split_once('&').unwrap_or((packed, ""));
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(packed).ok()?;
    let mut text = String::new();
    DeflateDecoder::new(&bytes[..]).take(MAX_LETTERS as u64).read_to_string(&mut text).ok()?;
    let (setup, found) = text.split_once("&results=").unwrap_or((&text, ""));
    let more = if beside.is_empty() { String::new() } else { format!("&{beside}") };
    let found = if found.is_empty() { String::new() } else { format!("&results={found}") };
    Some([setup, &more, &found].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use tunescape_core::data::builtin;

    fn packed(text: &str) -> String {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Default::default());
        encoder.write_all(text.as_bytes()).unwrap();
        format!("z={}", BASE64_URL_SAFE_NO_PAD.encode(encoder.finish().unwrap()))
    }

    #[test]
    fn links_are_read_in_every_form() {
        let mut moons = Setup::default();
        moons.data.name = "moons".into();
        let (brief, beside) = link::brief(&moons);
        for text in [
            "v=2&data.name=moons",
            "#v=2&data.name=moons",
            "https://example.org/tunescape/#v=2&data.name=moons",
            "data.name=moons&v=2",
            &(packed(&brief) + &beside),
            &(packed("v=2") + "&data.name=moons"),
            &packed("v=2&data.name=moons&results=00"),
        ] {
            assert_eq!(setup(text).unwrap(), moons, "{text}");
        }
        assert!(setup("v=1").unwrap().search.grid_ends);
        for wrong in ["", "nowhere.json", "v=9", "v=2&data.name=nothing", "z=%%%", "v=2&a=b"] {
            let error = setup(wrong).unwrap_err();
            assert!(matches!(error, Error::Usage { .. }), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_set_up_as_json_may_leave_out_what_is_as_by_default() {
        let given = r#"{"data": {"name": "moons"}, "net": {"hidden": [4]}}"#;
        let read = of_tree(serde_json::from_str(given).unwrap()).unwrap();
        assert_eq!((read.data.name.as_str(), &read.net.hidden[..]), ("moons", &[4][..]));
        assert_eq!(read.training, Setup::default().training);
        let tree = serde_json::to_value(&read).unwrap();
        assert_eq!(of_tree(tree), Ok(read));
        let wrong = [
            (r#"{"datas": {}}"#, "no set-up has datas"),
            (r#"{"data": {"name": 3}}"#, "string"),
            (r#"{"training": {"epochs": 0}}"#, "training.epochs"),
        ];
        for (given, why) in wrong {
            let error = of_tree(serde_json::from_str(given).unwrap()).unwrap_err();
            assert!(error.contains(why), "{given}: {error}");
        }
    }

    #[test]
    fn every_set_of_the_page_is_there() {
        assert_eq!(SETS.map(|set| set.0), builtin::ALL.map(|set| set.name));
        for (name, script) in SETS {
            let set = builtin::parse(name, &payload(script).unwrap()).unwrap();
            assert!(set.rows() > 100, "{name}");
        }
    }
}
