//! The tables of a database with the names of their columns.

use super::record::Field;
use super::{Damage, Database};

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// The column that is the row's number, if there is one: records hold null there.
    row_id: Option<usize>,
    root: u32,
}

/// Bytes of a table's definition that are looked at.
const MAX_DEFINITION: usize = 100_000;

impl Table {
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl Database<'_> {
    /// All tables with a tree of their own, and where the schema is damaged.
    pub fn tables(&mut self) -> (Vec<Table>, Option<Damage>) {
        let mut tables = Vec::new();
        let end = self.walk(1, &mut |_, fields| {
            let [kind, name, _, root, sql, ..] = &fields[..] else { return };
            let root = root.integer().and_then(|root| u32::try_from(root).ok());
            if let (Some("table"), Some(name), Some(root), Some(sql)) =
                (kind.text(), name.text(), root, sql.text())
                && let Some((columns, row_id)) = columns(sql)
            {
                tables.push(Table { name: name.to_string(), columns, row_id, root });
            }
        });
        (tables, end.err())
    }

    /// Walks over the rows of a table: row number, and a value for each column (null where a row
    /// is older than the column).
    pub fn rows(
        &mut self,
        table: &Table,
        row: &mut dyn FnMut(i64, Vec<Field>),
    ) -> Result<(), Damage> {
        self.walk(table.root, &mut |id, mut fields| {
            fields.resize(table.columns.len(), Field::Null);
            if let Some(at) = table.row_id {
                fields[at] = Field::Integer(id);
            }
            row(id, fields);
        })
    }
}

/// The columns of a `CREATE TABLE` and which of them is the row's number; none where it is no such
/// text, or a table without row numbers.
fn columns(sql: &str) -> Option<(Vec<String>, Option<usize>)> {
    let sql = sql.get(..MAX_DEFINITION).unwrap_or(sql);
    let body = &sql[sql.find('(')? + 1..];
    let (items, rest) = items(body)?;
    if rest.to_ascii_uppercase().contains("WITHOUT") {
        return None;
    }
    let (mut columns, mut types, mut key) = (Vec::new(), Vec::new(), None);
    for item in items {
        let (name, definition) = word(item)?;
        let upper = definition.to_ascii_uppercase();
        match name.to_ascii_uppercase().as_str() {
            "PRIMARY" => key = listed(definition).or(key),
            "CONSTRAINT" if upper.contains("PRIMARY KEY") => key = listed(definition).or(key),
            "CONSTRAINT" | "UNIQUE" | "CHECK" | "FOREIGN" => {}
            _ => {
                if upper.contains("PRIMARY KEY") {
                    key = Some(name.clone());
                }
                types.push(upper.split_whitespace().next() == Some("INTEGER"));
                columns.push(name);
            }
        }
    }
    let at = key.and_then(|key| columns.iter().position(|c| c.eq_ignore_ascii_case(&key)));
    Some((columns, at.filter(|&at| types[at])))
}

/// The parts of a list between commas, those in brackets and quotes left whole, up to the bracket
/// that closes it; and what follows that.
fn items(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut depth, mut quote, mut start, mut items) = (0, None, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ',') if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            (None, ')') if depth == 0 => {
                items.push(&text[start..at]);
                return Some((items, &text[at + 1..]));
            }
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The first word, out of its quotes, and what follows it.
fn word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    let close = match first {
        '"' | '\'' | '`' => Some(first),
        '[' => Some(']'),
        _ => None,
    };
    if let Some(close) = close {
        let end = text[1..].find(close)? + 1;
        return Some((text[1..end].to_string(), &text[end + 1..]));
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(text.len());
    Some((text[..end].to_string(), &text[end..]))
}

/// The one name within the first brackets.
fn listed(text: &str) -> Option<String> {
    let (names, _) = items(&text[text.find('(')? + 1..])?;
    match names[..] {
        [name] => word(name).map(|(name, _)| name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_and_the_row_number_are_found() {
        let of = |sql: &str| columns(sql).map(|(c, id)| (c.join(" "), id));
        let plain = "CREATE TABLE t (\n\ta INTEGER NOT NULL, b VARCHAR(5, 2) DEFAULT 'x,)', \
            PRIMARY KEY (a), UNIQUE (a, b), CHECK (a = 1))";
        assert_eq!(of(plain), Some(("a b".into(), Some(0))));
        let inline = r#"CREATE TABLE "t(" ("x y" FLOAT, [id] INTEGER PRIMARY KEY)"#;
        assert_eq!(of(&inline.replace("t(", "t")), Some(("x y id".into(), Some(1))));
        let two = "CREATE TABLE t (a INTEGER, b INT, PRIMARY KEY (a, b))";
        assert_eq!(of(two), Some(("a b".into(), None)));
        assert_eq!(
            of("CREATE TABLE t (a VARCHAR(3) NOT NULL, PRIMARY KEY (a))"),
            Some(("a".into(), None))
        );
        assert_eq!(of("CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID"), None);
        for broken in ["", "CREATE TABLE t", "CREATE TABLE t (a", "CREATE TABLE t ()"] {
            assert_eq!(of(broken), None, "{broken}");
        }
    }
}
