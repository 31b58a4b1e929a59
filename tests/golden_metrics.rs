//! Metrics and folds against scikit-learn: `tests/golden/metrics.json` (`FORMAT.md` beside it says
//! how it was made), and `metrics.json` in every folder named in TUNESCAPE_GOLDEN_DIR (separated by
//! ':').

#[path = "golden/folders.rs"]
mod folders;

use serde_json::Value;
use tunescape_core::data::folds::{kfold, stratified_kfold};
use tunescape_core::metrics::*;

const TOLERANCE: f64 = 1e-9;

#[test]
fn golden_metrics() {
    let mut checked = 0;
    for case in folders::cases("metrics.json").iter().flat_map(|folder| &folder.cases) {
        check(case);
        checked += 1;
    }
    println!("{checked} cases");
}

fn check(case: &Value) {
    let found = match case["kind"].as_str().unwrap() {
        "labels" => labels(case),
        "binary_scores" => binary_scores(case),
        "multiclass_probabilities" => multiclass(case),
        "regression" => regression(case),
        "kfold" => return check_kfold(case),
        "stratified_kfold" => return check_stratified(case),
        other => panic!("{}: unknown kind {other}", case["id"]),
    };
    let expected = case["expected"].as_object().unwrap();
    for (name, value) in expected {
        let (wanted, found) =
            (flat(value), found(name).unwrap_or_else(|| panic!("{}: no {name}", case["id"])));
        assert_eq!(wanted.len(), found.len(), "{} {name}", case["id"]);
        for (w, f) in wanted.iter().zip(&found) {
            assert!((w - f).abs() <= TOLERANCE, "{} {name}: {f}, not {w}", case["id"]);
        }
    }
}

type Found = Box<dyn Fn(&str) -> Option<Vec<f64>>>;

fn labels(case: &Value) -> Found {
    let matrix =
        confusion(&indices(&case["y_true"]), &indices(&case["y_pred"]), index(&case["classes"]));
    let (p, r, f) = (precision(&matrix), recall(&matrix), f1(&matrix));
    Box::new(move |name| {
        Some(match name {
            "accuracy" | "f1_micro" => vec![accuracy(&matrix)],
            "confusion_matrix" => matrix.iter().flatten().map(|&n| n as f64).collect(),
            "precision_per_class" => p.clone(),
            "recall_per_class" => r.clone(),
            "f1_per_class" => f.clone(),
            "precision_macro" => vec![macro_mean(&p)],
            "recall_macro" => vec![macro_mean(&r)],
            "f1_macro" => vec![macro_mean(&f)],
            "f1_weighted" => vec![weighted_mean(&f, &matrix)],
            "balanced_accuracy_over_classes_present" => vec![balanced_accuracy(&matrix)],
            "precision_binary" => vec![p[1]],
            "recall_binary" => vec![r[1]],
            "f1_binary" => vec![f[1]],
            "matthews" => vec![matthews(&matrix)],
            _ => return None,
        })
    })
}

fn binary_scores(case: &Value) -> Found {
    let labels = indices(&case["y_true"]);
    let truth: Vec<bool> = labels.iter().map(|&t| t == 1).collect();
    let score = flat(&case["score"]);
    Box::new(move |name| {
        Some(match name {
            "roc_auc" => vec![roc_auc(&truth, &score)?],
            "average_precision" => vec![average_precision(&truth, &score)?],
            // The keys of the expected object stand in this order.
            "roc_curve" => {
                let curve = roc_curve(&truth, &score)?;
                let fpr = curve.iter().map(|point| point.false_positives);
                let tpr = curve.iter().map(|point| point.true_positives);
                fpr.chain(tpr).chain(curve[1..].iter().map(|point| point.threshold)).collect()
            }
            "log_loss" => vec![log_loss(
                &labels,
                &score.iter().flat_map(|p| [1.0 - p, *p]).collect::<Vec<_>>(),
                2,
            )],
            "brier" => vec![brier(&truth, &score)],
            _ => return None,
        })
    })
}

fn multiclass(case: &Value) -> Found {
    let (truth, probabilities) = (indices(&case["y_true"]), flat(&case["probabilities"]));
    let classes = index(&case["classes"]);
    Box::new(move |name| {
        let areas = || {
            roc_auc_per_class(&truth, &probabilities, classes)
                .into_iter()
                .collect::<Option<Vec<f64>>>()
        };
        Some(match name {
            "log_loss" => vec![log_loss(&truth, &probabilities, classes)],
            "accuracy_argmax" => {
                vec![accuracy(&confusion(&truth, &argmax(&probabilities, classes), classes))]
            }
            "roc_auc_per_class" => areas()?,
            "roc_auc_ovr_macro" => vec![macro_mean(&areas()?)],
            _ => return None,
        })
    })
}

fn regression(case: &Value) -> Found {
    let (truth, predicted) = (flat(&case["y_true"]), flat(&case["y_pred"]));
    Box::new(move |name| {
        Some(vec![match name {
            "r2" => r2(&truth, &predicted),
            "mse" => mse(&truth, &predicted),
            "rmse" => rmse(&truth, &predicted),
            "mae" => mae(&truth, &predicted),
            "explained_variance" => explained_variance(&truth, &predicted),
            _ => return None,
        }])
    })
}

fn check_kfold(case: &Value) {
    let (rows, k, expected) = (index(&case["n"]), index(&case["k"]), &case["expected"]);
    let wanted: Vec<Vec<usize>> = lists(&expected["unshuffled_validation"]);
    assert_eq!(kfold(rows, k, None).unwrap(), wanted, "{}", case["id"]);
    let shuffled = kfold(rows, k, Some(1)).unwrap();
    let sizes: Vec<usize> = shuffled.iter().map(Vec::len).collect();
    assert_eq!(sizes, indices(&expected["shuffled_fold_sizes_in_order"]), "{}", case["id"]);
    let mut all = shuffled.concat();
    all.sort_unstable();
    assert_eq!(all, (0..rows).collect::<Vec<_>>(), "{}", case["id"]);
}

fn check_stratified(case: &Value) {
    let (y, k, expected) = (indices(&case["y"]), index(&case["k"]), &case["expected"]);
    let labels: Vec<u32> = y.iter().map(|&label| label as u32).collect();
    let plain = stratified_kfold(&labels, k, None).unwrap();
    assert_eq!(plain, lists(&expected["unshuffled_validation"]), "{}", case["id"]);
    let wanted = lists(&expected["class_counts_per_fold"]);
    for folds in [plain, stratified_kfold(&labels, k, Some(1)).unwrap()] {
        let count =
            |fold: &Vec<usize>, class: usize| fold.iter().filter(|&&row| y[row] == class).count();
        let counts: Vec<Vec<usize>> = folds
            .iter()
            .map(|fold| (0..wanted[0].len()).map(|class| count(fold, class)).collect())
            .collect();
        assert_eq!(counts, wanted, "{}", case["id"]);
        let mut all = folds.concat();
        all.sort_unstable();
        assert_eq!(all, (0..y.len()).collect::<Vec<_>>(), "{}", case["id"]);
    }
}

/// The numbers in a value, however deep, in the order they stand.
fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        Value::Object(items) => items.values().flat_map(flat).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn index(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn indices(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(index).collect()
}

fn lists(value: &Value) -> Vec<Vec<usize>> {
    value.as_array().unwrap().iter().map(indices).collect()
}
