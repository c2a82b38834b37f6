//! Tables declared once and spelled for both databases; the only place where their column types differ.
//! `live` reads back what a database says of its tables.

pub mod live;

use sea_orm::DbBackend;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Uuid,
    Text,
    /// 64-bit integer: counts, kuruş, instants in microseconds.
    Int,
    Bool,
    Bytes,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Type,
    pub required: bool,
    pub primary: bool,
    pub references: Option<&'static str>,
    pub default: Option<&'static str>,
    /// What the column holds; printed in the committed schema dump.
    pub doc: &'static str,
}

#[derive(Clone, Debug)]
pub struct Index {
    pub columns: Vec<&'static str>,
    pub unique: bool,
    /// A partial index; portable SQL.
    pub only_where: Option<&'static str>,
    /// Columns that stand beside the key, so that the table itself need not be read.
    pub with: Vec<&'static str>,
}

/// One table: its columns in order and its indexes.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: &'static str,
    pub doc: &'static str,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    /// Several columns as primary key; empty when one column is marked primary.
    pub key: Vec<&'static str>,
}

impl Table {
    pub fn new(name: &'static str, doc: &'static str) -> Self {
        Self { name, doc, columns: Vec::new(), indexes: Vec::new(), key: Vec::new() }
    }

    /// `id`: a version 7 UUID as primary key.
    pub fn id(self) -> Self {
        self.column("id", Type::Uuid, true, "identity").last(|column| column.primary = true)
    }

    pub fn column(mut self, name: &'static str, kind: Type, required: bool, doc: &'static str) -> Self {
        self.columns.push(Column {
            name,
            kind,
            required,
            primary: false,
            references: None,
            default: None,
            doc,
        });
        self
    }

    pub fn text(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Text, true, doc)
    }

    pub fn text_null(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Text, false, doc)
    }

    pub fn int(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Int, true, doc)
    }

    pub fn int_null(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Int, false, doc)
    }

    /// Microseconds since 1970 UTC; by custom the name ends in `_at`.
    pub fn at(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Int, true, doc)
    }

    pub fn at_null(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Int, false, doc)
    }

    /// ISO date as text; by custom the name ends in `_on`.
    pub fn on(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Text, true, doc)
    }

    pub fn on_null(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Text, false, doc)
    }

    pub fn uuid(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Uuid, true, doc)
    }

    pub fn uuid_null(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Uuid, false, doc)
    }

    pub fn bool(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Bool, true, doc)
    }

    pub fn bytes(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Bytes, true, doc)
    }

    pub fn bytes_null(self, name: &'static str, doc: &'static str) -> Self {
        self.column(name, Type::Bytes, false, doc)
    }

    /// The last column points to `table(id)`.
    pub fn references(self, table: &'static str) -> Self {
        self.last(|column| column.references = Some(table))
    }

    /// SQL literal used when an insert does not name the last column.
    pub fn default(self, literal: &'static str) -> Self {
        self.last(|column| column.default = Some(literal))
    }

    pub fn key(mut self, columns: &[&'static str]) -> Self {
        self.key = columns.to_vec();
        self
    }

    pub fn index(self, columns: &[&'static str]) -> Self {
        self.indexed(columns, false, None, &[])
    }

    pub fn unique(self, columns: &[&'static str]) -> Self {
        self.indexed(columns, true, None, &[])
    }

    pub fn index_where(self, columns: &[&'static str], condition: &'static str) -> Self {
        self.indexed(columns, false, Some(condition), &[])
    }

    pub fn unique_where(self, columns: &[&'static str], condition: &'static str) -> Self {
        self.indexed(columns, true, Some(condition), &[])
    }

    /// An index that also holds the columns `with`: what a list asks of the records of some units is answered without reading
    /// a block of the table for each.
    pub fn index_with(self, columns: &[&'static str], with: &[&'static str]) -> Self {
        self.indexed(columns, false, None, with)
    }

    fn indexed(
        mut self,
        columns: &[&'static str],
        unique: bool,
        only_where: Option<&'static str>,
        with: &[&'static str],
    ) -> Self {
        self.indexes.push(Index { columns: columns.to_vec(), unique, only_where, with: with.to_vec() });
        self
    }

    /// An index for every filter with every sort (and every sort alone), each ending in `id` for keyset paging,
    /// so that no offered list has to scan or sort the table.
    pub fn listing(mut self, filters: &[&'static str], sorts: &[&'static str]) -> Self {
        for sort in sorts {
            self = self.index(&[sort, "id"]);
            for filter in filters.iter().filter(|filter| *filter != sort) {
                self = self.index(&[filter, sort, "id"]);
            }
        }
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Column)) -> Self {
        change(self.columns.last_mut().expect("a column was declared before its qualifier"));
        self
    }

    /// `CREATE TABLE` and `CREATE INDEX` statements. What a column holds goes with it into the database, so that
    /// whoever opens it without Belde can read it: SQLite keeps the text of the statement, PostgreSQL has comments.
    pub fn create(&self, backend: DbBackend) -> Vec<String> {
        let is_sqlite = backend == DbBackend::Sqlite;
        let key = (!self.key.is_empty()).then(|| format!("PRIMARY KEY ({})", self.key.join(", ")));
        let count = self.columns.len() + usize::from(key.is_some());
        let mut lines = String::new();
        let columns = self.columns.iter().map(|column| (column.sql(backend), column.doc));
        for (place, (sql, doc)) in columns.chain(key.map(|key| (key, ""))).enumerate() {
            let comma = if place + 1 < count { "," } else { "" };
            let comment = if is_sqlite && !doc.is_empty() { format!(" -- {doc}") } else { String::new() };
            lines.push_str(&format!("\n  {sql}{comma}{comment}"));
        }
        let suffix = if is_sqlite { " STRICT" } else { "" };
        let mut statements = vec![format!("CREATE TABLE {} ({lines}\n){suffix}", self.name)];
        if !is_sqlite {
            statements.push(self.comments());
        }
        statements.extend(self.indexes.iter().map(|index| index.sql(self.name, backend)));
        statements
    }

    /// One text with the comment of the table and of each column, in PostgreSQL's words.
    fn comments(&self) -> String {
        let quoted = |text: &str| text.replace('\'', "''");
        let mut all = vec![format!("COMMENT ON TABLE {} IS '{}'", self.name, quoted(self.doc))];
        all.extend(self.columns.iter().map(|column| {
            format!("COMMENT ON COLUMN {}.{} IS '{}'", self.name, column.name, quoted(column.doc))
        }));
        all.join(";\n")
    }

    /// `ALTER TABLE … ADD COLUMN` for every column; for a migration that widens an older table.
    pub fn add_columns(&self, backend: DbBackend) -> Vec<String> {
        let add = |column: &Column| format!("ALTER TABLE {} ADD COLUMN {}", self.name, column.sql(backend));
        let mut statements: Vec<String> = self.columns.iter().map(add).collect();
        statements.extend(self.indexes.iter().map(|index| index.sql(self.name, backend)));
        statements
    }
}

impl Column {
    fn sql(&self, backend: DbBackend) -> String {
        let mut sql = format!("{} {}", self.name, type_name(self.kind, backend));
        if self.required {
            sql.push_str(" NOT NULL");
        }
        if let Some(default) = self.default {
            sql.push_str(&format!(" DEFAULT {default}"));
        }
        if self.primary {
            sql.push_str(" PRIMARY KEY");
        }
        if let Some(table) = self.references {
            sql.push_str(&format!(" REFERENCES {table} (id)"));
        }
        sql
    }
}

impl Index {
    fn sql(&self, table: &str, backend: DbBackend) -> String {
        let unique = if self.unique { "UNIQUE " } else { "" };
        let partial = match (self.only_where.is_some(), self.with.is_empty()) {
            (true, _) => "_some",
            (false, false) => "_with",
            (false, true) => "",
        };
        let condition = self.only_where.map(|text| format!(" WHERE {text}")).unwrap_or_default();
        // SQLite knows no columns beside the key; at its end they serve as well.
        let (mut columns, with) = (self.columns.join(", "), self.with.join(", "));
        let beside = match (self.with.is_empty(), backend) {
            (true, _) => String::new(),
            (false, DbBackend::Postgres) => format!(" INCLUDE ({with})"),
            (false, _) => {
                columns = format!("{columns}, {with}");
                String::new()
            }
        };
        // PostgreSQL cuts names at 63 bytes; the digest keeps two long ones apart.
        let mut name = format!("{table}__{}{partial}", self.columns.join("_"));
        if name.len() > 60 {
            use sha2::Digest;
            let digest = hex::encode(sha2::Sha256::digest(name.as_bytes()));
            name = format!("{}_{}", &name[..50], &digest[..8]);
        }
        format!("CREATE {unique}INDEX {name} ON {table} ({columns}){beside}{condition}")
    }
}

/// Text sorts by code point on both databases; Turkish order comes from key columns (`kernel::tr`).
fn type_name(kind: Type, backend: DbBackend) -> &'static str {
    let sqlite = backend == DbBackend::Sqlite;
    match kind {
        Type::Uuid => {
            if sqlite {
                "BLOB"
            } else {
                "uuid"
            }
        }
        Type::Text => {
            if sqlite {
                "TEXT"
            } else {
                "text COLLATE \"C\""
            }
        }
        Type::Int => {
            if sqlite {
                "INTEGER"
            } else {
                "bigint"
            }
        }
        Type::Bool => {
            if sqlite {
                "INTEGER"
            } else {
                "boolean"
            }
        }
        Type::Bytes => {
            if sqlite {
                "BLOB"
            } else {
                "bytea"
            }
        }
    }
}
