//! Times of trials as tools, spreadsheets and people write them.

use super::*;

/// Runs of a W&B export, the newest first, with these times.
fn runs(created: [&str; 3]) -> ImportedStudy {
    let row = |(at, created): (usize, &str)| format!("run,finished,{created},9,0.{},1\n", 3 - at);
    let rows: String = created.into_iter().enumerate().map(row).collect();
    study(&format!("Name,State,Created,Runtime,lr,loss\n{rows}"))
}

fn begun(study: &ImportedStudy) -> Vec<Option<String>> {
    study.trials.iter().map(|trial| trial.start.and_then(Time::iso)).collect()
}

#[test]
fn the_newest_first_becomes_the_order_of_history_whatever_wrote_the_times() {
    for created in [
        ["2026-10-01T10:01:12.000Z", "2026-10-01T09:05:00.000Z", "2026-09-30T23:10:00.000Z"],
        ["2026-10-01 10:01", "2026-10-01 09:05", "2026-09-30 23:10"],
        ["10/1/2026 10:01", "10/1/2026 9:05", "9/30/2026 23:10"],
        ["10/1/26 10:01", "10/1/26 9:05", "9/30/26 23:10"],
        ["01/10/2026 10:01:12", "01/10/2026 09:05:00", "30/09/2026 23:10:00"],
        ["1.10.2026 10:01", "1.10.2026 9:05", "30.9.2026 23:10"],
        ["\"Oct 1, 2026 10:01 AM\"", "\"Oct 1, 2026 9:05 AM\"", "\"Sep 30, 2026 11:10 PM\""],
        ["2026年10月1日 10:01", "2026年10月1日 9:05", "2026年9月30日 23:10"],
        ["20261001 10:01", "20261001T090500Z", "20260930231000"],
        ["1790848872.5", "1790845500", "1790809800.25"],
        ["1790848872500", "1790845500000", "1790809800250"],
    ] {
        let study = runs(created);
        let rates: Vec<Option<f64>> = study.trials.iter().map(|trial| trial.params[0]).collect();
        assert_eq!(rates, [Some(0.1), Some(0.2), Some(0.3)], "{created:?}");
        assert_eq!(study.notes, [], "{created:?}");
        let days: Vec<String> = begun(&study).into_iter().flatten().collect();
        let days: Vec<&str> = days.iter().map(|time| &time[..16]).collect();
        let wanted = ["2026-09-30T23:10", "2026-10-01T09:05", "2026-10-01T10:01"];
        assert_eq!(days, wanted, "{created:?}");
    }
    // Those of one minute keep the order that the others have.
    let minute = runs(["10/1/2026 10:01", "10/1/2026 10:01", "9/30/2026 23:10"]);
    assert_eq!(minute.trials[1].params, [Some(0.2)]);
    let risen = runs(["9/30/2026 23:10", "10/1/2026 10:01", "10/1/2026 10:01"]);
    assert_eq!(risen.trials[1].params, [Some(0.2)]);
}

#[test]
fn where_no_date_tells_the_day_is_first_as_the_numbers_are_written() {
    let english = study("created,lr,loss\n10/1/2026 10:00,0.1,0.5\n10/2/2026 10:00,0.2,0.4\n");
    assert_eq!(begun(&english)[1].as_deref(), Some("2026-10-02T10:00:00.000000"));
    let german = study("created;lr;loss\n1/10/2026 10:00;0,1;0,5\n2/10/2026 10:00;0,2;0,4\n");
    assert_eq!(begun(&german)[1].as_deref(), Some("2026-10-02T10:00:00.000000"));
}

#[test]
fn times_that_cannot_be_read_are_counted() {
    let text = "lr,loss,created,completed\n0.1,1,2026-10-01 10:00,1790848800\n\
        0.2,2,yesterday,\n0.3,3,2026-10-02 10:00,17\n0.4,4,2026-10-03 10:00,NaT\n0.5,5,,soon\n";
    let study = study(text);
    let lost = |column: &str, dropped: usize| Note::Times { column: column.into(), dropped };
    assert_eq!(study.notes, [lost("created", 1), lost("completed", 2)]);
    assert_eq!(study.trials[0].start, study.trials[0].complete);
    assert_eq!((study.trials[1].start, study.trials[1].params[0]), (None, Some(0.2)));
}

#[test]
fn columns_of_dates_with_times_are_no_hyperparameters() {
    let text = "lr,seen on,layers,loss\n0.1,10/1/2026 10:00,12-10-16,1\n\
        0.2,10/2/2026 10:00,11-10-16,2\n0.3,10/2/2026 10:00,12-10-16,3\n";
    assert_eq!(names(&study(text)), "lr layers");
}
