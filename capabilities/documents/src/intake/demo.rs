//! What waits in the demo town: one of each state, from each way.

use kernel::record::{self, Draft, FieldValue};
use kernel::{Result, Tx};
use uuid::Uuid;

use super::arrive::{self, Arrival};
use super::kind;

/// Way, subject, who wrote, their number.
const ARRIVED: [(&str, &str, &str, &str); 5] = [
    ("scan_folder", "Elektrik kesintisi duyurusu", "Örnekil Elektrik Dağıtım A.Ş.", "2026/4410"),
    ("package", "Kamu güvenli ağına geçiş", "Örnekil Valiliği", "E-12345678-720-5520"),
    ("email", "Kablosuz ağ hakkında", "Selin Aydın", ""),
    ("upload", "Bilgisayar bağışı", "Örnek Vakfı", "118"),
    ("email", "Toner fırsatı", "Kampanya", ""),
];

pub(crate) async fn load(tx: &Tx, unit: Option<Uuid>) -> Result<()> {
    let kind = kind();
    let mut items = Vec::new();
    for (source, title, sender, number) in ARRIVED {
        let one = Arrival {
            title: title.into(),
            sender: sender.into(),
            their_number: number.into(),
            text: format!("{title}\n\nBilgilerinizi rica ederiz.\n{sender}"),
            ..Arrival::new(source, "")
        };
        items.push(arrive::write(tx, &Arrival { file_name: String::new(), ..one }).await?.id);
    }
    let again = Arrival {
        title: ARRIVED[0].1.into(),
        sender: ARRIVED[0].2.into(),
        file_name: String::new(),
        state: "duplicate",
        why: "Aynı dosya daha önce gelmişti.".into(),
        duplicate_of: Some(items[0]),
        ..Arrival::new("scan_folder", "")
    };
    arrive::write(tx, &again).await?;
    if let Some(unit) = unit {
        let mut draft = Draft::default();
        draft.set("unit_id", FieldValue::Id(unit));
        record::update(tx, &kind, items[3], 1, draft).await?;
        record::run_verb(tx, &kind, items[3], "kaydet", "").await?;
    }
    record::run_verb(tx, &kind, items[4], "ayir", "Reklam.").await
}
