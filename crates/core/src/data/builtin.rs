//! The real sets that are shipped with the page (`web/data/`), each loaded only when chosen.
//!
//! `web/data/NAME.js` is a classic script that calls `tunescape.data(NAME, TEXT)`; TEXT is the
//! payload, gzipped, in base64. The payload is a line of JSON (`Header` below), then rows × columns
//! cells, row-major, then one byte per row, the index of its class, or four, the number that is its
//! target. `web/data/make.py` writes it; `web/data/SOURCES.md` says more about the origins.

use super::{Dataset, Target};
use crate::json;
use serde::{Deserialize, Serialize};

/// One row of the table of sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// As the link, the file and the translation files know it.
    pub name: &'static str,
    pub rows: usize,
    pub columns: usize,
    /// 0: the target is a number.
    pub classes: usize,
    /// Who made it, and where it is.
    pub source: &'static str,
    pub licence: &'static str,
}

/// All sets, smallest first.
pub const ALL: [Builtin; 7] = [
    Builtin {
        name: "iris",
        rows: 150,
        columns: 4,
        classes: 3,
        source: "R. A. Fisher (1936). UCI Machine Learning Repository, doi:10.24432/C56C76",
        licence: "CC BY 4.0",
    },
    Builtin {
        name: "wine",
        rows: 178,
        columns: 13,
        classes: 3,
        source: "S. Aeberhard, M. Forina (1992). UCI Machine Learning Repository, doi:10.24432/C5PC7J",
        licence: "CC BY 4.0",
    },
    Builtin {
        name: "penguins",
        rows: 342,
        columns: 4,
        classes: 3,
        source: "A. M. Horst, A. P. Hill, K. B. Gorman (2020): palmerpenguins, doi:10.5281/zenodo.3960218",
        licence: "CC0 1.0",
    },
    Builtin {
        name: "diabetes",
        rows: 442,
        columns: 10,
        classes: 0,
        source: "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004): Least Angle Regression, by way of scikit-learn",
        licence: "BSD-3-Clause (scikit-learn); none stated by the authors",
    },
    Builtin {
        name: "breast-cancer",
        rows: 569,
        columns: 30,
        classes: 2,
        source: "W. Wolberg, O. Mangasarian, N. Street, W. Street (1993). UCI Machine Learning Repository, doi:10.24432/C5DW2B",
        licence: "CC BY 4.0",
    },
    Builtin {
        name: "digits",
        rows: 1_797,
        columns: 64,
        classes: 10,
        source: "E. Alpaydin, C. Kaynak (1998). UCI Machine Learning Repository, doi:10.24432/C50P49",
        licence: "CC BY 4.0",
    },
    Builtin {
        name: "mnist",
        rows: 2_000,
        columns: 784,
        classes: 10,
        source: "Y. LeCun, C. Cortes, C. J. C. Burges: the MNIST database of handwritten digits (2,000 of 70,000)",
        licence: "CC BY-SA 3.0",
    },
];

/// Why a payload can't be read: the file is damaged or from another build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BuiltinError {
    /// No set has this name.
    Unknown(String),
    /// The first line is not a header; what the JSON reader said.
    Header(String),
    /// The header is not that of the set asked for.
    Other { wanted: String, found: String },
    /// The body has another length than the header says, in bytes.
    Length { wanted: usize, found: usize },
    /// A row's class is not among the classes; 1-based row.
    Class { row: usize, class: u8 },
    /// A cell is not a finite number; 1-based row.
    Cell { row: usize },
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Cells {
    U8,
    F32,
}

/// The payload's first line.
#[derive(Deserialize)]
struct Header {
    name: String,
    columns: Vec<String>,
    classes: Vec<String>,
    rows: usize,
    cells: Cells,
    /// What a u8 cell is divided by.
    scale: f32,
    image: Option<[usize; 2]>,
}

/// Reads the uncompressed payload of the set called `name`.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Dataset, BuiltinError> {
    let set = ALL
        .iter()
        .find(|set| set.name == name)
        .ok_or_else(|| BuiltinError::Unknown(name.into()))?;
    let end = bytes.iter().position(|&b| b == b'\n').unwrap_or(bytes.len());
    let header: Header = json::read(&String::from_utf8_lossy(&bytes[..end]))
        .map_err(|error| BuiltinError::Header(error.to_string()))?;
    let numbers = set.classes == 0;
    let classes = if numbers { 0 } else { header.classes.len() };
    let shape = (header.name.as_str(), header.rows, header.columns.len(), classes);
    if shape != (set.name, set.rows, set.columns, set.classes) {
        return Err(BuiltinError::Other {
            wanted: format!("{} {}×{}→{}", set.name, set.rows, set.columns, set.classes),
            found: format!("{} {}×{}→{}", shape.0, shape.1, shape.2, shape.3),
        });
    }
    let body = bytes.get(end + 1..).unwrap_or_default();
    let width = if header.cells == Cells::U8 { 1 } else { 4 };
    // The numbers come from the table, so the products are small.
    let cells = set.rows * set.columns * width;
    let wanted = cells + set.rows * if numbers { 4 } else { 1 };
    if body.len() != wanted {
        return Err(BuiltinError::Length { wanted, found: body.len() });
    }
    let (cells, labels) = body.split_at(cells);
    let floats = |bytes: &[u8]| {
        bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect::<Vec<f32>>()
    };
    let x: Vec<f32> = match header.cells {
        Cells::U8 => cells.iter().map(|&b| b as f32 / header.scale).collect(),
        Cells::F32 => floats(cells),
    };
    if let Some(at) = x.iter().position(|v| !v.is_finite()) {
        return Err(BuiltinError::Cell { row: at / set.columns + 1 });
    }
    if numbers {
        let values = floats(labels);
        if let Some(row) = values.iter().position(|v| !v.is_finite()) {
            return Err(BuiltinError::Cell { row: row + 1 });
        }
        let target =
            Target::Number { values, name: header.classes.into_iter().next().unwrap_or_default() };
        let data = Dataset::new(&header.name, header.columns, x, target);
        return Ok(Dataset { image: header.image, ..data });
    }
    if let Some(at) = labels.iter().position(|&l| usize::from(l) >= set.classes) {
        return Err(BuiltinError::Class { row: at + 1, class: labels[at] });
    }
    let target = Target::Class {
        labels: labels.iter().map(|&l| u32::from(l)).collect(),
        names: header.classes,
    };
    let data = Dataset::new(&header.name, header.columns, x, target);
    Ok(Dataset { image: header.image, ..data })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use base64::prelude::*;
    use std::io::Read;

    /// The payload, unpacked from the file that the page loads.
    pub fn payload(name: &str) -> Vec<u8> {
        let path = format!("{}/../../web/data/{name}.js", env!("CARGO_MANIFEST_DIR"));
        let script = std::fs::read_to_string(path).unwrap();
        let text = script.strip_prefix(&format!("tunescape.data(\"{name}\", \"")).unwrap();
        let packed = BASE64_STANDARD.decode(text.strip_suffix("\");\n").unwrap()).unwrap();
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn every_shipped_set_reads_as_the_table_says() {
        for set in ALL {
            let data = parse(set.name, &payload(set.name)).unwrap();
            assert_eq!((data.rows(), data.columns.len()), (set.rows, set.columns));
            assert_eq!(data.x.len(), set.rows * set.columns);
            if let Some([height, width]) = data.image {
                assert_eq!(height * width, set.columns);
                assert!(data.x.iter().all(|v| (0.0..=1.0).contains(v)));
            }
        }
    }

    #[test]
    fn known_rows_and_counts() {
        let counts = |name| match parse(name, &payload(name)).unwrap().target {
            Target::Class { labels, names } => (0..names.len())
                .map(|c| labels.iter().filter(|&&l| l as usize == c).count())
                .collect::<Vec<_>>(),
            Target::Number { .. } => vec![],
        };
        assert_eq!(parse("iris", &payload("iris")).unwrap().x[..4], [5.1, 3.5, 1.4, 0.2]);
        assert_eq!(counts("iris"), [50; 3]);
        assert_eq!(counts("breast-cancer"), [357, 212]);
        assert_eq!(counts("wine"), [59, 71, 48]);
        assert_eq!(counts("penguins"), [151, 68, 123]);
        assert_eq!(
            parse("penguins", &payload("penguins")).unwrap().x[..4],
            [39.1, 18.7, 181.0, 3750.0]
        );
        // The first two patients of the paper's table 1.
        let diabetes = parse("diabetes", &payload("diabetes")).unwrap();
        assert_eq!(diabetes.x[..3], [59.0, 2.0, 32.1]);
        let Target::Number { values, .. } = diabetes.target else { panic!("numbers") };
        assert_eq!(values[..2], [151.0, 75.0]);
        assert_eq!(counts("digits"), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        assert_eq!(counts("mnist"), [200; 10]);
    }

    #[test]
    fn damage_is_named() {
        let bytes = payload("iris");
        assert!(matches!(parse("nowhere", &bytes), Err(BuiltinError::Unknown(_))));
        assert!(matches!(parse("digits", &bytes), Err(BuiltinError::Other { .. })));
        assert!(matches!(
            parse("iris", &bytes[..bytes.len() - 1]),
            Err(BuiltinError::Length { .. })
        ));
        assert!(matches!(parse("iris", b""), Err(BuiltinError::Header(_))));
        let mut wrong = bytes;
        *wrong.last_mut().unwrap() = 3;
        assert_eq!(parse("iris", &wrong), Err(BuiltinError::Class { row: 150, class: 3 }));
    }
}
