//! What refers to a record: of many kinds, in one statement whose plan is kept.

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::conditions::{Where, conditions};
use super::reach::Asked;
use super::{FilterValue, ListQuery, statement_of};
use crate::access::Actor;
use crate::db::{Db, Sql};
use crate::error::Result;
use crate::record::{Choice, Field, FieldKind, FieldValue, Kind};

/// A record as the page of another names it.
#[derive(Clone, Debug)]
pub struct Mention {
    pub id: Uuid,
    pub title: String,
    /// Code of its state, empty for kinds without one.
    pub state: String,
}

#[derive(FromQueryResult)]
struct Row {
    part: i64,
    place: i64,
    id: Uuid,
    title: String,
    number: String,
    state: String,
}

/// Of each of these kinds, by that field, the first `size` records of its list that refer to `id`, and one more where there are
/// others; of what the person may see.
pub async fn referring(
    db: &Db,
    asks: &[(&Kind, &Field)],
    actor: &Actor,
    id: Uuid,
    size: u32,
) -> Result<Vec<Vec<Mention>>> {
    let mut found = vec![Vec::new(); asks.len()];
    if asks.is_empty() {
        return Ok(found);
    }
    let asked = Asked { db, lately: Some(&*db.counted) };
    let mut parts = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    for (part, (kind, field)) in asks.iter().enumerate() {
        let filters = vec![(field.name, FilterValue::Is(FieldValue::Id(id)))];
        let query = ListQuery { filters, size, ..ListQuery::first(kind) };
        let asker = (actor, kind.view);
        let reach = asked.reach(kind, asker).await?;
        // Nothing is written out: few refer to a record, so one plan serves all of them.
        let mut begun = Where::default();
        begun.values = values;
        let all = conditions(&asked, kind, &query, asker, reach, begun).await?;
        let page = statement_of(asked.backend(), kind, &query, all, false);
        let [title, number, state] =
            [Some(kind.title), kind.number, Some("state")].map(|column| text_column(kind, column));
        parts.push(format!(
            "SELECT CAST({part} AS BIGINT) AS part, row_number() OVER () AS place, id, {title} AS title, {number} AS number, {state} AS state \
             FROM ({}) AS page{part}",
            page.sql
        ));
        values = page.values.map(|values| values.0).unwrap_or_default();
    }
    let mut rows: Vec<Row> = db.rows(&parts.join(" UNION ALL "), values).await?;
    rows.sort_by_key(|row| (row.part, row.place));
    for row in rows {
        let part = usize::try_from(row.part).unwrap_or_default();
        let (kind, _) = asks[part];
        let title = if row.title.is_empty() { row.number } else { said(kind, row.title) };
        found[part].push(Mention { id: row.id, title, state: row.state });
    }
    Ok(found)
}

/// The column where the kind has it as text, else nothing.
fn text_column(kind: &Kind, column: Option<&'static str>) -> String {
    let is_text = |field: &Field| {
        use FieldKind::{Choice, Email, LongText, Phone, Tckn, Text};
        matches!(field.kind, Text { .. } | LongText { .. } | Choice(_) | Email | Phone | Tckn)
    };
    let known = column.and_then(|column| kind.field(column)).filter(|field| is_text(field));
    known.map_or_else(|| "''".into(), |field| field.name.to_string())
}

/// The label of a choice, anything else as it is.
fn said(kind: &Kind, title: String) -> String {
    let choices: &[Choice] = kind.field(kind.title).map_or(&[], |field| field.choices());
    let chosen = choices.iter().find(|choice| choice.code == title);
    chosen.map_or(title, |choice| choice.label_tr.to_string())
}
