//! A letter in the words of its package (Üstveri): addressees, annexes, references, file plan.

use files::Accepted;
use kernel::db::Sql;
use kernel::record::Record;
use kernel::setting::Settings;
use kernel::{Day, Error, Result, tr};
use package::{
    Annex, AnnexKind, Company, Confidentiality, Deadline, Distribution, DistributionKind, FilePlanCode,
    Filing, Institution, Letter, OwnId, Party, Person, Reference, Urgency, transliterate,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::compose::{lettered, lines};
use super::super::{CONTACT, DETSIS, SIGNING, citing, sayi, store as letters, withheld};
use crate::correspondent;
use crate::unit_contact::{self, store::Contact};

/// What the package says of the letter, as it was when the first signer asked for it: what is renamed or hung on the letter later
/// changes nothing that was signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Frozen {
    id: Uuid,
    subject: String,
    secrecy: String,
    secret_until: String,
    urgency: String,
    /// DETSİS number, name.
    author: (String, String),
    pub to: Vec<To>,
    filing: Option<(String, String)>,
    annexes: Vec<String>,
    references: Vec<String>,
    /// What the register knows of them, in their order; of older letters nothing.
    #[serde(default)]
    cited: Vec<Cited>,
    address: String,
    /// Name, digest, media type.
    pub files: Vec<(String, String, String)>,
    /// What the cover says of its signatures; unknown of older ones.
    #[serde(default)]
    pub is_trial: Option<bool>,
    /// Days from the signature until an answer is wanted.
    #[serde(default)]
    days: Option<u32>,
    /// How the author is reached.
    #[serde(default)]
    contact: Reached,
}

/// What the register knows of what is referred to; empty for what is none of its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cited {
    number: String,
    dated_on: String,
    package_id: String,
}

/// As a package says how somebody is reached; empty for what is not known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Reached {
    phone: String,
    email: String,
    kep: String,
    website: String,
    address: String,
}

impl Reached {
    /// The unit's own lines, else the municipality's as an administrator wrote them.
    async fn of(db: &impl Sql, settings: &Settings, unit: Uuid) -> Result<Self> {
        if let Some(own) = unit_contact::store::of(db, unit).await? {
            let Contact { address, phone, email, website, kep, .. } = own;
            let own = Self { phone, email, kep, website, address };
            if own.contact().is_some() {
                return Ok(own);
            }
        }
        Ok(Self::read(&settings.text(CONTACT)))
    }

    /// Each line by what it is: "Telefon: …", an address with @, one of a page, and what is left is where the house stands.
    fn read(text: &str) -> Self {
        const LABELS: [&str; 8] = ["adres", "tel", "e-posta", "eposta", "kep", "internet", "web", "faks"];
        let mut all = Self::default();
        for line in lines(text) {
            let folded = tr::lower(&line);
            let is_labelled = LABELS.iter().any(|label| folded.starts_with(label));
            let value = match line.split_once(':') {
                Some((_, value)) if is_labelled => value.trim(),
                _ => line.as_str(),
            };
            let place = if value.contains('@') && (folded.starts_with("kep") || value.contains(".kep.tr")) {
                &mut all.kep
            } else if value.contains('@') {
                &mut all.email
            } else if folded.starts_with("tel") {
                &mut all.phone
            } else if value.contains("www.") || value.starts_with("http") {
                &mut all.website
            } else if folded.starts_with("faks") {
                continue;
            } else {
                &mut all.address
            };
            if place.is_empty() {
                *place = value.to_string();
            } else {
                *place = format!("{place}, {value}");
            }
        }
        all
    }

    fn contact(&self) -> Option<package::Contact> {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let contact = package::Contact {
            phone: some(&self.phone),
            email: some(&self.email),
            kep: some(&self.kep),
            website: some(&self.website),
            address: some(&self.address),
            ..package::Contact::default()
        };
        (contact != package::Contact::default()).then_some(contact)
    }
}

/// One addressee.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct To {
    pub name: String,
    detsis: String,
    is_person: bool,
    /// Of a company; empty for all others and in older letters.
    #[serde(default)]
    mersis: String,
    /// Only to know.
    is_informed: bool,
    /// Places, from 0, of the annexes that this one does not get.
    withheld: Vec<usize>,
}

pub(super) async fn freeze(
    db: &impl Sql,
    settings: &Settings,
    one: &Record,
    files: &[Accepted],
    (address, today): (&str, Day),
) -> Result<Frozen> {
    let text = |name: &str| one.get(name).text().to_string();
    let annexes = lines(&text("annexes"));
    let count = annexes.len().max(files.len());
    let mut to = Vec::new();
    for (column, is_informed) in [("addressees", false), ("informed", true)] {
        for name in lines(&text(column)) {
            let withheld = withheld::places(&text("withheld"), &name, count);
            let known = correspondent::store::party(db, &name).await?;
            to.push(match known {
                Some(one) => To {
                    name: one.name,
                    detsis: one.detsis,
                    is_person: one.kind == "person",
                    mersis: if one.kind == "company" { one.mersis } else { String::new() },
                    is_informed,
                    withheld,
                },
                None => To {
                    name,
                    detsis: String::new(),
                    is_person: false,
                    mersis: String::new(),
                    is_informed,
                    withheld,
                },
            });
        }
    }
    let filing = match one.get("file_code_id").id() {
        Some(code) => letters::file_plan_line(db, code).await?,
        None => None,
    };
    Ok(Frozen {
        id: text("code").parse().map_err(|_| Error::internal("a letter on its way has a code"))?,
        subject: text("title"),
        secrecy: text("secrecy"),
        secret_until: text("secret_until"),
        urgency: text("urgency"),
        author: author(db, settings, one).await?,
        to,
        filing,
        annexes,
        references: lines(&text("ilgi")),
        cited: cited_in(db, &text("ilgi"), &text("cited")).await?,
        address: address.into(),
        files: files.iter().map(said).collect(),
        is_trial: Some(settings.text(SIGNING) == "trial"),
        days: days(&text("urgency"), &text("due_on"), today),
        contact: Reached::of(db, settings, one.get("unit_id").id().unwrap_or_default()).await?,
    })
}

async fn cited_in(db: &impl Sql, ilgi: &str, cited: &str) -> Result<Vec<Cited>> {
    let entries = letters::entries(db, &citing::numbers(cited)).await?;
    let of = |number: &str| match entries.iter().find(|entry| entry.number == number) {
        Some(entry) => Cited {
            number: entry.their_number.clone(),
            dated_on: entry.dated_on.clone(),
            package_id: entry.package_id.clone(),
        },
        None => Cited::default(),
    };
    Ok(citing::cited(ilgi, cited).iter().map(|(_, number)| of(number)).collect())
}

/// Of a letter with a day (günlü): how many days its addressees have from today on.
fn days(urgency: &str, due_on: &str, today: Day) -> Option<u32> {
    let until = due_on.parse::<Day>().ok().filter(|_| urgency == "GNL")?;
    u32::try_from((until.0 - today.0).whole_days()).ok()
}

/// The unit under its own number in the state's register; where it has none, the municipality.
async fn author(db: &impl Sql, settings: &Settings, one: &Record) -> Result<(String, String)> {
    let (number, town) = (sayi::detsis(db, one, settings).await?, settings.text("house.town"));
    if number == settings.text(DETSIS) {
        return Ok((number, town));
    }
    let unit = one.get("unit_id").id().unwrap_or_default();
    let unit = directory::store::name_of(db, "unit", unit).await?.unwrap_or_default();
    Ok((number, format!("{town} {unit}").trim().to_string()))
}

/// Name, digest, media type.
fn said(file: &Accepted) -> (String, String, String) {
    (file.name.clone(), file.stored.sha256.to_hex(), file.stored.sniffed.mime().to_string())
}

/// Everything but date and number, which are given with the last signature.
pub(super) fn letter(one: &Frozen) -> Letter {
    let distribution = |to: &To| Distribution {
        party: match to.is_person {
            true => Party::Person(person(&to.name)),
            false if to.detsis.is_empty() && !to.mersis.is_empty() => Party::Company(Company {
                id: to.mersis.clone(),
                scheme: Some("MERSIS".into()),
                name: Some(to.name.clone()),
                contact: None,
            }),
            false => institution(&to.detsis, &to.name),
        },
        urgency: urgency(&one.urgency),
        kind: if to.is_informed { DistributionKind::Information } else { DistributionKind::Action },
        deadline: one.days.map(Deadline::Days),
        withheld_annexes: to.withheld.iter().map(|place| part_id(one.id, ANNEX, *place)).collect(),
    };
    let main = |(code, name): &(String, String)| FilePlanCode {
        code: code.clone(),
        name: name.clone(),
        description: None,
    };
    Letter {
        id: one.id,
        subject: one.subject.clone(),
        confidentiality: confidentiality(&one.secrecy),
        confidential_until: midnight(&one.secret_until),
        media_type: Some("application/pdf".into()),
        own_id: None,
        distributions: one.to.iter().map(distribution).collect(),
        annexes: annexes(one.id, &one.files, &one.annexes),
        references: references(one.id, &one.references, &one.cited),
        language: Some("tur".into()),
        author: Party::Institution(Institution {
            detsis: one.author.0.clone(),
            name: Some(one.author.1.clone()),
            contact: one.contact.contact(),
            ..Institution::default()
        }),
        contacts: Vec::new(),
        file_name: "yazi.pdf".into(),
        filing: one.filing.as_ref().map(|line| Filing { main: main(line), others: Vec::new() }),
        public_services: Vec::new(),
        verification_address: Some(one.address.clone()),
    }
}

fn institution(detsis: &str, name: &str) -> Party {
    Party::Institution(Institution {
        detsis: detsis.into(),
        name: Some(name.into()),
        ..Institution::default()
    })
}

/// Kinds of parts.
const ANNEX: u8 = 1;
const REFERENCE: u8 = 2;

/// Parts of one letter have ids that follow from its own, so that the same letter gives the same package.
fn part_id(letter: Uuid, what: u8, place: usize) -> Uuid {
    let mut bytes = *letter.as_bytes();
    let place = u16::try_from(place).unwrap_or(u16::MAX).to_be_bytes();
    bytes[13] = bytes[13].wrapping_add(what);
    bytes[14] ^= place[0];
    bytes[15] = bytes[15].wrapping_add(place[1]).wrapping_add(1);
    Uuid::from_bytes(bytes)
}

/// Files that hang on the letter are in the package; lines beyond them are things that come apart.
fn annexes(letter: Uuid, files: &[(String, String, String)], named: &[String]) -> Vec<Annex> {
    let count = files.len().max(named.len());
    let annex = |place: usize| {
        let file = files.get(place);
        let order = u32::try_from(place + 1).unwrap_or(u32::MAX);
        Annex {
            id: part_id(letter, ANNEX, place),
            is_package_id: None,
            number: None,
            kind: if file.is_some() { AnnexKind::Enclosed } else { AnnexKind::Physical },
            // A number before the name: two annexes may be called alike.
            file_name: file.map(|file| transliterate(&format!("{order}-{}", file.0))),
            media_type: file.map(|file| file.2.clone()),
            name: named.get(place).cloned().or_else(|| file.map(|file| file.0.clone())),
            order,
            description: None,
            address: None,
            own_id: None,
            is_signed: file.is_some(),
            digest: None,
        }
    };
    (0..count).map(annex).collect()
}

/// Number and day as the register has them, else as the words say; an entry that was a package is named by its id, too.
fn references(letter: Uuid, texts: &[String], entries: &[Cited]) -> Vec<Reference> {
    let unknown = Cited::default();
    let labelled = lettered(texts).into_iter().enumerate();
    labelled
        .map(|(place, (label, text))| {
            let entry = entries.get(place).unwrap_or(&unknown);
            let (number, at) = cited(&text).unzip();
            let guid = (!entry.package_id.is_empty()).then(|| entry.package_id.to_uppercase());
            Reference {
                id: part_id(letter, REFERENCE, place),
                number: Some(entry.number.clone()).filter(|number| !number.is_empty()).or(number),
                dated_at: midnight(&entry.dated_on).or(at),
                // In the package the only one has a letter, too.
                label: if label.is_empty() { "a".into() } else { label },
                annex_id: None,
                name: Some(text),
                description: None,
                own_id: guid.map(|value| OwnId { scheme: Some("GUID".into()), value }),
            }
        })
        .collect()
}

/// Number and day of a reference in the official words: "… 3.11.2026 tarihli ve E-12345678-700-4411 sayılı …".
fn cited(text: &str) -> Option<(String, OffsetDateTime)> {
    let (before, rest) = text.split_once(" tarihli ve ")?;
    let (number, _) = rest.split_once(" sayılı")?;
    let written =
        before.split_whitespace().last().filter(|word| word.contains(|one: char| one.is_ascii_digit()))?;
    let day = tr::parse_date(written).ok()?;
    let is_number = !number.is_empty() && !number.contains(char::is_whitespace);
    is_number.then(|| (number.to_string(), Day(day).start().utc()))
}

/// The last word is the surname, as people's names are written.
pub(super) fn person(name: &str) -> Person {
    let (first_name, last_name) = name.trim().rsplit_once(' ').unwrap_or(("", name));
    Person { first_name: first_name.into(), last_name: last_name.into(), ..Person::default() }
}

fn urgency(code: &str) -> Urgency {
    match code {
        "ACL" => Urgency::Urgent,
        "GNL" => Urgency::Dated,
        _ => Urgency::Normal,
    }
}

pub(super) fn confidentiality(code: &str) -> Confidentiality {
    match code {
        "HZO" => Confidentiality::Service,
        "GZL" => Confidentiality::Secret,
        "CGZ" => Confidentiality::TopSecret,
        _ => Confidentiality::Open,
    }
}

fn midnight(day: &str) -> Option<OffsetDateTime> {
    day.parse::<Day>().ok().map(|day| day.start().utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_in_the_official_words_gives_number_and_day() {
        let (number, at) =
            cited("Valiliğin 03.11.2026 tarihli ve E-12345678-700-4411 sayılı yazısı.").expect("it is cited");
        assert_eq!(number, "E-12345678-700-4411");
        assert_eq!(at, Day(time::macros::date!(2026 - 11 - 03)).start().utc());
        for other in
            ["3.11.2026 tarihli yazınız.", "dün tarihli ve 12 sayılı yazı", "3.11.2026 tarihli ve sayılı"]
        {
            assert_eq!(cited(other), None, "{other}");
        }
    }

    #[test]
    fn lines_of_the_foot_say_how_the_house_is_reached() {
        let text = "Meydan No: 1, Örnekova\nTelefon: 0312 555 10 00\nFaks: 0312 555 10 01\nE-posta: bilgi@ornek.bel.tr\n\
                    KEP: ornek@hs01.kep.tr\nwww.ornek.bel.tr";
        let read = Reached::read(text);
        assert_eq!(read.address, "Meydan No: 1, Örnekova");
        assert_eq!((read.phone.as_str(), read.email.as_str()), ("0312 555 10 00", "bilgi@ornek.bel.tr"));
        assert_eq!((read.kep.as_str(), read.website.as_str()), ("ornek@hs01.kep.tr", "www.ornek.bel.tr"));
        assert_eq!(Reached::read("").contact(), None);
    }
}
