//! Data and parts of any kind.

use proptest::prelude::*;
use std::sync::Arc;
use tunescape_core::data::{Dataset, Fractions, Part, Split, Target, Task};

/// A data set of `rows` rows, two inputs (some missing) and `classes` classes, or a number if there
/// is one class.
pub fn dataset() -> impl Strategy<Value = Dataset> {
    (10usize..120, 1u32..6).prop_flat_map(|(rows, classes)| {
        let value = prop_oneof![9 => -1e3f32..1e3, 1 => Just(f32::NAN)];
        let x = proptest::collection::vec(value, 2 * rows);
        let labels = proptest::collection::vec(0..classes, rows);
        let values = proptest::collection::vec(-50f32..50.0, rows);
        (x, labels, values).prop_map(move |(x, labels, values)| Dataset {
            name: "any".into(),
            columns: vec!["a".into(), "b".into()],
            x,
            target: match classes {
                1 => Target::Number { values, name: "y".into() },
                n => {
                    Target::Class { labels, names: (0..n).map(|class| class.to_string()).collect() }
                }
            },
            image: None,
            exact: Vec::new(),
        })
    })
}

/// Leave at least a tenth to the test part, so that ten rows are enough.
pub fn fractions() -> impl Strategy<Value = Fractions> {
    (0.2f64..0.6, 0.2f64..0.3).prop_map(|(train, valid)| Fractions { train, valid })
}

/// A part of so many rows and three columns, one of them constant and one of any size, with targets
/// of a task; of the classes some may have no rows.
fn part(task: Task, rows: std::ops::Range<usize>) -> impl Strategy<Value = Part> {
    let target = match task {
        Task::Binary => (0u8..2).prop_map(f32::from).boxed(),
        Task::Classes(classes) => (0..classes as u8).prop_map(f32::from).boxed(),
        Task::Regression => (-50f32..50.0).boxed(),
    };
    let row = (-3f32..3.0, -1e4f32..1e4, target).prop_map(|(a, b, y)| ([a, b, 0.5], y));
    proptest::collection::vec(row, rows).prop_map(|rows| {
        let (x, y): (Vec<[f32; 3]>, Vec<f32>) = rows.into_iter().unzip();
        Part { x: x.concat().into(), y, columns: 3 }
    })
}

/// Parts ready to train on, from one row on, and what they ask for.
pub fn parts() -> impl Strategy<Value = (Split, Task)> {
    proptest::sample::select(vec![Task::Binary, Task::Classes(4), Task::Regression]).prop_flat_map(
        |task| {
            (part(task, 1..40), part(task, 1..10), part(task, 1..4)).prop_map(
                move |(train, valid, test)| {
                    let rows = [&train, &valid, &test].map(|part| (0..part.rows()).collect());
                    (
                        Split {
                            train: Arc::new(train),
                            valid: Arc::new(valid),
                            test: Arc::new(test),
                            rows,
                            inputs: vec![(0.0, 1.0); 3],
                            target: (0.0, 1.0),
                        },
                        task,
                    )
                },
            )
        },
    )
}
