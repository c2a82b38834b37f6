//! The kind `software_rule`: a verdict on every program whose name, publisher or source fits, for those that nobody judged by hand
//! (AS-5). A prohibition goes before a permission.

pub(crate) mod apply;
pub(crate) mod store;

use kernel::event::Event;
use kernel::migrate::Migration;
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};
use maud::{Markup, html};
use web::{Ctx, Extras};

use super::{JUDGE, VIEW};

pub(crate) const PATH: &str = "/program-kurallari";

/// Programs named on a rule's page.
const SHOWN: u32 = 100;

const MATCHES: [Choice; 2] = [
    Choice::new("contains", "Adı şunu içeren", Tone::Wait),
    Choice::new("starts", "Adı şununla başlayan", Tone::Wait),
];

const VERDICTS: [Choice; 2] =
    [Choice::new("allowed", "Serbest", Tone::Done), Choice::new("forbidden", "Yasak", Tone::Late)];

const STATES: [Choice; 2] =
    [Choice::new("in_force", "Uygulanıyor", Tone::Done), Choice::new("stopped", "Durduruldu", Tone::Wait)];

/// With what programs have more because of rules.
pub(crate) fn migration() -> Migration {
    Migration {
        id: "assets/0017_software_rule",
        up: |backend| {
            let mut statements = kernel::migrate::create(backend, &[table()]);
            statements.extend(columns().add_columns(backend));
            statements
        },
    }
}

fn table() -> Table {
    Table::new("software_rule", "verdicts on all programs that look alike")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "what people call it")
        .text("title_key", "Turkish sort key of the title")
        .text("name_match", "contains, starts: how the part of the name is looked for")
        .text("name_part", "part of a program's name; may be empty")
        .text("publisher_part", "part of a publisher's name; may be empty")
        .text("source", "where agents say that a program comes from: deb, rpm; may be empty")
        .text("verdict", "allowed, forbidden")
        .text("note", "why; may be empty")
        .text("state", "in_force, stopped")
        .at("created_at", "when it was made")
        .listing(&["state", "verdict"], &["title_key", "created_at"])
}

fn columns() -> Table {
    Table::new("software", "")
        .text("source", "where an agent says that it comes from: deb, rpm, registry; may be empty")
        .default("''")
        .uuid_null("rule_id", "rule that judged it; null where a person did or nobody")
        .references("software_rule")
        .index_where(&["rule_id"], "rule_id IS NOT NULL")
}

/// At `/program-kurallari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("software_rule", "program kuralı", "Program kuralları", PATH, VIEW);
    kind.create = Some(JUDGE);
    kind.edit = Some(JUDGE);
    kind.default_sort = ("title", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.import_key = &[&["title"]];
    kind.fields = vec![
        Field::text("title", "Kural", 120)
            .required()
            .listed()
            .sorted_by("title_key")
            .searched()
            .hint("“Dağıtım paketleri”, “Dosya paylaşım programları”."),
        Field::choice("name_match", "Ada nasıl bakılır", &MATCHES).required().listed().default("contains"),
        Field::text("name_part", "Programın adında aranan", 120).listed().searched(),
        Field::text("publisher_part", "Yayımcısında aranan", 120).listed().searched(),
        Field::text("source", "Kaynağı", 40)
            .listed()
            .hint("Ajanın bildirdiği gibi: dağıtım paketleri için deb ya da rpm. Boşsa kaynağa bakılmaz."),
        Field::choice("verdict", "Karar", &VERDICTS).required().listed().filtered(),
        Field::new("note", "Gerekçe", FieldKind::LongText { max_length: 4_000 }),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind.views = vec![View { id: "yasaklar", label_tr: "Yasaklayanlar", query: "verdict=forbidden" }];
    kind.verbs = vec![
        Verb::new("durdur", "Durdur", JUDGE, &["in_force"], "stopped", "software_rule_stopped")
            .asking("Gerekçe")
            .run(|tx, _, _| Box::pin(apply::to_all(tx))),
        Verb::new("uygula", "Yeniden uygula", JUDGE, &["stopped"], "in_force", "software_rule_resumed")
            .run(|tx, _, _| Box::pin(apply::to_all(tx))),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let looks = ["name_part", "publisher_part", "source"];
        if looks.iter().all(|column| draft.or(column, before).text().trim().is_empty()) {
            let text = "Programın adında, yayımcısında ya da kaynağında ne aranacağını yazın.";
            return Ok(vec![Violation::new("PKR-001", "name_part", text)]);
        }
        if before.is_none() {
            draft.set("state", FieldValue::Text("in_force".into()));
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(Vec::new())
    })
}

/// A rule that came or changed is applied at once.
pub(crate) fn written<'a>(tx: &'a Tx, _event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(apply::to_all(tx))
}

/// What it judged.
pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, rule: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let judged = store::judged_by(ctx.db(), rule.id, SHOWN).await?;
        let rows: Vec<Vec<Markup>> = judged
            .iter()
            .map(|one| {
                vec![html! { a href={ "/programlar/" (one.id) } { (one.name) } }, html! { (one.publisher) }]
            })
            .collect();
        let title = "Bu kuralla karara bağlanan programlar";
        let table = html! {
            h2 { (title) }
            @if rows.is_empty() { p { "Kurala uyan, elle karar verilmemiş program yok." } }
            @else { (ui::table(title, &ui::heads(&["Program", "Yayımcısı"]), &rows)) }
            @if rows.len() == SHOWN as usize { p { "İlk " (SHOWN) " program gösterildi." } }
        };
        Ok(Extras { before_timeline: vec![table], ..Extras::default() })
    })
}
