//! Everything that the page says stands in every language, and nothing stands there that it never
//! says.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/engine.rs"]
mod engine;

use engine::payload;
use site::texts::{self, LANGUAGES, Texts};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tunescape_core::data::{self, builtin, toys};
use tunescape_core::export::{Kind, Target};
use tunescape_core::lesson::LEVELS;
use tunescape_core::lesson::mistakes::MISTAKES;
use tunescape_core::lesson::terms::{TERMS, split};
use tunescape_core::prune::pruner::PrunerName;
use tunescape_core::search::gp::Kernel;
use tunescape_core::search::{Acquisition, StrategyName};
use tunescape_core::setup::SETTINGS;
use tunescape_core::setup::detail::Detail;
use tunescape_core::setup::presets::PRESETS;
use tunescape_core::setup::search::Together;
use tunescape_core::state::present::KEYS;
use tunescape_core::state::tour::STOPS;
use tunescape_core::study::batch::Lie;
use tunescape_engine::optim::{NUMBERS, Rule};

const SCHEDULES: [&str; 8] = [
    "constant",
    "inverse_time",
    "step",
    "exponential",
    "cosine",
    "warmup_cosine",
    "one_cycle",
    "plateau",
];
const SCHEDULE_NUMBERS: [&str; 10] = [
    "every",
    "gamma",
    "lowest",
    "warmup",
    "rise",
    "div",
    "final_div",
    "factor",
    "patience",
    "threshold",
];
/// The texts that `src/words/controls.rs` names controls by: the second of each of its pairs.
fn named_controls() -> Vec<String> {
    let pairs = fs::read_to_string("src/words/controls.rs").unwrap();
    let text = |line: &str| Some(line.trim().strip_suffix("\"),")?.rsplit_once('"')?.1.to_owned());
    let found: Vec<String> = pairs.lines().filter_map(text).collect();
    assert!(found.len() > 20);
    found
}

/// Names of columns and classes of the sets that come with the page.
fn names_of_data() -> Vec<String> {
    let mut names = BTreeSet::new();
    for set in builtin::ALL {
        let data = builtin::parse(set.name, &payload(set.name)).expect("a built-in set");
        if data.image.is_some() {
            continue;
        }
        names.extend(data.columns);
        match data.target {
            data::Target::Class { names: classes, .. } => names.extend(classes),
            data::Target::Number { name, .. } => names.extend([name]),
        }
    }
    names.into_iter().collect()
}

const PLANS: [&str; 5] = ["one", "first", "second", "long", "home"];
const INITS: [&str; 10] = [
    "auto",
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "uniform",
    "normal",
    "zeros",
];

const XRAY_PARTS: [&str; 11] = [
    "parallel",
    "slices",
    "contour",
    "cuts",
    "importance",
    "curves",
    "timeline",
    "distribution",
    "front",
    "race",
    "table",
];
const COLUMN_ROLES: [&str; 15] = [
    "ignored",
    "number",
    "number_log",
    "integer",
    "integer_log",
    "categorical",
    "minimize",
    "maximize",
    "state",
    "trial",
    "step",
    "attribute",
    "constraint",
    "start",
    "complete",
];
const TRIAL_STATES: [&str; 6] = ["complete", "pruned", "failed", "running", "waiting", "by_hand"];
const FAULTS: [&str; 8] = [
    "truncated",
    "not_text",
    "not_json",
    "not_operation",
    "not_page",
    "loop",
    "too_much",
    "uneven",
];

/// Names as keys have them.
fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

/// Keys that are put together: the pattern in the source, and what can stand in its hole.
fn families() -> Vec<(&'static str, Vec<String>)> {
    let numbers = |n: usize| (0..n).map(|i| i.to_string()).collect();
    let built_in: Vec<&str> = builtin::ALL.iter().map(|set| set.name).collect();
    let offered = [toys::ALL.iter().map(|toy| toy.name).collect(), built_in.clone()].concat();
    let mistakes = owned(&MISTAKES.map(|mistake| mistake.0));
    // What the map varies has names of its own.
    let set_apart: Vec<&str> = NUMBERS
        .iter()
        .map(|n| n.name)
        .filter(|n| !["learning_rate", "momentum"].contains(n))
        .collect();
    let others = vec![
        // What presenting keys do, and controls without a value.
        ("{text}", [KEYS.map(|key| key.2.to_owned()).to_vec(), named_controls()].concat()),
        ("{label}", SETTINGS.iter().filter_map(|s| Some(s.label?.to_owned())).collect()),
        ("rule.{}", owned(&Rule::ALL.map(Rule::key))),
        ("hyper.{name}", owned(&set_apart)),
        ("schedule.{}", owned(&SCHEDULES)),
        ("schedule.number.{name}", owned(&SCHEDULE_NUMBERS)),
        ("init.{}", owned(&INITS)),
        ("run.pace_{i}", numbers(4)),
        ("transport.speed_{i}", numbers(3)),
        ("tools.{key}", owned(&Target::ALL.map(Target::key))),
        ("lacks.kind.{}", owned(&Kind::ALL.map(Kind::key))),
        ("share.file.{}", owned(&["curves-csv", "study-json", "landscape-json"])),
        ("present.{}", owned(&["p", "f", "o", "i", "w"])),
        ("filter.{}", owned(&["all", "best", "diverged", "stopped", "noted"])),
        ("name.{name}", names_of_data()),
        ("data.{name}", owned(&offered)),
        ("data.{}", owned(&[offered, vec!["csv", "drawn"]].concat())),
        ("data.short.{}", owned(&built_in)),
        ("xray.part.{key}", owned(&XRAY_PARTS)),
        ("xray.role.{key}", owned(&COLUMN_ROLES)),
        ("xray.state.{key}", owned(&TRIAL_STATES)),
        ("import.fault.{key}", owned(&FAULTS)),
        ("lesson.level.{}", owned(&LEVELS)),
        ("teach.plan.{name}", owned(&PLANS)),
        ("teach.prepare.{step}", owned(&["try", "hand_out", "notes", "codes"])),
        ("teach.step.{name}", owned(&["now", "talk", "vote"])),
        ("teach.curriculum.{name}", owned(&["ai4k12", "china", "kmk", "university"])),
        ("board.{head}", owned(&["name", "lesson", "goals", "foreseen", "right"])),
        ("detail.{}", owned(&[Detail::Simple, Detail::Full].map(Detail::key))),
        ("tour.{}", owned(&STOPS.map(|stop| stop.key))),
        ("tour.{}_says", owned(&STOPS.map(|stop| stop.key))),
        ("mistake.{name}", mistakes.clone()),
        ("mistake_truth.{name}", mistakes),
        ("term.{key}", owned(&TERMS)),
        ("term_says.{key}", owned(&TERMS)),
    ];
    [others, families_of_strategies()].concat()
}

/// The same, of presets and strategies, and what these are made of.
fn families_of_strategies() -> Vec<(&'static str, Vec<String>)> {
    let strategies: Vec<String> = StrategyName::ALL.map(|name| name.key().to_string()).to_vec();
    let presets: Vec<String> = PRESETS.iter().map(|(name, _)| name.to_string()).collect();
    let acquisitions = owned(&Acquisition::ALL.map(Acquisition::key));
    let kernels = owned(&Kernel::ALL.map(Kernel::key));
    vec![
        ("strategy.{}", strategies.clone()),
        ("strategy.{}_says", strategies.clone()),
        ("strategy.{}_about", strategies.clone()),
        (
            "strategy.{}_formula",
            // Those of a grid and of acquisition functions depend on options, and stand in core.
            strategies
                .iter()
                .filter(|name| !["grid", "bayesian"].contains(&name.as_str()))
                .cloned()
                .collect(),
        ),
        (
            "strategy.{}_symbols",
            strategies.iter().filter(|name| *name != "bayesian").cloned().collect(),
        ),
        ("strategy.{}_source", strategies),
        ("preset.{name}", presets.clone()),
        ("preset.{name}_about", presets),
        ("acquisition.{}", acquisitions.clone()),
        ("acquisition.{}_says", acquisitions),
        ("pruner.name.{}", owned(&PrunerName::ALL.map(PrunerName::key))),
        ("pruner.says.{}", owned(&PrunerName::ALL.map(PrunerName::key)[1..])),
        ("population.{}", owned(&Together::ALL.map(Together::key))),
        ("lie.{}", owned(&Lie::ALL.map(Lie::key))),
        ("kernel.{}", kernels.clone()),
        ("kernel.{}_says", kernels),
    ]
}

fn texts(language: &str) -> Texts {
    texts::read(Path::new("."), language).unwrap_or_else(|why| panic!("{why}"))
}

/// The `name`s in `%{name}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        // There `t!` is defined.
        } else if !path.ends_with("src/words/texts.rs") {
            files.push(fs::read_to_string(path).expect("a source file"));
        }
    }
}

/// The arguments of a macro call that begins right after its opening parenthesis, split at its own
/// commas.
fn arguments(source: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut arguments = vec![String::new()];
    for c in source.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        arguments.last_mut().expect("there is one").push(c);
    }
    let trimmed = arguments.iter().map(|argument| argument.trim().to_string());
    trimmed.filter(|argument| !argument.is_empty()).collect()
}

/// Every `t!(key, name = value, …)` and every `@key@` of the page: its key or the keys it can have,
/// and the names it gives.
fn said() -> Vec<(String, BTreeSet<String>)> {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    let mut said = Vec::new();
    for call in files.iter().flat_map(|file| {
        let starts = file
            .match_indices("t!(")
            .filter(|(at, _)| !file[..*at].ends_with(|c: char| c.is_alphanumeric()));
        starts.map(|(at, _)| arguments(&file[at + 3..]))
    }) {
        let named = call[1..]
            .iter()
            .filter_map(|argument| argument.split_once('='))
            .map(|(name, _)| name.trim().into());
        let names: BTreeSet<String> = named.collect();
        let literal = |text: &str| {
            text.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned)
        };
        match (literal(&call[0]), call[0].strip_prefix("format!(")) {
            (Some(key), _) => said.push((key, names)),
            (None, Some(pattern)) => {
                let pattern = literal(pattern).expect("a pattern");
                let family = families().into_iter().find(|(known, _)| *known == pattern);
                let (_, fillings) =
                    family.unwrap_or_else(|| panic!("{pattern} is no known family of keys"));
                let hole = &pattern
                    [pattern.find('{').expect("a hole")..=pattern.find('}').expect("a hole")];
                said.extend(
                    fillings.iter().map(|filling| (pattern.replace(hole, filling), names.clone())),
                );
            }
            _ => panic!("t!({}) has no key that can be told from the source", call.join(", ")),
        }
    }
    // The notices in `index.html` are put in when the page is built.
    let page = fs::read_to_string("index.html").expect("the page");
    said.extend(texts::marks(&page).map(|key| (key.to_owned(), BTreeSet::new())));
    said
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    let [english, chinese] = LANGUAGES.map(texts);
    assert!(english.len() > 150);
    let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
    let differing: Vec<_> = keys(&english).symmetric_difference(&keys(&chinese)).cloned().collect();
    assert_eq!(differing, [""; 0]);
    for (key, text) in &english {
        assert_eq!(placeholders(text), placeholders(&chinese[key]), "{key}");
    }
}

#[test]
fn everything_said_is_there_with_its_placeholders_and_nothing_else_is() {
    let english = texts("en");
    let said = said();
    assert!(said.len() > 150, "{} calls were found", said.len());
    for (key, names) in &said {
        let text = english.get(key).unwrap_or_else(|| panic!("there is no {key}"));
        let wanted: BTreeSet<String> = placeholders(text).into_iter().map(str::to_owned).collect();
        assert_eq!(*names, wanted, "{key}: “{text}”");
    }
    let used: BTreeSet<&String> = said.iter().map(|(key, _)| key).collect();
    let unused: Vec<_> = english.keys().filter(|key| !used.contains(key)).collect();
    assert_eq!(unused, [""; 0]);
}

#[test]
fn chinese_is_chinese() {
    let [english, chinese] = LANGUAGES.map(texts);
    // Names, formulas and symbols are the same in both.
    let latin = |text: &str| {
        text.chars().filter(|c| c.is_alphabetic()).all(|c| c.is_ascii() || "ξκβηθ".contains(c))
    };
    let left = chinese.iter().filter(|(key, text)| latin(text) && english[*key] != **text);
    // Commas and gaps have no letters at all.
    let left: Vec<_> = left.filter(|(key, _)| !key.starts_with("list.")).collect();
    assert_eq!(left, [], "neither Chinese nor a name");
    let words = |text: &str| {
        text.split(' ').filter(|w| w.len() > 3 && w.bytes().all(|b| b.is_ascii_lowercase())).count()
    };
    let same: Vec<_> =
        chinese.iter().filter(|(key, text)| english[*key] == **text && words(text) > 0).collect();
    assert_eq!(same, [], "left in English");
}

/// An `[s]` goes by the number that is named before it, so there must be one; Chinese has no
/// plural.
#[test]
fn what_is_counted_names_its_number_before() {
    for language in LANGUAGES {
        for (key, text) in texts(language) {
            let counted = |(at, _): (usize, &str)| language == "en" && text[..at].contains("%{");
            assert!(text.match_indices("[s]").all(counted), "{language}: {key}");
        }
    }
}

/// How many sentences a text has. A point within a number ends none.
fn sentences(text: &str) -> usize {
    let ends = |(at, c): &(usize, char)| match c {
        '。' | '！' | '？' => true,
        '.' | '!' | '?' => text[at + 1..].chars().next().is_none_or(|next| next == ' '),
        _ => false,
    };
    text.char_indices().filter(ends).count()
}

#[test]
fn what_is_true_instead_of_a_mistake_takes_two_sentences() {
    assert_eq!((sentences("At 0.5? It rests."), sentences("在 0.5 处？停了。")), (2, 2));
    for language in LANGUAGES {
        let texts = texts(language);
        for (name, _) in MISTAKES {
            let truth = &texts[&format!("mistake_truth.{name}")];
            assert_eq!(sentences(truth), 2, "{language} {name}: {truth}");
        }
    }
}

/// The forms of every term.
fn forms(texts: &Texts) -> Vec<Vec<String>> {
    let of = |key: &&str| texts[&format!("term.{key}")].split('|').map(str::to_owned).collect();
    TERMS.iter().map(of).collect()
}

#[test]
fn a_word_stands_for_one_term_and_common_ones_are_explained_in_the_glossary_alone() {
    for (language, common) in
        [("en", "an example, an update, repeats"), ("zh-CN", "样本、更新、重复")]
    {
        let forms = forms(&texts(language));
        let mut each: Vec<String> = forms.concat().iter().map(|f| f.to_lowercase()).collect();
        each.sort_unstable();
        assert!(each.windows(2).all(|pair| pair[0] != pair[1]), "{language}: {each:?}");
        assert_eq!(split(common, &forms), [(common, None)], "{language}");
        // A longer term is not taken for the shorter one that it ends with.
        let longer = if language == "en" { "balanced accuracy" } else { "平衡准确率" };
        let key = |piece: &(&str, Option<usize>)| piece.1.map(|term| TERMS[term]);
        let found: Vec<_> = split(longer, &forms).iter().map(key).collect();
        assert_eq!(found, [Some("balanced_accuracy")], "{language}");
    }
}

/// What the glossary quotes is what a control is called.
#[test]
fn the_glossary_names_controls_as_they_are() {
    for language in LANGUAGES {
        let texts = texts(language);
        for key in TERMS {
            let says = &texts[&format!("term_says.{key}")];
            for quoted in says.split('“').skip(1).filter_map(|rest| rest.split('”').next()) {
                assert!(texts.values().any(|text| text == quoted), "{language} {key}: {quoted}");
            }
        }
        let says = &texts["term_says.early_stopping"];
        assert!(
            ["training.when", "evaluation.after"].iter().all(|key| says.contains(&texts[*key]))
        );
    }
}
