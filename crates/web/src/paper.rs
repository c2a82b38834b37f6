//! Papers of the municipality: its head, and the PDF of a document. What stands in a paper is the business of whoever
//! declares it; how it looks is that of the printing crate.

use kernel::{Error, ErrorKind, Result, tr};
use printing::{Block, Document, Letterhead};

use crate::ctx::Ctx;

impl Ctx {
    /// The municipality's head over a paper.
    pub async fn letterhead(&self) -> Result<Letterhead> {
        let settings = self.app.settings().await?;
        Ok(crate::crest::letterhead(&settings, &self.app.services).await)
    }

    /// An upright paper of the municipality, printed by whoever asks, now.
    pub async fn paper(&self, title: impl Into<String>, blocks: Vec<Block>) -> Result<Document> {
        Ok(Document {
            title: title.into(),
            head: self.letterhead().await?,
            printed_by: self.actor().signature(),
            printed_at_text: tr::instant(self.act.now().0),
            blocks,
            ..Document::default()
        })
    }

    /// The document as PDF/A, set away from where requests wait.
    pub async fn pdf(&self, document: Document) -> Result<Vec<u8>> {
        let printer = *self.app.services.get::<printing::Printer>().map_err(|_| {
            let text = "Bu kurulum PDF basacak biçimde derlenmemiş. “Yazdır” ile kâğıda basabilirsiniz.";
            Error::new(ErrorKind::Unavailable, text)
        })?;
        let at = self.act.now().utc();
        let printed = tokio::task::spawn_blocking(move || (printer.0)(&document, at)).await;
        printed.map_err(Error::internal)?.map_err(|error| {
            let turkish = error.turkish();
            Error::new(ErrorKind::Unavailable, turkish).with_context(error)
        })
    }
}
