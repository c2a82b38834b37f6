//! The event log: every act of everybody, as far as the reader's scope goes.

use axum::extract::Path;
use kernel::Source;
use kernel::db::Sql;
use kernel::event::{COLUMNS, Event};
use kernel::record::{Choice, Direction, Field, FieldKind, Kind, Tone, View};
use kernel::{Error, Ref, tr};
use maud::{Markup, html};
use uuid::Uuid;

use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::shell::{Frame, Openable};

const SOURCES: [Choice; 5] = [
    Choice::new("screen", "Ekran", Tone::Wait),
    Choice::new("api", "API", Tone::Wait),
    Choice::new("import", "İçe aktarma", Tone::Wait),
    Choice::new("job", "Zamanlanmış iş", Tone::Wait),
    Choice::new("command_line", "Komut satırı", Tone::Wait),
];

/// Verbs and kinds are filled in by the registry, which knows all of them.
pub(super) fn kind() -> Kind {
    let mut kind = Kind::new("event", "kayıt", "Kayıtlar", "/kayitlar", "house.event.view");
    kind.title = "subject_title";
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.is_versioned = false;
    kind.has_detail = false;
    kind.default_sort = ("at", Direction::Descending);
    kind.fields = vec![
        Field::new("at", "Zaman", FieldKind::Instant).listed().filtered().sorted().read_only(),
        Field::text("actor_name", "Kim", 200).listed().read_only(),
        // Beside the name wherever the name is: list, print and exports say it as the timeline does.
        Field::text("acting_for_name", "Kimin yerine vekâleten", 200).listed().read_only(),
        Field::choice("verb", "Ne yaptı", &[]).listed().filtered().read_only(),
        Field::text("subject_title", "Kayıt", 400).listed().read_only(),
        Field::choice("subject_kind", "Tür", &[]).listed().filtered().read_only(),
        Field::choice("source", "Nereden", &SOURCES).listed().filtered().read_only(),
        Field::reference("actor_id", "Hesap", "account").filtered().read_only(),
        Field::text("address", "Ağ adresi", 60).read_only().personal(),
        Field::text("note", "Açıklama", 10_000).read_only(),
        Field::reference("unit_id", "Birim", "unit").read_only(),
        Field::reference("owner_id", "Sahibi", "staff").read_only(),
    ];
    kind.views = vec![
        View { id: "by_job", label_tr: "Kendiliğinden yapılanlar", query: "source=job" },
        View { id: "exports", label_tr: "Dışa aktarmalar", query: "verb=exported" },
    ];
    kind
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE id = $1");
    let event: Event = ctx.db().row(&sql, vec![id.into()]).await?.ok_or_else(Error::not_found)?;
    if !ctx.actor().may_on("house.event.view", event.unit_id, event.owner_id) {
        return Err(Error::not_found().into());
    }
    let title = format!("{}: {}", ctx.registry().verb_label(&event.verb), event.subject_title);
    let open = ctx.openable(&[Ref::new(event.subject_kind.as_str(), event.subject_id)]).await?;
    let content = html! {
        h1 { (title) }
        div.card { (ui::facts(&facts(&ctx, &event, &open))) }
        @let changes = event.change_list();
        @if !changes.is_empty() {
            h2 { "Değişen alanlar" }
            (ui::table("Değişen alanlar", &ui::heads(&["Alan", "Önce", "Sonra"]), &changes.iter().map(|change| {
                vec![html! { (change.label) }, html! { (change.before) }, html! { (change.after) }]
            }).collect::<Vec<_>>()))
        }
    };
    ctx.page(Frame::new(title).crumb("Kayıtlar", "/kayitlar"), content).await
}

fn facts(ctx: &Ctx, event: &Event, open: &Openable<'_>) -> Vec<(String, Markup)> {
    let source =
        Source::ALL.iter().find(|(_, code, _)| *code == event.source).map_or("", |(_, _, label)| label);
    let kind = ctx.registry().kind(&event.subject_kind);
    let seal = match (event.seal_no, event.leaf_no) {
        (Some(seal), Some(leaf)) => format!("{}. mühür, {}. sıra", tr::grouped(seal), tr::grouped(leaf + 1)),
        _ => "Birkaç saniye içinde mühürlenecek".into(),
    };
    let mut rows = vec![
        ("Zaman".to_string(), html! { time datetime=(event.at.iso()) { (tr::instant(event.at.0)) } }),
        ("Kim".into(), html! { (event.actor_name) }),
    ];
    if let Some(name) = &event.acting_for_name {
        rows.push(("Kimin yerine".into(), html! { (name) " yerine vekâleten" }));
    }
    rows.push((
        "Nereden".into(),
        html! { (source) @if let Some(address) = &event.address { " · " (address) } },
    ));
    rows.push((
        "Kayıt".into(),
        html! {
            (open.named(&event.subject_kind, event.subject_id, &event.subject_title))
            @if let Some(kind) = &kind { " (" (kind.name_tr) ")" }
        },
    ));
    if !event.note.is_empty() {
        rows.push(("Açıklama".into(), html! { (event.note) }));
    }
    rows.push(("Mühür".into(), html! { (seal) }));
    rows.push(("Özet (SHA-256)".into(), html! { code.digest { (hex::encode(&event.digest)) } }));
    rows
}
