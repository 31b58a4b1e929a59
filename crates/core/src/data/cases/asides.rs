//! Rows that are no examples, rows that are too short, quotes of other programs, and files that are
//! no tables.

use super::*;
use crate::data::choices::Aside;
use crate::data::foreign::FileKind;

fn body(rows: usize) -> String {
    (0..rows).map(|at| format!("{at}.5,{},{}\n", at * at, ["a", "b", "c"][at % 3])).collect()
}

/// What was told of rows that were left out: the first line and how many.
pub(super) fn left_out(table: &Table) -> Vec<(Aside, usize, usize)> {
    let aside = |guess: &Guess| match guess {
        Guess::RowsLeftOut { line, rows, why } => Some((*why, *line, *rows)),
        _ => None,
    };
    table.guesses.iter().filter_map(aside).collect()
}

#[test]
fn rows_that_are_no_examples_are_left_out() {
    let rows = body(12);
    let (half, other) = rows.split_at(rows.match_indices('\n').nth(5).unwrap().0 + 1);
    for (text, wanted) in [
        (format!("t,p,y\n°C,kPa,-\n{rows}"), vec![(Aside::Units, 2, 1)]),
        (format!("t,p,y\n[s],[m],[-]\n{rows}"), vec![(Aside::Units, 2, 1)]),
        (format!("t,p,y\nfloat,int,str\n{rows}"), vec![(Aside::Types, 2, 1)]),
        (
            format!("t,p,y\ncontinuous,continuous,discrete\n,,class\n{rows}"),
            vec![(Aside::Types, 2, 1), (Aside::Types, 3, 1)],
        ),
        (format!("t,p,y\n---,:-:,---\n{rows}"), vec![(Aside::Ruler, 2, 1)]),
        (format!("t,p,y\n{half}t,p,y\n{other}"), vec![(Aside::Names, 8, 1)]),
        (format!("t,p,y\n{half}# again, by hand\n{other}"), vec![(Aside::Comments, 8, 1)]),
        (format!("t,p,y\n{rows}Source: the office\n* by hand\n"), vec![(Aside::Footnotes, 14, 2)]),
        (format!("t,p,y\n{rows}\nNote: of 2026, by hand\n"), vec![(Aside::Footnotes, 15, 1)]),
        (format!("t,p,y\n{rows}72,506,Total\n"), vec![(Aside::Totals, 14, 1)]),
    ] {
        let table = table(&text);
        assert_eq!((table.rows(), left_out(&table)), (12, wanted), "{text}");
        assert_eq!(kinds(&table)[..2], [ColumnKind::Number; 2], "{text}");
        assert_eq!((mean(&table, 0), table.columns[2].distinct()), (6.0, 3), "{text}");
    }
    let totals = table("area,n\n".to_owned() + &"x,1\ny,2\n".repeat(5) + "Sum,15\nMean:,1.5\n");
    assert_eq!((totals.rows(), left_out(&totals)), (10, vec![(Aside::Totals, 12, 2)]));
    for text in [
        // Examples with missing values, a category that is called so, a word among numbers.
        format!("t,p,y\n?,NA,a\n{rows}"),
        format!("t,p,y\nerr,1,a\n{rows}"),
        format!("kind,n,y\n{}", "total,1,a\npart,2,b\n".repeat(6)),
        format!("a,b,y\n{}", "x,u,1\ny,v,2\n".repeat(6)),
    ] {
        let read = table(&text);
        let lines = text.lines().count() - 1;
        assert_eq!((read.rows(), left_out(&read)), (lines, Vec::new()), "{text}");
    }
}

#[test]
fn rows_that_lack_their_last_fields_are_filled() {
    let rows = body(6);
    let read = table(format!("t,p,y\n{rows}7.5,49\n8.5\n"));
    assert_eq!((read.rows(), read.columns[1].missing(), read.columns[2].missing()), (8, 1, 2));
    assert!(read.guesses.contains(&Guess::ShortRows { line: 8, rows: 2 }));
    let most = table("t,p,y,note\n".to_owned() + &"1,2,a\n2,3,b\n1,3,a,ok\n".repeat(5));
    assert_eq!((most.rows(), most.columns[3].missing()), (15, 10));
    // A lone word, or another table below, is something else.
    for text in [
        format!("t,p,y\n{rows}=======\n{rows}"),
        format!("t,p,y\n{rows}1,2,3,4\n1,2\n"),
        "t,p,y\n1,2\n1,2\n1,2,3\n".to_owned(),
    ] {
        let fault = chosen(text.as_bytes(), &ReadChoices::default()).unwrap_err();
        assert!(matches!(fault, CsvError::Ragged { .. }), "{text}: {fault}");
    }
}

#[test]
fn quotes_of_other_programs_hold_separators() {
    for text in [
        "name,b\n\"say \\\"hi\\\", x\",1\n\"say \\\"ho\\\", y\",2\n",
        "name,b\n'say \"hi\", x',1\n'say, y',2\n",
        "name,b\n'say hi, x',1\n'say, y',2\n",
    ] {
        let read = table(text);
        // With double quotes in the file, single ones are letters.
        let wanted = if text.contains("'say \"") { 3 } else { 2 };
        assert_eq!((read.columns.len(), read.rows()), (wanted, 2), "{text}");
    }
}

#[test]
fn files_that_are_no_tables_are_named() {
    for (bytes, kind) in [
        (&b"<!DOCTYPE html>\n<html><body>a, b</body></html>\n"[..], FileKind::Html),
        (b"\xEF\xBB\xBF\n <table><tr><td>a</td></tr></table>", FileKind::Html),
        (b"<?xml version=\"1.0\"?>\n<a>1,2</a>\n", FileKind::Xml),
        (b"{\"a\": [1, 2]}\n", FileKind::Json),
        (b" [{\"a\": 1},\n {\"a\": 2}]\n", FileKind::Json),
        (b"%PDF-1.7\n1 0 obj\n", FileKind::Pdf),
        (b"{\\rtf1\\ansi a,b\\par 1,2}", FileKind::Rtf),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", FileKind::GitLfs),
        (b"-1 1:0.5 7:1\n+1 2:0.25\n", FileKind::LibSvm),
        (b"PK\x03\x04\0\0", FileKind::Zip),
        (b"\x1F\x8B\x08\0", FileKind::Gzip),
        (b"@relation r\n@attribute a numeric\n@data\n{0 1}\n", FileKind::SparseArff),
    ] {
        let fault = chosen(bytes, &ReadChoices::default()).unwrap_err();
        assert_eq!(fault, CsvError::NotTable { found: kind }, "{}", String::from_utf8_lossy(bytes));
    }
    for text in ["<5,a\n6,b\n", "time 1:00 a\nx 2:00 b\ny 3:00 c\n", "[a],b\n1,2\n"] {
        assert!(chosen(text.as_bytes(), &ReadChoices::default()).is_ok(), "{text}");
    }
    let arff = table(
        "% by hand\n@RELATION iris\n\n@attribute 'petal, length' NUMERIC\n@ATTRIBUTE kind {a,b}\n\
        \n@DATA\n1.5,a\n% half\n?,'b'\n2.5,'a'\n",
    );
    assert_eq!(names(&arff), ["petal  length", "kind"]);
    assert_eq!(
        (numbers(&arff, 0), arff.columns[1].distinct()),
        (vec![Some(1.5), None, Some(2.5)], 2)
    );
    assert_eq!(arff.lines, [8, 10, 11]);
    let tabs = table(
        "@relation r\n@attribute len real\n@attribute 'a b' {'x y',z}\n@data\n0.5\t'x y'\n1.5\tz\n2.5\tz\n",
    );
    assert_eq!((names(&tabs), numbers(&tabs, 0)[0]), (vec!["len", "a b"], Some(0.5)));
    assert_eq!((tabs.rows(), tabs.lines[0]), (3, 5));
    // Zeros that fill the last block are none of it.
    assert_eq!(table("a,b\n1,2\n\0\0\0\0").rows(), 1);
    let one = chosen(b"x\n1,5\n2,5\n3,25\n", &ReadChoices::default()).unwrap_err();
    assert_eq!(one, CsvError::OneColumn { line: 1 });
}

#[test]
fn a_separator_at_the_end_of_the_names_alone_is_passed_over() {
    let rows = body(12);
    for (names_line, sep) in [("t,p,y,", ","), ("t;p;y;;", ";")] {
        let read = table(format!("{names_line}\n{}", rows.replace(',', sep)));
        assert_eq!((names(&read), read.rows()), (vec!["t", "p", "y"], 12), "{names_line}");
        assert!(read.guesses.contains(&Guess::SeparatorsAtEnd), "{:?}", read.guesses);
    }
    // A nameless column with values in some rows is none.
    let noted = table(
        format!("t,p,y,\n{rows}1.5,2,a,late\n").replace("a\n", "a,\n").replace("b\n", "b,\n"),
    );
    assert_eq!((noted.columns.len(), noted.rows()), (4, 13));
}

#[test]
fn years_are_names_below_keys_as_well() {
    let rows: String = (0..9).map(|at| format!("Land {at},L{at},{at}.5,{at}.25,\n")).collect();
    let read = table(format!(
        "Data Source,World Development Indicators,\n\nLast Updated Date,2024-03-05,\n\n\
         Country Name,Country Code,2019,2020,\n{rows}"
    ));
    assert_eq!(names(&read), ["Country Name", "Country Code", "2019", "2020"]);
    assert_eq!((read.rows(), read.columns[2].number(1)), (9, Some(1.5)));
    assert!(read.guesses.contains(&Guess::LinesAbove { lines: 2 }), "{:?}", read.guesses);
}
