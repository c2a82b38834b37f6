//! The kind `year_end`: the count of a store room at the end of a year, its table frozen and signed by three (AS-8).

mod paper;
mod store;

pub(crate) use paper::{extras, print};
pub(crate) use store::{is_closed, totals};

use kernel::migrate::{Migration, create};
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Files, Kind, Record, Tone, Verb, signatures,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Result, Tx, Violation, number, tr};
use uuid::Uuid;

use crate::account::{self, Line};
use crate::{EDIT, VIEW};

pub(crate) const PATH: &str = "/yil-sonu-sayimlari";

const STATES: [Choice; 4] = [
    Choice::new("draft", "Hazırlanıyor", Tone::New),
    Choice::new("signing", "İmzada", Tone::Doing),
    Choice::new("closed", "Kapandı", Tone::Done),
    Choice::new("cancelled", "Vazgeçildi", Tone::Wait),
];

/// The commission's signatures, by the verb that takes each.
const SIGNED_BY: [(&str, &str, &str); 3] = [
    ("baskan-imzala", "Başkana imzalat", "head_id"),
    ("uye-imzala", "Üyeye imzalat", "member_id"),
    ("ikinci-uye-imzala", "İkinci üyeye imzalat", "second_member_id"),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "supplies/0005_year_end", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("year_end", "counts of store rooms at the end of a year")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the count, gapless in its year")
        .text("title", "year and room, for people")
        .int("year", "calendar year that is closed")
        .uuid("store_room_id", "room that was counted")
        .references("store_room")
        .uuid_null("head_id", "head of the commission")
        .references("staff")
        .uuid_null("member_id", "member of the commission")
        .references("staff")
        .uuid_null("second_member_id", "other member of the commission")
        .references("staff")
        .text("statement", "the table, frozen when it was submitted; empty before")
        .text("state", "draft, signing, closed, cancelled")
        .at("created_at", "when it was begun")
        .at_null("closed_at", "when the year was closed for this room")
        .unique(&["number"])
        .unique_where(&["store_room_id", "year"], "state <> 'cancelled'")
        .listing(&["state", "store_room_id"], &["created_at"])
}

/// At `/yil-sonu-sayimlari`.
pub(crate) fn kind() -> Kind {
    let person = |name, label_tr| Field::reference(name, label_tr, "staff").among(&["active"]);
    let mut kind = Kind::new("year_end", "yıl sonu sayımı", "Yıl sonu sayımları", PATH, VIEW);
    kind.number = Some("number");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.statement = Some("statement");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.editable_in = &["draft"];
    kind.locked_tr = "Cetveli çıkarılan sayım değiştirilemez; vazgeçip yeniden başlatın.";
    kind.fields = vec![
        Field::text("number", "Sayım no", 40).listed().searched().read_only(),
        Field::text("title", "Sayım", 200).listed().searched().read_only(),
        Field::new("year", "Yılı", FieldKind::Int { min: 1990, max: 2200 })
            .required()
            .hint("Kapanan yıl, dört rakamla.")
            .on_create(),
        Field::reference("store_room_id", "Ambar", "store_room").required().listed().filtered().on_create(),
        person("head_id", "Kurul başkanı"),
        person("member_id", "Üye"),
        person("second_member_id", "İkinci üye"),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Başladığı an", FieldKind::Instant).sorted().read_only(),
        Field::new("closed_at", "Kapandığı an", FieldKind::Instant).listed().read_only(),
    ];
    kind.verbs = verbs();
    kind.files_in = &[("closed", Files::Kept)];
    kind
}

fn verbs() -> Vec<Verb> {
    let mut verbs = vec![
        Verb::new("cetveli-cikar", "Cetveli çıkar", EDIT, &["draft"], "signing", "year_end_submitted")
            .official()
            .run(|tx, one, _| Box::pin(submit(tx, one))),
    ];
    verbs.extend(SIGNED_BY.map(|(id, label_tr, field)| {
        Verb::new(id, label_tr, EDIT, &["signing"], "signing", "year_end_signed")
            .staying()
            .drawn_by(field)
            .official()
    }));
    verbs.extend([
        Verb::new("yili-kapat", "Yılı kapat", EDIT, &["signing"], "closed", "year_end_closed")
            .official()
            .danger()
            .run(|tx, one, _| Box::pin(close(tx, one))),
        Verb::new("vazgec", "Vazgeç", EDIT, &["draft", "signing"], "cancelled", "year_end_cancelled")
            .asking("Gerekçe")
            .danger(),
    ]);
    verbs
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let commission: Vec<Uuid> =
            SIGNED_BY.iter().filter_map(|(_, _, column)| draft.or(column, before).id()).collect();
        if commission.iter().enumerate().any(|(place, one)| commission[..place].contains(one)) {
            let text = "Kurulda aynı kişi iki kez olamaz.";
            found.push(Violation::new("YSS-002", "second_member_id", text));
        }
        if before.is_some() {
            return Ok(found);
        }
        let this = tx.at().day().year();
        let year = draft.get("year").int().unwrap_or(0);
        if year > i64::from(this) {
            found.push(Violation::new("YSS-003", "year", "Gelmemiş bir yıl kapatılamaz."));
        }
        let Some(room) = draft.get("store_room_id").id() else { return Ok(found) };
        if store::exists(tx, room, year).await? {
            let text = "Bu ambarın o yıla ait bir sayımı zaten var.";
            found.push(Violation::new("YSS-004", "store_room_id", text));
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let name = store::room_name(tx, room).await?;
        let number = number::format(this, "YS", number::next(tx, "year_end", this).await?);
        for (column, text) in [
            ("number", number),
            ("title", format!("{year} yılı sonu, {name}")),
            ("statement", String::new()),
            ("state", "draft".to_string()),
        ] {
            draft.set(column, FieldValue::Text(text));
        }
        draft.set("created_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// The table as it stands, once everything that lies there was counted.
async fn submit(tx: &Tx, one: &Record) -> Result<()> {
    if SIGNED_BY.iter().any(|(_, _, field)| one.get(field).is_null()) {
        return Err(Error::rule(
            "YSS-005",
            "",
            "Önce “değiştir” ile kurulun başkanını ve iki üyesini yazın.",
        ));
    }
    let (Some(room), Some(year)) = (one.get("store_room_id").id(), one.get("year").int()) else {
        return Err(Error::not_found());
    };
    let year = i32::try_from(year).map_err(Error::internal)?;
    let (first, last) = account::days_of(year)?;
    let uncounted = account::store::uncounted(tx, room, first, last).await?;
    if !uncounted.is_empty() {
        let named = uncounted.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = if uncounted.len() > 5 { " ve başkaları" } else { "" };
        let text =
            format!("O yıl bu ambarda sayılmamış malzeme var: {named}{more}. Önce sayım hareketini yazın.");
        return Err(Error::rule("YSS-006", "", text));
    }
    let lines = account::of_year(tx, year, Some(room)).await?;
    if lines.is_empty() {
        return Err(Error::rule("YSS-007", "", "Bu ambarın o yıl hiç hareketi yok."));
    }
    let name = store::room_name(tx, room).await?;
    store::set_statement(tx, one.id, &statement(year, &name, &lines)).await
}

/// What the commission puts its name to: a sentence, a line for each card, a sentence.
fn statement(year: i32, room: &str, lines: &[Line]) -> String {
    let mut text = format!("{room} ambarının {year} yılı sonunda sayılan taşınırları:\n");
    for (place, line) in (1..).zip(lines) {
        text.push_str(&format!("{place} | {}\n", account::cells(line).join(" | ")));
    }
    let worth: i64 = lines.iter().filter_map(|line| line.worth).sum();
    text.push_str(&format!("Kalanların tutarı: {} TL.\n", tr::money(worth)));
    text.push_str(
        "Kurulumuz yukarıdaki taşınırları yerinde saymış ve kayıtların sayılanı gösterdiğini görmüştür.",
    );
    text
}

/// All three drew their names, or the signed paper hangs on the record.
async fn close(tx: &Tx, one: &Record) -> Result<()> {
    let subject = one.reference(&kind());
    let drawn = signatures(tx, &subject).await?;
    let is_drawn = SIGNED_BY.iter().all(|(verb, ..)| drawn.iter().any(|known| known.verb == *verb));
    if !is_drawn && !web::has_attachment(tx, &subject).await? {
        let text = "Önce kurulun üç imzasını ekranda alın ya da imzalı cetvelin taramasını eklere yükleyin.";
        return Err(Error::rule("YSS-008", "", text));
    }
    store::set_closed(tx, one.id).await
}

/// Whether a day of a room lies in a year that was closed; then nothing may be written into it any more.
pub(crate) async fn refuse_closed(tx: &Tx, day: &str, rooms: &[Uuid]) -> Result<Option<Violation>> {
    let Some(year) = day.get(..4).and_then(|year| year.parse().ok()) else { return Ok(None) };
    for room in rooms {
        if is_closed(tx, *room, year).await? {
            let text = format!("Bu ambarın {year} yılı sayılıp kapatıldı; hareketi bugünün tarihiyle yazın.");
            return Ok(Some(Violation::new("STK-009", "moved_on", text)));
        }
    }
    Ok(None)
}
