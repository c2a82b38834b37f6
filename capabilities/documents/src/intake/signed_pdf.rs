//! A PDF that arrived with signatures inside of it (PAdES, EN 319 142-1): judged offline as those of a package are.

use bytes::Bytes;
use signing::pdf::PdfSignature;
use signing::{Trust, Verdict, Weight};

use super::parcel::Said;
use super::signatures::{Judge, Judged, signed};

/// Signed PDFs have it in clear, whatever else they pack; what has it not costs nothing more.
const MARK: &[u8] = b"/ByteRange";

/// What is found is said of the item; of several files the worst counts.
pub(super) async fn judge(said: &mut Said, name: &str, pdf: Bytes, judge: &Judge) {
    if !pdf.windows(MARK.len()).any(|window| window == MARK) {
        return;
    }
    let (by, has_anchor) = (judge.clone(), !judge.anchors.is_empty());
    let look = move || {
        let trust =
            Trust { must_be_qualified: by.must_be_qualified, ..Trust::in_anchors(by.anchors.clone()) };
        signing::pdf::verify_pdf(&pdf, &trust, by.at)
    };
    let judged = match tokio::task::spawn_blocking(look).await {
        Ok(Ok(found)) if found.is_empty() => return,
        Ok(Ok(found)) => of_signatures(&found, has_anchor),
        Ok(Err(error)) => Judged::new("unchecked", &error.to_string(), ""),
        // The item is kept whatever a stranger's file does to its reader.
        Err(error) => {
            tracing::warn!(%error, "the signatures of a PDF could not be judged");
            Judged::new("unchecked", "Dosya okunamadı.", "")
        }
    };
    said.take(&format!("PDF imzası ({name})"), &judged);
}

fn of_signatures(found: &[PdfSignature], has_anchor: bool) -> Judged {
    let mut told = String::new();
    let mut who = Vec::new();
    let mut why = None;
    let mut worst = Verdict::Valid;
    for one in found {
        // Whoever reads the report needs the name; the number of the person is nobody's here.
        let lines = one.report.turkish();
        let lines = lines.lines().filter(|line| !line.trim_start().starts_with("T.C. kimlik no:"));
        lines.for_each(|line| told.push_str(&format!("{line}\n")));
        who.extend(one.report.signers.iter().map(signed));
        if one.verdict() > worst {
            worst = one.verdict();
            let weight = if worst == Verdict::Invalid { Weight::Broken } else { Weight::Doubt };
            let of_signers = one.report.signers.iter().flat_map(|signer| &signer.findings);
            why = one.report.findings.iter().chain(of_signers).find(|finding| finding.weight == weight);
        }
    }
    let who = who.join(" · ");
    let why = why.map_or("", |finding| finding.text.as_str());
    match worst {
        Verdict::Valid => Judged::new("valid", &who, &told),
        Verdict::Invalid => Judged::new("invalid", &format!("{why} {who}"), &told),
        Verdict::CannotSay if !has_anchor => Judged::new(
            "unchecked",
            &format!("Güvenilen kök sertifika tanımlı değil (trust_anchors). {who}"),
            &told,
        ),
        Verdict::CannotSay => Judged::new("unchecked", &format!("{why} {who}"), &told),
    }
}
