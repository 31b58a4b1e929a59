//! The board of a class as a table for a spreadsheet: a line for each code.

use crate::lesson::code::Marks;
use crate::lesson::say;
use crate::spreadsheet::inert;
use crate::state::State;
use crate::study::race::least;

/// What a line has: first of a race, then of a lesson; the rest of it stays empty.
const HEAD: &str = "name,whole_code,best_loss,games_beaten,games,\
    lesson,goals,pages,right_predictions,predictions,right_answers,answers";

/// Without it, spreadsheets take names that are not English for another encoding.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl State {
    /// How many games of the strategies a loss has beaten, of how many.
    pub fn games_beaten(&self, loss: Option<f64>) -> (usize, usize) {
        let games: Vec<f64> = self.race.board.runs().filter_map(|run| least(run)).collect();
        let beaten = games.iter().filter(|game| loss.is_some_and(|loss| loss < **game));
        (beaten.count(), games.len())
    }

    /// The board as far as it may be told.
    pub fn board_csv(&self) -> String {
        let mut csv = String::from(BYTE_ORDER_MARK) + HEAD + "\n";
        for learner in &self.race.class {
            let best = self.told_best(learner);
            let (beaten, games) = self.games_beaten(best);
            let told = |text: String| if best.is_some() { text } else { String::new() };
            let best = told(best.map_or_else(String::new, |best| best.to_string()));
            let (beaten, games) = (told(beaten.to_string()), told(games.to_string()));
            csv += &[&cell(&learner.name), ",", &learner.checked.to_string(), ","].concat();
            csv += &[&best, ",", &beaten, ",", &games, ",,,,,,,\n"].concat();
        }
        for taken in &self.race.taken {
            let known = self.lesson.all.iter().find(|(name, _)| *name == taken.lesson);
            let title = known.map_or(&*taken.lesson, |(_, lesson)| say(&lesson.title, self.locale));
            let shares = [
                right_of(&taken.pages, |marks| Some(marks.met)),
                right_of(&taken.pages, |marks| marks.predicted),
                right_of(&taken.pages, |marks| marks.answered),
            ];
            let shares = shares.map(|(right, of)| format!("{right},{of}")).join(",");
            csv += &[&cell(&taken.learner), ",", &taken.checked.to_string(), ",,,,"].concat();
            csv += &[&cell(title), ",", &shares, "\n"].concat();
        }
        csv
    }
}

/// On how many pages something was right, of how many where it was asked.
pub fn right_of(pages: &[Marks], of: fn(&Marks) -> Option<bool>) -> (usize, usize) {
    let asked: Vec<bool> = pages.iter().filter_map(of).collect();
    (asked.iter().filter(|right| **right).count(), asked.len())
}

/// A text as a cell, which no spreadsheet computes, as a learner has written it.
fn cell(text: &str) -> String {
    ["\"", &inert(text).replace('"', "\"\""), "\""].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_cell_of_its_own_and_no_formula() {
        assert_eq!(cell("Ada, 10b"), "\"Ada, 10b\"");
        assert_eq!(cell("the \"Bob\""), "\"the \"\"Bob\"\"\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }
}
