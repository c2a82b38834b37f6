//! Signatures inside of a PDF (PAdES, EN 319 142-1), of others or made here: judged offline as those of a package are.

use bytes::Bytes;
use signing::Trust;
use signing::pdf::{PdfSignature, verify_pdf};

use super::parcel::Said;
use super::signatures::{Found, Judge, Judged};

/// Signed PDFs have it in clear, whatever else they pack; what has it not costs nothing more.
const MARK: &[u8] = b"/ByteRange";

/// What is found is said of the item; of several files the worst counts.
pub(super) async fn judge(said: &mut Said, name: &str, pdf: Bytes, judge: &Judge) {
    if let Some(judged) = judged(pdf, judge).await {
        said.take(&format!("PDF imzası ({name})"), &judged);
    }
}

/// What became of the signatures of a PDF; `None` where it has none.
pub(crate) async fn judged(pdf: Bytes, judge: &Judge) -> Option<Judged> {
    if !pdf.windows(MARK.len()).any(|window| window == MARK) {
        return None;
    }
    let by = judge.clone();
    match tokio::task::spawn_blocking(move || look(&pdf, &by)).await {
        Ok(Ok(all)) if all.is_empty() => None,
        Ok(Ok(all)) => {
            let mut found = Found::default();
            all.iter().for_each(|one| found.add("", &one.report));
            Some(found.conclude(judge.anchors.is_empty()))
        }
        Ok(Err(error)) => Some(Judged::new("unchecked", &error.to_string(), "")),
        // The item is kept whatever a stranger's file does to its reader.
        Err(error) => {
            tracing::warn!(%error, "the signatures of a PDF could not be judged");
            Some(Judged::new("unchecked", "Dosya okunamadı.", ""))
        }
    }
}

/// Where only qualified certificates count, the municipality's own seal counts, too: nobody takes it for a person's signature.
fn look(pdf: &[u8], by: &Judge) -> Result<Vec<PdfSignature>, signing::Error> {
    let trust = Trust { must_be_qualified: by.must_be_qualified, ..Trust::in_anchors(by.anchors.clone()) };
    let mut all = verify_pdf(pdf, &trust, by.at)?;
    let seal = by.seal.as_ref().filter(|_| by.must_be_qualified).and_then(|seal| seal.certificate().ok());
    let is_seal = |one: &PdfSignature| {
        seal.is_some() && one.report.signers.iter().any(|signer| signer.certificate == seal)
    };
    if all.iter().any(is_seal) {
        let trust = Trust { must_be_qualified: false, ..trust };
        for (one, other) in all.iter_mut().zip(verify_pdf(pdf, &trust, by.at)?) {
            if is_seal(one) {
                *one = other;
            }
        }
    }
    Ok(all)
}
