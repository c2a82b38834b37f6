//! The kind `write_off`: hardware that is not worth a repair goes out of the register by a technical report, a commission's signed
//! minutes, a decision, erased data and a voucher, and then out of the house (AS-7; Taşınır Mal Yönetmeliği, kayıttan düşme).

mod papers;
mod part;
pub(crate) mod store;
mod verbs;

use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Files, Kind, Record, Tone, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation, number};
use uuid::Uuid;

use papers::{erasure, extras, minutes};
pub(crate) use part::{part, routes};

use crate::asset;
use crate::custody::lines;
use crate::custody::store::Line;

/// Sees write-offs within a scope.
pub const VIEW: &str = "assets.write_off.view";
/// Writes the report and takes the write-off through its steps.
pub const EDIT: &str = "assets.write_off.edit";

pub(crate) const PATH: &str = "/kayittan-dusme";

const STATES: [Choice; 6] = [
    Choice::new("draft", "Rapor hazırlanıyor", Tone::New),
    Choice::new("commission", "Komisyonda", Tone::Doing),
    Choice::new("decided", "Karara bağlandı", Tone::Doing),
    Choice::new("written_off", "Kayıttan düşüldü", Tone::Done),
    Choice::new("disposed", "Elden çıkarıldı", Tone::Done),
    Choice::new("cancelled", "Vazgeçildi", Tone::Wait),
];

const REASONS: [Choice; 4] = [
    Choice::new("broken", "Onarılamıyor", Tone::Wait),
    Choice::new("uneconomic", "Onarımı ekonomik değil", Tone::Wait),
    Choice::new("obsolete", "Ekonomik ömrünü doldurdu", Tone::Wait),
    Choice::new("lost", "Kayıp ya da çalıntı", Tone::Wait),
];

const ERASURES: [Choice; 5] = [
    Choice::new("unknown", "Henüz yapılmadı", Tone::Wait),
    Choice::new("none", "Veri taşımıyor", Tone::Wait),
    Choice::new("overwritten", "Üzerine yazılarak silindi", Tone::Done),
    Choice::new("degaussed", "Manyetik olarak silindi", Tone::Done),
    Choice::new("destroyed", "Disk parçalandı", Tone::Done),
];

const DISPOSALS: [Choice; 5] = [
    Choice::new("unknown", "Henüz yapılmadı", Tone::Wait),
    Choice::new("recycled", "Lisanslı geri dönüşüm firmasına verildi", Tone::Done),
    Choice::new("sold", "Satıldı", Tone::Done),
    Choice::new("donated", "Başka idareye devredildi", Tone::Done),
    Choice::new("destroyed", "İmha edildi", Tone::Done),
];

/// What the commission signs may not change behind its back.
const FROZEN: [&str; 9] = [
    lines::FIELD,
    "reason",
    "report",
    "repair_kurus",
    "value_kurus",
    "replacement",
    "head_id",
    "member_id",
    "second_member_id",
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0010_write_off", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("write_off", "hardware that goes out of the register, step by step")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the write-off, gapless in its year")
        .text("title", "what goes, for people")
        .text("asset_numbers", "inventory numbers, one a line")
        .uuid("unit_id", "unit of the first asset")
        .references("unit")
        .text("reason", "broken, uneconomic, obsolete, lost")
        .text("report", "technical report")
        .int_null("repair_kurus", "what a repair would cost")
        .int_null("value_kurus", "what the assets are worth today")
        .text("replacement", "what the user gets instead; may be empty")
        .uuid_null("head_id", "head of the commission")
        .references("staff")
        .uuid_null("member_id", "member of the commission")
        .references("staff")
        .uuid_null("second_member_id", "other member of the commission")
        .references("staff")
        .text("statement", "the commission's minutes, frozen when they were submitted; empty before")
        .text("decision", "day and number of the approval; empty before")
        .text("erasure", "unknown, none, overwritten, degaussed, destroyed: what was done to the data")
        .uuid_null("erased_by_id", "who erased")
        .references("staff")
        .on_null("erased_on", "day of the erasure")
        .text("erasure_note", "serials of the disks, tool, result; may be empty")
        .text("voucher", "number of the movable voucher (TİF); empty before")
        .text("disposal", "unknown, recycled, sold, donated, destroyed")
        .text("disposed_to", "firm or office that took them; empty before")
        .text("state", "draft, commission, decided, written_off, disposed, cancelled")
        .at("created_at", "when it was begun")
        .at_null("decided_at", "when the decision was entered")
        .at_null("written_off_at", "when the assets went out of the register")
        .unique(&["number"])
        .listing(&["state", "reason", "unit_id"], &["created_at"])
}

/// At `/kayittan-dusme`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("write_off", "kayıttan düşme", "Kayıttan düşmeler", PATH, VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.statement = Some("statement");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = fields();
    kind.views = vec![
        View { id: "komisyonda", label_tr: "Komisyonda", query: "state=commission" },
        View { id: "karar", label_tr: "Karara bağlananlar", query: "state=decided" },
        View { id: "dusen", label_tr: "Kayıttan düşülenler", query: "state=written_off" },
        View { id: "giden", label_tr: "Elden çıkarılanlar", query: "state=disposed" },
    ];
    kind.verbs = verbs::all();
    kind.files_in = &[("decided", Files::Kept), ("written_off", Files::Kept), ("disposed", Files::Kept)];
    kind
}

fn fields() -> Vec<Field> {
    let long = |name, label_tr, max_length| Field::new(name, label_tr, FieldKind::LongText { max_length });
    let person = |name, label_tr| Field::reference(name, label_tr, "staff").among(&["active"]);
    vec![
        Field::text("number", "İşlem no", 40).listed().searched().read_only(),
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        long(lines::FIELD, "Varlıklar", 20_000)
            .required()
            .hint("Her satıra bir envanter ya da seri numarası."),
        Field::choice("reason", "Sebebi", &REASONS).required().listed().filtered(),
        long("report", "Teknik rapor", 10_000)
            .required()
            .hint("Arıza, yapılan inceleme, neden onarılmadığı."),
        Field::new("repair_kurus", "Onarım bedeli", FieldKind::Money)
            .hint("Firmanın istediği ya da kestirilen."),
        Field::new("value_kurus", "Bugünkü değeri", FieldKind::Money),
        Field::text("replacement", "Yerine verilecek", 200),
        person("head_id", "Komisyon başkanı"),
        person("member_id", "Üye"),
        person("second_member_id", "İkinci üye"),
        Field::text("decision", "Onayın tarihi ve sayısı", 200).searched().read_only(),
        Field::choice("erasure", "Veri silme", &ERASURES).default("unknown").on_edit(),
        person("erased_by_id", "Veriyi silen").on_edit(),
        Field::new("erased_on", "Silindiği gün", FieldKind::Day).on_edit(),
        long("erasure_note", "Silme notu", 2_000)
            .hint("Disklerin seri numaraları, kullanılan araç, sonucu.")
            .on_edit(),
        Field::text("voucher", "Taşınır işlem fişi no", 60)
            .searched()
            .hint("Boş bırakırsanız çıkış fişi, kayıttan düşülürken kesilir.")
            .on_edit(),
        Field::choice("disposal", "Elden çıkarma", &DISPOSALS).default("unknown").on_edit(),
        Field::text("disposed_to", "Teslim alan firma ya da idare", 160).on_edit(),
        Field::reference("unit_id", "Birimi", "unit").listed().filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Başladığı an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("decided_at", "Karara bağlandığı an", FieldKind::Instant).read_only(),
        Field::new("written_off_at", "Kayıttan düşüldüğü an", FieldKind::Instant).read_only(),
    ]
}

/// What cannot go out of the register, or goes already.
pub(crate) fn refusal() -> lines::Refusal {
    Box::new(|line: &Line| match line.state.as_str() {
        "written_off" => Some("kayıttan düşmüş.".into()),
        "condemned" => Some("zaten hurdaya ayrılmış.".into()),
        _ => None,
    })
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let is_frozen = before.is_some_and(|one| one.get("state").text() != "draft");
        if let Some(before) = before.filter(|_| is_frozen) {
            let differs =
                |name: &&&str| draft.values.get(**name).is_some_and(|value| value != before.get(name));
            if let Some(name) = FROZEN.iter().find(differs) {
                let text = "Komisyona sunulan rapor değiştirilemez; vazgeçip yeni bir işlem başlatın.";
                return Ok(vec![Violation::new("HRD-001", *name, text)]);
            }
            return Ok(wrong(draft, Some(before)));
        }
        let typed = draft.or(lines::FIELD, before).text().to_string();
        let (assets, mut found) = lines::named(tx, &typed, &refusal()).await?;
        found.extend(wrong(draft, before));
        let Some(first) = assets.first().filter(|_| found.is_empty()) else { return Ok(found) };
        let numbers: Vec<&str> = assets.iter().map(|one| one.number.as_str()).collect();
        draft.set(lines::FIELD, FieldValue::Text(numbers.join("\n")));
        draft.set("title", FieldValue::Text(title(&assets)));
        draft.set("unit_id", FieldValue::Id(first.unit_id));
        if before.is_none() {
            let year = tx.at().day().0.year();
            let number = number::format(year, "KD", number::next(tx, "write_off", year).await?);
            draft.set("number", FieldValue::Text(number));
            for (column, text) in [("state", "draft"), ("statement", ""), ("decision", "")] {
                draft.set(column, FieldValue::Text(text.into()));
            }
            for column in ["erasure", "disposal"] {
                if draft.get(column).text().is_empty() {
                    draft.set(column, FieldValue::Text("unknown".into()));
                }
            }
            for column in ["erasure_note", "voucher", "disposed_to"] {
                if draft.get(column).is_null() {
                    draft.set(column, FieldValue::Text(String::new()));
                }
            }
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(found)
    })
}

fn title(assets: &[Line]) -> String {
    match assets {
        [one] => one.name.clone(),
        [one, rest @ ..] => format!("{} ve {} varlık daha", one.name, rest.len()),
        [] => String::new(),
    }
}

fn wrong(draft: &Draft, before: Option<&Record>) -> Vec<Violation> {
    let mut found = Vec::new();
    let is_uneconomic = draft.or("reason", before).text() == "uneconomic";
    if is_uneconomic && draft.or("repair_kurus", before).is_null() {
        let text = "Onarımın neden ekonomik olmadığı görülsün diye onarım bedelini yazın.";
        found.push(Violation::new("HRD-002", "repair_kurus", text));
    }
    let commission: Vec<Uuid> = ["head_id", "member_id", "second_member_id"]
        .iter()
        .filter_map(|column| draft.or(column, before).id())
        .collect();
    let repeats = |(place, one): (usize, &Uuid)| commission[..place].contains(one);
    if commission.iter().enumerate().any(repeats) {
        let text = "Komisyonda aynı kişi iki kez olamaz.";
        found.push(Violation::new("HRD-003", "second_member_id", text));
    }
    let is_erased = !["", "unknown", "none"].contains(&draft.or("erasure", before).text());
    for (column, text) in
        [("erased_by_id", "Veriyi kimin sildiğini yazın."), ("erased_on", "Silindiği günü yazın.")]
    {
        let value = draft.or(column, before);
        if is_erased && value.is_null() {
            found.push(Violation::new("HRD-004", column, text));
        }
    }
    found
}

/// Begun: whoever has one of them is told that it may go, and what comes instead.
pub(crate) fn proposed<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let write_off = record::get(tx, &kind(), event.subject_id).await?;
        let reason = REASONS.iter().find(|one| one.code == write_off.get("reason").text());
        let mut note = reason.map_or(String::new(), |one| format!("{}.", one.label_tr));
        if !write_off.get("replacement").text().is_empty() {
            note.push_str(&format!(" Yerine verilecek: {}.", write_off.get("replacement").text()));
        }
        tell(tx, &write_off, "scrap_proposed", &note).await
    })
}

/// The assets of a write-off, in whatever state.
pub(crate) async fn assets_of(tx: &Tx, write_off: &Record) -> Result<Vec<Line>> {
    let any: lines::Refusal = Box::new(|_| None);
    Ok(lines::named(tx, write_off.get(lines::FIELD).text(), &any).await?.0)
}

/// Written on each asset's page.
async fn tell(tx: &Tx, write_off: &Record, verb: &'static str, note: &str) -> Result<()> {
    let kind = asset::kind();
    for line in assets_of(tx, write_off).await? {
        let asset = record::get(tx, &kind, line.id).await?;
        record::index(tx, &kind, &asset).await?;
        let event = NewEvent::new(asset.reference(&kind), asset.title(&kind), verb)
            .note(note.to_string())
            .related(write_off.reference(&self::kind()))
            .scope(asset.unit_id(&kind), asset.owner_id(&kind));
        tx.record(event).await?;
    }
    Ok(())
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.scrap_proposed",
        label_tr: "Üzerimdeki bir cihazın hurdaya ayrılması önerildiğinde",
        on: &[("asset", "scrap_proposed")],
        receivers: holder,
        sentence_tr: "Üzerinizdeki cihazın hurdaya ayrılması önerildi: {title}.",
        path: None,
        many: None,
        about: About::Person,
    }
}

fn holder<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}
