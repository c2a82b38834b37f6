//! The options a reference field or filter offers: all of them while they are few, else a search box.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::record::{self, Choosable, Field, Kind, ListQuery, Record};
use kernel::{Actor, Instant, Ref, Result, tr};
use uuid::Uuid;

use crate::app::App;
use crate::ctx::Ctx;
use crate::form::Form;

/// More than this and the person types instead of choosing from a list.
const MOST: i64 = 150;
/// Records among which the one that a typed text means is looked for.
const MOST_MEANT: u32 = 25;
const AGE_US: i64 = 2 * Instant::SECOND_US;
/// Lists that are kept; when there are more, all are made anew.
const MOST_KEPT: usize = 1_000;

/// What is kept of each kind for those who see the same of it ([`record::seen_alike`]).
pub(crate) type Kept = HashMap<(&'static str, [u8; 32]), (Instant, Arc<Options>)>;

/// Records of one kind that can be chosen.
#[derive(Debug)]
pub enum Options {
    /// In Turkish order.
    All(Vec<Offered>),
    TooMany,
}

#[derive(Debug)]
pub struct Offered {
    pub id: Uuid,
    title: String,
    /// The title, and for those that have the same one what tells them apart: number, else state.
    pub label: String,
    state: String,
}

impl Offered {
    /// A field says in which states a record may be for it to refer to; none means all.
    pub fn is_among(&self, states: &[&str]) -> bool {
        states.is_empty() || states.contains(&self.state.as_str())
    }
}

/// Where a box finds what may be typed into it: records of a kind in these states, of none named in all.
pub fn source_href(kind: &str, states: &[&str]) -> String {
    let states = if states.is_empty() { String::new() } else { format!("&durum={}", states.join(",")) };
    format!("/ara/secenek?tur={kind}{states}")
}

/// What this person may choose of a kind: exactly what they may see of it. It is kept for two seconds, for whoever sees the same.
pub async fn options(ctx: &Ctx, kind: &str) -> Result<Arc<Options>> {
    let app = &ctx.app;
    let Some(kind) = app.registry.kind(kind) else { return Ok(Arc::new(Options::All(Vec::new()))) };
    let (now, key) = (app.clock.now(), (kind.id, record::seen_alike(&kind, ctx.actor())));
    if let Some((at, options)) = app.options.lock().expect("no panic holds the lock").get(&key)
        && now.0 - at.0 < AGE_US
    {
        return Ok(options.clone());
    }
    let fresh = Arc::new(load(app, &kind, ctx.actor()).await?);
    let mut all = app.options.lock().expect("no panic holds the lock");
    if all.len() >= MOST_KEPT {
        all.clear();
    }
    all.insert(key, (now, fresh.clone()));
    Ok(fresh)
}

/// The input that asks for a record of a kind on a form that no kind declares: what this person may choose, or a box to type into
/// where that is too many. What `form` has stays chosen; `empty` says what no choice means.
pub async fn choice(ctx: &Ctx, kind: &str, name: &str, empty: &str, form: &Form) -> Result<ui::Input> {
    let chosen = form.get(name);
    Ok(match options(ctx, kind).await?.as_ref() {
        Options::All(all) => {
            let none = ui::Opt::new("", empty, chosen.is_empty());
            let rest = all.iter().map(|one| {
                let id = one.id.to_string();
                let is_chosen = id == chosen;
                ui::Opt::new(id, &one.label, is_chosen)
            });
            ui::Input::Select(std::iter::once(none).chain(rest).collect())
        }
        Options::TooMany => {
            ui::Input::Combobox { source_href: source_href(kind, &[]), chosen_label: form.typed(name).into() }
        }
    })
}

/// Titles of everything these records refer to, by id. Kinds with few records are answered from what is kept of
/// them, so that most lists need no query for it; the others, and removed records, are looked up together.
pub(crate) async fn titles(ctx: &Ctx, kind: &Kind, records: &[Record]) -> Result<HashMap<Uuid, String>> {
    titles_of(ctx, record::references(kind, records)).await
}

/// As [`titles`], of what is shown: the fields that are drawn, and those that are filtered by.
pub(crate) async fn titles_shown(
    ctx: &Ctx,
    kind: &Kind,
    records: &[Record],
    shown: &[&Field],
    query: &ListQuery,
) -> Result<HashMap<Uuid, String>> {
    let is_shown = |field: &&Field| {
        shown.iter().any(|one| one.name == field.name)
            || query.filters.iter().any(|(name, _)| *name == field.name)
    };
    titles_of(ctx, record::references_in(kind.fields.iter().filter(is_shown), records)).await
}

async fn titles_of(ctx: &Ctx, refs: Vec<Ref>) -> Result<HashMap<Uuid, String>> {
    let mut titles = HashMap::new();
    let mut others: Vec<Ref> = Vec::new();
    for group in refs.chunk_by(|one, next| one.kind == next.kind) {
        let options = options(ctx, &group[0].kind).await?;
        let all: &[Offered] = if let Options::All(all) = options.as_ref() { all } else { &[] };
        for one in group {
            match all.iter().find(|known| known.id == one.id) {
                Some(known) => _ = titles.insert(known.id, known.title.clone()),
                None => others.push(one.clone()),
            }
        }
    }
    titles.extend(record::names(ctx.db(), &others).await?.into_iter().map(|named| (named.id, named.title)));
    Ok(titles)
}

async fn load(app: &App, kind: &Kind, actor: &Actor) -> Result<Options> {
    let rows = record::choosable(&app.db, kind, actor, MOST + 1).await?;
    if rows.len() as i64 > MOST {
        return Ok(Options::TooMany);
    }
    let mut times: HashMap<String, usize> = HashMap::new();
    for row in &rows {
        *times.entry(row.title.clone()).or_default() += 1;
    }
    let states = kind.field("state").map(Field::choices).unwrap_or_default();
    let offered = |row: Choosable| {
        let is_alone = times.get(&row.title) == Some(&1);
        let state = states.iter().find(|one| one.code == row.state).map_or("", |one| one.label_tr);
        let apart = if row.number.is_empty() { state } else { &row.number };
        let title = if row.title.is_empty() { row.number.clone() } else { row.title };
        let label = if is_alone || apart.is_empty() || apart == title {
            title.clone()
        } else {
            format!("{title} ({apart})")
        };
        Offered { id: row.id, title, label, state: row.state }
    };
    let mut all: Vec<Offered> = rows.into_iter().map(offered).collect();
    all.sort_by_cached_key(|one| tr::collation_key(&one.label));
    Ok(Options::All(all))
}

/// The one record of a kind that a typed text means: its exact number or title, or the only one it begins. Of what the
/// person may see; where several are meant, of those in these states.
pub(crate) async fn resolve(ctx: &Ctx, kind: &str, states: &[&str], typed: &str) -> Result<Option<Uuid>> {
    let Some(kind) = ctx.registry().kind(kind) else { return Ok(None) };
    let found = record::numbered(ctx.db(), &kind, ctx.actor(), typed.trim()).await?;
    if let [id] = found.as_slice() {
        return Ok(Some(*id));
    }
    let mut found = record::search(ctx.db(), &[&kind], ctx.actor(), typed, MOST_MEANT).await?;
    if found.len() > 1 && !states.is_empty() {
        let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
        let records = record::get_many(ctx.db(), &kind, &ids).await?;
        let is_among = |one: &Record| states.contains(&one.get("state").text());
        let among: Vec<Uuid> = records.iter().filter(|one| is_among(one)).map(|one| one.id).collect();
        found.retain(|one| among.contains(&one.id));
    }
    let same: Vec<_> = found.iter().filter(|one| one.title == typed.trim()).collect();
    Ok(match (same.as_slice(), found.as_slice()) {
        ([one], _) => Some(one.id),
        (_, [one]) => Some(one.id),
        _ => None,
    })
}
