//! Golden values of the Gaussian process and the acquisition functions (scikit-learn, SciPy), of
//! Sobol's points (SciPy) of the densities of Parzen estimators and of importances (Optuna).
//!
//! `gp.json`, `sobol.json`, `tpe.json` and `importance.json` in `tests/golden` and in every folder
//! named in `TUNESCAPE_GOLDEN_DIR` (separated by ':'). A folder without any case of a kind known
//! here, and an unknown kind or option, fail.

#[path = "golden/folders.rs"]
mod folders;

use serde_json::Value;
use tunescape_core::search::acquisition;
use tunescape_core::search::gp::{Gp, Kernel, Prior};
use tunescape_core::search::parzen::{Parzen, Rule};
use tunescape_core::search::sequence::Sequence;
use tunescape_core::search::sobol::Sobol;
use tunescape_core::search::tpe::Rules;
use tunescape_core::search::{Outcome, Proposal, Reason, Strategy, StrategyName};
use tunescape_core::space::{Param, Scale, Space};
use tunescape_core::study::forest::Forest;
use tunescape_core::study::{Event, Study, ped_anova, stream};

fn cases(kind: &str) -> Vec<Value> {
    let all = folders::cases("gp.json").into_iter().flat_map(|folder| folder.cases);
    let known = |case: &Value| {
        assert!(
            ["gp", "acquisition"].contains(&word(&case["kind"])),
            "{}: unknown kind",
            case["id"]
        )
    };
    all.inspect(known).filter(|case| case["kind"] == kind).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a word is needed, not {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number is needed, not {value}"))
}

fn vector(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("a list is needed, not {value}"))
        .iter()
        .map(number)
        .collect()
}

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("rows are needed, not {value}"))
        .iter()
        .map(vector)
        .collect()
}

/// Within `relative` of the wanted value or `absolute` of it.
fn near(id: &str, what: &str, got: &[f64], wanted: &[f64], relative: f64, absolute: f64) {
    assert_eq!(got.len(), wanted.len(), "{id} {what}");
    for (i, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        let error = (got - wanted).abs();
        assert!(
            error <= relative * wanted.abs() || error <= absolute,
            "{id} {what}[{i}]: {got:e}, wanted {wanted:e}"
        );
    }
}

#[test]
fn golden_gaussian_process() {
    let cases = cases("gp");
    assert!(!cases.is_empty());
    for case in &cases {
        let id = word(&case["id"]);
        let kernel = match word(&case["kernel"]) {
            "matern52" => Kernel::Matern52,
            "matern32" => Kernel::Matern32,
            "rbf" => Kernel::Rbf,
            other => panic!("{id}: unknown kernel {other}"),
        };
        let length_scales = vector(&case["length_scales"]);
        let prior =
            Prior { kernel, variance: number(&case["variance"]), length_scales, detail: None };
        let (x, y, at) = (matrix(&case["x"]), vector(&case["y"]), matrix(&case["x_test"]));
        let noise = vec![number(&case["noise_variance"]); y.len()];
        let gp = Gp::new(prior, x, &y, noise).unwrap();
        let wanted = &case["expected"];
        let (mean, std) = gp.posterior(&at);
        near(id, "mean", &mean, &vector(&wanted["mean"]), 1e-8, 1e-9);
        near(id, "std", &std, &vector(&wanted["std"]), 1e-8, 1e-9);
        let covariance = gp.covariance(&at[..4]);
        for (i, row) in matrix(&wanted["cov_first4"]).iter().enumerate() {
            let got: Vec<f64> = covariance.row(i).iter().copied().collect();
            near(id, "covariance", &got, row, 1e-8, 1e-9);
        }
        let likelihood = number(&wanted["log_marginal_likelihood"]);
        near(id, "likelihood", &[gp.log_marginal_likelihood()], &[likelihood], 1e-8, 1e-9);
        near(id, "alpha", gp.alpha(), &vector(&wanted["alpha"]), 1e-6, 0.0);
        let slope = vector(&wanted["lml_gradient_log_hyperparameters"]);
        near(id, "slope", &gp.log_marginal_likelihood_slope().0, &slope, 1e-6, 0.0);
        for options in ["acquisition", "acquisition_xi"] {
            acquisitions(id, &mean, &std, &wanted[options], 1e-6, 1e-6);
        }
    }
}

#[test]
fn golden_acquisition() {
    let cases = cases("acquisition");
    assert!(!cases.is_empty());
    for case in &cases {
        let id = word(&case["id"]);
        acquisitions(
            id,
            &vector(&case["mean"]),
            &vector(&case["std"]),
            &case["expected"],
            1e-9,
            1e-300,
        );
    }
}

fn acquisitions(id: &str, mean: &[f64], std: &[f64], wanted: &Value, relative: f64, absolute: f64) {
    let best = number(&wanted["best"]) - number(&wanted["xi"]);
    let kappa = number(&wanted["kappa"]);
    let all = |f: fn(f64, f64, f64) -> f64| -> Vec<f64> {
        mean.iter().zip(std).map(|(&mean, &std)| f(mean, std, best)).collect()
    };
    near(
        id,
        "ei",
        &all(acquisition::expected_improvement),
        &vector(&wanted["ei"]),
        relative,
        absolute,
    );
    near(
        id,
        "log_ei",
        &all(acquisition::log_expected_improvement),
        &vector(&wanted["log_ei"]),
        relative,
        0.0,
    );
    near(
        id,
        "pi",
        &all(acquisition::probability_of_improvement),
        &vector(&wanted["pi"]),
        relative,
        absolute,
    );
    near(
        id,
        "log_pi",
        &all(acquisition::log_probability_of_improvement),
        &vector(&wanted["log_pi"]),
        relative,
        0.0,
    );
    let bound: Vec<f64> = mean
        .iter()
        .zip(std)
        .map(|(&mean, &std)| acquisition::confidence_bound(mean, std, kappa))
        .collect();
    near(id, "lcb", &bound, &vector(&wanted["lcb"]), 1e-8, 1e-9);
}

#[test]
fn golden_sobol() {
    let sets: Vec<Value> =
        folders::cases("sobol.json").into_iter().flat_map(|folder| folder.cases).collect();
    assert!(!sets.is_empty());
    for set in sets {
        let sobol = Sobol::plain(number(&set["dim"]) as usize);
        let points = matrix(&set["points"]);
        assert_eq!(points.len() as f64, number(&set["n"]));
        for (n, wanted) in points.iter().enumerate() {
            assert_eq!(sobol.point(n), *wanted, "point {n} of {}", set["dim"]);
        }
    }
}

fn param(described: &Value) -> Param {
    let name = word(&described["name"]);
    if let Some(choices) = described["choices"].as_array() {
        return Param::choice(name, &choices.iter().map(word).collect::<Vec<_>>()).unwrap();
    }
    let (low, high) = (number(&described["low"]), number(&described["high"]));
    let scale = if described["log"] == true { Scale::Log } else { Scale::Linear };
    match &described["step"] {
        Value::Null => Param::new(name, low, high, scale).unwrap(),
        step => Param::stepped(name, low, high, scale, number(step)).unwrap(),
    }
}

#[test]
fn golden_parzen_estimators() {
    let cases: Vec<Value> =
        folders::cases("tpe.json").into_iter().flat_map(|folder| folder.cases).collect();
    assert!(!cases.is_empty());
    for case in &cases {
        let id = word(&case["id"]);
        let params: Vec<Param> = case["params"].as_array().unwrap().iter().map(param).collect();
        let (points, at) = (matrix(&case["points"]), matrix(&case["at"]));
        let losses =
            case["losses"].as_array().unwrap().iter().map(|l| l.as_f64().unwrap_or(f64::INFINITY));
        let losses: Vec<f64> = losses.collect();
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]));
        let mut good = order[..Rules::OPTUNA_5.good(points.len())].to_vec();
        good.sort_unstable();
        assert_eq!(
            good.iter().map(|&n| n as f64).collect::<Vec<_>>(),
            vector(&case["good"]),
            "{id}"
        );
        for densities in case["densities"].as_array().unwrap() {
            let names: Vec<&str> =
                densities["parameters"].as_array().unwrap().iter().map(word).collect();
            let group: Vec<usize> = names
                .iter()
                .map(|name| params.iter().position(|p| p.name == *name).unwrap())
                .collect();
            let some: Vec<&Param> = group.iter().map(|&i| &params[i]).collect();
            let cut = |point: &Vec<f64>| group.iter().map(|&i| point[i]).collect::<Vec<f64>>();
            // Ours is over the unit cube: a float's width in Optuna's units is what it differs by.
            let width = |p: &&Param| match (p.count(), p.scale) {
                (Some(_), _) => 0.0,
                (None, Scale::Log) => (p.high / p.low).ln().ln(),
                (None, _) => (p.high - p.low).ln(),
            };
            let shift: f64 = some.iter().map(width).sum();
            for (which, wanted) in [(true, &densities["good"]), (false, &densities["bad"])] {
                let told = points.iter().enumerate().filter(|(n, _)| good.contains(n) == which);
                let told: Vec<Vec<f64>> = told.map(|(_, point)| cut(point)).collect();
                let parzen = Parzen::new(Rule::Optuna, &some, &told);
                let got: Vec<f64> =
                    at.iter().map(|point| parzen.log_density(&cut(point)) - shift).collect();
                near(id, &format!("{names:?} {which}"), &got, &vector(wanted), 0.0, 1e-6);
            }
        }
    }
}

/// PED-ANOVA is the same sum; the forests of functional ANOVA are drawn, and agree on average.
#[test]
fn golden_importance() {
    let cases: Vec<Value> =
        folders::cases("importance.json").into_iter().flat_map(|folder| folder.cases).collect();
    let mut forests = 0;
    for case in &cases {
        let id = word(&case["id"]);
        let space = Space::new(case["params"].as_array().unwrap().iter().map(param).collect());
        let mut study = Study::new(
            Strategy { name: StrategyName::Random, ..Strategy::default() },
            space.clone(),
        );
        for (trial, (point, loss)) in
            matrix(&case["points"]).into_iter().zip(vector(&case["losses"])).enumerate()
        {
            let proposal = Proposal { point, reason: Reason::Hand };
            study.apply(Event::Proposed { trial, proposal }).unwrap();
            study.apply(Event::Completed { trial, outcome: Outcome::Value(loss) }).unwrap();
        }
        near(
            id,
            "PED-ANOVA",
            &ped_anova::importance(&study),
            &vector(&case["ped_anova"]),
            1e-6,
            1e-9,
        );
        if case["fanova"].is_null() {
            continue;
        }
        let (x, y) = study.scored();
        let grown = |seed| Forest::grow(&x, &y, &mut stream(seed, 0)).unwrap();
        let mine: Vec<Forest> = (0..10).map(grown).collect();
        let alone = |c: usize| mine.iter().map(|forest| forest.alone(c)).sum::<f64>() / 10.0;
        let got: Vec<f64> = (0..space.dim()).map(alone).collect();
        near(id, "fANOVA", &got, &vector(&case["fanova"]), 0.0, 0.02);
        forests += 1;
    }
    assert!(forests >= 4);
}
