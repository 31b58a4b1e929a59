//! Which controls of the page act on which part of the set-up: what is locked there is no control
//! to be used.

use crate::setup::settings::SHARED_CONTROLS;
use crate::setup::{LessonSetup, Parameter, SETTINGS, Setting};

/// The settings that the control of this id changes, and no others; empty for none.
pub fn settings_of(id: &str) -> Vec<String> {
    if let Some((settings, _)) = SHARED_CONTROLS.iter().find(|(_, control)| *control == id) {
        return settings.iter().map(|path| (*path).to_owned()).collect();
    }
    let own = SETTINGS.iter().filter(|setting| setting.controls.iter().any(|own| own == id));
    let mut paths: Vec<String> = own.map(|setting| setting.path.clone()).collect();
    let ends = ["-low", "-high", "-drop", "-scale", "-step", "-choices"];
    let searched = ends.iter().find_map(|end| Parameter::by_name(id.strip_suffix(end)?));
    paths.extend(searched.map(|parameter| ["space.", parameter.name].concat()));
    paths
}

/// The controls of a single value: their ids, and its path.
pub fn single() -> impl Iterator<Item = (String, String)> {
    let of = |setting: &'static Setting| {
        let one = <[String; 1]>::try_from(setting.controls.clone()).ok()?;
        Some((one.into_iter().next()?, setting.path.clone()))
    };
    // Several alike have no id of their own.
    let alike =
        ["tab", "also", "layer-activation", "racers", "map-shows", "map-axis", "race-effort"];
    SETTINGS.iter().filter_map(of).filter(move |(id, _)| !alike.contains(&id.as_str()))
}

/// The range in which a lesson keeps the number of a path.
pub fn range(lesson: &LessonSetup, key: &str) -> Option<(f64, f64)> {
    lesson.limit.iter().find(|limit| limit.0 == key).map(|&(_, low, high)| (low, high))
}

/// What a number is shown in: some in percent.
pub fn unit(key: &str) -> f64 {
    Setting::of(key).map_or(1.0, Setting::unit)
}

/// Whether a control of this id changes something of the set-up.
pub fn is_of_setup(id: &str) -> bool {
    !settings_of(id).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_but_for_what_no_control_sets_has_one() {
        // The lesson's own parts nobody edits, a drawing goes with its name, trials run whatever is
        // locked, and what was seen was seen.
        let apart = |path: &str| {
            path.starts_with("lesson.")
                || ["data.drawn", "search.run", "search.shown", "race.seen", "race.known"]
                    .contains(&path)
        };
        for setting in SETTINGS.iter().filter(|setting| !apart(&setting.path)) {
            assert!(!setting.controls.is_empty(), "{}", setting.path);
            for id in &setting.controls {
                assert!(settings_of(id).contains(&setting.path), "{id}");
            }
        }
    }

    #[test]
    fn no_control_is_of_two_settings() {
        let mut ids: Vec<&String> = SETTINGS.iter().flat_map(|s| &s.controls).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }

    #[test]
    fn the_ends_of_a_range_are_of_what_is_searched() {
        assert_eq!(settings_of("momentum-low"), ["space.momentum"]);
        assert_eq!(settings_of("schedule-gamma"), ["training.schedule.gamma"]);
        assert_eq!(settings_of("pad"), ["run.learning_rate", "run.momentum"]);
        assert!(settings_of("play").is_empty());
    }
}
