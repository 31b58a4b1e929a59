//! The tables of a database with the names of their columns.

use super::record::Field;
use super::sql::{constant, inside, tokens, unquoted};
use super::{Damage, Database};

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    /// Those that rows hold: a column that is computed where it is read is none.
    pub columns: Vec<String>,
    /// What each column is in rows that are older than it.
    defaults: Vec<Field>,
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

    /// A row's value of a column.
    pub fn field<'a>(&'a self, fields: &'a [Field], column: usize) -> &'a Field {
        fields.get(column).or(self.defaults.get(column)).unwrap_or(&Field::Null)
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
                && let Some((columns, defaults, row_id)) = columns(sql)
            {
                tables.push(Table { name: name.to_string(), columns, defaults, row_id, root });
            }
        });
        (tables, end.err())
    }

    /// Walks over the rows of a table: row number, and the values that the row has. It has fewer
    /// than there are columns where it is older than some: [`Table::field`] knows what those are.
    pub fn rows(
        &mut self,
        table: &Table,
        row: &mut dyn FnMut(i64, Vec<Field>),
    ) -> Result<(), Damage> {
        self.walk(table.root, &mut |id, mut fields| {
            if let Some(field) = table.row_id.and_then(|at| fields.get_mut(at)) {
                *field = Field::Integer(id);
            }
            row(id, fields);
        })
    }
}

/// The columns of a `CREATE TABLE` that rows hold, what they are in rows that are older, and which
/// of them is the row's number; none where it is no such text, or a table without row numbers.
fn columns(sql: &str) -> Option<(Vec<String>, Vec<Field>, Option<usize>)> {
    let tokens = tokens(sql.get(..MAX_DEFINITION).unwrap_or(sql));
    let body = tokens.iter().position(|token| token.starts_with('('))?;
    if find(&tokens[body..], &["WITHOUT"]).is_some() {
        return None;
    }
    let (mut columns, mut defaults, mut key) = (Vec::new(), Vec::new(), None);
    for item in items(tokens[body])? {
        let [name, definition @ ..] = &item[..] else { return None };
        let primary = find(&item, &["PRIMARY", "KEY"]);
        let table_wide = ["PRIMARY", "CONSTRAINT", "UNIQUE", "CHECK", "FOREIGN"];
        if table_wide.iter().any(|word| name.eq_ignore_ascii_case(word)) {
            key = primary.and_then(|at| listed(item.get(at + 2)?)).or(key);
            continue;
        }
        if is_computed(definition) {
            continue;
        }
        let declared = declared(definition);
        if primary.is_some() {
            key = Some(unquoted(name));
        }
        let default = find(definition, &["DEFAULT"]);
        let default = default.map(|at| constant(&definition[at + 1..], &declared));
        defaults.push(default.unwrap_or(Field::Null));
        columns.push((unquoted(name), declared == "INTEGER"));
    }
    let is_key = |(name, integer): &(String, bool)| {
        *integer && key.as_ref().is_some_and(|key| name.eq_ignore_ascii_case(key))
    };
    let row_id = columns.iter().position(is_key);
    Some((columns.into_iter().map(|(name, _)| name).collect(), defaults, row_id))
}

/// Where these words stand one after the other, in small letters or capitals.
fn find(tokens: &[&str], words: &[&str]) -> Option<usize> {
    let mut places = tokens.windows(words.len());
    places.position(|here| here.iter().zip(words).all(|(a, b)| a.eq_ignore_ascii_case(b)))
}

/// The parts of a list in brackets, between its commas.
fn items(list: &str) -> Option<Vec<Vec<&str>>> {
    let tokens = tokens(inside(list)?);
    Some(tokens.split(|token| *token == ",").map(<[&str]>::to_vec).collect())
}

/// The declared type of a column, in capitals and without its lengths.
fn declared(definition: &[&str]) -> String {
    const BEHIND: [&str; 10] = [
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
    ];
    let upper = definition.iter().map(|token| unquoted(token).to_ascii_uppercase());
    let words = upper.take_while(|word| !BEHIND.contains(&word.as_str()) && word != "AS");
    words.filter(|word| !word.starts_with('(')).collect::<Vec<_>>().join(" ")
}

/// Whether a column is computed from others where it is read, and no row holds it.
fn is_computed(definition: &[&str]) -> bool {
    let computed = find(definition, &["AS"])
        .filter(|at| definition.get(at + 1).is_some_and(|token| token.starts_with('(')));
    computed.is_some_and(|at| find(&definition[at..], &["STORED"]).is_none())
}

/// The one name within brackets.
fn listed(list: &str) -> Option<String> {
    match &items(list)?[..] {
        [item] => item.first().map(|name| unquoted(name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_the_row_number_are_found() {
        let of = |sql: &str| columns(sql).map(|(c, _, id)| (c.join(" "), id));
        let plain = "CREATE TABLE t (\n\ta INTEGER NOT NULL, b VARCHAR(5, 2) DEFAULT 'x,)', \
            PRIMARY KEY (a), UNIQUE (a, b), CHECK (a = 1))";
        assert_eq!(of(plain), Some(("a b".into(), Some(0))));
        let inline = r#"CREATE TABLE "t(" ("x y" FLOAT, [id] INTEGER PRIMARY  KEY, "check" INT)"#;
        assert_eq!(of(inline), Some(("x y id check".into(), Some(1))));
        let said = "CREATE TABLE t /* that's (it */ (a INTEGER, -- the trial's, (number\n\
            \"b-\"\"-c\" TEXT CHECK (b <> 'PRIMARY KEY'), PRIMARY KEY (\"a\"))";
        assert_eq!(of(said), Some(("a b-\"-c".into(), Some(0))));
        let computed = "CREATE TABLE t (a INTEGER, v INT GENERATED ALWAYS AS (a + 1), \
            w AS (a * 2) VIRTUAL, s INT AS (a) STORED, b TEXT)";
        assert_eq!(of(computed), Some(("a s b".into(), None)));
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

    #[test]
    fn rows_have_the_default_of_columns_that_are_younger() {
        let sql = "CREATE TABLE t (a INTEGER, b VARCHAR(7) DEFAULT 'FINITE' NOT NULL, c FLOAT, \
            d INT NOT NULL default (-3))";
        let (columns, defaults, row_id) = columns(sql).unwrap();
        let table = Table { name: "t".into(), columns, defaults, row_id, root: 2 };
        let row = [Field::Integer(7)];
        let fields: Vec<&Field> = (0..5).map(|at| table.field(&row, at)).collect();
        let [seven, minus] = [7, -3].map(Field::Integer);
        let wanted = [&seven, &Field::Text("FINITE".into()), &Field::Null, &minus, &Field::Null];
        assert_eq!(fields, wanted);
    }
}
