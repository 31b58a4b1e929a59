//! Words that were retired do not come back: one concept has one word, in the texts of the page and
//! in its lessons.
#![cfg(not(target_arch = "wasm32"))]

use site::texts;
use std::fs;
use std::path::Path;
use tunescape_core::lesson::symbols::unexplained;
use tunescape_core::search::grid::Grid;
use tunescape_core::search::{Acquisition, Earlier, Strategy, StrategyName};
use tunescape_core::setup::training::ScheduleKind;
use tunescape_engine::net::{Activation, Init, Loss};
use tunescape_engine::optim::Rule;
use tunescape_engine::optim::formula::Terms;
use tunescape_engine::train::dropout;

/// Each retired word of a language and the word in its place.
const RETIRED: &[(&str, &str, &str)] = &[
    ("en", "start weights", "initial weights"),
    ("en", "training part", "training set"),
    ("en", "validation part", "validation set"),
    ("en", "test part", "test set"),
    ("en", "hangs on", "depends on"),
    ("en", "what mattered", "hyperparameter importance"),
    ("en", "ragged", "rugged"),
    ("en", "steepest", "sharpest"),
    ("en", "answered", "predicted"),
    ("en", "one in so many", "reduction factor"),
    ("en", "believes", "predicts"),
    ("en", "belief", "prediction"),
    ("en", "the truth", "loss landscape"),
    ("en", "take it with you", "share"),
    ("en", "how unsure", "how uncertain"),
    ("en", "can't be had", "could not be loaded"),
    ("en", "mend", "fix"),
    // On a phone there is one column, and what is framed is a field.
    ("en", "left column", "what the part of the page is called"),
    ("en", "training panel", "what the field is called"),
    ("en", "grows as a power", "grows exponentially"),
    // 轮 is an epoch, and is underlined as one.
    ("zh-CN", "轮到", "该"),
    ("zh-CN", "轮流", "依次"),
    ("zh-CN", "全景图", "损失地形图"),
    ("zh-CN", "台阶", "晋级轮次"),
    ("zh-CN", "梯级", "晋级轮次"),
    ("zh-CN", "第一级", "晋级轮次"),
    ("zh-CN", "月牙", "双月"),
    ("zh-CN", "学习率计划", "学习率调度"),
    ("zh-CN", "批量大小", "批大小"),
    ("zh-CN", "最陡", "曲率最大"),
    ("zh-CN", "变陡", "锐度升高"),
    ("zh-CN", "参差", "崎岖"),
    ("zh-CN", "看法", "预测"),
    ("zh-CN", "容忍轮数", "耐心值"),
    ("zh-CN", "单元", "神经元"),
    ("zh-CN", "真相", "损失地形图"),
    ("zh-CN", "步子", "更新"),
    ("zh-CN", "走步", "更新"),
    ("zh-CN", "并排训练", "同时训练"),
    ("zh-CN", "左栏", "这一栏的名称"),
    ("zh-CN", "训练面板", "栏位的名称"),
    ("zh-CN", "按幂增长", "按指数增长"),
    ("zh-CN", "坡度", "斜率"),
    ("zh-CN", "日程", "调度"),
    ("zh-CN", "父母", "亲代"),
    ("zh-CN", "子女", "子代"),
];

/// Every text of a language, named by its key or by the lesson's file.
fn all(language: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = texts::read(Path::new("."), language)
        .unwrap_or_else(|why| panic!("{why}"))
        .into_iter()
        .collect();
    for file in fs::read_dir("web/lessons").expect("a folder") {
        let path = file.expect("a file").path();
        let json = fs::read_to_string(&path).expect("a text");
        let lesson: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        collect(&lesson, language, &path.display().to_string(), &mut all);
    }
    all
}

/// The texts of a language anywhere in a lesson.
fn collect(value: &serde_json::Value, language: &str, name: &str, all: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::Array(list) => {
            list.iter().for_each(|item| collect(item, language, name, all));
        }
        serde_json::Value::Object(fields) => {
            for (key, field) in fields {
                match field.as_str() {
                    Some(text) if key == language => all.push((name.into(), text.into())),
                    _ => collect(field, language, name, all),
                }
            }
        }
        _ => {}
    }
}

/// Whether a word stands in a text; in English not as a part of a longer one.
fn has(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    text.match_indices(word).any(|(at, _)| {
        !word.is_ascii()
            || !letter(text[..at].chars().last()) && !letter(text[at + word.len()..].chars().next())
    })
}

#[test]
fn retired_words_do_not_come_back() {
    for (language, word, instead) in RETIRED {
        let texts = all(language);
        assert!(texts.len() > 300, "{language}: {} texts", texts.len());
        for (name, text) in texts {
            assert!(
                !has(&text.to_lowercase(), word),
                "{language} {name}: “{word}” (write “{instead}”): {text}"
            );
        }
    }
}

/// The glossary and the first lesson say what a parameter is; nothing else needs the word.
fn explains(name: &str) -> bool {
    name.starts_with("term") || name.ends_with("-words.json")
}

/// Weights and biases are parameters; what is searched is a hyperparameter.
#[test]
fn what_is_searched_is_called_a_hyperparameter() {
    for (name, text) in all("en").into_iter().filter(|(name, _)| !explains(name)) {
        let rest = text.replace("%{parameters}", "");
        let found =
            has(&rest.to_lowercase(), "parameter") || has(&rest.to_lowercase(), "parameters");
        assert!(!found, "{name}: {text}");
    }
    for (name, text) in all("zh-CN").into_iter().filter(|(name, _)| !explains(name)) {
        assert!(!text.replace("超参数", "").contains("参数"), "{name}: {text}");
    }
}

/// The formulas of an update.
fn updates() -> Vec<String> {
    let plain = Terms { momentum: false, dampening: false, ..Terms::ALL };
    Rule::ALL.iter().flat_map(|rule| [rule.formula(Terms::ALL), rule.formula(plain)]).collect()
}

/// Formulas that the page shows, each with the keys of what its letters stand for.
fn formulas(texts: &texts::Texts) -> Vec<(String, Vec<String>)> {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.into()).collect::<Vec<String>>();
    let losses = Loss::ALL.iter().flat_map(|loss| {
        let smoothed = [1, 3].into_iter().filter_map(move |n| loss.smoothing_formula(n));
        [loss.formula(), loss.output_formula(1), loss.output_formula(3)].into_iter().chain(smoothed)
    });
    let inits: Vec<&str> = Init::ALL.iter().filter_map(|init| init.formula()).collect();
    let gp = |earlier| Strategy { name: StrategyName::Bayesian, earlier, ..Strategy::default() };
    let earlier = vec![Earlier(None, vec![0.0])];
    let models = [vec![], earlier].map(|earlier| gp(earlier).prediction_formula());
    let grids = [false, true].map(Grid::formula);
    let kinds = [
        ("rule.symbols", updates()),
        ("loss.symbols", owned(&losses.chain(["L = 1/n Σ ℓ"]).collect::<Vec<_>>())),
        ("init.symbols", owned(&inits)),
        ("net.symbols", owned(&Activation::ALL.map(|a| a.facts().formula))),
        ("training.dropout_symbols", owned(&[dropout::FORMULA])),
        ("told.symbols net.symbols", owned(&["aₗ = f(Wₗ aₗ₋₁ + bₗ)  (l ≤ H)", "z = W a_H + b"])),
        ("schedule.symbols", owned(&ScheduleKind::ALL.map(ScheduleKind::formula))),
        ("acquisition.symbols", owned(&Acquisition::ALL.map(Acquisition::formula))),
        ("acquisition.symbols", owned(&models.map(Option::unwrap_or_default))),
        ("strategy.grid_symbols", owned(&grids)),
        ("population.symbols", owned(&[texts["population.formula"].as_str()])),
    ];
    let own = texts.iter().filter_map(|(key, text)| Some((key.strip_suffix("_formula")?, text)));
    let own = own.map(|(key, text)| (text.clone(), vec![[key, "_symbols"].concat()]));
    let keys = |keys: &str| keys.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let each = kinds.into_iter().flat_map(|(of, all)| all.into_iter().map(move |f| (f, keys(of))));
    each.chain(own).collect()
}

/// In whatever language.
#[test]
fn every_letter_of_a_formula_is_explained() {
    for language in ["en", "zh-CN"] {
        let texts = texts::read(Path::new("."), language).unwrap_or_else(|why| panic!("{why}"));
        let formulas = formulas(&texts);
        assert!(formulas.len() > 80);
        for (formula, keys) in &formulas {
            let symbols: Vec<String> = keys.iter().map(|key| texts[key].clone()).collect();
            let missing = unexplained(formula, &symbols);
            assert!(missing.is_empty(), "{language} {keys:?}: {missing:?} in {formula}");
        }
    }
}

#[test]
fn a_word_is_found_by_itself_only() {
    assert!(has("a ragged edge", "ragged") && !has("dragged", "ragged") && has("月牙数据", "月牙"));
    assert!(has("hyperparameter", "hyperparameter") && !has("hyperparameter", "parameter"));
}
