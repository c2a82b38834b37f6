//! The regulation of the demo town: its first text, what the council changed of it, and what the directorate confirmed.
//! Written for this town; no municipality's text stands in it.

use kernel::{Day, Result, Tx, tr};
use time::Duration;
use uuid::Uuid;

use super::super::matches;
use super::super::store::Undecided;
use crate::reading;
use crate::texts::{Force, Source, adopt, put_in_force, store, work_out};

const TITLE: &str = "Örnekova Belediyesi Bilgi İşlem Müdürlüğü Görev ve Çalışma Yönetmeliği";
const FIRST: &str = include_str!("ornekova.txt");
/// How long before the town is made the first text took force, and the second.
const FIRST_DAYS_AGO: i64 = 5 * 365;
const SECOND_DAYS_AGO: i64 = 60;
/// From the council's decision to the day of force.
const ANNOUNCED_AFTER_DAYS: i64 = 14;

/// Words of the first text, each once, and what stands in their place since.
const CHANGES: [(&str, &str); 6] = [
    (
        "Donanım ve Destek Servisi, Kent Bilgi Sistemi Bürosu ve",
        "Donanım ve Destek Servisi, Bilgi Güvenliği Servisi, Kent Bilgi Sistemi Bürosu ve",
    ),
    ("e) Bilgilendirme amaçlı SMS hizmetini yürütür.", "e) (Mülga)"),
    ("e) İnternet erişiminin güvenli", "e) İnternet ve kablosuz ağ erişiminin güvenli"),
    (
        "kesintisiz güç kaynaklarının çalışmasını sağlar.\n",
        "kesintisiz güç kaynaklarının çalışmasını sağlar.\n\
         ğ) Yedekten geri dönüşü üç ayda bir dener, sonucunu tutanakla saklar.\n\
         h) Ağ cihazlarının yapılandırmasını yedekler, değişiklikleri karşılaştırır.\n",
    ),
    (
        "içinde görevlilere verilir ve yürütülür.\n",
        "içinde görevlilere verilir ve yürütülür.\n\
         (2) Birimler arıza ve isteklerini destek masasına bildirir; her iş kayıt numarasıyla sonuca kadar izlenir.\n",
    ),
    (
        "Yürürlük\nMADDE 22",
        "Bilgi Güvenliği Servisinin görevleri\n\
         EK MADDE 1 – (1) Bilgi Güvenliği Servisi;\n\
         a) Bilgi güvenliği çalışmalarına öncülük eder, çalışanları bilinçlendirir.\n\
         b) Sisteme izinsiz girme ve veri yok etme gibi eylemleri saptar, hukuki süreci başlatır.\n\
         c) Sunucu ve yazılımların açıklarını ve güncellemelerini izler, önlemini zamanında alır.\n\
         ç) Felaket kurtarma planını hazırlar ve kritik hizmetlerin sürekliliğini sağlar.\n\n\
         Yürürlük\nMADDE 22",
    ),
];

/// Clauses of the first text and the duties they state.
const CONFIRMED: [(&str, &[&str]); 58] = [
    ("5/1/c", &["ID-3"]),
    ("6/2", &["ORG-1"]),
    ("7/2", &["ORG-2"]),
    ("8/1/a", &["SD-2"]),
    ("8/1/b", &["AS-1"]),
    ("8/1/c", &["ID-1"]),
    ("8/1/ç", &["WE-1"]),
    ("8/1/d", &["RE-4"]),
    ("8/1/e", &["RP-6"]),
    ("8/1/f", &["PR-1"]),
    ("8/1/g", &["ORG-9"]),
    ("8/1/ğ", &["RP-1"]),
    ("8/1/h", &["RP-4"]),
    ("9/1/a", &["ORG-5"]),
    ("9/1/b", &["ORG-3"]),
    ("9/1/c", &["PR-4"]),
    ("9/1/ç", &["RP-2"]),
    ("9/1/d", &["ORG-4"]),
    ("9/1/e", &["ORG-10"]),
    ("10/1/a", &["SO-1"]),
    ("10/1/b", &["SO-4"]),
    ("10/1/c", &["SO-6"]),
    ("10/1/ç", &["SO-5"]),
    ("10/1/d", &["SO-2"]),
    ("10/1/e", &["ME-1"]),
    ("11/1/a", &["NE-1"]),
    ("11/1/b", &["NE-2"]),
    ("11/1/c", &["BA-2"]),
    ("11/1/ç", &["BA-1"]),
    ("11/1/d", &["AC-1"]),
    ("11/1/e", &["AC-3", "AC-2"]),
    ("11/1/f", &["NE-4"]),
    ("11/1/g", &["NE-8"]),
    ("12/1/a", &["SD-1"]),
    ("12/1/b", &["SD-3"]),
    ("12/1/c", &["SD-4"]),
    ("12/1/ç", &["AS-2"]),
    ("12/1/d", &["AS-4"]),
    ("12/1/e", &["AS-6"]),
    ("12/1/f", &["AS-7"]),
    ("12/1/g", &["AS-9"]),
    ("13/1/a", &["GI-1"]),
    ("13/1/b", &["GI-2"]),
    ("13/1/c", &["GI-4"]),
    ("14/1/a", &["CO-1"]),
    ("14/1/b", &["CO-4"]),
    ("14/1/c", &["PR-5"]),
    ("14/1/ç", &["AR-1"]),
    ("14/1/d", &["CO-8"]),
    ("15/2", &["SE-4"]),
    ("16/1", &["SD-5"]),
    ("17/1", &["ORG-6"]),
    ("18/1", &["CO-2"]),
    ("18/2", &["CO-5", "CO-3"]),
    ("19/1", &["ORG-7"]),
    ("20/1", &["REG-3"]),
    ("21/1", &["REG-2"]),
    ("22/1", &["REG-1"]),
];

/// The same of what the second text changed; what it says in article 16 still waits for somebody's decision.
const CONFIRMED_SINCE: [(&str, &[&str]); 7] = [
    ("11/1/e", &["AC-3", "AC-2"]),
    ("11/1/ğ", &["BA-4"]),
    ("11/1/h", &["NE-3"]),
    ("Ek 1/1/a", &["SE-1"]),
    ("Ek 1/1/b", &["SE-2"]),
    ("Ek 1/1/c", &["SE-3"]),
    ("Ek 1/1/ç", &["BA-3"]),
];
/// Proposed by the matcher and left so.
const LEFT_WAITING: &str = "16/2";

fn second() -> String {
    CHANGES.iter().fold(FIRST.to_owned(), |text, (before, after)| text.replacen(before, after, 1))
}

/// Both texts, the first of them replaced by the second.
pub(super) async fn put_both_in_force(tx: &Tx) -> Result<()> {
    let first = one(tx, FIRST, FIRST_DAYS_AGO, "2021/47", None).await?;
    decide(tx, first, &CONFIRMED).await?;
    let second = one(tx, &second(), SECOND_DAYS_AGO, "2026/58", Some(first)).await?;
    decide(tx, second, &CONFIRMED_SINCE).await
}

async fn one(
    tx: &Tx,
    text: &str,
    days_ago: i64,
    decision_no: &str,
    supersedes: Option<Uuid>,
) -> Result<Uuid> {
    let on = tx.at().day().0 - Duration::days(days_ago);
    let decided = on - Duration::days(ANNOUNCED_AFTER_DAYS);
    let reading = reading::read(text).map_err(kernel::Error::internal)?;
    let source = Source::Text { text: text.into(), reading: Box::new(reading.clone()), name: String::new() };
    let id = adopt(tx, &source, TITLE).await?;
    let worked = work_out(reading, text.into()).await?;
    let decision =
        format!("Belediye Meclisinin {} tarihli ve {decision_no} sayılı kararı", tr::date(decided));
    let force = Force { on: Day(on), title: String::new(), decision, supersedes };
    put_in_force(tx, id, Some(&worked), &force).await?;
    Ok(id)
}

/// Confirms what these clauses state; whatever else was proposed is rejected, but for what waits.
async fn decide(tx: &Tx, regulation: Uuid, confirmed: &[(&str, &[&str])]) -> Result<()> {
    for node in store::nodes(tx, regulation, 1_000).await? {
        if node.address == LEFT_WAITING {
            continue;
        }
        let duties =
            confirmed.iter().find(|(at, _)| *at == node.address).map_or(&[][..], |(_, duties)| duties);
        let clause = Undecided {
            id: node.id,
            regulation_id: regulation,
            address_tr: node.address_tr,
            heading: node.heading,
            display: node.display,
        };
        matches::write(tx, &clause, duties).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn both_texts_are_read_without_doubt_and_every_confirmed_clause_is_there() {
        for (before, _) in CHANGES {
            assert_eq!(FIRST.matches(before).count(), 1, "{before}");
        }
        let since = second();
        for (text, confirmed) in [(FIRST, &CONFIRMED[..]), (&since, &CONFIRMED_SINCE[..])] {
            let reading = reading::read(text).unwrap();
            assert!(reading.unplaced.is_empty() && reading.furniture.is_empty());
            assert!(reading.nodes.iter().all(|node| node.certainty.is_certain()));
            for (at, duties) in confirmed {
                assert!(reading.nodes.iter().any(|node| node.address == *at), "{at}");
                for duty in *duties {
                    let id = duty.parse().unwrap();
                    assert!(Catalogue::built_in().duty(&id).is_some(), "{duty}");
                }
            }
        }
        assert!(reading::read(&since).unwrap().nodes.iter().any(|node| node.address == LEFT_WAITING));
    }
}
