//! What a check of the seals found, in the words of whoever looks after the record.

use journal::{Finding, What};
use kernel::{Day, tr};

use crate::search::moment;

/// Before the day in the path of a segment.
const DAY: &str = "day=";

/// The place, and what is wrong there.
pub(super) fn said(finding: &Finding) -> String {
    format!("{}: {}", finding.path, what(&finding.what))
}

/// The same with the day of each file as people write it; the page of the seals has the path to the letter.
pub(super) fn in_words(said: &str) -> String {
    let mut parts = said.split(DAY);
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        match part.get(..10).and_then(|day| day.parse::<Day>().ok()) {
            Some(day) => text.push_str(&format!("{}{}", tr::date(day.0), &part[10..])),
            None => text.push_str(&format!("{DAY}{part}")),
        }
    }
    text
}

fn what(what: &What) -> String {
    match what {
        What::EntryUnreadable => "mühür dosyası okunamıyor".into(),
        What::EntryNotSigned => "mühür bu sunucunun anahtarıyla imzalı değil".into(),
        What::EntryMissing { last } => format!("mühür yok; {last} numaralıya kadar olanlar silinmiş"),
        What::ChainBroken => "mühür öncekini izlemiyor ya da bilinen mühür değil".into(),
        What::ClockSetBack => "mühür, önceki mühürden daha eski bir saat taşıyor".into(),
        What::SegmentMissing => "mühürlü bölüm yok ve silindiğine dair kayıt da yok".into(),
        What::SegmentNotSealed => "bölümün mührü yok".into(),
        What::SegmentUnreadable => "bölüm değiştirilmiş ve artık okunamıyor".into(),
        What::SegmentRewritten => "bölüm yeniden yazılmış; satırları aynı".into(),
        What::SegmentSwapped { with } => format!("burada {with} olarak mühürlenen bölüm duruyor"),
        What::RowsChanged { from, to } => format!("{from} ile {to} arasındaki satırlar değiştirilmiş"),
        What::RowsMissingOrExtra { found, sealed } => {
            format!("{found} satır var, {sealed} satır mühürlenmişti")
        }
        What::DeletedIsThere => "silindi diye yazılan bölüm yerinde duruyor".into(),
        What::StampUnreadable => "zaman damgası dosyası okunamıyor".into(),
        What::StampNotBelieved { why } => format!("zaman damgası geçerli değil: {why}"),
        What::StampMisplaced { at_us } => {
            format!("zaman damgası başka bir ana ait: {}", moment(*at_us))
        }
        What::StampOutOfOrder { node } => {
            format!("zaman damgası, {node} sunucusunun daha eski bir mührünü gösteriyor")
        }
        What::EntryNotStamped { from, stamped_at_us } => format!(
            "{} tarihli zaman damgasının gösterdiği mühür değil; zincir en erken {from} numaralı mühürden başlayarak yeniden yapılmış",
            moment(*stamped_at_us)
        ),
        What::StampedEntryMissing { last, stamped_at_us } => format!(
            "mühür yok; {} tarihli zaman damgası {last} numaralıya kadar olanların var olduğunu gösteriyor",
            moment(*stamped_at_us)
        ),
        What::WrittenAfterStamp { stamped_at_us } => {
            format!(
                "mühür, onu gösteren {} tarihli damgadan sonraki bir saati taşıyor",
                moment(*stamped_at_us)
            )
        }
    }
}
