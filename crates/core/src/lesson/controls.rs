//! Which controls of the page act on which part of the set-up: what is locked there is no control
//! to be used.

use crate::lesson::{holds, with_searched};
use crate::setup::settings::SHARED_CONTROLS;
use crate::setup::{LessonSetup, PARAMETERS, SETTINGS, Setting};

/// All parts of a set-up, and a selector of the controls that change nothing else.
fn all() -> impl Iterator<Item = (String, String)> {
    let settings = SETTINGS.iter().filter(|setting| !setting.controls.is_empty());
    let settings = settings.map(|setting| (setting.path.clone(), setting.controls.clone()));
    let shared = SHARED_CONTROLS.iter().map(|&(parts, css)| (parts.join(" "), css.to_owned()));
    let searched = PARAMETERS.iter().map(|p| {
        let ids =
            ["-low", "-high", "-drop", "-scale", "-step"].map(|end| ["#", p.name, end].concat());
        (
            ["space.", p.name].concat(),
            format!("{}, [data-searched={}] input", ids.join(", "), p.name),
        )
    });
    settings.chain(shared).chain(searched)
}

/// The controls that these locks leave without effect, as one selector; empty for none.
pub fn locked(locks: &[String]) -> String {
    if locks.is_empty() {
        return String::new();
    }
    let locks = with_searched(locks);
    let of = all()
        .filter(|(parts, _)| parts.split(' ').all(|part| holds(&locks, part)))
        .map(|(_, css)| css);
    of.collect::<Vec<_>>().join(", ")
}

/// The controls of a single value: their ids, and its path.
pub fn single() -> impl Iterator<Item = (String, String)> {
    let id = |css: &str| {
        css.strip_prefix('#').filter(|id| !id.contains([' ', '#', '.'])).map(str::to_owned)
    };
    all().filter_map(move |(part, css)| Some((id(&css)?, part)))
}

/// The range in which a lesson keeps the number of a path.
pub fn range(lesson: &LessonSetup, key: &str) -> Option<(f64, f64)> {
    lesson.limit.iter().find(|limit| limit.0 == key).map(|&(_, low, high)| (low, high))
}

/// What a number is shown in: some in percent.
pub fn unit(key: &str) -> f64 {
    Setting::of(key).map_or(1.0, Setting::unit)
}

/// The controls of numbers that are kept in a range, and the ends of it as the control shows them.
pub fn limited(lesson: &LessonSetup) -> Vec<(String, f64, f64)> {
    let one = |(parts, css): (String, String)| {
        let (low, high) = range(lesson, &parts)?;
        // A searched parameter's range is that of its ends.
        let ends = |name: &str| format!("#{name}-low, #{name}-high");
        let css = parts.strip_prefix("space.").map_or(css, ends);
        let unit = unit(&parts);
        Some((css, unit * low, unit * high))
    };
    if lesson.limit.is_empty() { Vec::new() } else { all().filter_map(one).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::part;
    use crate::setup::Setup;

    #[test]
    fn every_control_is_of_a_part_that_a_set_up_has() {
        let tree = serde_json::to_value(Setup::default()).unwrap();
        for (parts, _) in all() {
            assert!(parts.split(' ').all(|key| part(&tree, key).is_some()), "{parts}");
        }
    }

    #[test]
    fn every_part_but_for_what_no_control_sets_has_one() {
        fn leaves(at: &serde_json::Value, path: &str, found: &mut Vec<String>) {
            match at.as_object() {
                Some(fields) => fields.iter().for_each(|(name, field)| {
                    leaves(
                        field,
                        &if path.is_empty() { name.clone() } else { format!("{path}.{name}") },
                        found,
                    );
                }),
                None => found.push(path.to_owned()),
            }
        }
        let (tree, mut found) = (serde_json::to_value(Setup::default()).unwrap(), Vec::new());
        leaves(&tree, "", &mut found);
        // The lesson's own parts nobody edits, a drawing goes with its name, and trials run
        // whatever is locked.
        let apart = |key: &String| {
            key.starts_with("lesson.")
                || ["data.drawn", "search.run", "search.shown"].contains(&key.as_str())
        };
        for key in found.iter().filter(|key| !apart(key)) {
            assert!(all().any(|(parts, _)| parts.split(' ').any(|part| part == key)), "{key}");
        }
    }

    #[test]
    fn no_control_is_of_two_values() {
        let every: Vec<String> = all().map(|(_, css)| css).collect();
        let mut ids: Vec<&str> = every
            .iter()
            .flat_map(|css| css.split(", "))
            .filter(|css| css.starts_with('#'))
            .collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }

    #[test]
    fn a_lock_takes_what_lies_beneath_it_and_nothing_beside_it() {
        let locked =
            |keys: &[&str]| locked(&keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>());
        assert_eq!(locked(&[]), "");
        assert_eq!(locked(&["data.noise"]), "#noise");
        // Nor is there any use in searching it.
        let momentum = locked(&["run.momentum"]);
        assert!(
            momentum
                .starts_with("#run-momentum, #run-momentum-value, #fixed-momentum, #momentum-low"),
            "{momentum}"
        );
        assert!(
            locked(&["run"]).contains("#pad")
                && locked(&["run.momentum", "run.learning_rate"]).contains("#pad")
        );
        assert!(locked(&["net"]).contains("#init") && !locked(&["net.hidden"]).contains("#init"));
    }

    #[test]
    fn ranges_are_told_as_their_controls_show_them() {
        let limit = vec![("data.used".into(), 0.1, 0.5), ("run.momentum".into(), 0.0, 0.9)];
        let lesson = LessonSetup { limit, ..LessonSetup::default() };
        let shown = limited(&lesson);
        assert_eq!(shown[0], ("#data-used".into(), 10.0, 50.0));
        assert_eq!((shown[1].1, shown[1].2, shown.len()), (0.0, 0.9, 2));
    }
}
