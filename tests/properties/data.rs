//! Files and splits.

use crate::any::{dataset, fractions};
use proptest::prelude::*;
use tunescape_core::data::{Kind, Target, csv, split};

proptest! {
    #[test]
    fn split_parts_are_disjoint_complete_stratified_and_repeatable(data in dataset(), f in fractions(), seed: u64) {
        let parts = split(&data, f, seed).unwrap();
        let mut rows = parts.rows.concat();
        rows.sort_unstable();
        prop_assert_eq!(rows, (0..data.rows()).collect::<Vec<_>>());
        let shares = [f.train, f.valid, 1.0 - f.train - f.valid];
        if let Target::Class { labels, names } = &data.target {
            for class in 0..names.len() as u32 {
                let count = |rows: &[usize]| rows.iter().filter(|&&row| labels[row] == class).count();
                let all = labels.iter().filter(|&&label| label == class).count();
                for (rows, share) in parts.rows.iter().zip(shares) {
                    prop_assert!((count(rows) as f64 - share * all as f64).abs() <= 1.0 + 1e-6);
                }
                prop_assert!(all < 3 || count(&parts.rows[0]) > 0);
            }
        } else {
            for (rows, share) in parts.rows.iter().zip(shares) {
                prop_assert!((rows.len() as f64 - share * data.rows() as f64).abs() < 1.0);
            }
        }
        // Compared as text, in which a missing value equals itself.
        prop_assert_eq!(format!("{parts:?}"), format!("{:?}", split(&data, f, seed).unwrap()));
    }

    #[test]
    fn training_inputs_have_mean_0_and_deviation_1(data in dataset(), f in fractions(), seed: u64) {
        let train = split(&data, f, seed).unwrap().train;
        for column in 0..train.columns {
            let values: Vec<f64> = (0..train.rows()).map(|row| f64::from(train.row(row)[column])).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
            prop_assert!(mean.abs() < 1e-4, "mean {}", mean);
            prop_assert!(values.iter().all(|&v| v == 0.0) || (variance - 1.0).abs() < 1e-3, "variance {}", variance);
        }
    }

    #[test]
    fn csv_never_panics(bytes: Vec<u8>, target in 0usize..4) {
        if let Ok(table) = csv::read(&bytes) {
            table.suggest();
            for kind in [Kind::Class, Kind::Number] {
                let _ = table.dataset(target, kind);
            }
        }
    }

    /// The same with bytes that files are made of, so that more of them get past the first check.
    #[test]
    fn csv_never_panics_on_what_looks_like_one(text in "[ab1?,;|\t\"\r\n\u{feff}é .-]{0,80}", target in 0usize..4) {
        if let Ok(table) = csv::read(text.as_bytes()) {
            prop_assert!(table.columns.len() >= 2 && table.rows() >= 1);
            table.suggest();
            for kind in [Kind::Class, Kind::Number] {
                if let Ok((data, _)) = table.dataset(target, kind) {
                    prop_assert_eq!(data.x.len(), data.rows() * data.columns.len());
                }
            }
        }
    }

    #[test]
    fn csv_round_trip(
        separator in proptest::sample::select(vec![b',', b';', b'\t', b'|']),
        rows in proptest::collection::vec((-1e6f32..1e6, "[a-zé]([a-z \"\n§é]{0,8}[a-zé])?", any::<bool>()), 1..30),
        crlf: bool,
    ) {
        let end = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut writer = ::csv::WriterBuilder::new().delimiter(separator).terminator(end).from_writer(Vec::new());
        // § stands for the separator inside a field.
        let field = |text: &str| text.replace('§', &char::from(separator).to_string());
        writer.write_record(["number", "text", "missing"]).unwrap();
        for (number, text, missing) in &rows {
            let last = if *missing { "" } else { "here" };
            writer.write_record([number.to_string(), field(text), last.to_string()]).unwrap();
        }
        let table = csv::read(&writer.into_inner().unwrap()).unwrap();
        prop_assert!(table.header && table.separator == char::from(separator) && table.rows() == rows.len());
        for (row, (number, text, missing)) in rows.iter().enumerate() {
            prop_assert_eq!(table.columns[0].number(row), Some(*number));
            let text = field(text);
            let missing_word = ["na", "nan", "null"].contains(&text.as_str());
            // Spellings of one word become one; none is made up.
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let read = table.columns[1].text(row);
            prop_assert_eq!(read.map(words), (!missing_word).then(|| words(&text)));
            let written = |read: &str| rows.iter().any(|(_, text, _)| field(text) == read);
            prop_assert!(read.is_none_or(written), "{:?}", read);
            prop_assert_eq!(table.columns[2].text(row), (!missing).then_some("here"));
        }
    }
}
