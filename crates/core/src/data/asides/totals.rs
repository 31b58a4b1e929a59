//! Totals, means and the like, which are no examples: by what they are called, or by their numbers.

use super::sums::{is_total, subtotals};
use super::{MIN_WHOLE, Rows, is_blank, is_number};
use crate::data::choices::{Aside, Guess};
use crate::data::number::is_missing;
use csv::StringRecord;

/// Maximum number of totals at the end.
const MAX_TOTALS: usize = 12;

/// What totals are called.
const TOTALS: [&str; 45] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "sums",
    "mean",
    "average",
    "avg",
    "median",
    "subtotal",
    "summe",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "insgesamt",
    "mittelwert",
    "durchschnitt",
    "somme",
    "moyenne",
    "total général",
    "médiane",
    "totale",
    "totale complessivo",
    "media",
    "mediana",
    "suma",
    "suma total",
    "total general",
    "total geral",
    "média",
    "totaal",
    "eindtotaal",
    "合计",
    "总计",
    "小计",
    "总和",
    "平均",
    "平均值",
    "中位数",
    "総計",
    "合計",
    "итого",
    "общий итог",
    "среднее",
    "합계",
];
/// What else stands below a table, and could be a name: only beside another of these or a total.
const STATISTICS: [&str; 28] = [
    "best",
    "worst",
    "sd",
    "std",
    "std.",
    "std dev",
    "std. dev.",
    "stdev",
    "standard deviation",
    "se",
    "sem",
    "var",
    "variance",
    "min",
    "minimum",
    "max",
    "maximum",
    "count",
    "cv",
    "cv%",
    "cv (%)",
    "25%",
    "50%",
    "75%",
    "标准差",
    "方差",
    "最小值",
    "最大值",
];
/// Names of totals that could as well be names of something else.
const MAY_BE_TOTALS: [&str; 13] = [
    "genel toplam",
    "all",
    "overall",
    "σ",
    "∑",
    "all rows",
    "totalsumma",
    "summa",
    "toplam",
    "suma końcowa",
    "razem",
    "全部",
    "全体",
];

/// Whether this may be what a total is called: it says more than that it is one, as in `Total (60
/// shops)` or `North Total`.
fn is_called_total(field: &str) -> bool {
    let label = field.trim().to_lowercase();
    let bare =
        label.split(['(', '（', '[']).next().unwrap_or_default().trim().trim_end_matches(':');
    let squeezed: String = bare.split_whitespace().collect();
    let may_be = |word: &str| TOTALS.contains(&word) || MAY_BE_TOTALS.contains(&word);
    let mut words = bare.split_whitespace();
    let mut ends = words.next().into_iter().chain(words.next_back());
    may_be(bare) || may_be(&squeezed) || ends.any(|word| TOTALS.contains(&word))
}

impl Rows<'_> {
    /// Leaves out totals at the end, and those of groups between the examples.
    pub(super) fn without_totals(&mut self) -> Option<Guess> {
        let (named, rows) = (self.named_totals(), self.records.len());
        let examples = &self.records[1..rows - named];
        let mut totals = subtotals(examples, is_called_total);
        if named == 0 {
            let with_last = last_and_subtotals(examples);
            totals = if with_last.len() > totals.len() { with_last } else { totals };
        }
        let mut drops = vec![false; rows];
        drops[rows - named..].fill(true);
        totals.iter().for_each(|at| drops[at + 1] = true);
        self.drop(&drops, Aside::Totals)
    }

    /// Leaves out the rows at the end that are called totals or the like.
    pub(super) fn without_named_totals(&mut self) -> Option<Guess> {
        let end = self.records.len() - self.named_totals();
        let drops: Vec<bool> = (0..self.records.len()).map(|at| at >= end).collect();
        self.drop(&drops, Aside::Totals)
    }

    /// Number of rows at the end that are called totals or the like.
    fn named_totals(&self) -> usize {
        let label = |field: &str| field.trim().trim_end_matches(':').to_lowercase();
        let total = |field: &str| TOTALS.contains(&label(field).as_str());
        let any = |field: &str| total(field) || STATISTICS.contains(&label(field).as_str());
        let Some(column) = self.records.last().and_then(|last| last.iter().position(any)) else {
            return 0;
        };
        let row = |record: &&StringRecord| {
            let other = |f: &str| is_blank(f) || is_number(f) || is_missing(f);
            any(&record[column])
                && record.iter().any(is_number)
                && record.iter().enumerate().all(|(at, field)| at == column || other(field))
        };
        let rows = self.records.iter().rev().take_while(row).count();
        let (examples, last) = self.records.split_at(self.records.len() - rows);
        let sure = rows > 1 || last.iter().any(|record| total(&record[column]));
        let labels: Vec<String> = last.iter().map(|record| label(&record[column])).collect();
        // A word that comes again is a category.
        let again = |record: &StringRecord| labels.contains(&label(&record[column]));
        let few = rows <= MAX_TOTALS && examples.len() > MIN_WHOLE;
        if sure && few && !examples.iter().any(again) { rows } else { 0 }
    }
}

/// The last row, whatever it is called, if it is the total of all; with those of groups above it.
fn last_and_subtotals(examples: &[StringRecord]) -> Vec<usize> {
    let Some(last) = examples.len().checked_sub(1) else { return Vec::new() };
    let mut totals = subtotals(&examples[..last], is_called_total);
    let others = examples.iter().enumerate().filter(|(at, _)| totals.binary_search(at).is_err());
    let others: Vec<&StringRecord> = others.map(|(_, record)| record).collect();
    if !is_total(&others, !totals.is_empty(), is_called_total) {
        return Vec::new();
    }
    totals.push(last);
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::csv::read;
    use crate::data::table::Table;

    fn totals(table: &Table) -> Option<(usize, usize)> {
        table.guesses.iter().find_map(|guess| match guess {
            Guess::RowsLeftOut { line, rows, why: Aside::Totals } => Some((*line, *rows)),
            _ => None,
        })
    }

    #[test]
    fn totals_are_known_by_their_numbers() {
        let rows: String = (1..=20).map(|at| format!("shop {at},{at}.5,{}\n", at * at)).collect();
        let comma = rows.replace(',', ";").replace(".5", ",5");
        for text in [
            format!("shop,a,b\n{rows}TOTAL (20 shops),220,2870\n"),
            format!("shop,a,b\n{rows},220.0,2870\n"),
            format!("shop,a,b\n{rows}Σ,220,2870\n"),
            format!("shop,a,b\n{rows}All,220,\"2,870\"\n"),
            format!("shop,a,b\n{rows}per shop,11.0,143.5\n"),
            format!("shop;a;b\n{comma}Genel Toplam;220,0;2.870\n"),
        ] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!((table.rows(), totals(&table)), (20, Some((22, 1))), "{text}");
        }
        // Whatever the sums are.
        for called in ["TOTAL (20 shops)", "Overall", "Σ", "Genel Toplam", "总 计", "Summe aller"]
        {
            let table = read(format!("shop,a,b\n{rows}{called},222,3000\n").as_bytes()).unwrap();
            assert_eq!((table.rows(), totals(&table)), (20, Some((22, 1))), "{called}");
        }
        let one: String = (1..=20).map(|at| format!("shop {at},{at}.5\n")).collect();
        for (last, rows) in [("all of them,220.0", 20), ("all of them,22", 21)] {
            let table = read(format!("shop,a\n{one}{last}\n").as_bytes()).unwrap();
            assert_eq!(table.rows(), rows, "{last}");
        }
    }

    #[test]
    fn examples_that_only_look_like_totals_stay() {
        let rows: String = (1..=20).map(|at| format!("shop {at},{at}.5,{}\n", at * at)).collect();
        let kinds = "a,1,0\nb,1,1\na,2,1\nb,0,0\na,2,1\nb,0,0\n";
        for (text, rows) in [
            // One number is none, few digits, a category, no numbers but zeros, the middle of all.
            (format!("shop,a,b\n{rows}x,220,2871\n"), 21),
            (format!("shop,a,b\n{rows}Total Wine,7.5,3000\n"), 21),
            ("k,m,n\n".to_owned() + kinds + "c,1,0.5\n", 7),
            ("k,m,n\n".to_owned() + kinds + "a,6,3\n", 7),
            ("k,m,n\n".to_owned() + &"a,0,0\nb,0,0\n".repeat(5) + "c,0,0\n", 11),
            ("m,n\n1.25,3.75\n3.75,1.25\n1.25,1.25\n3.75,3.75\n2.50,2.50\n".to_owned(), 5),
            ("m,n\n1,10\n2,20\n3,30\n6,60\n".to_owned(), 4),
        ] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!((table.rows(), totals(&table)), (rows, None), "{text}");
        }
    }

    #[test]
    fn totals_of_groups_are_no_examples() {
        let group = |name: &str| {
            let rows = (1..=6).map(|at| format!("{name},{name}{at},{at}.25\n"));
            rows.collect::<String>() + name + " all,,22.5\n"
        };
        let groups: String = ["N", "S", "W"].iter().map(|name| group(name)).collect();
        for (below, rows) in [("", 3), ("Grand Total,,67.5\n", 4), ("Whole,,67.5\n", 4)] {
            let table = read(format!("region,shop,sales\n{groups}{below}").as_bytes()).unwrap();
            assert_eq!((table.rows(), totals(&table)), (18, Some((8, rows))), "{below}");
            assert_eq!(table.columns[0].distinct(), 3);
        }
        // A word that comes again is a category, whatever is missing beside it.
        let taste: String = (0..30)
            .map(|at| {
                let note = if at % 5 == 0 { "" } else { "x" };
                format!("{},{note},{at}.25\n", ["average", "above average", "bad"][at % 3])
            })
            .collect();
        let table = read(format!("taste,note,price\n{taste}").as_bytes()).unwrap();
        assert_eq!((table.rows(), totals(&table)), (30, None));
        // Where one of the sums is wrong, their names tell, or nothing does.
        let wrong = groups.replacen("22.5", "22.4", 1);
        let named = wrong.replace("all,", "Total,");
        let table = read(format!("region,shop,sales\n{named}").as_bytes()).unwrap();
        assert_eq!((table.rows(), totals(&table)), (18, Some((8, 3))));
        let table = read(format!("region,shop,sales\n{wrong}").as_bytes()).unwrap();
        assert_eq!((table.rows(), totals(&table)), (21, None));
    }
}
