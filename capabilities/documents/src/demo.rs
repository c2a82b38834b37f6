//! The demo town's register: a small file plan, a few letters in every state, and who has them.

use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue, ListQuery};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

use crate::{document, file_code, file_plan, intake, referral};

/// Who wrote, their number, subject, code, urgency.
const LETTERS: [(&str, &str, &str, &str, &str); 6] = [
    ("Örnekil Valiliği", "E-12345678-700-4411", "Siber güvenlik olgunluk anketi", "700", "NRM"),
    ("Örnekil Defterdarlığı", "E-23456789-841-902", "Yazılım ödeneklerinin bildirilmesi", "841", "NRM"),
    ("Mahalle Muhtarlığı", "", "Muhtarlık binasına internet hattı talebi", "622", "NRM"),
    ("Örnek Yazılım A.Ş.", "2026/118", "Bakım sözleşmesinin yenilenmesi", "030", "NRM"),
    ("Örnekil Emniyet Müdürlüğü", "E-34567890-641-77", "Erişim kayıtlarının istenmesi", "641", "ACL"),
    ("Zeynep Koç", "", "Bilgi edinme başvurusu", "622", "NRM"),
];

pub(crate) fn load(context: &DemoContext) -> Boxed<'_, Result<()>> {
    Box::pin(async move {
        let tx = context.db.begin(&context.act).await?;
        plan(&tx).await?;
        let unit = anybody(&tx, "unit").await?;
        let person = anybody(&tx, "staff").await?;
        let mut entered = Vec::new();
        for letter in LETTERS {
            entered.push(enter(&tx, letter, unit).await?);
        }
        if let Some(person) = person {
            let first = refer(&tx, entered[0], person, "action", "Anketi doldurup yanıt hazırlayın.").await?;
            refer(&tx, entered[1], person, "information", "").await?;
            let done = refer(&tx, entered[2], person, "action", "").await?;
            record::run_verb(&tx, &referral::kind(), done, "geregi-yapildi", "Hat için başvuru yapıldı.")
                .await?;
            let back = refer(&tx, entered[3], person, "action", "").await?;
            record::run_verb(&tx, &referral::kind(), back, "iade", "Sözleşme Destek Hizmetlerinde.").await?;
            record::run_verb(&tx, &referral::kind(), first, "sure-uzat", "31.12.2027").await?;
            record::run_verb(&tx, &document::kind(), entered[2], "dosyala", "").await?;
        }
        record::run_verb(&tx, &document::kind(), entered[5], "iptal", "Başvuru CİMER'de de vardı.").await?;
        intake::demo::load(&tx, unit).await?;
        tx.commit().await
    })
}

fn texts(values: &[(&'static str, &str)]) -> Draft {
    let mut draft = Draft::default();
    for (column, value) in values {
        draft.set(column, FieldValue::Text((*value).into()));
    }
    draft
}

async fn plan(tx: &Tx) -> Result<()> {
    let day = tx.at().day();
    let named = texts(&[
        ("title", "Ortak ana gruplar (örnek)"),
        ("valid_from", &day.to_string()),
        ("source", "2005/7 sayılı Genelge; adlar yayımlanmış planlardan"),
    ]);
    let plan = record::create(tx, &file_plan::kind(), named).await?;
    record::run_verb(tx, &file_plan::kind(), plan, "ortak-gruplar", "").await?;
    record::run_verb(tx, &file_plan::kind(), plan, "yururluge-al", "").await
}

async fn anybody(tx: &Tx, kind: &str) -> Result<Option<Uuid>> {
    let Some(kind) = tx.registry().and_then(|registry| registry.kind(kind)) else { return Ok(None) };
    let all = record::list(tx, &kind, &ListQuery::first(&kind), &tx.act().actor, kind.view).await?;
    Ok(all.records.iter().find(|one| ["active", "open"].contains(&one.get("state").text())).map(|one| one.id))
}

async fn enter(
    tx: &Tx,
    (who, number, title, code, urgency): (&str, &str, &str, &str, &str),
    unit: Option<Uuid>,
) -> Result<Uuid> {
    let mut draft = texts(&[
        ("book", "incoming"),
        ("correspondent", who),
        ("their_number", number),
        ("title", title),
        ("urgency", urgency),
        ("medium", "post"),
    ]);
    if let Some(id) = file_code::store::current(tx, code).await? {
        draft.set("file_code_id", FieldValue::Id(id));
    }
    if let Some(unit) = unit {
        draft.set("unit_id", FieldValue::Id(unit));
    }
    record::create(tx, &document::kind(), draft).await
}

async fn refer(tx: &Tx, document: Uuid, staff: Uuid, purpose: &str, note: &str) -> Result<Uuid> {
    let mut draft = texts(&[("purpose", purpose), ("note", note)]);
    draft.set("document_id", FieldValue::Id(document));
    draft.set("staff_id", FieldValue::Id(staff));
    record::create(tx, &referral::kind(), draft).await
}
