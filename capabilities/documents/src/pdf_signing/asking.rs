//! Asking for a signature under a PDF: the link to the signer's own program, or the municipality's seal, which a job puts on it.

use axum::extract::Path;
use kernel::db::Sql;
use kernel::record::{self, Record};
use kernel::{Error, Result, tr};
use maud::html;
use uuid::Uuid;
use web::{Attached, Ctx, Form, Frame, Outcome};

use super::page::address;
use super::store::{self, Signature};
use super::{Hand, MOST_BYTES, ask, event, room};
use crate::document;
use crate::letter::SIGNING;
use crate::letter::esign::asking::{link, way};
use crate::letter::esign::sealing::page::seal_of;

/// A file of an entry that this person sees.
pub(super) struct Subject {
    pub document: Record,
    pub file: Attached,
    /// What was made of it already.
    pub made: Option<Signature>,
}

impl Subject {
    pub(super) async fn of(ctx: &Ctx, document: Uuid, file: Uuid) -> Result<Self> {
        let kind = document::kind();
        let document = record::get_visible(ctx.db(), &kind, document, ctx.actor()).await?;
        let file = web::attachment(ctx.db(), &document.reference(&kind), file).await?;
        let made = store::of_source(ctx.db(), file.id).await?;
        Ok(Self { document, file, made })
    }

    pub(super) fn page(&self) -> String {
        address(self.document.id, self.file.id)
    }

    /// Why it cannot be signed now, by whomever.
    pub(super) async fn hindrance(&self, ctx: &Ctx) -> Result<Option<String>> {
        if let Some(made) = &self.made {
            return Ok(Some(taken(made)));
        }
        Ok(if ctx.app.settings().await?.text(SIGNING) == "off" {
            Some("Elektronik imza açılmamış; yöneticiye Ayarlar'da açtırın.".into())
        } else if self.file.media() != files::MediaType::Pdf {
            Some("Yalnız PDF dosyası imzalanır; dosyayı PDF olarak kaydedip ekleyin.".into())
        } else if self.file.size_bytes > MOST_BYTES {
            Some(format!("En çok {} büyüklüğünde PDF imzalanır.", tr::file_size(MOST_BYTES.unsigned_abs())))
        } else if self.document.get("state").text() == "cancelled" {
            Some("İptal edilen kaydın dosyası imzalanmaz.".into())
        } else {
            None
        })
    }

    /// Whether a signature fits into it; what is wrong with a file is said before anybody takes their card out.
    async fn check(&self, ctx: &Ctx) -> Result<()> {
        if let Some(why) = self.hindrance(ctx).await? {
            return Err(Error::conflict(why));
        }
        let hand = Hand { name: "", at: ctx.act.now().utc() };
        room(&ctx.app.services, &self.file.sha256, hand).await.map(|_| ())
    }
}

/// Said to the second who signs the same file.
pub(super) fn taken(made: &Signature) -> String {
    let what = if made.is_seal() { "için mühür istedi" } else { "dosyasını imzaladı" };
    format!("{} “{}” {what}. İkinci imza, imzalı dosyaya atılır.", made.by_name, made.name)
}

/// The same, where it was noticed only when the signature came.
pub(super) async fn taken_meanwhile(db: &impl Sql, file: Uuid) -> Result<Error> {
    let made = store::of_source(db, file).await?;
    Ok(Error::conflict(made.as_ref().map_or_else(|| "Dosya artık imza beklemiyor.".into(), taken)))
}

/// `POST /evrak/{id}/ek/{dosya}/e-imza`
pub(super) async fn by_card(ctx: Ctx, Path((id, file)): Path<(Uuid, Uuid)>, _form: Form) -> Outcome {
    let subject = Subject::of(&ctx, id, file).await?;
    subject.check(&ctx).await?;
    let link = link(&ctx).await?;
    store::insert_job_file(&link.tx, &link.digest, id, file).await?;
    link.tx.commit().await?;
    let kind = document::kind();
    let frame = Frame::new("Elektronik imza")
        .crumb(kind.plural_tr, kind.path)
        .crumb(subject.document.title(&kind), kind.address(id));
    let body = html! {
        h1 { "Elektronik imza" }
        (way(&link.address, "dosya", &[html! { a href=(subject.page()) { (subject.file.name) } }]))
        p { "İmzalı dosya evrakın eklerine konur; imzaladığınız dosya da olduğu gibi kalır." }
        p { "İmzaladıktan sonra " a href=(subject.page()) { "dosyanın sayfasına" } " dönün." }
    };
    ctx.page(frame, body).await
}

/// `POST /evrak/{id}/ek/{dosya}/muhur`
pub(super) async fn by_seal(ctx: Ctx, Path((id, file)): Path<(Uuid, Uuid)>, _form: Form) -> Outcome {
    let subject = Subject::of(&ctx, id, file).await?;
    subject.check(&ctx).await?;
    if seal_of(&ctx).is_none() {
        return Err(Error::conflict("Belediyenin mührü tanımlı değil.").into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let by_name = ctx.actor().signature();
    let new =
        store::New { document: id, file: &subject.file, by_name: &by_name, claimed_at: tx.at(), made: None };
    let Some(signature) = store::insert(&tx, &new).await? else {
        tx.rollback().await?;
        return Err(taken_meanwhile(ctx.db(), file).await?.into());
    };
    ask(&tx, signature).await?;
    tx.record(event(&subject.document, "pdf_seal_asked", subject.file.name.clone())).await?;
    tx.commit().await?;
    Ok(web::redirect(&subject.page(), "Mühür istendi; mühürlü dosya evrakın eklerine konacak."))
}
