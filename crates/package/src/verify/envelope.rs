//! An envelope against the package that was inside: the digest file outside is a copy of the one inside.

use std::io::{Read, Seek};

use super::{digests, judge};
use crate::codes::Kind;
use crate::findings::{Finding, Report};
use crate::package::Package;

/// Judges the decrypted package as [`super::verify`] does, and the digest file of its envelope against it.
pub fn verify_inner<O: Read + Seek, I: Read + Seek>(outer: &Package<O>, inner: &mut Package<I>) -> Report {
    let mut report = judge(inner, None, true);
    if outer.kind != Kind::Encrypted || inner.kind != Kind::Letter {
        let text = "Dıştaki paket şifreli değil ya da içinden e-Yazışma paketi çıkmadı.";
        report.findings.push(Finding::error(text));
    }
    if outer.version != inner.version {
        report.findings.push(Finding::error("Şifreli paket ile içindeki paketin sürümleri farklı."));
    }
    report.compared += digests::check_inner(&outer.summaries, inner, &mut report.findings);
    for summary in &outer.summaries {
        let same = inner.summaries.iter().find(|it| it.role == summary.role);
        if same.is_none_or(|it| it.bytes != summary.bytes) {
            let text = "Şifreli paketin dışındaki özet, içindeki pakettekinin aynısı değil.";
            report.findings.push(Finding::error(text).part(&summary.part));
        }
    }
    if outer.summaries.is_empty() {
        report.findings.push(Finding::error("Şifreli pakette karşılaştırılacak özet yok."));
    }
    report.sort();
    report
}
