//! One signed letter, several packages: the whole one, which stays in the house, and one for each set of annexes that some addressee
//! does not get (konulmamış ek). Signature and seal are the same in all of them; of what is left out the digest stays.

use std::io::Cursor;

use kernel::db::Sql;
use kernel::job::Services;
use kernel::record::Record;
use kernel::{Error, Result};
use maud::{Markup, html};
use package::{AnnexKind, CannotWrite, Letter, PersonalCopy, Sealed};
use uuid::Uuid;

use super::super::kind;
use super::parts::{self, Frozen};
use super::{packing, store};
use crate::correspondent::{self, store::Encryptable};

/// The package with every annex.
pub(super) const WHOLE: &str = "package";

/// A package that lacks something, as it was written.
pub(super) struct Copy {
    pub role: String,
    /// Who gets it.
    pub names: Vec<String>,
    pub bytes: Vec<u8>,
}

/// Annexes with a file that the addressee at this place does not get.
fn left_out(letter: &Letter, place: usize) -> Vec<Uuid> {
    let is_enclosed =
        |id: &Uuid| letter.annexes.iter().any(|one| one.id == *id && one.kind == AnnexKind::Enclosed);
    let withheld =
        letter.distributions.get(place).map(|to| to.withheld_annexes.as_slice()).unwrap_or_default();
    let mut ids: Vec<Uuid> = withheld.iter().copied().filter(is_enclosed).collect();
    ids.sort_unstable();
    ids
}

/// What each copy lacks, in the order in which its first addressee stands in the letter, with that place.
fn sets(letter: &Letter) -> Vec<(Vec<Uuid>, usize)> {
    let mut all: Vec<(Vec<Uuid>, usize)> = Vec::new();
    for place in 0..letter.distributions.len() {
        let own = left_out(letter, place);
        if !own.is_empty() && !all.iter().any(|(other, _)| *other == own) {
            all.push((own, place));
        }
    }
    all
}

/// Which of the letter's packages the addressee at this place gets.
fn role(letter: &Letter, place: usize) -> String {
    let own = left_out(letter, place);
    match sets(letter).iter().position(|(other, _)| *other == own) {
        Some(number) => format!("copy-{}", number + 1),
        None => WHOLE.to_string(),
    }
}

/// Every package of the letter: the whole one first.
pub(super) fn roles(letter: &Letter) -> Vec<String> {
    let copies = (1..=sets(letter).len()).map(|number| format!("copy-{number}"));
    std::iter::once(WHOLE.to_string()).chain(copies).collect()
}

/// The packages that lack something.
pub(super) fn written(
    frozen: &Frozen,
    letter: &Letter,
    package: &mut Sealed,
) -> std::result::Result<Vec<Copy>, CannotWrite> {
    let mut all = Vec::new();
    for (_, first) in sets(letter) {
        let copy = PersonalCopy { addressee: Some(first), without_initials: false };
        let bytes = package.write_copy(copy, Cursor::new(Vec::new()))?.into_inner();
        let own = role(letter, first);
        let gets_it = |(place, _): &(usize, _)| role(letter, *place) == own;
        let names = frozen.to.iter().enumerate().filter(gets_it).map(|(_, to)| to.name.clone()).collect();
        all.push(Copy { role: own, names, bytes });
    }
    Ok(all)
}

/// What of the letter one addressee gets.
pub(super) struct Own {
    pub name: String,
    pub role: String,
}

/// The addressee at this place, from 1.
pub(super) async fn at(db: &impl Sql, code: &str, number: usize) -> Result<Own> {
    let frozen = frozen(db, code).await?;
    let place = number.checked_sub(1).ok_or_else(Error::not_found)?;
    let to = frozen.to.get(place).ok_or_else(Error::not_found)?;
    Ok(Own { name: to.name.clone(), role: role(&parts::letter(&frozen), place) })
}

/// Which of the letter's packages goes to whoever is called so.
pub(super) async fn named(db: &impl Sql, code: &str, name: &str) -> Result<String> {
    let frozen = frozen(db, code).await?;
    let known = correspondent::known_as(name);
    let place = frozen.to.iter().position(|to| correspondent::known_as(&to.name) == known);
    Ok(role(&parts::letter(&frozen), place.ok_or_else(Error::not_found)?))
}

/// That package.
pub(super) async fn read(services: &Services, db: &impl Sql, code: &str, name: &str) -> Result<Vec<u8>> {
    packing::read(services, db, code, &named(db, code, name).await?).await
}

/// What the package says, as it was frozen with its cover.
pub(super) async fn frozen(db: &impl Sql, code: &str) -> Result<Frozen> {
    serde_json::from_str(&store::said(db, code).await?).map_err(Error::internal)
}

/// The package's links on the letter's page: one, or where annexes are withheld one for each addressee.
pub(super) async fn links(db: &impl Sql, letter: &Record, secret: &[Encryptable]) -> Result<Markup> {
    let frozen = frozen(db, letter.get("code").text()).await?;
    let model = parts::letter(&frozen);
    let address = kind().address(letter.id);
    let encrypted = |one: &Encryptable| format!("{address}/sifreli-paket/{}", one.id);
    if sets(&model).is_empty() {
        return Ok(html! {
            p { a href=(format!("{address}/paket")) { "e-Yazışma paketini indir (.eyp)" } }
            @for one in secret {
                p { a href=(encrypted(one)) { (one.name) " için şifreli paketi indir (.eyps)" } }
            }
        });
    }
    let of = |name: &str| {
        let known = correspondent::known_as(name);
        secret.iter().find(|one| correspondent::known_as(&one.name) == known)
    };
    let row = |(place, name): (usize, &str)| {
        vec![
            html! { (name) },
            html! { (missing(&model, place)) },
            html! {
                a href=(format!("{address}/paket?muhatap={}", place + 1)) aria-label={ (name) " için paketi indir (.eyp)" } {
                    "Paketi indir (.eyp)"
                }
                @if let Some(one) = of(name) {
                    br; a href=(encrypted(one)) aria-label={ (one.name) " için şifreli paketi indir (.eyps)" } {
                        "Şifreli paketi indir (.eyps)"
                    }
                }
            },
        ]
    };
    let rows: Vec<Vec<Markup>> =
        frozen.to.iter().enumerate().map(|(place, to)| row((place, to.name.as_str()))).collect();
    Ok(html! {
        p { "Ekler muhataba göre ayrıldı; her muhataba kendi paketini gönderin." }
        (ui::table("Kime hangi paket gider?", &ui::heads(&["Muhatap", "Konulmayan ekler", "Paketi"]), &rows))
        p { a href=(format!("{address}/paket")) { "Bütün ekleriyle belediyede kalan paket (.eyp)" } }
    })
}

/// "Ek-2 (2-Liste.pdf)": what this addressee does not get, as people find it.
fn missing(letter: &Letter, place: usize) -> String {
    let Some(to) = letter.distributions.get(place) else { return String::new() };
    let withheld = letter.annexes.iter().filter(|annex| to.withheld_annexes.contains(&annex.id));
    let named = withheld.map(|annex| match &annex.file_name {
        Some(file) => format!("Ek-{} ({file})", annex.order),
        None => format!("Ek-{}", annex.order),
    });
    let all: Vec<String> = named.collect();
    if all.is_empty() { "Yok".into() } else { all.join(", ") }
}
