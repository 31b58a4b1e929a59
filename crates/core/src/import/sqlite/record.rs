//! Records: a row as bytes.

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Field {
    /// A number; SQLite stores a real without a fraction as an integer where that is shorter.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Columns of a record; SQLite allows 32,767 at most.
const MAX_FIELDS: usize = 32_767;

/// A variable-length integer and how many bytes it has; none where the bytes end before it does.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (i, &byte) in bytes.iter().take(9).enumerate() {
        if i == 8 {
            return Some(((value << 8) | u64::from(byte), 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, i + 1));
        }
    }
    None
}

/// The values of a record; none where it contradicts itself. Text that is not UTF-8 gets
/// replacement characters.
pub fn fields(record: &[u8]) -> Option<Vec<Field>> {
    let (header, mut at) = varint(record)?;
    let header = usize::try_from(header).ok().filter(|h| (at..=record.len()).contains(h))?;
    let mut body = &record[header..];
    let mut fields = Vec::new();
    while at < header {
        let (kind, size) = varint(&record[at..header])?;
        at += size;
        let (field, used) = field(kind, body)?;
        body = &body[used..];
        fields.push(field);
        if fields.len() > MAX_FIELDS {
            return None;
        }
    }
    Some(fields)
}

/// A value of a serial type at the front of these bytes, and how many of them it takes.
fn field(kind: u64, body: &[u8]) -> Option<(Field, usize)> {
    let integer = |size: usize| -> Option<(Field, usize)> {
        let bytes = body.get(..size)?;
        let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
        let start = if negative { -1_i64 } else { 0 };
        let value = bytes.iter().fold(start, |value, byte| (value << 8) | i64::from(*byte));
        Some((Field::Integer(value), size))
    };
    match kind {
        0 => Some((Field::Null, 0)),
        1..=4 => integer(kind as usize),
        5 => integer(6),
        6 => integer(8),
        7 => {
            let bytes = body.get(..8)?.try_into().ok()?;
            let value = f64::from_be_bytes(bytes);
            // As SQLite has it: a NaN reads as null.
            Some((if value.is_nan() { Field::Null } else { Field::Real(value) }, 8))
        }
        8 | 9 => Some((Field::Integer(i64::from(kind == 9)), 0)),
        10 | 11 => None,
        _ => {
            let size = usize::try_from((kind - 12) / 2).ok()?;
            let bytes = body.get(..size)?;
            let text = kind % 2 == 1;
            let text = text.then(|| String::from_utf8_lossy(bytes).into_owned());
            Some((text.map_or_else(|| Field::Blob(bytes.to_vec()), Field::Text), size))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_of_every_length() {
        assert_eq!(varint(&[0x7f]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x80; 8]), None);
        assert_eq!(varint(&[]), None);
    }

    #[test]
    fn every_serial_type() {
        // Header of eight bytes: null, one byte, six bytes, a real, 0, 1, text of two, blob of one.
        let mut record = vec![9, 0, 1, 5, 7, 8, 9, 17, 14, 0xfe, 0xff, 0, 0, 0, 0, 0];
        record.extend(0.5_f64.to_be_bytes());
        record.extend(b"ab\x07");
        let wanted = vec![
            Field::Null,
            Field::Integer(-2),
            Field::Integer(-(1 << 40)),
            Field::Real(0.5),
            Field::Integer(0),
            Field::Integer(1),
            Field::Text("ab".into()),
            Field::Blob(vec![7]),
        ];
        assert_eq!(fields(&record), Some(wanted));
        assert!((0..record.len()).all(|n| fields(&record[..n]).is_none()));
        assert_eq!(fields(&[3, 10, 10]), None);
    }
}
