//! Log lines as rows of a journal, by the crate `lines`: the layout and the values are columns, and the sealed bytes
//! are the line, put together again.

use journal::{Cell, Column, ColumnId, Encoder, Kind, Row, Schema};
use lines::{Layout, Moment, Names, Taken, Value, take_apart};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What rows are looked for by.
const SOUGHT: [&str; 9] =
    ["src_ip", "dst_ip", "nat_src_ip", "nat_dst_ip", "ip", "mac", "user", "host", "nat_src_port"];
/// Nanoseconds of a time, beside the column of its microseconds.
const REST: &str = "_ns";

/// The encoder, with what it learnt.
pub struct Stream {
    schema: Arc<Schema>,
    layout: ColumnId,
    raw: ColumnId,
    intake: Mutex<Intake>,
    layouts: Mutex<HashMap<Vec<u8>, Arc<Known>>>,
}

#[derive(Default)]
struct Intake {
    taken: Taken,
    /// By number of the column of `lines`.
    columns: Vec<Option<Target>>,
}

/// Where values of a column of `lines` go.
#[derive(Clone, Copy)]
enum Target {
    Plain(ColumnId),
    Time(ColumnId, ColumnId),
}

/// A layout read once, with the columns of its values.
struct Known {
    layout: Layout,
    columns: Vec<Target>,
}

fn plain(name: &str) -> String {
    name.replace('.', "_").to_ascii_lowercase()
}

/// The schema of access logs.
pub fn schema(sorted_by: &[&str]) -> Arc<Schema> {
    let kind = |kind| match kind {
        lines::Kind::Text => Kind::Text,
        lines::Kind::Number => Kind::Number,
        lines::Kind::Time => Kind::Time,
    };
    let declared = lines::COLUMNS.iter().map(|it| (it.name.to_owned(), kind(it.kind)));
    let times = lines::COLUMNS.iter().filter(|it| it.kind == lines::Kind::Time);
    let rests = times.map(|it| (format!("{}{REST}", it.name), Kind::Number));
    let others = [("layout".to_owned(), Kind::Bytes), ("raw".to_owned(), Kind::Bytes)];
    let columns = declared.chain(rests).chain(others).map(|(name, kind)| match SOUGHT.contains(&&*name) {
        true => Column::new(&name, kind).sought(),
        false => Column::new(&name, kind),
    });
    Arc::new(Schema::new("access", columns.collect(), sorted_by).expect("names of columns are plain"))
}

impl Stream {
    pub fn new(schema: Arc<Schema>) -> Self {
        let find = |name| schema.find(name).expect("the column is declared");
        let (layout, raw) = (find("layout"), find("raw"));
        Self { schema, layout, raw, intake: Mutex::default(), layouts: Mutex::default() }
    }

    fn target(&self, name: &str) -> Option<Target> {
        let name = plain(name);
        match lines::Column::named(&name).map(lines::Column::kind) {
            Some(lines::Kind::Time) => {
                Some(Target::Time(self.schema.find(&name)?, self.schema.find(&format!("{name}{REST}"))?))
            }
            Some(_) => self.schema.find(&name).map(Target::Plain),
            None => self.schema.column(&name, Kind::Text).ok().map(Target::Plain),
        }
    }

    fn known(&self, layout: &[u8]) -> Option<Arc<Known>> {
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = layouts.get(layout) {
            return Some(known.clone());
        }
        let read = Layout::new(layout).ok()?;
        let columns = read.columns().map(|name| self.target(name)).collect::<Option<_>>()?;
        let known = Arc::new(Known { layout: read, columns });
        // A flood of odd layouts must not fill the memory.
        if layouts.len() < 10_000 {
            layouts.insert(layout.to_vec(), known.clone());
        }
        Some(known)
    }

    fn fill(&self, payload: &[u8], intake: &mut Intake, row: &mut Row) -> Option<()> {
        let Intake { taken, columns } = intake;
        let moment = Moment { received_us: row.received_at_us, offset_minutes: 180 };
        take_apart(payload, moment, None, taken);
        if taken.layout().is_empty() {
            return None;
        }
        row.bytes(self.layout, taken.layout());
        for (column, value) in taken.fields(payload) {
            if column.number() >= columns.len() {
                columns.resize(column.number() + 1, None);
            }
            let target = match columns[column.number()] {
                Some(target) => target,
                None => *columns[column.number()].insert(self.target(name_of(taken.names(), column))?),
            };
            match (target, value) {
                (Target::Plain(id), Value::Text(text)) => row.text(id, std::str::from_utf8(text).ok()?),
                (Target::Plain(id), Value::Number(number)) => row.number(id, number),
                (Target::Time(id, rest), Value::Time(ns)) => {
                    row.time(id, ns.div_euclid(1_000));
                    if ns.rem_euclid(1_000) != 0 {
                        row.number(rest, ns.rem_euclid(1_000).cast_unsigned());
                    }
                }
                _ => return None,
            }
        }
        Some(())
    }
}

fn name_of(names: &Names, column: lines::Column) -> &str {
    names.name(column)
}

impl Encoder for Stream {
    fn encode(&self, payload: &[u8], row: &mut Row) {
        let mut intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner);
        let (at_us, received_at_us) = (row.at_us, row.received_at_us);
        if self.fill(payload, &mut intake, row).is_none() {
            row.clear();
            (row.at_us, row.received_at_us) = (at_us, received_at_us);
            row.bytes(self.raw, payload);
        }
    }

    fn leaf(&self, row: &Row, leaf: &mut Vec<u8>) {
        if let Some(raw) = row.get_bytes(self.raw) {
            return leaf.extend_from_slice(raw);
        }
        let Some(known) = row.get_bytes(self.layout).and_then(|layout| self.known(layout)) else { return };
        let mut values = Vec::with_capacity(known.columns.len());
        for target in &known.columns {
            let value = match target {
                Target::Plain(id) => match row.get(*id) {
                    Some(Cell::Bytes(text)) => Value::Text(text),
                    Some(Cell::Number(number)) => Value::Number(number),
                    None => return,
                },
                Target::Time(id, rest) => {
                    let Some(us) = row.get_number(*id) else { return };
                    let ns = row.get_number(*rest).unwrap_or(0).cast_signed();
                    Value::Time(us.cast_signed().wrapping_mul(1_000).wrapping_add(ns))
                }
            };
            values.push(value);
        }
        // A row that is not the sealed one need not make a line; its digest then differs.
        let _ = known.layout.put_together(&values, leaf);
    }

    fn leaf_of_record(&self, payload: &[u8], _row: &Row, leaf: &mut Vec<u8>) {
        leaf.extend_from_slice(payload);
    }
}
