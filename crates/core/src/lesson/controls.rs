//! Which controls of the page act on which part of the set-up: what is locked there is no control
//! to be used.

use crate::lesson::{holds, with_searched};
use crate::setup::LessonSetup;
use crate::setup::PARAMETERS;
use crate::setup::training::TrainingSetup;
use tunescape_engine::optim::NUMBERS;

/// Parts of the set-up, and a selector of the controls that change nothing else. Where there are
/// several parts, a control is of use as long as one of them can be changed. Controls of a number
/// of the training, or of a searched parameter, have its name as their id.
pub const CONTROLS: &[(&str, &str)] = &[
    ("screen", ".tab:not(.current)"),
    ("backend", "#backend"),
    ("data.name", ".set, #file, #draw-own :is(svg, button, input)"),
    ("data net training space search", "#presets a"),
    ("data.noise", "#noise"),
    ("data.rows", "#rows"),
    ("data.train", "#split-train"),
    ("data.valid", "#split-valid"),
    ("data.used", "#data-used"),
    ("data.seed", "#data-seed"),
    ("evaluation.also", "#also input"),
    ("evaluation.method", "#evaluation"),
    ("evaluation.folds", "#folds"),
    ("evaluation.repeats", "#repeats"),
    ("net.hidden", ".heads button, #fewer-layers, #more-layers, .units :is(button, input)"),
    ("net.activation", "#activation"),
    ("net.activations", "#network-more select:not([id])"),
    ("net.init", "#init"),
    ("net.loss", "#loss, #huber-delta"),
    ("net.seed", "#new-seed"),
    ("training.rule", "#rule"),
    ("training.batch", "#batch"),
    ("training.epochs", "#epochs"),
    ("training.patience", "#patience"),
    ("training.penalise_biases", "#penalise-biases"),
    ("training.schedule.kind", "#schedule"),
    ("run.learning_rate", "#run-lr, #run-lr-value, #fixed-rate, #half"),
    ("run.momentum", "#run-momentum, #run-momentum-value, #fixed-momentum"),
    ("run.learning_rate run.momentum", "#pad"),
    ("space", "#search-more"),
    ("map.shown", "#map-shows button"),
    ("map.axis", "#map-axis button"),
    ("map.target", "#target"),
    ("map.side", "#side"),
    ("map.across", "#map-across"),
    ("map.up", "#map-up"),
    ("map.held", "#hold-best, #hold-run"),
    ("map.averaged", "#averaged"),
    ("map.hidden", "#truth"),
    ("map.zoom", "#back-out, #map svg[data-click=zoom]"),
    ("search.hand", "#warm, #map svg[data-click=place]"),
    ("search.strategy", "#strategy"),
    ("search.grid_ends", "#grid-ends"),
    ("search.budget", "#budget"),
    ("search.seed", "#search-seed"),
    ("search.manual", "#manual"),
    ("search.distinct", "#distinct"),
    ("search.pareto", "#minimises"),
    ("search.most_epochs", "#most-epochs"),
    ("search.most_parameters", "#most-parameters"),
    ("search.acquisition", "#acquisition"),
    ("search.kernel", "#kernel"),
    ("search.length_scale", "#length-scale, #length-scale-slider"),
    ("search.noise", "#gp-noise, #gp-noise-slider"),
    ("search.kappa", "#kappa, #kappa-slider"),
    ("search.xi", "#xi, #xi-slider"),
    ("search.at_once", "#at-once"),
    ("search.lie", "#lie"),
    ("search.earlier", "#inherit, #disinherit"),
    ("search.metric", "#metric"),
    ("search.when", "#when"),
    ("search.ranked", "#ranked"),
    ("search.together", "#together"),
    ("search.members", "#members"),
    ("search.every", "#every"),
    ("search.notes", "#note"),
    ("search.pruner.name", "#pruner"),
    ("search.pruner.keep", "#pruner-keep"),
    ("search.pruner.startup", "#pruner-startup"),
    ("search.pruner.upper", "#pruner-upper"),
    ("search.pruner.warmup", "#pruner-warmup"),
    ("search.pruner.threshold", "#pruner-threshold"),
    ("search.pruner.patience", "#pruner-patience"),
    ("search.pruner.least", "#pruner-least"),
    ("search.pruner.factor", "#pruner-factor, #halving-factor"),
    ("race.strategies", "#racers input:not(#you)"),
    ("race.you", "#you"),
    ("race.effort", "#race-effort button"),
    ("race.repeats", "#race-repeats"),
    ("race.hand", "#your-map, #clear"),
];

/// All parts and their controls.
fn all() -> impl Iterator<Item = (String, String)> {
    // Rate and momentum are the run's.
    let numbers =
        NUMBERS.iter().filter(|number| TrainingSetup::default().number(number.name).is_some());
    let numbers =
        numbers.map(|number| (["training.", number.name].concat(), ["#", number.name].concat()));
    let numbers_of_schedules = PARAMETERS
        .iter()
        .filter(|p| p.key.starts_with("training.schedule.") && p.name != "schedule");
    let schedule =
        numbers_of_schedules.map(|p| (p.key.to_owned(), ["#schedule-", p.name].concat()));
    let searched = PARAMETERS.iter().map(|p| {
        let ids =
            ["-low", "-high", "-drop", "-scale", "-step"].map(|end| ["#", p.name, end].concat());
        (
            ["space.", p.name].concat(),
            format!("{}, [data-searched={}] input", ids.join(", "), p.name),
        )
    });
    let table = CONTROLS.iter().map(|&(parts, css)| (parts.to_owned(), css.to_owned()));
    table.chain(numbers).chain(schedule).chain(searched)
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
    if ["data.train", "data.valid", "data.used"].contains(&key) { 100.0 } else { 1.0 }
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
