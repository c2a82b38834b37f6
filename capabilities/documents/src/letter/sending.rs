//! The kind `letter_sending`: that a letter left as a file for one of its addressees — by which way, on which day, with what proof.
//! Belde itself sends nothing over KEP or to portals; whoever does writes it down here. Paper is carried as a `delivery`.

pub(crate) mod store;

use kernel::Capability;
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldGroup, FieldKind, FieldValue, Kind, Record, Reserved, Tone,
    View,
};
use kernel::schema::Table;
use kernel::{Boxed, Instant, Ref, Result, Tx, Violation, tr};
use maud::{Markup, html};
use web::{Ctx, Routes};

use super::compose::lines;
use super::{VIEW as LETTERS, WRITE, kind as letters};
use crate::correspondent::known_as;
use crate::document::{SECRECIES, VIEW_SECRET};
use crate::entry;

pub(crate) const PATH: &str = "/yazi-gonderimleri";

pub(super) const WAYS: [Choice; 4] = [
    Choice::new("email", "E-posta", Tone::Wait),
    Choice::new("kep", "KEP (Belde dışından)", Tone::Wait),
    Choice::new("carried", "Elden taşınan bellek", Tone::Wait),
    Choice::new("web", "Kurumun internet sayfasından", Tone::Wait),
];

pub(super) fn part() -> Capability {
    Capability {
        menu: vec![entry("Yazı gönderimleri", PATH, LETTERS)],
        kinds: vec![kind()],
        ..Capability::default()
    }
}

pub(super) fn routes() -> Routes {
    web::kind_routes(&kind(), None)
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0021_letter_sending", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("letter_sending", "that a letter left as a file for one of its addressees")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "number of the letter and the addressee")
        .uuid("letter_id", "what was sent")
        .references("letter")
        .text("addressee", "to whom, as the letter names them")
        .text("way", "email, kep, carried, web")
        .on("sent_on", "day on which it left")
        .text("note", "anything else, such as the number of the message; may be empty")
        .text("secrecy", "of the letter then: YOK, HZO, GZL, CGZ")
        .uuid("unit_id", "unit of the letter")
        .references("unit")
        .uuid_null("owner_id", "who sent it")
        .references("staff")
        .at("created_at", "when it was written down")
        .listing(&["letter_id", "way", "unit_id", "owner_id"], &["created_at"])
}

/// At `/yazi-gonderimleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("letter_sending", "yazı gönderimi", "Yazı gönderimleri", PATH, LETTERS);
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.create = Some(WRITE);
    kind.edit = Some(WRITE);
    kind.default_sort = ("created_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.first_files = Some("Kanıtı (ileti, KEP delili, alındı)");
    kind.reserved =
        &[Reserved { column: "secrecy", values: &["GZL", "CGZ"], to: VIEW_SECRET, but_owner: true }];
    kind.groups = &GROUPS;
    kind.views = vec![
        View { id: "kep", label_tr: "KEP ile", query: "way=kep" },
        View { id: "eposta", label_tr: "E-postayla", query: "way=email" },
    ];
    kind.fields = vec![
        Field::text("title", "Sayı ve muhatap", 320).listed().searched().read_only(),
        Field::reference("letter_id", "Yazı", "letter")
            .among(&["signed"])
            .required()
            .filtered()
            .on_create()
            .backlinked()
            .hint("İmzalanmış yazının konusundan birkaç harf yazın."),
        Field::text("addressee", "Muhatap", 240)
            .required()
            .searched()
            .hint("Yazıdaki adıyla. Yazının tek muhatabı varsa boş bırakmayın, onu yazın."),
        Field::choice("way", "Nasıl gönderildi?", &WAYS).required().listed().filtered().default("kep"),
        Field::new("sent_on", "Gönderildiği gün", FieldKind::Day).listed().hint("Boşsa bugün."),
        Field::new("note", "Not", FieldKind::LongText { max_length: 2_000 })
            .hint("KEP iletisinin numarası, teslim alanın adı gibi."),
        Field::choice("secrecy", "Gizlilik", &SECRECIES).read_only(),
        Field::reference("unit_id", "Yazan birim", "unit").filtered().read_only(),
        Field::reference("owner_id", "Gönderen", "staff").listed().filtered().read_only(),
        Field::new("created_at", "Yazıldığı an", FieldKind::Instant).sorted().read_only(),
    ];
    kind
}

const GROUPS: [FieldGroup; 1] =
    [FieldGroup::new("", &["letter_id", "addressee", "way", "sent_on", "note", "dosya"])];

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let letter = draft.or("letter_id", before).id().unwrap_or_default();
        let of = letters();
        // Whoever writes it down sees the letter.
        let letter = record::get_visible(tx, &of, letter, &tx.act().actor).await?;
        let mut found = wrong(draft, before, &letter, &tx.at().day().to_string());
        if letter.get("state").text() != "signed" {
            let text = "Yalnız imzası tamamlanmış yazının gönderimi yazılır.";
            found.push(Violation::new("GON-001", "letter_id", text));
        }
        if draft.or("sent_on", before).text().is_empty() {
            draft.set("sent_on", FieldValue::Text(tx.at().day().to_string()));
        }
        if draft.or("note", before).is_null() {
            draft.set("note", FieldValue::Text(String::new()));
        }
        let addressee = draft.or("addressee", before).text().to_string();
        let title = format!("{} · {addressee}", letter.get("number").text());
        draft.set("title", FieldValue::Text(title.chars().take(320).collect()));
        if before.is_none() {
            draft.set("secrecy", letter.get("secrecy").clone());
            draft.set("unit_id", letter.get("unit_id").clone());
            draft.set("created_at", FieldValue::Int(tx.at().0));
            if let Some(own) = tx.act().actor.staff_id {
                draft.set("owner_id", FieldValue::Id(own));
            }
        }
        Ok(found)
    })
}

fn wrong(draft: &Draft, before: Option<&Record>, letter: &Record, today: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let addressee = known_as(draft.or("addressee", before).text());
    if !everybody(letter).iter().any(|name| known_as(name) == addressee) {
        let text = format!("Bu ad yazının muhatapları arasında yok: {}.", everybody(letter).join(", "));
        found.push(Violation::new("GON-002", "addressee", text));
    }
    let on = draft.or("sent_on", before).text();
    let signed_on = letter.get("signed_at").int().map(|at| Instant(at).day().to_string()).unwrap_or_default();
    if !on.is_empty() && (on > today || on < signed_on.as_str()) {
        let text = "Gönderildiği gün yazının imzalandığı günle bugün arasında olmalıdır.";
        found.push(Violation::new("GON-003", "sent_on", text));
    }
    found
}

/// Those who are to act and those who are to know.
fn everybody(letter: &Record) -> Vec<String> {
    ["addressees", "informed"].into_iter().flat_map(|column| lines(letter.get(column).text())).collect()
}

/// To whom a letter was sent and to whom not yet, on its page.
pub(super) async fn section(ctx: &Ctx, letter: &Record) -> Result<Option<Markup>> {
    if letter.get("state").text() != "signed" {
        return Ok(None);
    }
    let sent = store::of_letter(ctx.db(), letter.id).await?;
    // A letter on paper is usually carried; its scan may have been sent all the same.
    if letter.get("medium").text() != "electronic" && sent.is_empty() {
        return Ok(None);
    }
    let may = ctx.actor().may_on(WRITE, letter.unit_id(&letters()), letter.owner_id(&letters()));
    let rows: Vec<Vec<Markup>> = everybody(letter).iter().map(|name| row(letter, name, &sent, may)).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(html! {
        section aria-label="Gönderim" {
            h2 { "Gönderim" }
            (ui::table("Kime gönderildi?", &ui::heads(&["Muhatap", "Gönderim"]), &rows))
        }
    }))
}

fn row(letter: &Record, name: &str, sent: &[store::Sent], may: bool) -> Vec<Markup> {
    let own: Vec<&store::Sent> =
        sent.iter().filter(|one| known_as(&one.addressee) == known_as(name)).collect();
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("letter_id", &letter.id.to_string())
        .append_pair("addressee", name)
        .finish();
    let how = html! {
        div.stack {
            @for one in &own { p { a href={ (PATH) "/" (one.id) } { (one.said()) } } }
            @if own.is_empty() || may {
                p {
                    @if own.is_empty() { "Gönderildiği yazılmadı. " }
                    @if may { a href={ (PATH) "/yeni?" (query) } aria-label={ (name) ": gönderildiğini yaz" } { "Gönderildiğini yaz" } }
                }
            }
        }
    };
    vec![html! { (name) }, how]
}

/// What a bundle says of how the letter left.
pub(super) async fn of_bundle(ctx: &Ctx, letter: &Record) -> Result<(Vec<uuid::Uuid>, Vec<String>)> {
    let all = store::of_letter(ctx.db(), letter.id).await?;
    let mut said = Vec::new();
    for one in &all {
        let files = web::attached(ctx.db(), &Ref::new("letter_sending", one.id)).await?;
        let proofs: Vec<String> = files
            .iter()
            .map(|file| format!("{} (SHA-256 {})", file.name, file.stored.sha256.to_hex()))
            .collect();
        let proof =
            if proofs.is_empty() { String::new() } else { format!("; kanıt: {}", proofs.join(", ")) };
        said.push(format!("{}: {}{proof}", one.addressee, one.said()));
    }
    Ok((all.iter().map(|one| one.id).collect(), said))
}

impl store::Sent {
    /// "KEP (Belde dışından), 3.11.2026".
    fn said(&self) -> String {
        let way = WAYS.iter().find(|way| way.code == self.way).map_or("", |way| way.label_tr);
        let day = self.sent_on.parse::<kernel::Day>().map(|day| tr::date(day.0)).unwrap_or_default();
        let note = if self.note.is_empty() { String::new() } else { format!(" · {}", self.note) };
        format!("{way}, {day}{note}")
    }
}
