//! The letter's package encrypted for one of its addressees (.eyps): AES-256, the key under the certificate that stands with the
//! correspondent. Inside is what this addressee gets. Made when it is asked for; only the open package is kept.

use std::io::{Cursor, Seek as _, SeekFrom};

use axum::extract::Path;
use kernel::db::Sql;
use kernel::event::NewEvent;
use kernel::record::{self, Record};
use kernel::{Clock, Error, Result};
use package::{Content, Envelope, Limits, Package, Role};
use signing::Certificate;
use signing::enveloped::{IV_BYTES, KEY_BYTES, Secrets};
use uuid::Uuid;
use web::{Ctx, Outcome};

use super::super::compose::lines;
use super::super::kind;
use super::copies;
use crate::correspondent::{self, store::Encryptable};

/// Addressees of a letter for whom it can be encrypted.
pub(super) async fn addressees(db: &impl Sql, letter: &Record) -> Result<Vec<Encryptable>> {
    let names = [lines(letter.get("addressees").text()), lines(letter.get("informed").text())].concat();
    correspondent::store::encryptable(db, &names).await
}

/// `GET /yazilar/{id}/sifreli-paket/{muhatap}`
pub(super) async fn download(ctx: Ctx, Path((id, whom)): Path<(Uuid, Uuid)>) -> Outcome {
    let kind = kind();
    let letter = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let all = addressees(ctx.db(), &letter).await?;
    let to = all.into_iter().find(|one| one.id == whom).ok_or_else(Error::not_found)?;
    let inner = copies::read(&ctx.app.services, ctx.db(), letter.get("code").text(), &to.name).await?;
    let bytes = encrypted(&ctx.app.clock, &to, inner).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(letter.reference(&kind), letter.title(&kind), "letter_taken");
    let event = event.note(format!("{} için şifreli paket", to.name));
    tx.record(event.scope(letter.unit_id(&kind), letter.owner_id(&kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("{}.eyps", letter.get("number").text()), "application/eyazisma", bytes))
}

/// A package encrypted for one of its addressees.
pub(super) async fn encrypted(clock: &Clock, to: &Encryptable, inner: Vec<u8>) -> Result<Vec<u8>> {
    let certificate = correspondent::encryption_certificate(&to.certificate).ok_or_else(Error::not_found)?;
    let key: [u8; KEY_BYTES] = clock.random_bytes();
    let iv: [u8; IV_BYTES] = clock.random_bytes();
    let secrets = Secrets { key: key.into(), iv };
    let (name, own) = (to.name.clone(), clock.new_id());
    let made =
        tokio::task::spawn_blocking(move || envelope(inner, (own, &name), &certificate, &secrets)).await;
    made.map_err(Error::internal)?.map_err(|why| Error::rule("EIM-007", "", why))
}

/// The error is a Turkish sentence.
fn envelope(
    inner: Vec<u8>,
    (own, name): (Uuid, &str),
    certificate: &Certificate,
    secrets: &Secrets,
) -> std::result::Result<Vec<u8>, String> {
    let cannot = |why: String| format!("Şifreli paket yapılamadı: {why} Muhatabın sertifikasını denetleyin.");
    let mut parcel = Package::open(Cursor::new(inner.as_slice()), &Limits::default())
        .map_err(|error| cannot(error.to_string()))?;
    let letter = parcel.letter().cloned().ok_or_else(|| cannot("Paketin üstverisi okunamadı.".into()))?;
    let part = parcel.part_of(Role::FinalDigest).map(str::to_owned).unwrap_or_default();
    let mut digest_bytes = Vec::new();
    parcel.copy_part(&part, &mut digest_bytes).map_err(|error| cannot(error.to_string()))?;
    let version = parcel.version();
    let mut targets: Vec<_> = letter.distributions.into_iter().map(|to| to.party).collect();
    let is_it =
        |party: &package::Party| correspondent::known_as(&party.name()) == correspondent::known_as(name);
    if targets.iter().any(is_it) {
        targets.retain(is_it);
    }
    let mut file = tempfile::tempfile().map_err(|error| cannot(error.to_string()))?;
    let plain = (&mut inner.as_slice(), inner.len() as u64);
    signing::enveloped::encrypt(plain, &mut file, std::slice::from_ref(certificate), secrets)
        .map_err(|error| cannot(error.to_string()))?;
    file.seek(SeekFrom::Start(0)).map_err(|error| cannot(error.to_string()))?;
    let envelope =
        Envelope { id: own, version, letter_id: letter.id, author: letter.author, targets, digest_bytes };
    let written = envelope.write(Content::from_reader(file), Cursor::new(Vec::new()));
    written.map(Cursor::into_inner).map_err(|error| cannot(error.to_string()))
}
