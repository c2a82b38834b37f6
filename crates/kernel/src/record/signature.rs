//! Signatures drawn with a finger or a pen under the frozen text of a record. What is kept is the line itself, so that it can be
//! shown and printed at any size; the event of the verb carries the digest of text and line, and is sealed like any other.

use sea_orm::FromQueryResult;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Kind, Record, names};
use crate::db::Sql;
use crate::error::{Error, Result};
use crate::schema::Table;
use crate::tx::Tx;
use crate::value::{Instant, Ref};

/// Width and height of the sheet a signature is drawn on, in units of its points.
pub const SHEET: (u16, u16) = (600, 200);
/// Points of one signature; a long one has some hundreds.
const MOST_POINTS: usize = 5_000;
/// Shorter than this in all, it is a slip of the finger.
const SHORTEST: f64 = 80.0;
/// Signatures under one record.
const MOST: u32 = 50;

/// A drawn line: strokes of points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing(Vec<Vec<(u16, u16)>>);

impl Drawing {
    /// Reads `x,y x,y;x,y x,y`: points by spaces, strokes by semicolons. `None` for anything else, for what leaves the
    /// sheet and for what is too short or too long to be somebody's hand.
    pub fn parse(text: &str) -> Option<Self> {
        let mut strokes = Vec::new();
        let mut count = 0;
        for stroke in text.trim().split(';').filter(|stroke| !stroke.trim().is_empty()) {
            let points: Option<Vec<_>> = stroke.split_whitespace().map(point).collect();
            let points = points?;
            count += points.len();
            if count > MOST_POINTS {
                return None;
            }
            strokes.push(points);
        }
        let drawing = Self(strokes);
        (drawing.length() >= SHORTEST).then_some(drawing)
    }

    fn length(&self) -> f64 {
        let far = |ends: &[(u16, u16)]| match ends {
            [(x, y), (to_x, to_y)] => f64::from(x.abs_diff(*to_x)).hypot(f64::from(y.abs_diff(*to_y))),
            _ => 0.0,
        };
        self.0.iter().flat_map(|stroke| stroke.windows(2)).map(far).sum()
    }

    /// As an SVG path's `d`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for stroke in &self.0 {
            for (at, (x, y)) in stroke.iter().enumerate() {
                path.push_str(&format!("{}{x} {y}", if at == 0 { 'M' } else { 'L' }));
            }
        }
        path
    }

    fn text(&self) -> String {
        let point = |(x, y): &(u16, u16)| format!("{x},{y}");
        let stroke = |points: &Vec<(u16, u16)>| points.iter().map(point).collect::<Vec<_>>().join(" ");
        self.0.iter().map(stroke).collect::<Vec<_>>().join(";")
    }
}

fn point(text: &str) -> Option<(u16, u16)> {
    let (x, y) = text.split_once(',')?;
    let (x, y) = (x.parse().ok()?, y.parse().ok()?);
    (x <= SHEET.0 && y <= SHEET.1).then_some((x, y))
}

/// What stands under a record.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Signature {
    /// The verb that was signed for.
    pub verb: String,
    pub signer_name: String,
    strokes: String,
    /// SHA-256 over the frozen text, a line break and the drawn points.
    pub digest: String,
    pub signed_at: Instant,
    /// Who held the screen out.
    pub taken_by: String,
}

impl Signature {
    /// The line; empty where the row was damaged.
    pub fn path(&self) -> String {
        Drawing::parse(&self.strokes).map(|drawing| drawing.path()).unwrap_or_default()
    }
}

pub(crate) fn table() -> Table {
    Table::new("signature", "signatures drawn on the screen under the frozen text of a record; only added")
        .id()
        .text("subject_kind", "record kind")
        .uuid("subject_id", "record")
        .text("verb", "row of the state table that was signed for")
        .uuid("signer_id", "record of the person who drew")
        .text("signer_name", "name as it was then")
        .text("strokes", "points x,y on a sheet of 600 by 200, by spaces; strokes by semicolons")
        .text("digest", "SHA-256 over the frozen text, a line break and the strokes")
        .at("signed_at", "when")
        .text("taken_by", "who was signed in, as it was then")
        .index(&["subject_kind", "subject_id", "id"])
}

/// The signatures under a record, first to last.
pub async fn signatures(db: &impl Sql, subject: &Ref) -> Result<Vec<Signature>> {
    let sql = format!(
        "SELECT verb, signer_name, strokes, digest, signed_at, taken_by FROM signature \
         WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id LIMIT {MOST}"
    );
    db.rows(&sql, vec![subject.kind.as_str().into(), subject.id.into()]).await
}

/// The text people put their names to, as it was frozen.
pub async fn statement(db: &impl Sql, kind: &Kind, id: Uuid) -> Result<Option<String>> {
    let Some(column) = kind.statement else { return Ok(None) };
    db.scalar(&format!("SELECT {column} FROM {} WHERE id = $1", kind.table), vec![id.into()]).await
}

/// Who signs by this field, in words.
pub async fn signer_name(db: &impl Sql, kind: &Kind, record: &Record, signer: &str) -> Result<String> {
    let target = match kind.field(signer).map(|field| field.kind) {
        Some(super::FieldKind::Reference(target)) => target,
        _ => return Err(Error::internal(format!("{signer} of {} names nobody", kind.id))),
    };
    let Some(id) = record.get(signer).id() else { return Ok(String::new()) };
    let named = names(db, &[Ref::new(target, id)]).await?;
    Ok(named.into_iter().next().map(|one| one.title).unwrap_or_default())
}

/// Keeps what was drawn; answers the signer's name and the digest.
pub(super) async fn keep(
    tx: &Tx,
    kind: &Kind,
    record: &Record,
    (verb, signer): (&str, &str),
    drawn: &str,
) -> Result<(String, String)> {
    let drawing = Drawing::parse(drawn).ok_or_else(undrawn)?;
    let name = signer_name(tx, kind, record, signer).await?;
    let Some(person) = record.get(signer).id().filter(|_| !name.is_empty()) else {
        return Err(Error::rule("IMZ-002", "", "Bu kayıtta imzalayacak kişi yazılı değil."));
    };
    let text = statement(tx, kind, record.id).await?.unwrap_or_default();
    let strokes = drawing.text();
    let digest = hex::encode(Sha256::digest(format!("{text}\n{strokes}")));
    let sql = "INSERT INTO signature (id, subject_kind, subject_id, verb, signer_id, signer_name, strokes, digest, signed_at, \
               taken_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = vec![
        tx.new_id().into(),
        kind.id.into(),
        record.id.into(),
        verb.into(),
        person.into(),
        name.as_str().into(),
        strokes.into(),
        digest.as_str().into(),
        tx.at().into(),
        tx.act().actor.signature().into(),
    ];
    tx.run(sql, values).await?;
    Ok((name, digest))
}

pub(super) fn undrawn() -> Error {
    Error::rule(
        "IMZ-001",
        "signature",
        "İmza çizilmedi ya da çok kısa. Kutunun içine parmağınızla ya da kalemle imza atın.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_written_the_same() {
        let drawn = "10,20 110,20 110,60;5,5 6,6";
        let drawing = Drawing::parse(drawn).expect("a hand");
        assert_eq!(drawing.text(), drawn);
        assert_eq!(drawing.path(), "M10 20L110 20L110 60M5 5L6 6");
    }

    #[test]
    fn what_is_no_hand_is_refused() {
        let long = vec!["0,0 600,200"; MOST_POINTS].join(";");
        for wrong in
            ["", ";;", "10,10", "0,0 1,1", "0,0 601,0", "0,0 100", "a,b c,d", "-1,0 200,0", long.as_str()]
        {
            assert!(Drawing::parse(wrong).is_none(), "{:.40}", wrong);
        }
    }
}
