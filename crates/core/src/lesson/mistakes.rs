//! Sentences that are often written and are not true, each with a set-up that shows it.
//!
//! The words are translations: `mistake.KEY` has the sentence, `mistake_truth.KEY` what is true.

/// Key (in translations) and link of each.
pub const MISTAKES: [(&str, &str); 18] = [
    ("optimizer_tunes", "v=2&screen=search&training.rule=adam&map.side=32"),
    (
        "on_training_set",
        "v=2&screen=explore&data.name=moons&data.noise=0.4&data.used=0.1&net.hidden=[16,16]&training.epochs=200&run.learning_rate=0.03&run.momentum=0.9",
    ),
    (
        "test_set_chooses",
        "v=2&screen=search&data.name=moons&data.noise=0.4&data.rows=100&net.hidden=[8,8]&training.epochs=60&space.learning_rate=[0.03,1]&space.momentum=[0,0.9]&map.side=8&search.strategy=random&search.budget=20",
    ),
    (
        "folds_prevent",
        "v=2&screen=search&data.name=moons&data.noise=0.4&data.rows=100&net.hidden=[8,8]&training.epochs=60&space.learning_rate=[0.03,1]&space.momentum=[0,0.9]&map.side=8&search.strategy=random&search.budget=20&evaluation.method=stratified-k-fold",
    ),
    (
        "less_data",
        "v=2&screen=explore&data.name=moons&data.noise=0.4&data.used=1&net.hidden=[16,16]&training.epochs=200&run.learning_rate=0.03&run.momentum=0.9",
    ),
    (
        "grid_for_complex",
        "v=2&screen=race&map.side=32&race.strategies=[%22grid%22,%22random%22]&race.repeats=16&search.budget=27&space.l2=[1e-8,1e-6]",
    ),
    ("random_is_greedy", "v=2&screen=search&search.strategy=random&map.side=32"),
    ("genetic_global", "v=2&screen=search&search.strategy=genetic&map.side=32"),
    (
        "rate_overfits",
        "v=2&screen=explore&data.name=moons&net.hidden=[4]&training.epochs=60&run.learning_rate=30&run.momentum=0",
    ),
    ("momentum_is_rate", "v=2&screen=explore&run.learning_rate=3&run.momentum=0"),
    (
        "decay_is_decay",
        "v=2&screen=explore&training.schedule.kind=inverse-time&training.rate_decay=0.01&run.learning_rate=0.3&run.momentum=0.9",
    ),
    (
        "large_batches",
        "v=2&screen=explore&data.name=moons&net.hidden=[4]&training.epochs=60&training.batch=256&run.learning_rate=1.6&run.momentum=0",
    ),
    (
        "f1_is_accuracy",
        "v=2&screen=explore&data.name=breast-cancer&data.positives=0.15&net.hidden=[4]&training.l2=0.03&training.epochs=30&run.learning_rate=0.03&run.momentum=0.9",
    ),
    (
        "adam_if_not_convex",
        "v=2&screen=search&training.rule=momentum&map.side=32&map.axis=complement",
    ),
    (
        "never_change",
        "v=2&screen=explore&training.schedule.kind=cosine&run.learning_rate=0.3&run.momentum=0.9",
    ),
    (
        "more_layers",
        "v=2&screen=explore&net.hidden=[8,8,8,8,8,8]&training.epochs=120&run.learning_rate=0.1&run.momentum=0.9",
    ),
    (
        "zeros",
        "v=2&screen=explore&net.init=zeros&training.epochs=120&run.learning_rate=0.1&run.momentum=0.9",
    ),
    (
        "limit_diverges",
        "v=2&screen=explore&data.name=hills&net.hidden=[8,8]&training.batch=2000&training.rule=sgd&training.epochs=1000&run.learning_rate=0.39&run.momentum=0",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link;

    #[test]
    fn every_mistake_has_a_link_that_opens() {
        for (name, text) in MISTAKES {
            let setup = link::read(text).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert_eq!(setup.check(), Ok(()), "{name}");
        }
    }
}
