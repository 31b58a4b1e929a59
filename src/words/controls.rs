//! Controls in words: what those are called that change nothing of the set-up, and all that can be
//! hidden by itself.

use crate::words;
use crate::words::texts::t;
use tunescape_core::lesson::controls;

/// What plays, looks and leads on: ids of controls and panels, and the text that names each.
const PLAIN: [(&str, &str); 36] = [
    ("play", "present.play"),
    ("step", "present.forward"),
    ("back", "present.back"),
    ("first", "transport.first"),
    ("reset", "run.reset_why"),
    ("scrub", "transport.scrub"),
    ("run-scrub", "run.scrub"),
    ("speed", "transport.speed"),
    ("new-seed", "run.new_seed_why"),
    ("half", "run.half"),
    ("branches", "run.branches"),
    ("slice", "slice.title"),
    ("race-start", "race.start"),
    ("repeat", "race.repeat"),
    ("truth", "present.landscape"),
    ("map-epoch", "map.epoch"),
    ("map-click", "map.click"),
    ("back-out", "present.back_out"),
    ("hold-best", "map.hold_best"),
    ("hold-run", "map.hold_run"),
    ("lose", "map.found_forget"),
    ("replay-trail", "map.replay"),
    ("forget-trail", "map.forget"),
    ("evolve", "population.title"),
    ("linked", "linked.title"),
    ("advice", "advice.title"),
    ("after-search", "after.title"),
    ("trials-table", "table.title"),
    ("filter", "table.filter"),
    ("note", "trial.note"),
    ("undo", "nav.undo"),
    ("redo", "nav.redo"),
    ("studies", "studies.title"),
    ("share", "share.title"),
    ("present", "present.p"),
    ("theme", "nav.theme"),
];

/// What can be hidden by itself: ids, and what each is called.
pub fn all() -> Vec<(String, String)> {
    let plain = PLAIN.iter().map(|(id, text)| {
        let name = t!(format!("{text}"));
        ((*id).to_owned(), within(text, name))
    });
    let sets = controls::single().filter_map(|(id, path)| {
        let name = words::name(&path);
        (name != path && PLAIN.iter().all(|plain| plain.0 != id)).then(|| (id, within(&path, name)))
    });
    plain.chain(sets).collect()
}

/// A name with the part of the page before it that the setting of this path, or the text of this
/// key, belongs to: “Up” alone could be anything.
pub fn within(path: &str, name: String) -> String {
    let part = match path.split('.').next().unwrap_or_default() {
        "data" => t!("data.title"),
        "net" => t!("net.title"),
        "training" => t!("training.title"),
        "evaluation" => t!("evaluation.title"),
        "map" => t!("handout.map"),
        "search" | "space" => t!("nav.search"),
        "race" => t!("nav.race"),
        "run" => t!("nav.explore"),
        "table" => t!("table.title"),
        _ => return name,
    };
    t!("handout.within", part = part, name = name)
}
