//! The data set of a study as CSV, split as on the page.

use super::Source;
use crate::data::Target;

/// The name that scripts look for.
pub const NAME: &str = "tunescape-data.csv";

/// A name that none of a table's columns has.
fn free(name: &str, columns: &[String]) -> String {
    let mut name = name.to_string();
    while columns.contains(&name) {
        name.push('_');
    }
    name
}

/// A row for each example, in the order in which the page has them: the part that it is in
/// (`train`, `valid`, `test`), the inputs in their own units (empty where they are missing), the
/// class or number to predict.
pub fn csv(Source { data, split, .. }: Source) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let target = match &data.target {
        Target::Class { .. } => free("class", &data.columns),
        Target::Number { name, .. } => name.clone(),
    };
    let part = free("part", &data.columns);
    let columns = data.columns.len();
    let header = [part.as_str()].into_iter().chain(data.columns.iter().map(String::as_str));
    // Writing into memory does not fail.
    let _ = writer.write_record(header.chain([target.as_str()]));
    for (part, rows) in ["train", "valid", "test"].into_iter().zip(&split.rows) {
        for &row in rows {
            let inputs = &data.x[row * columns..(row + 1) * columns];
            let field = |x: &f32| if x.is_nan() { String::new() } else { x.to_string() };
            let target = match &data.target {
                Target::Class { labels, names } => {
                    names.get(labels[row] as usize).cloned().unwrap_or_default()
                }
                Target::Number { values, .. } => values[row].to_string(),
            };
            let fields = [part.to_string()].into_iter().chain(inputs.iter().map(field));
            let _ = writer.write_record(fields.chain([target]));
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
