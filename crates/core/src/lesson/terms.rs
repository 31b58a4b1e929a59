//! The glossary: its terms, and where they stand in a text.
//!
//! The words themselves are translations: `term.KEY` has the term and, after `|`, other forms of
//! it; `term_says.KEY` has the sentence that explains it. A name that goes on in brackets stands in
//! no text: a word as common as an example is explained in the glossary alone.

/// Keys of the terms, in the order of the glossary.
pub const TERMS: [&str; 59] = [
    "parameter",
    "hyperparameter",
    "example",
    "training_set",
    "validation_set",
    "test_set",
    "loss",
    "training_loss",
    "validation_loss",
    "cross_entropy",
    "gradient",
    "batch",
    "batch_size",
    "update",
    "epoch",
    "optimizer",
    "learning_rate",
    "momentum",
    "dampening",
    "schedule",
    "activation",
    "initial_weights",
    "seed",
    "unit",
    "boundary",
    "diverged",
    "sharpness",
    "overfitting",
    "underfitting",
    "l2",
    "weight_decay",
    "dropout",
    "early_stopping",
    "patience",
    "metric",
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "cross_validation",
    "repeat",
    "trial",
    "study",
    "tuner",
    "strategy",
    "landscape",
    "rugged",
    "regret",
    "surrogate",
    "uncertainty",
    "acquisition",
    "assumed_result",
    "pruning",
    "rung",
    "reduction_factor",
    "importance",
    "partial_dependence",
    "population",
];

/// A part of a text: plain, or the first place of a term, by its index.
pub type Piece<'a> = (&'a str, Option<usize>);

/// Splits a text where a term stands for the first time, given the forms of each term. Where several
/// begin at one place, the longest counts: a validation loss is no mere loss.
pub fn split<'a>(text: &'a str, terms: &[Vec<String>]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut found = vec![false; terms.len()];
    let (mut plain, mut at) = (0, 0);
    while let Some(next) = text[at..].chars().next() {
        let Some((term, length)) = longest(text, at, terms) else {
            at += next.len_utf8();
            continue;
        };
        if !std::mem::replace(&mut found[term], true) {
            pieces.push((&text[plain..at], None));
            pieces.push((&text[at..at + length], Some(term)));
            plain = at + length;
        }
        at += length;
    }
    pieces.push((&text[plain..], None));
    pieces.retain(|piece| !piece.0.is_empty());
    pieces
}

/// The term that begins at this place and the bytes that it takes.
fn longest(text: &str, at: usize, terms: &[Vec<String>]) -> Option<(usize, usize)> {
    if within_word(text, at) {
        return None;
    }
    let fits = |form: &str| {
        let end = at + form.len();
        let same = text.get(at..end).is_some_and(|here| here.eq_ignore_ascii_case(form));
        !form.is_empty() && same && !within_word(text, end)
    };
    let each = terms.iter().enumerate().flat_map(|(i, forms)| {
        forms.iter().filter(|form| fits(form)).map(move |form| (i, form.len()))
    });
    each.max_by_key(|(_, length)| *length)
}

/// Whether a place lies between two letters of one word, or of the name of somebody's column.
/// Chinese has no spaces between words.
fn within_word(text: &str, at: usize) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text[..at].ends_with(letter) && text[at..].starts_with(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, forms: &[&str]) -> Vec<(&'a str, usize)> {
        let terms: Vec<Vec<String>> =
            forms.iter().map(|forms| forms.split('|').map(str::to_owned).collect()).collect();
        let pieces = split(text, &terms);
        assert_eq!(pieces.iter().map(|piece| piece.0).collect::<String>(), text);
        pieces.into_iter().filter_map(|(word, term)| Some((word, term?))).collect()
    }

    #[test]
    fn the_first_place_of_each_term_is_found_and_the_longest_counts() {
        let forms = ["loss|losses", "validation loss", "epoch|epochs"];
        let text =
            "Validation loss after 60 epochs: a loss is no validation loss, one epoch later.";
        assert_eq!(found(text, &forms), [("Validation loss", 1), ("epochs", 2), ("loss", 0)]);
    }

    #[test]
    fn a_part_of_a_word_is_no_term() {
        assert_eq!(found("a lossy gloss, cross-loss", &["loss"]), []);
        assert_eq!(found("(loss)", &["loss"]), [("loss", 0)]);
        // Nor is a part of the name that somebody gave to a column.
        assert_eq!(found("units_1 of my_units, units2: units", &["units"]), [("units", 0)]);
    }

    #[test]
    fn chinese_needs_no_spaces() {
        let forms = ["参数（权重与偏置）|权重", "超参数", "轮"];
        assert_eq!(
            found("超参数不是权重，训练60轮", &forms),
            [("超参数", 1), ("权重", 0), ("轮", 2)]
        );
    }

    #[test]
    fn no_term_is_listed_twice() {
        let mut keys = TERMS.to_vec();
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
