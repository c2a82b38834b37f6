//! The demo town's register: a small file plan, a few letters in every state, and who has them.

mod crowd;
mod words;

use kernel::capability::DemoContext;
use kernel::record::{self, Draft, FieldValue, ListQuery};
use kernel::{Act, Actor, Boxed, Result, Tx};
use uuid::Uuid;

use crate::meeting::{agenda_kind, task_kind};
use crate::{
    addressee_group, delivery, document, file_code, file_plan, intake, letter, referral, secrecy,
    unit_contact,
};

/// Who wrote, their number, subject, code, urgency.
const LETTERS: [(&str, &str, &str, &str, &str); 6] = [
    ("Örnekil Valiliği", "E-12345678-700-4411", "Siber güvenlik olgunluk anketi", "700", "NRM"),
    ("Örnekil Defterdarlığı", "E-23456789-841-902", "Yazılım ödeneklerinin bildirilmesi", "841", "NRM"),
    ("Mahalle Muhtarlığı", "", "Muhtarlık binasına internet hattı talebi", "622", "NRM"),
    ("Örnek Yazılım A.Ş.", "2026/118", "Bakım sözleşmesinin yenilenmesi", "030", "NRM"),
    ("Örnekil Emniyet Müdürlüğü", "E-34567890-641-77", "Erişim kayıtlarının istenmesi", "641", "ACL"),
    ("Zeynep Koç", "", "Bilgi edinme başvurusu", "622", "NRM"),
];

/// Somebody's hand.
const DRAWN: &str = "40,140 90,60 140,140 200,70 260,150;320,90 440,80";

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
        if let (Some(person), Some(unit)) = (person, unit) {
            carry(&tx, person, unit).await?;
            decide(&tx, person, unit).await?;
        }
        intake::demo::load(&tx, unit).await?;
        tx.commit().await?;
        if let (Some(person), Some(unit)) = (person, unit) {
            letters(context, (person, unit), entered[0]).await?;
        }
        crowd::load(context).await
    })
}

/// One letter in each state, written and signed by the same person; one refers to the survey that came.
async fn letters(context: &DemoContext, (person, unit): (Uuid, Uuid), entry: Uuid) -> Result<()> {
    let actor = Actor { staff_id: Some(person), ..context.act.actor.clone() };
    let tx = context.db.begin(&Act { actor, ..context.act.clone() }).await?;
    let declared = tx.registry().map(|registry| registry.settings()).unwrap_or_default();
    let number = declared.iter().find(|one| one.key == letter::DETSIS);
    if let Some(setting) = number {
        kernel::setting::set(&tx, setting, &setting.parse("24312041")?).await?;
    }
    let code = file_code::store::current(&tx, "700").await?;
    let kind = letter::kind();
    let survey = record::get(&tx, &document::kind(), entry).await?.number(&document::kind());
    for (title, secrecy, until, cited) in [
        ("Sunucu Bakımı", "YOK", "draft", ""),
        ("Yedek Hat Kurulumu", "YOK", "routing", ""),
        ("Anketin Yanıtlanması", "YOK", "signed", survey.as_str()),
        ("Erişim Kayıtlarının Gönderilmesi", "HZO", "signed", ""),
    ] {
        let mut draft = texts(&[
            ("title", title),
            ("form", "letter"),
            ("addressees", "Örnekil Valiliği"),
            ("secrecy", secrecy),
            ("ilgi", cited),
            ("body", "Konuyla ilgili çalışma tamamlanmıştır.\n\nBilgilerinizi arz ederim."),
        ]);
        for (column, id) in [("unit_id", Some(unit)), ("signer_id", Some(person)), ("file_code_id", code)] {
            draft.set(column, id.map_or(FieldValue::Null, FieldValue::Id));
        }
        let id = record::create(&tx, &kind, draft).await?;
        if until == "draft" {
            continue;
        }
        record::run_verb(&tx, &kind, id, "imzaya-sun", "").await?;
        let turns = routing::of(&tx, &kernel::Ref::new("letter", id)).await?;
        if let Some(turn) = turns.first().filter(|_| until == "signed") {
            record::run_verb(&tx, &routing::step_kind(), turn.id, "imzala", "").await?;
        }
        if secrecy != "YOK" {
            lift(&tx, id).await?;
        }
        if until == "signed" {
            let mut sent =
                texts(&[("addressee", "Örnekil Valiliği"), ("way", "kep"), ("note", "KEP iletisi 4711")]);
            sent.set("letter_id", FieldValue::Id(id));
            record::create(&tx, &letter::sending::kind(), sent).await?;
        }
    }
    waiting(&tx, unit, code, entry).await?;
    around(&tx, person, unit).await?;
    tx.commit().await
}

/// Work for those who can sign in: a letter for the director to sign, one for the officer to initial before, and the survey referred
/// to both.
async fn waiting(tx: &Tx, unit: Uuid, code: Option<Uuid>, survey: Uuid) -> Result<()> {
    let (Some(director), Some(officer)) =
        (with_account(tx, "mudur").await?, with_account(tx, "personel").await?)
    else {
        return Ok(());
    };
    let kind = letter::kind();
    for (title, initials) in [("Eğitim Programı", None), ("Bakım Takvimi", Some(officer))] {
        let mut draft = texts(&[
            ("title", title),
            ("form", "letter"),
            ("addressees", "Örnekil Valiliği"),
            ("body", "Program hazırlanmıştır.\n\nBilgilerinizi arz ederim."),
        ]);
        if let (Some(officer), Some(people)) = (initials, tx.registry().and_then(|all| all.kind("staff"))) {
            let number = record::get(tx, &people, officer).await?.number(&people);
            draft.set("initialled_by", FieldValue::Text(number));
        }
        let ids = [("unit_id", Some(unit)), ("signer_id", Some(director)), ("file_code_id", code)];
        for (column, id) in ids {
            draft.set(column, id.map_or(FieldValue::Null, FieldValue::Id));
        }
        let id = record::create(tx, &kind, draft).await?;
        record::run_verb(tx, &kind, id, "imzaya-sun", "").await?;
    }
    let above = refer(tx, survey, director, "action", "Yanıtı hazırlatın.").await?;
    let mut below = texts(&[("purpose", "action"), ("note", "Anketin ağ bölümünü doldurun.")]);
    below.set("parent_id", FieldValue::Id(above));
    below.set("staff_id", FieldValue::Id(officer));
    record::create(tx, &referral::kind(), below).await?;
    Ok(())
}

/// The person of a demo account.
async fn with_account(tx: &Tx, username: &str) -> Result<Option<Uuid>> {
    Ok(access::store::account_by_username(tx, username).await?.and_then(|account| account.staff_id))
}

/// By decision the letter is no longer kept from anybody.
async fn lift(tx: &Tx, letter: Uuid) -> Result<()> {
    let signed = record::get(tx, &letter::kind(), letter).await?;
    let mut draft = texts(&[
        ("secrecy", "YOK"),
        ("decision_number", "E-24312041-170.01-15"),
        ("decision_id", "3F2A9C1E-0B7D-4E65-9A14-5D8C2B6E7F01"),
        ("why", "Soruşturma sona erdiğinden gizlilik derecesi kaldırılmıştır."),
    ]);
    draft.set("document_id", signed.get("document_id").clone());
    record::create(tx, &secrecy::kind(), draft).await?;
    Ok(())
}

/// What letters are made of: a template in use and one that is not, a group, a unit's own foot.
async fn around(tx: &Tx, person: Uuid, unit: Uuid) -> Result<()> {
    let kind = letter::template::kind();
    for (name, subject, is_retired) in
        [("Bakım bildirimi", "Planlı Bakım", false), ("Eski arıza bildirimi", "Arıza", true)]
    {
        let mut draft = texts(&[
            ("name", name),
            ("form", "letter"),
            ("title", subject),
            ("addressees", "Bağlı kuruluşlar"),
            (
                "body",
                "… tarihinde bakım yapılacak, hizmet … saat verilemeyecektir.\n\nBilgilerinizi rica ederim.",
            ),
        ]);
        draft.set("unit_id", FieldValue::Id(unit));
        draft.set("signer_id", FieldValue::Id(person));
        let made = record::create(tx, &kind, draft).await?;
        if is_retired {
            record::run_verb(tx, &kind, made, "kaldir", "").await?;
        }
    }
    let group =
        texts(&[("name", "Bağlı kuruluşlar"), ("members", "Su ve Kanalizasyon İdaresi\nUlaşım A.Ş.")]);
    record::create(tx, &addressee_group::kind(), group).await?;
    let mut contact = texts(&[
        ("address", "Cumhuriyet Meydanı No: 1, Örnekova"),
        ("phone", "0312 555 10 00"),
        ("email", "bilgiislem@ornekova.bel.tr"),
    ]);
    contact.set("unit_id", FieldValue::Id(unit));
    contact.set("informant_id", FieldValue::Id(person));
    record::create(tx, &unit_contact::kind(), contact).await?;
    Ok(())
}

/// Deliveries in every state, of the first entries of this year's book.
async fn carry(tx: &Tx, person: Uuid, unit: Uuid) -> Result<()> {
    let year = tx.at().day().year();
    let kind = delivery::kind();
    for (place, to, verbs) in [
        (1, "staff_id", &[("yola-cikar", ""), ("geri-dondu", "Kişi izinde.")][..]),
        (2, "unit_id", &[("yola-cikar", "")]),
        (3, "unit_id", &[]),
        (4, "unit_id", &[("iptal", "E-postayla gönderildi.")]),
        (5, "", &[("yola-cikar", "")]),
    ] {
        let numbers = format!("{year}-GE-{place:06}");
        let mut draft = texts(&[("document_numbers", &numbers)]);
        draft.set("carrier_id", FieldValue::Id(person));
        match to {
            "staff_id" => draft.set("staff_id", FieldValue::Id(person)),
            "unit_id" => draft.set("unit_id", FieldValue::Id(unit)),
            _ => draft.set("correspondent", FieldValue::Text("Mahalle Muhtarlığı".into())),
        }
        let made = record::create(tx, &kind, draft).await?;
        for (verb, said) in verbs {
            record::run_verb(tx, &kind, made, verb, said).await?;
        }
    }
    let mut draft = texts(&[("document_numbers", &format!("{year}-GE-000001"))]);
    draft.set("carrier_id", FieldValue::Id(person));
    draft.set("staff_id", FieldValue::Id(person));
    let made = record::create(tx, &kind, draft).await?;
    record::run_verb(tx, &kind, made, "yola-cikar", "").await?;
    record::sign(tx, &kind, made, "imzalat", "", DRAWN).await
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
    record::run_verb(tx, &file_plan::kind(), plan, "yururluge-al", "").await?;
    // Next year's, being prepared.
    let next = texts(&[("title", "Gelecek yılın planı (taslak)"), ("valid_from", &day.to_string())]);
    record::create(tx, &file_plan::kind(), next).await?;
    Ok(())
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

/// Subject, body, what became of it.
const ITEMS: [(&str, &str, &str); 7] = [
    ("Sunucu odası iklimlendirmesi için ödenek", "council", "unanimous"),
    ("Muhtarlıklara internet hattı", "committee", "majority"),
    ("Park kameraları", "council", "rejected"),
    ("Kent bilgi sistemi iş birliği protokolü", "council", "gundeme-al"),
    ("Akıllı durak ihalesi", "committee", ""),
    ("Eski donanımın hurdaya ayrılması", "committee", "iade"),
    ("Yazılım bakım bedeli", "commission", "geri-cek"),
];

/// Proposals in every state; the first decision waits for its work, the second was applied.
async fn decide(tx: &Tx, person: Uuid, unit: Uuid) -> Result<()> {
    let kind = agenda_kind();
    let today = tx.at().day();
    let mut decided = Vec::new();
    for (place, (title, body, became)) in (1..).zip(ITEMS) {
        let mut draft = texts(&[
            ("title", title),
            ("body", body),
            ("meets_on", &today.to_string()),
            ("proposal", "Konunun görüşülerek karara bağlanması arz olunur."),
        ]);
        draft.set("unit_id", FieldValue::Id(unit));
        draft.set("owner_id", FieldValue::Id(person));
        let item = record::create(tx, &kind, draft).await?;
        match became {
            "" => {}
            "gundeme-al" => record::run_verb(tx, &kind, item, became, "").await?,
            "iade" | "geri-cek" => record::run_verb(tx, &kind, item, became, "Keşif özeti eksik.").await?,
            vote => {
                record::run_verb(tx, &kind, item, "gundeme-al", "").await?;
                let said = texts(&[("decision_text", "Teklif görüşüldü ve oylandı."), ("vote", vote)]);
                record::update(tx, &kind, item, 2, said).await?;
                let number = format!("{}/{place}", today.year());
                record::run_verb(tx, &kind, item, "karara-baglandi", &number).await?;
                decided.push(item);
            }
        }
    }
    for (item, title, verb) in [
        (decided[0], "Ödenek aktarımı yapılacak", ""),
        (decided[0], "Firmadan teklif alınacak", "iptal"),
        (decided[1], "Hat başvurusu yapılacak", "yapildi"),
    ] {
        let mut draft = texts(&[("title", title)]);
        draft.set("agenda_item_id", FieldValue::Id(item));
        draft.set("staff_id", FieldValue::Id(person));
        let task = record::create(tx, &task_kind(), draft).await?;
        if !verb.is_empty() {
            record::run_verb(tx, &task_kind(), task, verb, "Başvuru yapıldı.").await?;
        }
    }
    Ok(())
}
