//! Optuna's distributions: JSON in the text of a journal or a database.

use super::lenient::{number, parse};
use super::limits::{MAX_CHOICES, MAX_NAME};
use super::names::Names;
use super::{Choice, Domain};
use serde_json::{Map, Value};

/// What a text of `distribution_to_json` says, in today's names and those of versions before 3, or
/// in the short form `{"type": "float", "low": …}`; none where it says something else.
pub fn domain(text: &str) -> Option<Domain> {
    let tree = parse(text)?;
    let whole = tree.as_object()?;
    match whole.get("name").and_then(Value::as_str) {
        Some(name) => named(name, whole.get("attributes")?.as_object()?),
        None => short(whole),
    }
}

fn named(name: &str, of: &Map<String, Value>) -> Option<Domain> {
    let step = |key: &str| of.get(key).and_then(number);
    let log = of.get("log").and_then(Value::as_bool).unwrap_or(false);
    match name {
        "FloatDistribution" => numbers(of, false, log, step("step")),
        "IntDistribution" => numbers(of, true, log, step("step")),
        "UniformDistribution" => numbers(of, false, false, None),
        "LogUniformDistribution" => numbers(of, false, true, None),
        "DiscreteUniformDistribution" => numbers(of, false, false, step("q")),
        "IntUniformDistribution" => numbers(of, true, false, step("step")),
        "IntLogUniformDistribution" => numbers(of, true, true, step("step")),
        "CategoricalDistribution" => choices(of),
        _ => None,
    }
}

fn short(of: &Map<String, Value>) -> Option<Domain> {
    let log = of.get("log").and_then(Value::as_bool).unwrap_or(false);
    let step = of.get("step").and_then(number);
    match of.get("type")?.as_str()? {
        "float" => numbers(of, false, log, step),
        "int" => numbers(of, true, log, step),
        "categorical" => choices(of),
        _ => None,
    }
}

fn numbers(of: &Map<String, Value>, integer: bool, log: bool, step: Option<f64>) -> Option<Domain> {
    let (low, high) = (number(of.get("low")?)?, number(of.get("high")?)?);
    // Before version 3 an integer on a log scale could have step 0.
    let step = step.filter(|step| step.is_finite() && *step > 0.0);
    let step = if integer { Some(step.unwrap_or(1.0)) } else { step };
    let fits = low.is_finite() && high.is_finite() && low <= high && (!log || low > 0.0);
    fits.then_some(Domain::Number { integer, low, high, log, step })
}

fn choices(of: &Map<String, Value>) -> Option<Domain> {
    let list = of.get("choices")?.as_array()?;
    let known = (1..=MAX_CHOICES).contains(&list.len());
    let mut choices: Vec<Choice> =
        list.iter().filter(|_| known).map(Choice::of).collect::<Option<_>>()?;
    // Texts that were cut may have become equal: they are several choices all the same.
    let is_cut = |choice: &Value| match choice {
        Value::String(text) => text.len() > MAX_NAME,
        Value::Array(_) | Value::Object(_) => choice.to_string().len() > MAX_NAME,
        _ => false,
    };
    let mut names = Names::default();
    for (choice, own) in list.iter().zip(&mut choices) {
        match own {
            Choice::Text(text) if is_cut(choice) => *text = names.apart(std::mem::take(text)),
            Choice::Text(text) => names.extend([text.clone()]),
            _ => {}
        }
    }
    known.then_some(Domain::Categorical(choices))
}

/// Widens what a parameter is by what one trial says of it; the value as the parameter then has it,
/// or none where the two don't go together.
pub fn merged(own: &mut Domain, other: &Domain, value: f64) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    match (&mut *own, other) {
        (Domain::Categorical(choices), Domain::Number { .. }) if choices.is_empty() => {
            *own = other.clone();
            Some(value)
        }
        (Domain::Categorical(choices), Domain::Categorical(theirs)) => {
            let choice = theirs.get(value as usize).filter(|_| value >= 0.0)?;
            if choices.is_empty() {
                choices.extend(theirs.iter().cloned());
            }
            let known = choices.iter().position(|own| own == choice);
            if known.is_none() && choices.len() < MAX_CHOICES {
                choices.push(choice.clone());
                return Some((choices.len() - 1) as f64);
            }
            known.map(|at| at as f64)
        }
        (
            Domain::Number { integer, low, high, log, step },
            Domain::Number { integer: whole, low: from, high: to, log: decades, step: steps },
        ) => {
            *low = low.min(*from);
            *high = high.max(*to);
            *integer &= *whole;
            *log = (*log || *decades) && *low > 0.0;
            if step != steps {
                *step = integer.then_some(1.0);
            }
            Some(value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(low: f64, high: f64, log: bool, step: Option<f64>) -> Option<Domain> {
        Some(Domain::Number { integer: false, low, high, log, step })
    }

    #[test]
    fn every_name_of_a_distribution_is_known() {
        let of = |name: &str, rest: &str| {
            domain(&format!(r#"{{"name": "{name}", "attributes": {{"low": 1, "high": 9{rest}}}}}"#))
        };
        assert_eq!(
            of("FloatDistribution", r#", "step": null, "log": true"#),
            floats(1.0, 9.0, true, None)
        );
        assert_eq!(of("UniformDistribution", ""), floats(1.0, 9.0, false, None));
        assert_eq!(of("LogUniformDistribution", ""), floats(1.0, 9.0, true, None));
        assert_eq!(
            of("DiscreteUniformDistribution", r#", "q": 2.0"#),
            floats(1.0, 9.0, false, Some(2.0))
        );
        let ints = |log, step| {
            Some(Domain::Number { integer: true, low: 1.0, high: 9.0, log, step: Some(step) })
        };
        assert_eq!(of("IntDistribution", r#", "step": 4, "log": false"#), ints(false, 4.0));
        assert_eq!(of("IntUniformDistribution", r#", "step": 2"#), ints(false, 2.0));
        assert_eq!(of("IntLogUniformDistribution", r#", "step": 0"#), ints(true, 1.0));
        assert_eq!(
            domain(r#"{"type": "float", "low": 0, "high": 1}"#),
            floats(0.0, 1.0, false, None)
        );
        let mixed = domain(
            r#"{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, 3, 0.5, "a", NaN]}}"#,
        );
        let wanted = vec![
            Choice::Null,
            Choice::Bool(true),
            Choice::Integer(3),
            Choice::Float(0.5),
            Choice::Text("a".into()),
            Choice::Text("NaN".into()),
        ];
        assert_eq!(mixed, Some(Domain::Categorical(wanted)));
    }

    #[test]
    fn choices_that_are_lists_are_their_texts() {
        let lists = r#"{"name": "CategoricalDistribution", "attributes": {"choices": [[50], [100, 50], {"a": null}]}}"#;
        let texts = ["[50]", "[100,50]", r#"{"a":null}"#];
        let wanted = texts.map(|text| Choice::Text(text.into())).to_vec();
        assert_eq!(domain(lists), Some(Domain::Categorical(wanted)));
        // Those that are equal where they are cut stay apart.
        let long = |last: usize| format!("[{}{last}]", "1, ".repeat(MAX_NAME));
        let long = format!(r#"{{"type": "categorical", "choices": [{}, {}]}}"#, long(2), long(3));
        let Some(Domain::Categorical(choices)) = domain(&long) else { panic!() };
        assert_ne!(choices[0], choices[1]);
    }

    #[test]
    fn ranges_that_cannot_be_are_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"name": "FloatDistribution", "attributes": {"low": 2, "high": 1}}"#,
            r#"{"name": "FloatDistribution", "attributes": {"low": 0, "high": 1, "log": true}}"#,
            r#"{"name": "FloatDistribution", "attributes": {"low": NaN, "high": 1}}"#,
            r#"{"name": "CategoricalDistribution", "attributes": {"choices": []}}"#,
            r#"{"name": "OtherDistribution", "attributes": {"low": 0, "high": 1}}"#,
        ] {
            assert_eq!(domain(text), None, "{text}");
        }
    }
}
