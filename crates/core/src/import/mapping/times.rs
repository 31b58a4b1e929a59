//! The times of a table: as ISO 8601 has them, as spreadsheets and people write dates, or counted
//! since 1970.

use super::{Mapping, Role};
use crate::data::date::{Moment, Order, compact, moment};
use crate::data::moments::{read_one_way, year_comes_first};
use crate::data::number::DecimalMark;
use crate::import::Time;
use crate::import::table::Table;

/// Fields that are looked at to find out in which order days and months stand.
const SAMPLE: usize = 10_000;

/// How the dates of a table are read: in one order, whichever column they stand in.
pub struct Times {
    order: Order,
}

impl Times {
    pub fn of(table: &Table, mapping: &Mapping) -> Self {
        let columns = mapping.places(|role| matches!(role, Role::Start | Role::Complete));
        let all = || columns.iter().flat_map(|&at| table.column(at)).take(SAMPLE);
        let open = || all().filter(|field| !field.is_empty() && certain(field).is_none());
        let moments: Vec<Option<Moment>> = open().map(moment).collect();
        let [days, months] = read_one_way(&moments);
        // Where no date tells, the day is first where people write commas in numbers, or points in
        // dates.
        let date = |field: &str| field.split(' ').next().is_some_and(|date| date.contains('.'));
        let tie = || table.marks.contains(&DecimalMark::Comma) || open().any(date);
        let order = match (year_comes_first(&moments, None), days.cmp(&months)) {
            (true, _) => Order::Year,
            (_, std::cmp::Ordering::Greater) => Order::Day,
            (_, std::cmp::Ordering::Equal) if tie() => Order::Day,
            _ => Order::Month,
        };
        Self { order }
    }

    /// A field of a column of times; none where it is another text.
    pub fn read(&self, field: &str) -> Option<Time> {
        certain(field).or_else(|| {
            let moment = moment(field.trim()).filter(|moment| moment.dated)?;
            moment.in_utc().read(self.order).map(Time::from_seconds)
        })
    }
}

/// A time that can be read in one way alone.
fn certain(field: &str) -> Option<Time> {
    let field = field.trim();
    let compact = || compact(field).map(Time::from_seconds);
    Time::parse(field).or_else(compact).or_else(|| Time::counted(field))
}

/// Whether a field of any column is a date with a time, or as ISO 8601 has it without: a date alone
/// may look like the sizes of layers.
pub fn is_time(field: &str) -> bool {
    let written = || moment(field.trim()).is_some_and(|moment| moment.dated);
    Time::parse(field).is_some() || field.contains(':') && written()
}
