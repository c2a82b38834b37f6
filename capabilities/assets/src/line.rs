//! The kind `line`: telephone, data and GSM lines, who has them and what they cost (AS-10).

pub(crate) mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};

/// Sees lines within a scope; everybody sees their own.
pub const VIEW: &str = "assets.line.view";
/// Enters lines, gives and closes them.
pub const EDIT: &str = "assets.line.edit";

const STATES: [Choice; 3] = [
    Choice::new("open", "Kullanımda", Tone::Done),
    Choice::new("suspended", "Donduruldu", Tone::Wait),
    Choice::new("closed", "Kapatıldı", Tone::Wait),
];

const TYPES: [Choice; 5] = [
    Choice::new("landline", "Sabit telefon", Tone::Wait),
    Choice::new("gsm", "GSM ses", Tone::Wait),
    Choice::new("gsm_data", "GSM veri", Tone::Wait),
    Choice::new("data", "Veri hattı", Tone::Wait),
    Choice::new("internet", "İnternet", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0006_line", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("line", "telephone, data and GSM lines")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "telephone or service number, digits as the operator writes it")
        .text("type", "landline, gsm, gsm_data, data, internet")
        .text("operator", "who provides it")
        .text("plan", "tariff, speed or quota; may be empty")
        .int("monthly_kurus", "what it costs a month")
        .uuid("unit_id", "unit that uses it")
        .references("unit")
        .uuid_null("holder_id", "person who uses it; null for one that a unit shares")
        .references("staff")
        .text("place", "where it ends; may be empty")
        .on_null("committed_until_on", "last day of the commitment to the operator")
        .text("note", "anything else; may be empty")
        .text("state", "open, suspended, closed")
        .at("created_at", "when it was entered")
        .unique(&["number"])
        .listing(&["state", "type", "unit_id", "holder_id"], &["number", "monthly_kurus", "created_at"])
}

/// At `/hatlar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("line", "hat", "Hatlar", "/hatlar", VIEW);
    kind.title = "number";
    kind.unit = Some("unit_id");
    kind.owner = Some("holder_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("number", Direction::Ascending);
    kind.import_key = &[&["number"]];
    kind.prepare = Some(prepare);
    kind.editable_in = &["open", "suspended"];
    kind.locked_tr = "Kapatılan hat değiştirilemez.";
    kind.fields = vec![
        Field::text("number", "Hat no", 40).required().listed().sorted().searched(),
        Field::choice("type", "Türü", &TYPES).required().listed().filtered(),
        Field::text("operator", "İşletmeci", 80).required().listed().searched(),
        Field::text("plan", "Tarife", 120).searched(),
        Field::new("monthly_kurus", "Aylık bedeli", FieldKind::Money).required().listed().sorted(),
        Field::reference("unit_id", "Birimi", "unit").among(&["open"]).required().listed().filtered(),
        Field::reference("holder_id", "Kullanan", "staff").among(&["active"]).listed().filtered(),
        Field::text("place", "Yeri", 120),
        Field::new("committed_until_on", "Taahhüt sonu", FieldKind::Day),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![
        View { id: "kullanimda", label_tr: "Kullanımda", query: "state=open" },
        View { id: "benim", label_tr: "Benim hatlarım", query: "holder_id={me}" },
        View { id: "pahali", label_tr: "En pahalılar", query: "state=open&sirala=-monthly_kurus" },
    ];
    kind.verbs = vec![
        Verb::new("dondur", "Dondur", EDIT, &["open"], "suspended", "line_suspended").asking("Gerekçe"),
        Verb::new("ac", "Yeniden aç", EDIT, &["suspended"], "open", "line_opened"),
        Verb::new("kapat", "Kapat", EDIT, &["open", "suspended"], "closed", "line_closed")
            .asking("Gerekçe")
            .danger(),
    ];
    kind.list_links = &[("Birimlere göre aylık bedel", "bedel")];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let number: String =
            draft.or("number", before).text().chars().filter(|one| !" -().".contains(*one)).collect();
        if let Some(known) = store::with_number(tx, &number, before.map(|one| one.id)).await? {
            let text = format!("{known} numaralı hat zaten kayıtlı.");
            return Ok(vec![Violation::new("HAT-001", "number", text)]);
        }
        draft.set("number", FieldValue::Text(number));
        if before.is_none() {
            draft.set("state", FieldValue::Text("open".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// What the lines of each unit cost a month.
pub(crate) async fn costs(ctx: web::Ctx) -> web::Outcome {
    use maud::html;
    let all = store::costs(ctx.db()).await?;
    let refs: Vec<kernel::Ref> = all.iter().map(|one| kernel::Ref::new("unit", one.unit_id)).collect();
    let names = kernel::record::names(ctx.db(), &refs).await?;
    let name = |id| names.iter().find(|named| named.id == id).map_or("", |named| named.title.as_str());
    let rows: Vec<Vec<maud::Markup>> = all
        .iter()
        .map(|one| {
            let cost = format!("{} TL", kernel::tr::money(one.monthly_kurus));
            vec![
                html! { a href={ "/hatlar?state=open&unit_id=" (one.unit_id) } { (name(one.unit_id)) } },
                html! { (kernel::tr::grouped(one.lines)) },
                html! { (cost) },
            ]
        })
        .collect();
    let sum: i64 = all.iter().map(|one| one.monthly_kurus).sum();
    let content = html! {
        div.top { h1 { "Birimlere göre aylık bedel" } }
        p.lead { "Kullanımdaki hatlar için toplam " (kernel::tr::money(sum)) " TL." }
        @if rows.is_empty() { p { "Kullanımda hat yok." } }
        @else { (ui::table("Birimlere göre aylık bedel", &ui::heads(&["Birim", "Hat", "Aylık bedel"]), &rows)) }
    };
    ctx.page(web::Frame::new("Birimlere göre aylık bedel").crumb("Hatlar", "/hatlar"), content).await
}
