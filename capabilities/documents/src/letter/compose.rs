//! The letter as it is read: put together once, shown on the screen and printed on paper from the same words.

use kernel::db::Sql;
use kernel::record::Record;
use kernel::setting::Settings;
use kernel::{Day, Result, tr};
use printing::{Letter, Verification};
use routing::Turn;

use super::lint::ALPHABET;
use super::{CHECKED_AT, CONTACT, HEADING, SIGNING, dative, hands, people, withheld};
use crate::{correspondent, unit_contact};

/// Lines with something in them.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_string).collect()
}

/// Paragraphs are parted by empty lines; a line break inside one is a space.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        match line.is_empty() {
            true => all.push(Vec::new()),
            false => all.last_mut().expect("there is one from the beginning").push(line),
        }
    }
    all.iter().filter(|one| !one.is_empty()).map(|one| one.join(" ")).collect()
}

/// References with the letters they are counted off with; the only one has none.
pub(super) fn lettered(references: &[String]) -> Vec<(String, String)> {
    let is_one = references.len() == 1;
    references
        .iter()
        .zip(ALPHABET)
        .map(|(text, letter)| (if is_one { String::new() } else { letter.to_string() }, text.clone()))
        .collect()
}

/// What stands in a letter beside its own columns.
pub(super) struct Around<'a> {
    pub settings: &'a Settings,
    pub turns: &'a [Turn],
    /// Address of this installation, for the QR code.
    pub base: &'a str,
    pub look: Look,
}

/// What the letter is put together for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// To be read: what is not signed says so. A signed one was signed with a trial key or under the trial setting, or not.
    Read { is_trial: bool },
    /// To be signed with a card: what stands there is read when it is signed.
    Sign,
}

/// The whole letter.
pub(super) async fn letter(db: &impl Sql, one: &Record, around: &Around<'_>) -> Result<Letter> {
    let text = |name: &str| one.get(name).text().to_string();
    let unit = match one.get("unit_id").id() {
        Some(unit) => directory::store::name_of(db, "unit", unit).await?.unwrap_or_default(),
        None => String::new(),
    };
    let to = lines(&text("addressees"));
    let informed = lines(&text("informed"));
    let is_distributed = to.len() + informed.len() > 1;
    let addressee = match is_distributed {
        true => vec!["DAĞITIM YERLERİNE".to_string()],
        false => addressed(db, one, &to).await?,
    };
    let (signatures, consent) = hands::drawn(db, one).await?;
    let date = one.get("signed_at").int().map(|at| tr::date(kernel::Instant(at).day().0)).unwrap_or_default();
    let is_signed = text("state") == "signed";
    let annexes = lines(&text("annexes"));
    Ok(Letter {
        heading: vec!["T.C.".into(), tr::upper(&institution(around.settings)), unit],
        number: if is_signed { text("number") } else { "(imzayla birlikte verilir)".into() },
        date,
        subject: text("title"),
        urgency: urgency(one),
        secrecy: secrecy(one),
        addressee,
        references: lettered(&lines(&text("ilgi"))),
        body: paragraphs(&text("body")),
        signatures,
        consent,
        annexes: counted(&annexes),
        to_action: if is_distributed { withheld::marked(to, &text("withheld")) } else { Vec::new() },
        to_information: if is_distributed {
            withheld::marked(informed, &text("withheld"))
        } else {
            Vec::new()
        },
        initials: initials(routing::last_route(around.turns)),
        mark: mark(stage(one, around)),
        verification: verification(one, around),
        contact: contact(db, one, around.settings).await?,
    })
}

/// The institution as it stands over its letters.
pub(super) fn institution(settings: &Settings) -> String {
    let said = settings.text(HEADING);
    if !said.is_empty() {
        return said;
    }
    let town = settings.text("house.town");
    match town.strip_suffix(" Belediyesi") {
        Some(name) => format!("{name} Belediye Başkanlığı"),
        None => town,
    }
}

/// To whom, over the text: as the writer put it, else as grammar has it.
async fn addressed(db: &impl Sql, one: &Record, to: &[String]) -> Result<Vec<String>> {
    let said = one.get("addressed_as").text();
    if !said.is_empty() {
        return Ok(lines(said));
    }
    let mut all = Vec::new();
    for name in to {
        all.push(proposed(db, name).await?);
    }
    Ok(all)
}

/// "ÖRNEKİL VALİLİĞİNE", "Sayın Zeynep KOÇ".
pub(super) async fn proposed(db: &impl Sql, name: &str) -> Result<String> {
    let known = correspondent::store::party(db, name).await?;
    Ok(match known.is_some_and(|one| one.kind == "person") {
        true => dative::to_person(name),
        false => dative::to_institution(name),
    })
}

/// What stands at the foot: the unit's own lines, else the municipality's.
async fn contact(db: &impl Sql, one: &Record, settings: &Settings) -> Result<Vec<String>> {
    let unit = one.get("unit_id").id().unwrap_or_default();
    let Some(own) = unit_contact::store::of(db, unit).await? else {
        return Ok(lines(&settings.text(CONTACT)));
    };
    let informant = match own.informant_id {
        Some(staff) => people::signature(db, staff).await?,
        None => None,
    };
    let informant = informant.map(|(name, title)| format!("{name} {title}")).unwrap_or_default();
    let line = |parts: &[(&str, &str)]| {
        let said = parts.iter().filter(|(_, value)| !value.trim().is_empty());
        said.map(|(label, value)| format!("{label}: {}", value.trim())).collect::<Vec<_>>().join("  ")
    };
    let all = [
        line(&[("Adres", &own.address)]),
        line(&[("Telefon", &own.phone), ("E-posta", &own.email)]),
        line(&[("İnternet adresi", &own.website), ("KEP", &own.kep)]),
        line(&[("Bilgi için", &informant)]),
    ];
    let said: Vec<String> = all.into_iter().filter(|line| !line.is_empty()).collect();
    Ok(if said.is_empty() { lines(&settings.text(CONTACT)) } else { said })
}

/// How far a letter is, for its mark and for what it says of checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Unsigned,
    Trial,
    Valid,
}

fn stage(one: &Record, around: &Around<'_>) -> Stage {
    let is_trial = match around.look {
        Look::Sign => around.settings.text(SIGNING) == "trial",
        Look::Read { .. } if one.get("state").text() != "signed" => return Stage::Unsigned,
        Look::Read { is_trial } => is_trial,
    };
    if is_trial { Stage::Trial } else { Stage::Valid }
}

/// What nobody may mistake: that it is not signed yet, or with keys that prove nothing.
fn mark(stage: Stage) -> String {
    match stage {
        Stage::Unsigned => "TASLAK — imzalanmamıştır".into(),
        Stage::Trial => "DENEME İMZASI — hukukî geçerliliği yoktur".into(),
        Stage::Valid => String::new(),
    }
}

/// One annex stands alone, several are counted.
fn counted(annexes: &[String]) -> Vec<String> {
    match annexes {
        [one] => vec![one.clone()],
        _ => (1..).zip(annexes).map(|(place, annex)| format!("{place}- {annex}")).collect(),
    }
}

fn urgency(one: &Record) -> String {
    match one.get("urgency").text() {
        "ACL" => "ACELE".into(),
        "GNL" => {
            let day = one.get("due_on").text().parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_default();
            format!("GÜNLÜ {day}")
        }
        _ => String::new(),
    }
}

fn secrecy(one: &Record) -> String {
    match one.get("secrecy").text() {
        "HZO" => "HİZMETE ÖZEL".into(),
        "GZL" => "GİZLİ".into(),
        "CGZ" => "ÇOK GİZLİ".into(),
        _ => String::new(),
    }
}

/// Who initialled and when; who has not yet stands without a day.
fn initials(turns: &[Turn]) -> Vec<String> {
    let shown = turns
        .iter()
        .filter(|turn| turn.role == "initial" && !["returned", "ended"].contains(&turn.state.as_str()));
    shown
        .map(|turn| {
            let day = turn.done_at.map(|at| format!("{} ", tr::date(at.day().0))).unwrap_or_default();
            let name = dative::with_surname(&turn.staff_name);
            match &turn.done_by_name {
                Some(other) => format!("{day}Paraf: {name} (vekâleten {})", dative::with_surname(other)),
                None => format!("{day}Paraf: {name}"),
            }
        })
        .collect()
}

fn verification(one: &Record, around: &Around<'_>) -> Option<Verification> {
    let code = one.get("code").text();
    if code.is_empty() {
        return None;
    }
    let own = format!("{}{}", around.base, super::verify::PATH);
    let said = around.settings.text(CHECKED_AT);
    let sentence = match (stage(one, around), one.get("medium").text()) {
        (Stage::Unsigned, _) => "Bu yazı imza sürecindedir; henüz imzalanmamıştır.",
        (Stage::Trial, _) => "Bu belge deneme anahtarıyla imzalanmıştır; hukukî geçerliliği yoktur.",
        (Stage::Valid, "electronic") => "Bu belge, güvenli elektronik imza ile imzalanmıştır.",
        (Stage::Valid, _) => "Bu belgenin imzalı aslı idarede saklanmaktadır.",
    };
    Some(Verification {
        sentence: sentence.into(),
        code: code.into(),
        address: if said.is_empty() { own.clone() } else { said },
        link: format!("{own}/{code}"),
    })
}

/// The letter's words in order, as they are frozen when it goes round.
pub(super) fn frozen(letter: &Letter) -> String {
    let mut all = letter.heading.clone();
    all.push(format!("Konu: {}", letter.subject));
    all.extend([&letter.urgency, &letter.secrecy].into_iter().filter(|text| !text.is_empty()).cloned());
    all.extend(letter.addressee.iter().cloned());
    all.extend(letter.references.iter().map(|(of, text)| match of.is_empty() {
        true => format!("İlgi: {text}"),
        false => format!("İlgi {of}) {text}"),
    }));
    all.extend(letter.body.iter().cloned());
    all.extend(letter.signatures.iter().map(|one| one.join(", ")));
    if !letter.consent.is_empty() {
        all.push(format!("Olur: {}", letter.consent.join(", ")));
    }
    for (name, lines) in
        [("Ek", &letter.annexes), ("Gereği", &letter.to_action), ("Bilgi", &letter.to_information)]
    {
        all.extend(lines.iter().map(|line| format!("{name}: {line}")));
    }
    all.join("\n")
}
