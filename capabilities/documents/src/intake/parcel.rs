//! An e-Yazışma package that arrived (CO-6): verified with its signatures, and its metadata turned into what the register asks.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use files::{Accepted, Limits, MediaType, Spooled, Store};
use kernel::{Day, Result, tr};
use package::{
    Confidentiality, Contact, Deadline, DistributionKind, Kind, Letter, Package, Party, Reference, Role,
    Urgency, Version,
};
use time::{OffsetDateTime, UtcOffset};

use super::arrive::{Arrival, MOST_TEXT, blocking, cut, whole};
use super::signatures::{self, Judge, Judged};
use super::unseal;
use super::update::{self, Update};
use crate::correspondent::Sender;
use crate::letter::esign::sealing::Trouble;

/// Files taken out of one package, so that people read them without a program of their own.
const MOST_FILES: usize = 20;
/// Bytes of a package, and of all the files taken out of one. All of it goes over the disk.
pub(super) const MOST_BYTES: u64 = 4 * 1024 * 1024 * 1024;
pub(super) const LIMITS: package::Limits = package::Limits {
    max_entries: 4_096,
    max_small_bytes: 16 * 1024 * 1024,
    max_unpacked_bytes: 16 * 1024 * 1024 * 1024,
    max_ratio: 200,
};
/// Characters of a report.
const MOST_REPORT: usize = 60_000;
/// References and addressees that are taken over.
const MOST_LINES: usize = 40;

/// What only a package says of a letter.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// One of [`signatures::STATES`].
    pub signature: &'static str,
    pub signature_said: String,
    pub signature_report: String,
    pub sender: Sender,
    /// Numbers of the letters that it refers to.
    pub refers_to: Vec<String>,
    /// İlgi and Dağıtım in lines.
    pub lines: String,
    /// How the municipality's own key was used; `None` where it was not.
    pub tried: Option<std::result::Result<(), Trouble>>,
    /// What an update package changes.
    pub update: Option<Update>,
    /// Last day of its degree of secrecy.
    pub secret_until: Option<String>,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            signature: "none",
            signature_said: String::new(),
            signature_report: String::new(),
            sender: Sender::default(),
            refers_to: Vec::new(),
            lines: String::new(),
            tried: None,
            update: None,
            secret_until: None,
        }
    }
}

impl Said {
    /// What was found of one file's signatures; of several files the worst counts.
    pub(super) fn take(&mut self, heading: &str, judged: &Judged) {
        const WORSE: [&str; 4] = ["none", "valid", "unchecked", "invalid"];
        let rank = |state: &str| WORSE.iter().position(|one| *one == state);
        if rank(judged.state) > rank(self.signature) {
            self.signature = judged.state;
            self.signature_said.clone_from(&judged.said);
        }
        let whole = format!("{}{heading}\n{}\n", self.signature_report, judged.report);
        self.signature_report = cut(&whole, MOST_REPORT);
    }
}

/// A package as it was opened; where it was refused, the report is the refusal.
#[derive(Default)]
pub(super) struct Opened {
    pub id: String,
    pub subject: String,
    pub sender: String,
    pub number: String,
    pub dated_on: Option<Day>,
    pub secrecy: &'static str,
    pub urgency: &'static str,
    pub days: Option<u32>,
    pub file_code: String,
    pub annexes: i64,
    pub report: String,
    pub said: Said,
    /// Name and file: the cover letter first. One that could not be taken out says why.
    pub files: Vec<(String, files::Result<Spooled>)>,
}

/// Opens and verifies; what is taken out goes into spool files of the store. Blocks.
pub(super) fn open(package: BufReader<File>, store: &Store, judge: &Judge) -> Opened {
    let mut outer = match Package::open(package, &LIMITS) {
        Ok(parcel) => parcel,
        Err(refusal) => return unread(refusal.to_string(), "Paket açılamadı."),
    };
    if outer.kind() != Kind::Encrypted {
        let mut report = package::verify(&mut outer);
        let change = update::read(&mut outer, &mut report, judge);
        let mut opened = opened(&mut outer, &report, (store, judge));
        if let Some(change) = change {
            opened.secrecy = change.before;
            opened.said.tried = change.tried;
            opened.said.update = Some(change.update);
        }
        return opened;
    }
    let unsealed = unseal::unseal(&mut outer, judge);
    let inside = unsealed.inside.and_then(|file| {
        let whole = file.try_clone().map_err(|error| error.to_string())?;
        let inner = Package::open(BufReader::new(file), &LIMITS);
        inner
            .map(|inner| (inner, whole))
            .map_err(|refusal| format!("Şifresi çözülen paket açılamadı. {refusal}"))
    });
    let mut opened = match inside {
        Ok((mut inner, whole)) => {
            let report = package::verify_inner(&outer, &mut inner);
            let mut opened = opened(&mut inner, &report, (store, judge));
            opened.report.insert_str(0, "Şifreli paket, belediyenin anahtarıyla açıldı.\n");
            opened.files.push(("sifresi-cozulen.eyp".into(), decrypted(store, whole)));
            opened
        }
        Err(why) => {
            let report = format!("Şifreli paket açılmadı: {why}\n{}", package::verify(&mut outer));
            let mut opened = unread(report, &format!("Şifreli paket açılmadı: {why}"));
            let core = outer.core().cloned().unwrap_or_default();
            opened.id = core.identifier.unwrap_or_default().chars().take(64).collect();
            named(&mut opened, &core.creator.unwrap_or_default());
            opened
        }
    };
    opened.said.tried = unsealed.tried;
    opened
}

fn unread(report: String, why: &str) -> Opened {
    let mut opened = Opened { report: cut(&report, MOST_REPORT), ..Opened::default() };
    opened.said.signature = "unchecked";
    opened.said.signature_said = cut(why, 900);
    opened
}

/// "<name>/<DETSİS number>"
fn named(opened: &mut Opened, creator: &str) {
    let (name, detsis) = creator.rsplit_once('/').unwrap_or((creator, ""));
    opened.sender = name.to_string();
    opened.said.sender = Sender { name: name.into(), detsis: detsis.into(), ..Sender::default() };
}

/// The package that came out, kept beside the one that arrived: it can be checked by anybody, for ever.
fn decrypted(store: &Store, mut whole: File) -> files::Result<Spooled> {
    let mut spool = store.spool_writer(MOST_BYTES)?;
    let copied = whole.seek(SeekFrom::Start(0)).and_then(|_| std::io::copy(&mut whole, &mut spool));
    let spooled = spool.finish()?;
    copied.map_err(|error| files::Error::new(files::ErrorKind::Interrupted, error.to_string()))?;
    Ok(spooled)
}

/// What a package says that is not encrypted.
fn opened<R: Read + Seek>(
    parcel: &mut Package<R>,
    report: &package::Report,
    (store, judge): (&Store, &Judge),
) -> Opened {
    let anchors = (judge.anchors.as_slice(), judge.must_be_qualified);
    let judged = signatures::judge(report, parcel.final_metadata(), anchors, judge.at);
    let whole = format!("{}\n{report}", judged.report);
    let mut opened = Opened { report: cut(&whole, MOST_REPORT), ..Opened::default() };
    opened.said.signature = judged.state;
    opened.said.signature_said = judged.said;
    opened.said.signature_report = cut(&judged.report, MOST_REPORT);
    let core = parcel.core().cloned().unwrap_or_default();
    opened.id = core.identifier.unwrap_or_default().chars().take(64).collect();
    opened.subject = core.subject.unwrap_or_default();
    named(&mut opened, &core.creator.unwrap_or_default());
    if let Some(letter) = parcel.letter().cloned() {
        said_by_letter(&mut opened, &letter, &judge.detsis);
        take_files(&mut opened, parcel, &letter, store);
    }
    if let Some(last) = parcel.final_metadata() {
        opened.number.clone_from(&last.number);
        opened.dated_on = Some(day(last.dated_at));
    }
    opened.said.sender.name.clone_from(&opened.sender);
    if parcel.kind() == Kind::Update && opened.subject.is_empty() {
        opened.subject = "Gizlilik derecesi değişikliği".into();
    }
    opened
}

/// `own` is the municipality's DETSİS number: urgency and day are those of the line that is meant for it.
fn said_by_letter(opened: &mut Opened, letter: &Letter, own: &str) {
    if !letter.id.is_nil() {
        opened.id = letter.id.to_string();
    }
    opened.subject.clone_from(&letter.subject);
    let name = letter.author.name();
    if !name.is_empty() {
        opened.sender = name;
    }
    opened.secrecy = secrecy(letter.confidentiality);
    opened.said.secret_until = letter.confidential_until.map(|at| day(at).to_string());
    opened.urgency = "NRM";
    let is_ours = |to: &&package::Distribution| !own.is_empty() && to.party.identifier() == own;
    if let Some(to) = letter.distributions.iter().find(is_ours).or(letter.distributions.first()) {
        opened.urgency = urgency(to.urgency);
        opened.days = match to.deadline {
            Some(Deadline::Days(days)) => Some(days),
            _ => None,
        };
    }
    opened.file_code = letter.filing.as_ref().map(|filing| filing.main.code.clone()).unwrap_or_default();
    opened.annexes = i64::try_from(letter.annexes.len()).unwrap_or(0);
    opened.said.sender = sender(&letter.author);
    let references = || letter.references.iter().take(MOST_LINES);
    opened.said.refers_to = references().filter_map(|one| one.number.clone()).collect();
    let mut lines: Vec<String> = references().map(reference).collect();
    for to in letter.distributions.iter().take(MOST_LINES) {
        let what = if to.kind == DistributionKind::Information { "Bilgi" } else { "Gereği" };
        lines.push(format!("Dağıtım ({what}): {}", to.party.name()));
    }
    let lines: Vec<String> = lines.iter().map(|line| tr::clean_line(line).text).collect();
    opened.said.lines = lines.join("\n").chars().take(3_000).collect();
}

/// "İlgi a) 05.11.2026 tarihli, E-12345678-700-1 sayılı: Sunucu bakımı"
fn reference(one: &Reference) -> String {
    let mut text = format!("İlgi {})", one.label);
    if let Some(at) = one.dated_at {
        text.push_str(&format!(" {} tarihli", tr::date(day(at).0)));
    }
    if let Some(number) = one.number.as_deref().filter(|number| !number.is_empty()) {
        text.push_str(&format!(" {number} sayılı"));
    }
    for more in [&one.name, &one.description].into_iter().flatten().filter(|more| !more.is_empty()) {
        text.push_str(&format!(" {more}"));
    }
    text
}

fn day(at: OffsetDateTime) -> Day {
    let offset = UtcOffset::from_hms(3, 0, 0).unwrap_or(UtcOffset::UTC);
    Day(at.checked_to_offset(offset).unwrap_or(at).date())
}

/// Who made the package (Oluşturan), as they name themselves.
fn sender(author: &Party) -> Sender {
    let (kind, detsis, contact) = match author {
        Party::Institution(one) => ("institution", one.detsis.as_str(), one.contact.as_ref()),
        Party::Person(one) => ("person", "", one.contact.as_ref()),
        Party::Company(one) => ("company", "", one.contact.as_ref()),
    };
    let said =
        |part: fn(&Contact) -> &Option<String>| contact.and_then(|one| part(one).clone()).unwrap_or_default();
    let places = [said(|one| &one.address), said(|one| &one.district), said(|one| &one.province)];
    let address: Vec<String> = places.into_iter().filter(|place| !place.trim().is_empty()).collect();
    Sender {
        name: author.name(),
        kind: kind.into(),
        detsis: detsis.into(),
        kep: said(|one| &one.kep),
        email: said(|one| &one.email),
        phone: said(|one| &one.phone),
        address: address.join(" "),
    }
}

/// What is no longer a degree, or unknown, is never shown to more people than it was meant for.
fn secrecy(degree: Confidentiality) -> &'static str {
    degree.code(Version::V2).unwrap_or("GZL")
}

fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Urgent | Urgency::VeryUrgent => "ACL",
        Urgency::Dated => "GNL",
        Urgency::Normal | Urgency::Unknown => "NRM",
    }
}

fn take_files<R: Read + Seek>(opened: &mut Opened, parcel: &mut Package<R>, letter: &Letter, store: &Store) {
    let mut wanted: Vec<(String, String)> = Vec::new();
    if let Some(part) = parcel.part_of(Role::Cover) {
        wanted.push((part.to_string(), letter.file_name.clone()));
    }
    for annex in &letter.annexes {
        if let Some(part) = parcel.part_of_annex(annex.id) {
            let name = annex.file_name.clone().unwrap_or_else(|| last(part).to_string());
            wanted.push((part.to_string(), name));
        }
    }
    let mut left = MOST_BYTES;
    for (part, name) in wanted.into_iter().take(MOST_FILES) {
        let size = parcel.parts().iter().find(|one| one.name == part).map_or(u64::MAX, |one| one.size_bytes);
        let name = if name.is_empty() { last(&part).to_string() } else { name };
        let taken =
            if size > left { Err(files::Error::too_large(left)) } else { taken(parcel, &part, store, left) };
        left = left.saturating_sub(taken.as_ref().map_or(0, |file| file.stored.size_bytes));
        opened.files.push((name, taken));
    }
}

fn taken<R: Read + Seek>(
    parcel: &mut Package<R>,
    part: &str,
    store: &Store,
    most: u64,
) -> files::Result<Spooled> {
    let mut spool = store.spool_writer(most)?;
    let copied = parcel.copy_part(part, &mut spool);
    // A full disk is the spool's word; a package that lies about its parts is the package's.
    let spooled = spool.finish()?;
    copied.map_err(|refusal| {
        let text = refusal.to_string();
        files::Error::with_message(files::ErrorKind::Damaged, text.clone(), text)
    })?;
    Ok(spooled)
}

fn last(part: &str) -> &str {
    part.rsplit('/').next().unwrap_or(part)
}

/// What the package says goes into the item; its files are stored beside it.
pub(super) async fn fill(store: &Store, one: &mut Arrival, opened: Opened) -> Result<()> {
    let line = |text: &str, most: usize| tr::clean_line(text).text.chars().take(most).collect::<String>();
    let subject = line(&opened.subject, 300);
    if !subject.is_empty() {
        one.title = subject;
    }
    one.sender = line(&opened.sender, 240);
    one.their_number = line(&opened.number, 120);
    one.their_on = opened.dated_on.map(|day| day.to_string());
    one.package_id = line(&opened.id, 64);
    one.secrecy = if opened.secrecy.is_empty() { "YOK" } else { opened.secrecy };
    one.urgency = if opened.urgency.is_empty() { "NRM" } else { opened.urgency };
    one.due_on = match (opened.days, opened.dated_on) {
        (Some(days), Some(from)) => {
            let due = from.0.checked_add(time::Duration::days(days.into()));
            due.map(|date| Day(date).to_string())
        }
        _ => None,
    };
    one.file_code_text = line(&opened.file_code, 40);
    one.sheets = opened.annexes;
    one.report = opened.report;
    one.said = Said { sender: opened.said.sender.clone().cleaned(), ..opened.said };
    for (place, (name, taken)) in opened.files.into_iter().enumerate() {
        match kept(store, &name, taken).await {
            Ok((accepted, reader)) => {
                if place == 0 && accepted.stored.sniffed == MediaType::Pdf {
                    read_cover(one, reader).await?;
                }
                one.files.push(accepted);
            }
            Err(error) => {
                let name = files::name::clean_name(&name);
                one.report
                    .push_str(&format!("\nPaketin içindeki “{name}” ayrıca eklenmedi: {}", error.message_tr));
            }
        }
    }
    Ok(())
}

/// A file of the package as it is stored, where it may come in, and a reader of it.
async fn kept(
    store: &Store,
    name: &str,
    taken: files::Result<Spooled>,
) -> files::Result<(Accepted, BufReader<File>)> {
    let spooled = taken?;
    files::check_upload(name, &spooled, &Limits::default()).await?;
    let reader = spooled.reader()?;
    let stored = store.publish(spooled).await?;
    Ok((Accepted { stored, name: files::name::clean_name(name) }, reader))
}

async fn read_cover(one: &mut Arrival, reader: BufReader<File>) -> Result<()> {
    let bytes = whole(reader).await?;
    let limits = Limits { max_text_chars: MOST_TEXT, ..Limits::default() };
    if let Ok(found) = blocking(move || files::extract_text(bytes, MediaType::Pdf, &limits)).await? {
        one.text = cut(&found.text, MOST_TEXT);
    }
    Ok(())
}
