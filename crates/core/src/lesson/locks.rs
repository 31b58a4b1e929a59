//! What of a set-up a lesson or a hand-out keeps: locked parts stay as they are, limited numbers in
//! their ranges.

use super::facts::{part, tree};
use crate::setup::PARAMETERS;
use crate::setup::Setup;
use serde_json::Value;

/// A number's path, and the range that it is kept in.
pub type Limit = (String, f64, f64);

/// Whether a part of a set-up is this one, or lies beneath it.
pub fn lies_in(part: &str, key: &str) -> bool {
    part.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a part of a set-up is one of these, or lies beneath one.
pub fn holds(keys: &[String], part: &str) -> bool {
    keys.iter().any(|key| lies_in(part, key))
}

/// Parts that are locked, and the search of what lies in them: a value that is searched is none
/// that stays.
pub fn with_searched(keys: &[String]) -> Vec<String> {
    let searched =
        PARAMETERS.iter().filter(|p| holds(keys, p.key)).map(|p| ["space.", p.name].concat());
    keys.iter().cloned().chain(searched).collect()
}

/// The new set-up with the locked parts as they were, and every number that the old one limits in
/// its range. Nothing else can change them.
pub fn locked(old: &Setup, new: Setup, keys: &[String]) -> Setup {
    kept(old, new, keys, &old.lesson.limit)
}

/// The same with these limits.
pub fn kept(old: &Setup, new: Setup, keys: &[String], limits: &[Limit]) -> Setup {
    if keys.is_empty() && limits.is_empty() {
        return new;
    }
    let (Ok(before), Ok(mut after)) = (serde_json::to_value(old), serde_json::to_value(&new))
    else {
        return new;
    };
    for limit in limits {
        for (path, kept) in confined(limit, &before, &after) {
            if let Some(place) = after.pointer_mut(&path) {
                *place = kept;
            }
        }
    }
    for key in with_searched(keys) {
        if let (Some(place), Some(was)) = (after.pointer_mut(&pointer(&key)), part(&before, &key)) {
            *place = was.clone();
        }
    }
    // Where what is locked does not go with what is new, nothing changes.
    crate::json::of(after).unwrap_or_else(|_| old.clone())
}

fn pointer(key: &str) -> String {
    ["/", &key.replace('.', "/")].concat()
}

/// What of a set-up's tree a limit would change, by pointers into it.
fn confined(limit: &Limit, before: &Value, after: &Value) -> Vec<(String, Value)> {
    let (key, low, high) = (&limit.0, limit.1, limit.2);
    let mut changes = Vec::new();
    let mut change = |path: String, was: &Value, kept: Value| {
        if kept != *was {
            changes.push((path, kept));
        }
    };
    let ends = |list: &[Value]| {
        let mut list = list.to_vec();
        confine_ends(&mut list, low, high);
        Value::Array(list)
    };
    // Nor is a limited number searched beyond its range, unless it was from the beginning.
    for p in PARAMETERS.iter().filter(|p| p.key == key) {
        let now = &after["space"][p.name];
        if let (Value::Array(list), true) = (now, before["space"][p.name] != *now) {
            change(["/space/", p.name].concat(), now, ends(list));
        }
    }
    let path = pointer(key);
    match after.pointer(&path) {
        // Of a searched range its ends; the scale and the step stay.
        Some(now @ Value::Array(list)) if key.starts_with("space.") => {
            change(path, now, ends(list))
        }
        Some(now) => {
            let mut kept = now.clone();
            confine(&mut kept, low, high);
            change(path, now, kept);
        }
        None => {}
    }
    changes
}

/// The limit that a change goes beyond, where the number was within it before.
pub fn beyond<'a>(old: &Setup, new: &Setup, limits: &'a [Limit]) -> Option<&'a Limit> {
    if limits.is_empty() {
        return None;
    }
    // Once for all limits: a set-up may hold a whole lesson.
    let (before, after) = (tree(old), tree(new));
    let kept = |limit, tree: &Value| confined(limit, &before, tree).is_empty();
    limits.iter().find(|limit| kept(*limit, &before) && !kept(*limit, &after))
}

/// A set-up with the numbers that it limits in their ranges; as it is where there can be none such.
pub fn limited(setup: Setup) -> Setup {
    let within = locked(&setup, setup.clone(), &[]);
    if within.check().is_ok() { within } else { setup }
}

/// Puts a number, or every number of a list, into a range; a whole one stays whole, and where the
/// range has no whole number it becomes the next one above.
fn confine(value: &mut Value, low: f64, high: f64) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| confine(value, low, high)),
        Value::Number(number) => {
            let known = number.as_f64().unwrap_or(low);
            let real = number.is_f64();
            let (low, high) = if real { (low, high) } else { (low.ceil(), high.floor()) };
            let kept = known.min(high).max(low);
            if kept != known {
                *value = if real { kept.into() } else { (kept as u64).into() };
            }
        }
        _ => {}
    }
}

/// Puts the ends of a searched range into another range; where it lies outside, it becomes that
/// one.
fn confine_ends(list: &mut [Value], low: f64, high: f64) {
    let rises =
        |list: &[Value]| list.first().and_then(Value::as_f64) < list.get(1).and_then(Value::as_f64);
    let rose = rises(list);
    list.iter_mut().take(2).for_each(|end| confine(end, low, high));
    if rose && !rises(list) {
        (list[0], list[1]) = (low.into(), high.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link;
    use crate::setup::NetSetup;
    use serde_json::json;

    #[test]
    fn the_limit_that_a_change_goes_beyond_is_the_first_that_would_change_it() {
        let mut old = Setup::default();
        old.lesson.limit = vec![
            ("training.epochs".into(), 10.0, 200.0),
            ("run.momentum".into(), 0.0, 0.5),
            ("net.hidden".into(), 1.0, 8.0),
            ("space.learning_rate".into(), 0.01, 1.0),
        ];
        let by_hand = |new: &Setup| {
            let kept = |limit: &Limit, setup: &Setup| {
                let mut one = old.clone();
                one.lesson.limit = vec![limit.clone()];
                locked(&one, setup.clone(), &[]) == *setup
            };
            old.lesson.limit.iter().find(|limit| kept(limit, &old) && !kept(limit, new))
        };
        let changed = |change: &dyn Fn(&mut Setup)| {
            let mut new = old.clone();
            change(&mut new);
            let found = beyond(&old, &new, &old.lesson.limit);
            assert_eq!(found, by_hand(&new));
            found.map(|limit| limit.0.as_str())
        };
        assert_eq!(changed(&|s| s.training.epochs = 201), Some("training.epochs"));
        assert_eq!(changed(&|s| s.training.epochs = 200), None);
        assert_eq!(changed(&|s| s.run.momentum = 0.8), None, "it was beyond it before");
        assert_eq!(changed(&|s| s.net.hidden = vec![8, 9]), Some("net.hidden"));
        let range = |low, high| {
            let scale = crate::space::Scale::Log;
            Some(crate::setup::space::Range::Numbers { low, high, scale, step: 0.0 })
        };
        changed(&|s| s.space.set("learning_rate", range(0.1, 2.0)));
        changed(&|s| s.space.set("learning_rate", range(0.1, 0.5)));
        changed(&|s| s.space.set("momentum", None));
    }

    #[test]
    fn what_is_locked_stays_whatever_is_asked() {
        let old = Setup::default();
        let mut new = old.clone();
        (new.net.hidden, new.net.seed, new.data.name) = (vec![3], 7, "moons".into());
        assert_eq!(locked(&old, new.clone(), &[]), new);
        let kept = locked(&old, new.clone(), &["net".into(), "data.noise".into()]);
        assert_eq!((&kept.net, &kept.data.name), (&old.net, &new.data.name));
        assert_eq!(locked(&old, new.clone(), &["colour".into()]), new);
        // What is locked is not searched either, and goes on being searched where it was.
        for (name, range) in
            [("batch", "[8,64]"), ("layers", "[1,3]"), ("rule", "[%22sgd%22,%22adam%22]")]
        {
            let asked =
                link::read(&format!("v=1&space.{name}={range}&space.momentum=null")).unwrap();
            assert!(asked.space.get(name).is_some());
            let kept = locked(
                &old,
                asked.clone(),
                &["net".into(), "training".into(), "run.momentum".into()],
            );
            assert_eq!(kept.space, old.space, "{name}");
            assert_eq!(
                locked(&asked, old.clone(), &["net".into(), "training".into()]).space.get(name),
                asked.space.get(name)
            );
        }
        new.net.hidden = vec![3, 4];
        assert_eq!(locked(&old, new, &["net.hidden.0".into()]).net.hidden, [old.net.hidden[0], 4]);
    }

    #[test]
    fn what_is_limited_stays_in_its_range() {
        let mut old = Setup::default();
        let limit = |key: &str, low, high| (key.to_string(), low, high);
        old.lesson.limit = vec![
            limit("run.learning_rate", 0.01, 0.5),
            limit("search.budget", 5.0, 9.5),
            limit("space.learning_rate", 0.1, 1.0),
            limit("net.hidden", 1.0, 4.0),
            limit("data.name", 0.0, 1.0),
        ];
        let mut new = old.clone();
        (new.run.learning_rate, new.search.budget, new.net.hidden) = (9.0, 50, vec![3, 16]);
        let kept = locked(&old, new.clone(), &[]);
        assert_eq!(
            (kept.run.learning_rate, kept.search.budget, &kept.net.hidden),
            (0.5, 9, &vec![3, 4])
        );
        assert_eq!(serde_json::to_value(&kept.space).unwrap()["learning_rate"], json!([0.1, 1.0]));
        assert_eq!(kept.data, new.data);
        (new.run.learning_rate, new.search.budget) = (0.25, 7);
        let kept = locked(&old, new, &[]);
        assert_eq!((kept.run.learning_rate, kept.search.budget), (0.25, 7));
        // They go with the link.
        assert_eq!(link::read(&link::write(&kept)), Ok(kept));
        // It is said which number would be beyond, and the search does not go beyond either.
        let beyond = |link: &str| {
            let new = link::read(link).unwrap();
            beyond(&old, &new, &old.lesson.limit).map(|limit| limit.0.clone())
        };
        assert_eq!(beyond("v=1&run.learning_rate=0.2&search.budget=9&net.hidden=[4]"), None);
        assert_eq!(
            beyond("v=1&run.learning_rate=9&search.budget=9&net.hidden=[4]"),
            Some("run.learning_rate".into())
        );
        let mut old = Setup::default();
        old.lesson.limit = vec![limit("training.batch", 8.0, 32.0)];
        let asked = link::read("v=1&space.batch=[1,256]").unwrap();
        let kept = locked(&old, asked, &[]);
        assert_eq!(
            serde_json::to_value(&kept.space).unwrap()["batch"].as_array().unwrap()[..2],
            [json!(8.0), json!(32.0)]
        );
        // A range wholly outside becomes the one that it is kept in; so does the usual one of what
        // is newly searched.
        for key in ["training.batch", "space.batch"] {
            for (low, high, asked) in
                [(8.0, 32.0, "64,256"), (300.0, 400.0, "64,256"), (2.0, 4.0, "8,256")]
            {
                let mut old = Setup::default();
                old.lesson.limit = vec![limit(key, low, high)];
                let asked = link::read(&format!("v=1&space.batch=[{asked}]")).unwrap();
                let kept = locked(&old, asked, &[]);
                assert_eq!(
                    serde_json::to_value(&kept.space).unwrap()["batch"],
                    json!([low, high]),
                    "{key}"
                );
                assert_eq!(kept.check(), Ok(()));
            }
        }
        // Whole numbers lie inside, too, where there are any.
        for (low, high, given, kept) in
            [(1.5, 3.0, 1, 2_usize), (1.5, 3.9, 9, 3), (0.5, 0.9, 5, 1), (2.0, 5.0, 4, 4)]
        {
            let mut old = Setup::default();
            old.lesson.limit = vec![limit("net.hidden", low, high)];
            let new =
                Setup { net: NetSetup { hidden: vec![given], ..old.net.clone() }, ..old.clone() };
            assert_eq!(locked(&old, new, &[]).net.hidden, [kept], "{given} in {low} to {high}");
        }
    }

    #[test]
    fn a_link_opens_within_its_own_limits() {
        let read = |link: &str| limited(link::read(link).unwrap());
        let opened =
            read("v=1&run.learning_rate=9&lesson.limit=[[%22run.learning_rate%22,0.01,0.5]]");
        assert_eq!(opened.run.learning_rate, 0.5);
        // No momentum lies there.
        let opened = read("v=1&run.momentum=0.5&lesson.limit=[[%22run.momentum%22,2,3]]");
        assert_eq!(opened.run.momentum, 0.5);
        // Of a searched range the ends are kept in; its step stays.
        let stepped = "space.momentum=[0,0.9,%22linear%22,0.1]";
        let opened = read(&format!("v=1&{stepped}&lesson.limit=[[%22space.momentum%22,0.5,0.9]]"));
        assert_eq!(
            link::write(&opened).split('&').nth(1),
            Some("space.momentum=[0.5,0.9,%22linear%22,0.1]")
        );
    }
}
