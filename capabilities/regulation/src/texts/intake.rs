//! A regulation taken in: the text out of what people have (file, pasted text) or a built-in profile, kept as a draft.

use kernel::{Error, ErrorKind, NewEvent, Ref, Result, Tx};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::store::{self, NewDuty, NewText, StoredNode};
use super::{EDIT, kind};
use crate::profiles::Profile;
use crate::reading::{Kind, MAX_BYTES, Reading};

/// Longest title, in characters.
pub(super) const LONGEST_TITLE: usize = 300;
/// Largest file taken in; a regulation with pictures is far smaller.
const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// Where a regulation comes from.
pub enum Source {
    /// Its text, read already; `name` is the file's name, empty for a pasted text.
    Text { text: String, reading: Box<Reading>, name: String },
    /// Id of a built-in profile.
    Profile(String),
}

/// Text out of an uploaded file, with what the person should know about it in Turkish.
///
/// # Errors
/// A file that is no document, is damaged, locked, a scan or too large; the message says what to do.
pub async fn text_of_file(bytes: impl Into<bytes::Bytes>) -> Result<files::Extracted> {
    let bytes = bytes.into();
    if bytes.is_empty() {
        return Err(Error::new(
            ErrorKind::Invalid,
            "Dosya boş. Yönetmelik metninin bulunduğu dosyayı seçin.",
        ));
    }
    let limits =
        files::Limits { max_bytes: MAX_FILE_BYTES, max_text_chars: MAX_BYTES, ..files::Limits::default() };
    let extracted = super::opened::blocking(move || {
        let media = files::sniff::sniff(&bytes);
        files::extract_text(bytes, media, &limits)
    });
    extracted.await?.map_err(|error| {
        let kind = match error.kind {
            files::ErrorKind::TooLarge | files::ErrorKind::HostileArchive => ErrorKind::TooLarge,
            _ => ErrorKind::Invalid,
        };
        Error::new(kind, error.message_tr).with_context(error.detail)
    })
}

/// Keeps a regulation as a draft and answers its id. `title` empty: the one the text or the profile gives.
/// A profile brings its addresses with confirmed duties and no text.
///
/// # Errors
/// 403 without the right, 404 for an unknown profile, 422 for a title that is too long.
pub async fn adopt(tx: &Tx, source: &Source, title: &str) -> Result<Uuid> {
    tx.act().require(EDIT, None, None)?;
    let typed = kernel::tr::clean_line(title).text;
    if typed.chars().count() > LONGEST_TITLE {
        return Err(Error::rule("YON-001", "ad", "Ad en çok 300 karakter olabilir."));
    }
    let id = tx.new_id();
    match source {
        Source::Text { text, reading, name } => {
            let title = if typed.is_empty() { title_of(reading, text) } else { typed };
            let source = if name.is_empty() { "paste" } else { "file" };
            // PostgreSQL cannot keep the character 0, and no text needs it.
            let new = NewText {
                title: &title,
                source,
                source_name: name,
                profile: None,
                text,
                digest: digest(text),
            };
            store::insert(tx, id, &new).await?;
            enter(tx, id, &title, source_note(name)).await?;
        }
        Source::Profile(profile) => {
            let profile = Profile::of(profile).ok_or_else(Error::not_found)?;
            let title = if typed.is_empty() { profile.regulation_title.clone() } else { typed };
            let new = NewText {
                title: &title,
                source: "profile",
                source_name: &profile.municipality,
                profile: Some(&profile.id),
                text: "",
                digest: digest(""),
            };
            store::insert(tx, id, &new).await?;
            let (nodes, duties) = of_profile(tx, profile);
            store::insert_nodes(tx, id, &nodes).await?;
            store::insert_duties(tx, id, &duties).await?;
            enter(tx, id, &title, format!("{} profilinden alındı.", profile.municipality)).await?;
        }
    }
    Ok(id)
}

/// The draft that this very text or profile was made into last, if nothing else was taken in since.
pub(super) async fn again(tx: &Tx, source: &Source) -> Result<Option<Uuid>> {
    match source {
        Source::Text { text, .. } => store::same_draft(tx, &digest(text), None).await,
        Source::Profile(profile) => store::same_draft(tx, &digest(""), Some(profile)).await,
    }
}

fn source_note(name: &str) -> String {
    if name.is_empty() { "Metin yapıştırıldı.".into() } else { format!("{name} dosyasından okundu.") }
}

async fn enter(tx: &Tx, id: Uuid, title: &str, note: String) -> Result<()> {
    let kind = kind();
    let record = kernel::record::get(tx, &kind, id).await?;
    kernel::record::index(tx, &kind, &record).await?;
    tx.record(NewEvent::new(Ref::new(kind.id, id), title, "created").note(note)).await?;
    Ok(())
}

/// SHA-256 as hex.
pub(super) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Name of the regulation as the text gives it, in one line.
pub(super) fn title_of(reading: &Reading, text: &str) -> String {
    let node = reading.nodes.iter().find(|node| node.kind == Kind::Title);
    let words = node.map(|node| {
        [node.heading.clone().unwrap_or_default(), reading.display(node, text)].join(" ").trim().to_owned()
    });
    let words = words.unwrap_or_default();
    let short: String = words.chars().take(LONGEST_TITLE).collect();
    let title = kernel::tr::clean_line(&short).text;
    if title.is_empty() { "Adı okunamayan yönetmelik".into() } else { title }
}

/// The addresses a profile knows, each with its confirmed duties. Nobody of this town confirmed them: the name says who.
fn of_profile(tx: &Tx, profile: &Profile) -> (Vec<StoredNode>, Vec<NewDuty>) {
    let mut nodes = Vec::with_capacity(profile.matches.len());
    let mut duties = Vec::new();
    for (place, known) in profile.matches.iter().enumerate() {
        let id = tx.new_id();
        let is_article = !known.at.contains('/');
        nodes.push(StoredNode {
            id,
            place: place as i64 + 1,
            parent_id: None,
            kind: if is_article { "article" } else { "clause" }.into(),
            address: known.at.clone(),
            address_tr: said(&known.at),
            heading: String::new(),
            display: String::new(),
            digest: digest(""),
        });
        duties.extend(known.duties.iter().map(|duty| NewDuty {
            node_id: id,
            duty: duty.to_string(),
            score_milli: 1_000,
            words: String::new(),
            state: "confirmed",
            by_id: tx.act().actor.account_id,
            by: Some(format!("{} profili", profile.municipality)),
            at: Some(tx.at()),
        }));
    }
    (nodes, duties)
}

/// `13/ç` → `Madde 13, bent ç`; what is between article and last step is said as it stands.
fn said(address: &str) -> String {
    let mut steps = address.split('/');
    let mut words = format!("Madde {}", steps.next().unwrap_or_default());
    for step in steps {
        let name = if step.chars().all(|letter| letter.is_ascii_digit()) { "fıkra" } else { "bent" };
        words.push_str(&format!(", {name} {step}"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_profile_is_said_as_a_clerk_says_it() {
        assert_eq!(said("13/ç"), "Madde 13, bent ç");
        assert_eq!(said("8/1/b"), "Madde 8, fıkra 1, bent b");
        assert_eq!(said("7.6"), "Madde 7.6");
    }
}
