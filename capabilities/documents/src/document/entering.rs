//! A signed letter enters the register: the entry gets the next number of its book in the transaction of the last signature. The
//! letter's own number (sayı) comes from a series of its own (`letter/sayi.rs`) and stands in the entry.

use kernel::event::NewEvent;
use kernel::record;
use kernel::{Result, Tx, number};
use sea_orm::Value;
use uuid::Uuid;

use super::{BOOKS, kind, store};

/// What the letter says of itself.
pub(crate) struct Entry<'a> {
    /// outgoing, internal.
    pub book: &'a str,
    pub title: &'a str,
    pub correspondent: &'a str,
    pub correspondent_id: Uuid,
    pub secrecy: &'a str,
    pub urgency: &'a str,
    pub file_code: Option<Uuid>,
    pub unit: Uuid,
    pub owner: Option<Uuid>,
    pub answers: Option<Uuid>,
    pub annexes: i64,
    /// Its whole number: `E-24312041-700-12`.
    pub number: &'a str,
    /// Somebody has to be told to do something about it; what goes out and what was consented to wait for nobody.
    pub is_waiting: bool,
}

/// Enters it; answers the entry. Nobody needs the register clerk's permission to sign.
pub(crate) async fn enter(tx: &Tx, entry: &Entry<'_>) -> Result<Uuid> {
    let (book, prefix, series) = BOOKS.iter().find(|(code, ..)| *code == entry.book).unwrap_or(&BOOKS[1]);
    let today = tx.at().day();
    let year = today.0.year();
    let given = number::next(tx, series, year).await?;
    let id = tx.new_id();
    let values: Vec<Value> = vec![
        id.into(),
        number::format(year, prefix, given).into(),
        (*book).into(),
        i64::from(year).into(),
        given.into(),
        entry.title.into(),
        entry.correspondent.into(),
        entry.correspondent_id.into(),
        today.to_string().into(),
        entry.secrecy.into(),
        entry.urgency.into(),
        entry.file_code.into(),
        entry.unit.into(),
        entry.owner.into(),
        entry.answers.into(),
        entry.annexes.into(),
        tx.at().into(),
        entry.number.into(),
        if entry.is_waiting { "registered" } else { "recorded" }.into(),
    ];
    store::insert(tx, values).await?;
    let kind = kind();
    let made = record::get(tx, &kind, id).await?;
    record::index(tx, &kind, &made).await?;
    let event = NewEvent::new(made.reference(&kind), made.title(&kind), "created");
    tx.record(event.scope(made.unit_id(&kind), made.owner_id(&kind))).await?;
    Ok(id)
}
