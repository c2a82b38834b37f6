//! Ties between any two records of any kinds: a ticket and the contract it is about, a decision and what follows from it. One table
//! for all of them; both ends show it, and an event about both says who tied and who untied them.

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::{Kind, Record};
use crate::db::Sql;
use crate::error::{Error, Result};
use crate::event::NewEvent;
use crate::schema::Table;
use crate::tx::Tx;
use crate::value::{Instant, Ref};

/// Ties of one record.
const MOST: i64 = 200;

/// What the other record is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Related,
    Cause,
    Effect,
    Basis,
    Based,
}

/// Code, what people read, and what it is called from the other end.
const WORDS: [(Relation, &str, &str, Relation); 5] = [
    (Relation::Related, "related", "İlgili", Relation::Related),
    (Relation::Cause, "cause", "Sebebi", Relation::Effect),
    (Relation::Effect, "effect", "Sonucu", Relation::Cause),
    (Relation::Basis, "basis", "Dayanağı", Relation::Based),
    (Relation::Based, "based", "Buna dayanan", Relation::Basis),
];

impl Relation {
    /// In the order in which they are offered and shown.
    pub fn all() -> impl Iterator<Item = Self> {
        WORDS.into_iter().map(|(relation, ..)| relation)
    }

    fn words(self) -> (Relation, &'static str, &'static str, Relation) {
        WORDS.into_iter().find(|(relation, ..)| *relation == self).expect("each has its words")
    }

    pub fn code(self) -> &'static str {
        self.words().1
    }

    pub fn label_tr(self) -> &'static str {
        self.words().2
    }

    /// The same seen from the other record.
    pub fn inverse(self) -> Self {
        self.words().3
    }

    pub fn parse(code: &str) -> Option<Self> {
        WORDS.into_iter().find(|(_, known, ..)| *known == code).map(|(relation, ..)| relation)
    }

    /// As the note of an event says it.
    pub fn of_label(label_tr: &str) -> Option<Self> {
        WORDS.into_iter().find(|(_, _, known, _)| *known == label_tr).map(|(relation, ..)| relation)
    }
}

/// A tie as one of its ends sees it.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: Uuid,
    pub other: Ref,
    /// What the other is to this one.
    pub relation: Relation,
    /// Name as it was then.
    pub added_by: String,
    pub added_at: Instant,
}

pub(crate) fn table() -> Table {
    Table::new(
        "record_link",
        "ties between two records of any kinds; the first is the smaller by kind and id",
    )
    .id()
    .text("kind", "record kind of the first")
    .uuid("subject_id", "the first record")
    .text("relation", "what the second is to the first: related, cause, effect, basis, based")
    .text("other_kind", "record kind of the second")
    .uuid("other_id", "the second record")
    .text("added_by", "name as it was then")
    .at("added_at", "when")
    .unique(&["kind", "subject_id", "other_kind", "other_id"])
    .index(&["other_kind", "other_id"])
}

#[derive(FromQueryResult)]
struct Stored {
    id: Uuid,
    kind: String,
    subject_id: Uuid,
    relation: String,
    other_kind: String,
    other_id: Uuid,
    added_by: String,
    added_at: Instant,
}

impl Stored {
    fn seen_from(self, end: &Ref) -> Link {
        let (first, second) =
            (Ref::new(self.kind, self.subject_id), Ref::new(self.other_kind, self.other_id));
        // What a later version knows and this one does not is at least related.
        let relation = Relation::parse(&self.relation).unwrap_or(Relation::Related);
        let (other, relation) = if first == *end { (second, relation) } else { (first, relation.inverse()) };
        Link { id: self.id, other, relation, added_by: self.added_by, added_at: self.added_at }
    }
}

const COLUMNS: &str = "id, kind, subject_id, relation, other_kind, other_id, added_by, added_at";

/// Every tie of a record, the oldest first, whoever asks: of the ends that somebody may not see nothing may be told.
pub async fn links(db: &impl Sql, of: &Ref) -> Result<Vec<Link>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM record_link WHERE kind = $1 AND subject_id = $2 \
         UNION ALL SELECT {COLUMNS} FROM record_link WHERE other_kind = $1 AND other_id = $2 ORDER BY id LIMIT {MOST}"
    );
    let rows: Vec<Stored> = db.rows(&sql, vec![of.kind.as_str().into(), of.id.into()]).await?;
    Ok(rows.into_iter().map(|row| row.seen_from(of)).collect())
}

fn in_order<'a>(one: &'a Ref, other: &'a Ref, relation: Relation) -> (&'a Ref, &'a Ref, Relation) {
    if (&one.kind, one.id) <= (&other.kind, other.id) {
        (one, other, relation)
    } else {
        (other, one, relation.inverse())
    }
}

/// Ties them. Whoever calls has seen to it that the person may see both.
pub async fn link(tx: &Tx, kind: &Kind, record: &Record, other: &Ref, relation: Relation) -> Result<()> {
    let own = record.reference(kind);
    let wrong = |code, text: &str| Err(Error::rule(code, LINKED, text));
    if own == *other {
        return wrong("BAG-001", "Kayıt kendisine bağlanamaz; başka bir kayıt seçin.");
    }
    for end in [&own, other] {
        if links(tx, end).await?.len() as i64 >= MOST {
            return wrong("BAG-003", "Bir kayda en çok 200 kayıt bağlanabilir.");
        }
    }
    let (first, second, from_first) = in_order(&own, other, relation);
    let sql = format!(
        "INSERT INTO record_link ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
    );
    let values: Vec<Value> = vec![
        tx.new_id().into(),
        first.kind.as_str().into(),
        first.id.into(),
        from_first.code().into(),
        second.kind.as_str().into(),
        second.id.into(),
        tx.act().actor.name.as_str().into(),
        tx.at().into(),
    ];
    if tx.run(&sql, values).await? == 0 {
        return wrong("BAG-002", "Bu iki kayıt zaten bağlı. Başka türlü bağlamak için önce bağı kaldırın.");
    }
    tell(tx, (kind, record), other, relation, "linked").await
}

/// The field that refusals are about.
pub const LINKED: &str = "kayit";

/// Unties a record from another; nothing where somebody was faster.
pub async fn unlink(tx: &Tx, kind: &Kind, record: &Record, link: &Link) -> Result<()> {
    if tx.run("DELETE FROM record_link WHERE id = $1", vec![link.id.into()]).await? == 0 {
        return Ok(());
    }
    tell(tx, (kind, record), &link.other, link.relation, "unlinked").await
}

/// Two records turned out to be one: what was tied to the first, or of that only the ties with `which`, is tied to the second.
/// Answers what it is that was. A tie between the two themselves stays, and one that is there already.
pub async fn move_links(tx: &Tx, from: &Ref, to: &Ref, which: Option<&[Ref]>) -> Result<Vec<Ref>> {
    let there: Vec<Ref> = links(tx, to).await?.into_iter().map(|link| link.other).collect();
    let mut moved = Vec::new();
    for link in links(tx, from).await? {
        let is_asked = which.is_none_or(|which| which.contains(&link.other));
        if !is_asked || link.other == *to || there.contains(&link.other) {
            continue;
        }
        let (first, second, relation) = in_order(to, &link.other, link.relation);
        let sql = "UPDATE record_link SET kind = $1, subject_id = $2, relation = $3, other_kind = $4, other_id = $5 WHERE id = $6";
        let values: Vec<Value> = vec![
            first.kind.as_str().into(),
            first.id.into(),
            relation.code().into(),
            second.kind.as_str().into(),
            second.id.into(),
            link.id.into(),
        ];
        tx.run(sql, values).await?;
        moved.push(link.other);
    }
    Ok(moved)
}

/// The note says the relation alone: not everybody who reads it may know of the other record.
async fn tell(
    tx: &Tx,
    (kind, record): (&Kind, &Record),
    other: &Ref,
    relation: Relation,
    verb: &'static str,
) -> Result<()> {
    let event = NewEvent::new(record.reference(kind), record.title(kind), verb)
        .note(relation.label_tr())
        .related(other.clone())
        .scope(record.unit_id(kind), record.owner_id(kind));
    tx.record(event).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_calls_the_other_by_its_own_word() {
        for relation in Relation::all() {
            assert_eq!(relation.inverse().inverse(), relation);
            assert_eq!(Relation::parse(relation.code()), Some(relation));
            assert_eq!(Relation::of_label(relation.label_tr()), Some(relation));
        }
        let (small, large) = (Ref::new("asset", Uuid::max()), Ref::new("ticket", Uuid::nil()));
        let (first, second, relation) = in_order(&large, &small, Relation::Cause);
        assert_eq!((first, second, relation), (&small, &large, Relation::Effect));
    }
}
