//! Who signs, as their name stands under the letter: "Belediye Başkanı a." where power was handed on, "Müdür V." where somebody
//! stands in for who is away. The names are set when the letter goes round and set anew for whoever really signs, so that paper,
//! screen and package say the same.

use kernel::db::Sql;
use kernel::record::Record;
use kernel::{Error, Result, Tx};
use printing::Letter;
use routing::Turn;
use uuid::Uuid;

use super::{compose, people, store};

/// A place to sign, and who stands in for the person whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    /// Among those who sign, from 0.
    pub place: usize,
    pub staff: Uuid,
    pub by: Option<Uuid>,
}

impl Seat {
    /// The place of a turn of this route; none for initials.
    pub fn of(turns: &[Turn], step: Uuid, by: Option<Uuid>) -> Option<Self> {
        let mut signing = routing::last_route(turns).iter().filter(|turn| turn.role == "sign").enumerate();
        let (place, turn) = signing.find(|(_, turn)| turn.id == step)?;
        Some(Self { place, staff: turn.staff_id, by: by.filter(|by| *by != turn.staff_id) })
    }

    /// Whose hand it is.
    pub fn signs(&self) -> Uuid {
        self.by.unwrap_or(self.staff)
    }
}

/// Those who are to sign, in their order.
pub(super) fn planned(one: &Record) -> Vec<Uuid> {
    ["signer_id", "second_signer_id"].into_iter().filter_map(|column| one.get(column).id()).collect()
}

/// The lines of one hand; `None` where nobody knows the person.
async fn lines(db: &impl Sql, one: &Record, seat: &Seat) -> Result<Option<Vec<String>>> {
    let Some((name, title)) = people::signature(db, seat.staff).await? else { return Ok(None) };
    let substitute = match seat.by {
        Some(by) => people::signature(db, by).await?.map(|(name, _)| name),
        None => None,
    };
    let office = one.get("on_behalf").text();
    // The last to sign is the one who signs for an office.
    let is_last = seat.place + 1 == planned(one).len();
    let own = match one.get("signed_as").text() {
        "acting" if is_last => vec![format!("{office} V.")],
        "delegated" if is_last => vec![format!("{office} a."), title],
        _ => vec![title],
    };
    let Some(other) = substitute else { return Ok(Some([vec![name], own].concat())) };
    let mut own = own;
    match own.last_mut() {
        Some(last) if !last.ends_with(" V.") => *last = format!("{last} V.").trim_start().to_string(),
        _ => {}
    }
    Ok(Some([vec![other], own].concat()))
}

/// Everybody's lines as they are planned: under the text, and of who consents.
pub(super) async fn drawn(db: &impl Sql, one: &Record) -> Result<(Vec<Vec<String>>, Vec<String>)> {
    let (mut signatures, mut consent) = (Vec::new(), Vec::new());
    for (place, staff) in planned(one).into_iter().enumerate() {
        let seat = Seat { place, staff, by: None };
        let lines = lines(db, one, &seat).await?.unwrap_or_default();
        if is_consent(one, place) { consent = lines } else { signatures.push(lines) }
    }
    Ok((signatures, consent))
}

fn is_consent(one: &Record, place: usize) -> bool {
    one.get("form").text() == "approval" && place == 1
}

/// Whether the letter as it goes round names this hand.
pub(super) async fn names(db: &impl Sql, one: &Record, seat: &Seat) -> Result<bool> {
    let seated = store::hands(db, one.id).await?.unwrap_or_else(|| planned(one));
    Ok(seated.get(seat.place) == Some(&seat.signs()))
}

/// Sets the letter that goes round for this hand; nothing happens where it names it already.
pub(super) async fn set(tx: &Tx, one: &Record, seat: &Seat) -> Result<()> {
    if names(tx, one, seat).await? {
        return Ok(());
    }
    let missing = || Error::internal("a letter that goes round has its words and who signs it");
    let mut sheet: Letter = store::sheet(tx, one.id).await?.ok_or_else(missing)?;
    let lines = lines(tx, one, seat).await?.ok_or_else(missing)?;
    if is_consent(one, seat.place) {
        sheet.consent = lines;
    } else {
        *sheet.signatures.get_mut(seat.place).ok_or_else(missing)? = lines;
    }
    let mut seated = store::hands(tx, one.id).await?.unwrap_or_else(|| planned(one));
    *seated.get_mut(seat.place).ok_or_else(missing)? = seat.signs();
    store::set_hands(tx, one.id, &compose::frozen(&sheet), &sheet, &seated).await
}
