//! A letter in the words of its package (Üstveri): addressees, annexes, references, file plan.

use kernel::db::Sql;
use kernel::record::Record;
use kernel::setting::Settings;
use kernel::{Day, Error, Result};
use package::{
    Annex, AnnexKind, Confidentiality, Distribution, DistributionKind, FilePlanCode, Filing, Institution,
    Letter, Party, Person, Reference, Urgency, transliterate,
};
use time::OffsetDateTime;
use uuid::Uuid;
use web::AttachedFile;

use super::super::compose::{lettered, lines};
use super::super::store as letters;
use super::packing::author;
use crate::correspondent;

/// Everything but date and number, which are given with the last signature.
pub(super) async fn letter(
    db: &impl Sql,
    settings: &Settings,
    one: &Record,
    files: &[AttachedFile],
) -> Result<Letter> {
    let text = |name: &str| one.get(name).text().to_string();
    let id: Uuid = text("code").parse().map_err(|_| Error::internal("a letter on its way has a code"))?;
    let mut distributions = Vec::new();
    for (column, kind) in
        [("addressees", DistributionKind::Action), ("informed", DistributionKind::Information)]
    {
        for name in lines(&text(column)) {
            distributions.push(Distribution {
                party: party(db, &name).await?,
                urgency: urgency(&text("urgency")),
                kind: kind.clone(),
                deadline: None,
                withheld_annexes: Vec::new(),
            });
        }
    }
    let filing = match one.get("file_code_id").id() {
        Some(code) => letters::file_plan_line(db, code).await?.map(|(code, name)| Filing {
            main: FilePlanCode { code, name, description: None },
            others: Vec::new(),
        }),
        None => None,
    };
    Ok(Letter {
        id,
        subject: text("title"),
        confidentiality: confidentiality(&text("secrecy")),
        confidential_until: midnight(&text("secret_until")),
        media_type: Some("application/pdf".into()),
        own_id: None,
        distributions,
        annexes: annexes(id, files, &lines(&text("annexes"))),
        references: references(id, &lines(&text("ilgi"))),
        language: Some("tur".into()),
        author: author(settings),
        contacts: Vec::new(),
        file_name: "yazi.pdf".into(),
        filing,
        public_services: Vec::new(),
        verification_address: None,
    })
}

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
fn annexes(letter: Uuid, files: &[AttachedFile], named: &[String]) -> Vec<Annex> {
    let count = files.len().max(named.len());
    let annex = |place: usize| {
        let file = files.get(place);
        let order = u32::try_from(place + 1).unwrap_or(u32::MAX);
        Annex {
            id: part_id(letter, 1, place),
            is_package_id: None,
            number: None,
            kind: if file.is_some() { AnnexKind::Enclosed } else { AnnexKind::Physical },
            // A number before the name: two annexes may be called alike.
            file_name: file.map(|file| transliterate(&format!("{order}-{}", file.name))),
            media_type: file.map(|file| file.media.clone()),
            name: named.get(place).cloned().or_else(|| file.map(|file| file.name.clone())),
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

fn references(letter: Uuid, texts: &[String]) -> Vec<Reference> {
    let labelled = lettered(texts).into_iter().enumerate();
    labelled
        .map(|(place, (label, text))| Reference {
            id: part_id(letter, 2, place),
            number: None,
            dated_at: None,
            // In the package the only one has a letter, too.
            label: if label.is_empty() { "a".into() } else { label },
            annex_id: None,
            name: Some(text),
            description: None,
            own_id: None,
        })
        .collect()
}

async fn party(db: &impl Sql, name: &str) -> Result<Party> {
    let known = correspondent::store::party(db, name).await?;
    Ok(match known {
        Some(one) if one.kind == "person" => Party::Person(person(&one.name)),
        Some(one) => Party::Institution(Institution {
            detsis: one.detsis,
            name: Some(one.name),
            ..Institution::default()
        }),
        None => Party::Institution(Institution { name: Some(name.into()), ..Institution::default() }),
    })
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

fn confidentiality(code: &str) -> Confidentiality {
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
