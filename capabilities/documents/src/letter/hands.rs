//! Who signs, as their name stands under the letter: "Belediye Başkanı a." where power was handed on, "Müdür V." where somebody
//! stands in for who is away. The names are set when the letter goes round and set anew for whoever really signs, so that paper,
//! screen and package say the same.

use kernel::db::Sql;
use kernel::record::Record;
use kernel::{Error, Instant, Result, Tx, Violation};
use printing::Letter;
use routing::Turn;
use uuid::Uuid;

use super::dative::with_surname;
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
        let (place, turn) = signing(turns).enumerate().find(|(_, turn)| turn.id == step)?;
        Some(Self { place, staff: turn.staff_id, by: by.filter(|by| *by != turn.staff_id) })
    }

    /// Whose hand it is.
    pub fn signs(&self) -> Uuid {
        self.by.unwrap_or(self.staff)
    }
}

/// Turns to sign of the present route; what was taken back belongs to one before, however short a time ago that was.
fn signing(turns: &[Turn]) -> impl Iterator<Item = &Turn> {
    let is_seat = |turn: &&Turn| turn.role == "sign" && !["ended", "returned"].contains(&turn.state.as_str());
    routing::last_route(turns).iter().filter(is_seat)
}

/// Who signs each place as things are: `own` now, and of those still to come whoever alone stands in for them at present.
pub(super) async fn present(db: &impl Sql, turns: &[Turn], own: &Seat, at: Instant) -> Result<Vec<Seat>> {
    let mut all = Vec::new();
    for (place, turn) in signing(turns).enumerate() {
        if place == own.place {
            all.push(*own);
            continue;
        }
        let by = match turn.state.as_str() {
            "done" => turn.done_by_id,
            _ => match directory::store::substitutes_of(db, &[turn.staff_id], at).await?.as_slice() {
                [one] => Some(*one),
                _ => None,
            },
        };
        all.push(Seat { place, staff: turn.staff_id, by });
    }
    Ok(all)
}

/// Somebody who is to sign, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub staff: Uuid,
    /// own, acting, delegated.
    pub signed_as: String,
    /// For which office; empty for their own.
    pub office: String,
}

/// Signers of one letter.
const MOST: usize = 9;

/// Those who are to sign, in their order: the whole list where there is one, otherwise the two of the form, of whom the last signs
/// for an office.
pub(super) async fn planned(db: &impl Sql, one: &Record) -> Result<Vec<Planned>> {
    let kept = store::signer_list(db, one.id).await?;
    if !kept.is_empty() {
        return kept.lines().map(|line| read(line).ok_or_else(|| Error::internal("a kept signer"))).collect();
    }
    let own = |staff| Planned { staff, signed_as: "own".into(), office: String::new() };
    let columns = ["signer_id", "second_signer_id"];
    let mut all: Vec<Planned> =
        columns.into_iter().filter_map(|column| one.get(column).id()).map(own).collect();
    if let Some(last) = all.last_mut() {
        last.signed_as = one.get("signed_as").text().into();
        last.office = one.get("on_behalf").text().into();
    }
    Ok(all)
}

/// By whose power somebody signs, as far as the directory knows: names of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Power {
    Own,
    /// Vekâlet: of whom the signer stands in for.
    Acting(String),
    /// Yetki devri: of whoever holds the office then.
    Delegated(String),
}

/// By whose power this place is signed at `at`. Who stands in for two people at once is not guessed at.
pub(super) async fn power(db: &impl Sql, planned: &Planned, at: Instant) -> Result<Power> {
    Ok(match planned.signed_as.as_str() {
        "acting" => match directory::store::actings_at(db, at, &[planned.staff]).await?.as_slice() {
            [one] => Power::Acting(one.principal_name.clone()),
            _ => Power::Own,
        },
        "delegated" => match directory::store::holder_of(db, &planned.office, at.day().0).await? {
            Some(holder) if holder.staff_id != planned.staff => Power::Delegated(holder.name),
            _ => Power::Own,
        },
        _ => Power::Own,
    })
}

/// As a list is kept: a line each of id, as whom, office.
fn read(line: &str) -> Option<Planned> {
    let (staff, rest) = line.split_once(' ')?;
    let (signed_as, office) = rest.split_once(' ').unwrap_or((rest, ""));
    Some(Planned { staff: staff.parse().ok()?, signed_as: signed_as.into(), office: office.into() })
}

/// "Veli Ak", "Veli Ak: Belediye Başkanı V.": the name, as whom, the office; `None` for an office without either ending.
pub(super) fn typed(line: &str) -> Option<(&str, &'static str, &str)> {
    let Some((name, office)) = line.rsplit_once(':') else { return Some((line.trim(), "own", "")) };
    let (name, office) = (name.trim(), office.trim());
    match (office.strip_suffix(" V."), office.strip_suffix(" a.")) {
        (Some(office), _) => Some((name, "acting", office.trim())),
        (_, Some(office)) => Some((name, "delegated", office.trim())),
        _ => None,
    }
}

/// The list as it is kept, of what was typed; what is wrong stands beside.
pub(super) async fn listed(tx: &Tx, text: &str) -> Result<(Vec<Uuid>, String, Vec<Violation>)> {
    let (mut names, mut kinds, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for line in compose::lines(text) {
        match typed(&line) {
            Some((name, signed_as, office)) => {
                names.push(name.to_string());
                kinds.push(format!("{signed_as} {office}").trim().to_string());
            }
            None => {
                let text = format!("“{line}”: makamın ardından “V.” (vekâleten) ya da “a.” (adına) yazın.");
                wrong.push(Violation::new("YZI-014", "signers", text));
            }
        }
    }
    let (people, unknown) = people::named(tx, &names.join("\n"), "signers").await?;
    wrong.extend(unknown);
    if names.len() > MOST {
        wrong.push(Violation::new("YZI-015", "signers", "Bir yazıyı en çok 9 kişi imzalar."));
    }
    let kept = people.iter().zip(&kinds).map(|(staff, kind)| format!("{staff} {kind}"));
    let kept = kept.collect::<Vec<_>>().join("\n");
    Ok((people, kept, wrong))
}

/// The lines of one hand; `None` where nobody knows the person.
async fn lines(db: &impl Sql, one: &Record, seat: &Seat) -> Result<Option<Vec<String>>> {
    let Some((name, title)) = people::signature(db, seat.staff).await? else { return Ok(None) };
    let name = with_surname(&name);
    let substitute = match seat.by {
        Some(by) => people::signature(db, by).await?.map(|(name, _)| with_surname(&name)),
        None => None,
    };
    let planned = planned(db, one).await?;
    let own = match planned.get(seat.place).map(|one| (one.signed_as.as_str(), one.office.as_str())) {
        Some(("acting", office)) => vec![format!("{office} V.")],
        Some(("delegated", office)) => vec![format!("{office} a."), title],
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
    let planned = planned(db, one).await?;
    for (place, hand) in planned.iter().enumerate() {
        let seat = Seat { place, staff: hand.staff, by: None };
        let lines = lines(db, one, &seat).await?.unwrap_or_default();
        if is_consent(one, place, planned.len()) { consent = lines } else { signatures.push(lines) }
    }
    Ok((signatures, consent))
}

/// Of an approval the last of several consents.
fn is_consent(one: &Record, place: usize, count: usize) -> bool {
    one.get("form").text() == "approval" && count > 1 && place + 1 == count
}

/// Who stands under the letter now, in their order.
async fn seated(db: &impl Sql, one: &Record) -> Result<Vec<Uuid>> {
    match store::hands(db, one.id).await? {
        Some(hands) => Ok(hands),
        None => Ok(planned(db, one).await?.into_iter().map(|one| one.staff).collect()),
    }
}

/// Whether the letter as it goes round names this hand.
pub(super) async fn names(db: &impl Sql, one: &Record, seat: &Seat) -> Result<bool> {
    names_all(db, one, &[*seat]).await
}

/// Whether it names all of them.
pub(super) async fn names_all(db: &impl Sql, one: &Record, seats: &[Seat]) -> Result<bool> {
    let seated = seated(db, one).await?;
    Ok(seats.iter().all(|seat| seated.get(seat.place) == Some(&seat.signs())))
}

/// Sets the letter that goes round for this hand; nothing happens where it names it already.
pub(super) async fn set(tx: &Tx, one: &Record, seat: &Seat) -> Result<()> {
    if names(tx, one, seat).await? {
        return Ok(());
    }
    let missing = || Error::internal("a letter that goes round has its words and who signs it");
    let mut sheet: Letter = store::sheet(tx, one.id).await?.ok_or_else(missing)?;
    let lines = lines(tx, one, seat).await?.ok_or_else(missing)?;
    let mut seated = seated(tx, one).await?;
    if is_consent(one, seat.place, seated.len()) {
        sheet.consent = lines;
    } else {
        *sheet.signatures.get_mut(seat.place).ok_or_else(missing)? = lines;
    }
    *seated.get_mut(seat.place).ok_or_else(missing)? = seat.signs();
    store::set_hands(tx, one.id, &compose::frozen(&sheet), &sheet, &seated).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_signers_says_as_whom() {
        assert_eq!(typed("Veli Ak"), Some(("Veli Ak", "own", "")));
        assert_eq!(typed("Veli Ak: Belediye Başkanı V."), Some(("Veli Ak", "acting", "Belediye Başkanı")));
        assert_eq!(typed("3 : Belediye Başkanı a."), Some(("3", "delegated", "Belediye Başkanı")));
        assert_eq!(typed("Veli Ak: Belediye Başkanı"), None);
        let id = Uuid::from_u128(7);
        let one = Planned { staff: id, signed_as: "acting".into(), office: "Belediye Başkanı".into() };
        assert_eq!(read(&format!("{id} acting Belediye Başkanı")), Some(one));
        let own = Planned { staff: id, signed_as: "own".into(), office: String::new() };
        assert_eq!(read(&format!("{id} own")), Some(own));
    }
}
