//! Studies to begin with, after the examples that people learn from: each a name and a link.

/// Name (in translations) and link of each.
pub const PRESETS: [(&str, &str); 5] = [
    (
        "iris",
        "v=2&data.name=iris&net.hidden=[]&training.epochs=60&space.momentum=null&space.l2=[0.0001,1]&search.strategy=grid\
         &search.budget=25&map.up=l2&map.side=32&evaluation.method=stratified-k-fold",
    ),
    (
        "depth",
        "v=2&data.name=mnist&net.hidden=[32,32]&net.activation=relu&training.epochs=20&run.learning_rate=0.05\
         &space.learning_rate=null&space.momentum=null&space.layers=[1,9]&search.strategy=grid&search.budget=9\
         &map.across=layers&map.side=32",
    ),
    (
        "batch_grid",
        "v=2&training.epochs=60&space.momentum=null&space.batch=[4,256]&search.strategy=grid&search.budget=25\
         &map.up=batch&map.side=32",
    ),
    (
        "decay",
        "v=2&training.epochs=60&training.schedule.kind=inverse-time&space.learning_rate=[0.01,1]&space.momentum=[0,0.9]\
         &space.rate_decay=[0.0001,0.1]&search.strategy=grid&search.budget=27&map.side=32\
         &evaluation.method=stratified-k-fold&evaluation.folds=3",
    ),
    (
        "batch_bayesian",
        "v=2&training.epochs=60&space.momentum=null&space.batch=[4,256]&search.budget=25&map.up=batch&map.side=32",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link;

    #[test]
    fn every_preset_is_a_link_of_its_own() {
        let mut seen = Vec::new();
        for (name, text) in PRESETS {
            let setup = link::read(text).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert_eq!(link::read(&link::write(&setup)), Ok(setup.clone()));
            assert!(!seen.contains(&setup));
            seen.push(setup);
        }
    }
}
