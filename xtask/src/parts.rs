//! The parts of `cargo xtask test`: what their tests say is added up, and how long each took is told.

use crate::Result;
use std::fmt::{self, Display};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Count {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

struct Part {
    name: &'static str,
    fine: bool,
    count: Count,
    time: Duration,
}

/// All that was done so far; shows itself as a table, and what did not pass.
pub struct Parts {
    begun: Instant,
    parts: Vec<Part>,
}

impl Parts {
    pub fn begin() -> Self {
        Self { begun: Instant::now(), parts: Vec::new() }
    }

    /// Tells all of it; where something did not pass the program ends as failed.
    pub fn end(&self) -> Result {
        println!("\n{self}{}", self.total());
        if self.all_fine() { Ok(()) } else { std::process::exit(1) }
    }

    /// Does this part and says whether it went well. It may count tests; one that can't be done is
    /// told, and has failed.
    pub fn run(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Count) -> Result<bool>,
    ) -> bool {
        println!("\n== {name}");
        let (start, mut count) = (Instant::now(), Count::default());
        let fine = work(&mut count).unwrap_or_else(|why| {
            println!("{why}");
            false
        });
        // What fails without a failing test is a failure all the same.
        if !fine && count.failed == 0 {
            count.failed = 1;
        }
        let time = start.elapsed();
        // Another part may have begun since this one did.
        println!("\n== {name}: {} after {}", if fine { "done" } else { "FAILED" }, minutes(time));
        self.parts.push(Part { name, fine, count, time });
        fine
    }

    /// Those of another thread as well.
    pub fn take(&mut self, others: Parts) {
        self.parts.extend(others.parts);
    }

    pub fn all_fine(&self) -> bool {
        self.parts.iter().all(|part| part.fine)
    }

    fn total(&self) -> Count {
        self.parts.iter().fold(Count::default(), |sum, Part { count, .. }| Count {
            passed: sum.passed + count.passed,
            failed: sum.failed + count.failed,
            skipped: sum.skipped + count.skipped,
        })
    }
}

impl Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{:20} {:>7} {:>7} {:>7} {:>8}", "", "min:s", "passed", "failed", "skipped")?;
        let mut row = |name: &str, time: Duration, count: Count| {
            let Count { passed, failed, skipped } = count;
            let time = minutes(time);
            writeln!(f, "{name:20} {time:>7} {passed:7} {failed:7} {skipped:8}")
        };
        for part in &self.parts {
            row(part.name, part.time, part.count)?;
        }
        // Less than their sum: some ran side by side.
        row("all", self.begun.elapsed(), self.total())?;
        let failed: Vec<_> =
            self.parts.iter().filter(|part| !part.fine).map(|part| part.name).collect();
        if !failed.is_empty() {
            writeln!(f, "Not passed: {}", failed.join(", "))?;
        }
        Ok(())
    }
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Count { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// Shows the output as it comes and adds up its `test result:` lines.
pub fn count_tests(command: &mut Command, count: &mut Count) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut suites = Suites::default();
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line?;
        println!("{line}");
        suites.read(&line);
    }
    suites.add_to(count);
    Ok(child.wait()?.success())
}

/// What several test programs have printed so far.
#[derive(Default)]
struct Suites {
    count: Count,
    begun: u32,
    ended: u32,
}

impl Suites {
    fn read(&mut self, line: &str) {
        let begins = line.strip_prefix("running ").and_then(|rest| rest.split_once(' '));
        self.begun += u32::from(
            begins.is_some_and(|(n, what)| n.parse::<u32>().is_ok() && what.starts_with("test")),
        );
        if let Some(tests) = parse(line) {
            self.ended += 1;
            self.count.passed += tests.passed;
            self.count.failed += tests.failed;
            self.count.skipped += tests.skipped;
        }
    }

    /// A program that crashed has said no result: that is a failure too.
    fn add_to(self, count: &mut Count) {
        count.passed += self.count.passed;
        count.failed += self.count.failed + self.begun.saturating_sub(self.ended);
        count.skipped += self.count.skipped;
    }
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; ...`
fn parse(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let (number, _) =
            counts.split("; ").find_map(|part| part.split_once(' ').filter(|(_, w)| *w == word))?;
        number.parse().ok()
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
        skipped: number("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_cannot_be_done_has_failed() {
        let mut parts = Parts::begin();
        assert!(parts.run("a", |count| {
            count.passed = 2;
            Ok(true)
        }));
        assert!(!parts.run("b", |_| Err("no".into())));
        assert!(!parts.all_fine());
        let mut others = Parts::begin();
        others.run("c", |_| Ok(true));
        parts.take(others);
        assert_eq!(parts.total().to_string(), "2 passed, 1 failed, 0 skipped");
        let table = parts.to_string();
        assert_eq!(table.lines().count(), 6, "{table}");
        assert!(table.ends_with("Not passed: b\n"), "{table}");
    }

    #[test]
    fn result_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(parse(line), Some(Count { passed: 12, failed: 1, skipped: 3 }));
        assert_eq!(parse("test net::tests::result ... ok"), None);
    }

    #[test]
    fn a_crashed_suite_counts_as_a_failure() {
        let mut suites = Suites::default();
        let fine = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        for line in ["running 3 tests", fine, "running 1 test", "running 3 tests", fine] {
            suites.read(line);
        }
        let mut count = Count { passed: 1, failed: 1, skipped: 0 };
        suites.add_to(&mut count);
        assert_eq!(count, Count { passed: 5, failed: 2, skipped: 2 });
    }
}
