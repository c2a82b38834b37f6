//! The periodic report against unlicenced and forbidden programs (AS-4, AS-5), on screen and as PDF/A; and where a program
//! is installed, on its page.

use kernel::db::Sql;
use kernel::event::{Event, NewEvent};
use kernel::record::{Kind, Record};
use kernel::{Boxed, Instant, Ref, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Width};
use uuid::Uuid;
use web::{Ctx, Extras, Frame, Outcome};

use super::report;
use super::store::{self, Counted};
use crate::asset;

/// Rows of one part of the report; more are counted by the list.
const MOST: u32 = 200;
/// Machines named for one program.
const MOST_PLACES: u32 = 100;
/// Machines named in one report.
const MOST_NAMED: u32 = 5_000;
/// Findings that came or went are looked through in pages; more than these are of years.
const PAGE: u32 = 200;
const MOST_PAGES: u32 = 50;

/// What the report's events are about.
pub(crate) const SUBJECT: &str = "software_audit";
const SUBJECT_ID: Uuid = Uuid::from_u128(0x50f7);

pub(super) struct Part {
    pub title: &'static str,
    pub rows: Vec<Counted>,
    is_licence: bool,
    /// The machines are named one by one: somebody must go there.
    pub is_named: bool,
}

pub(super) async fn parts(db: &impl Sql) -> Result<Vec<Part>> {
    let part = |title, rows| Part { title, rows, is_licence: false, is_named: false };
    Ok(vec![
        Part {
            is_named: true,
            ..part("Yasak ama kurulu programlar", store::with_finding(db, "forbidden", MOST).await?)
        },
        Part {
            is_licence: true,
            is_named: true,
            ..part("Lisansı yetmeyen programlar", store::with_finding(db, "short", MOST).await?)
        },
        part("Listede olmayan programlar", store::with_finding(db, "unlisted", MOST).await?),
        part("Karar bekleyenlerin en yaygınları", store::unjudged(db, 50).await?),
    ])
}

pub(super) fn cells(part: &Part, one: &Counted) -> Vec<String> {
    let mut cells = vec![one.name.clone(), tr::grouped(one.installed)];
    if part.is_licence {
        cells.extend([tr::grouped(one.seats), tr::grouped(one.installed - one.seats)]);
    }
    cells
}

pub(super) fn heads(part: &Part) -> Vec<&'static str> {
    let mut heads = vec!["Program", "Kurulu makine"];
    if part.is_licence {
        heads.extend(["Lisansın yettiği", "Eksik"]);
    }
    heads
}

pub(super) fn subject() -> Ref {
    Ref::new(SUBJECT, SUBJECT_ID)
}

/// When the report was taken last, and what became of findings since; the newest first.
pub(super) async fn since_last(db: &impl Sql) -> Result<(Option<Instant>, Vec<Event>)> {
    let (mut since, mut before) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let page = kernel::event::timeline(db, &subject(), before, PAGE).await?;
        let is_end = page.len() < PAGE as usize;
        before = page.last().map(|event| event.id);
        for event in page {
            if event.verb == "software_audited" {
                return Ok((Some(event.at), since));
            }
            since.push(event);
        }
        if is_end {
            break;
        }
    }
    Ok((None, since))
}

/// "1 Ekim 2026 – 30 Kasım 2026"
pub(super) fn period(last: Option<Instant>, now: Instant) -> String {
    match last {
        Some(last) => format!("{} – {}", tr::date(last.day().0), tr::date(now.day().0)),
        None => format!("Başlangıçtan {} gününe kadar (ilk rapor)", tr::date(now.day().0)),
    }
}

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let (last, _) = since_last(ctx.db()).await?;
    let parts = parts(ctx.db()).await?;
    let content = html! {
        div.top {
            h1 { "Program denetimi" }
            div.top-end { a.btn href=(report::PATH) { "Alınmış raporlar" } " " a.btn href="/programlar/denetim/pdf" { "PDF indir" } }
        }
        p.lead { "Kurulu programlar her saat sayılır ve lisanslarla karşılaştırılır. " (tr::instant(ctx.act.now().0)) }
        p { "Dönem: " (period(last, ctx.act.now())) ". Makineler PDF raporda tek tek yazılıdır." }
        @for part in &parts {
            h2 { (part.title) }
            @if part.rows.is_empty() { p { "Yok." } } @else {
                (ui::table(part.title, &ui::heads(&heads(part)), &part.rows.iter().map(|one| row(part, one)).collect::<Vec<_>>()))
            }
        }
    };
    ctx.page(Frame::new("Program denetimi").crumb("Programlar", "/programlar"), content).await
}

fn row(part: &Part, one: &Counted) -> Vec<Markup> {
    let mut cells: Vec<Markup> = cells(part, one).iter().map(|cell| html! { (cell) }).collect();
    cells[0] = html! { a href={ "/programlar/" (one.id) } { (one.name) } };
    cells
}

/// That the report was taken is an event: the inspection was made.
pub(crate) async fn pdf(ctx: Ctx) -> Outcome {
    let now = ctx.act.now();
    let (last, since) = since_last(ctx.db()).await?;
    let mut blocks = vec![Block::Facts(vec![("Kapsadığı dönem".into(), period(last, now))])];
    for part in parts(ctx.db()).await? {
        blocks.push(Block::Heading(part.title.into()));
        if part.rows.is_empty() {
            blocks.push(Block::Paragraph("Yok.".into()));
            continue;
        }
        let rows = part.rows.iter().map(|one| cells(&part, one)).collect();
        let columns = heads(&part).into_iter().enumerate();
        let columns = columns.map(|(place, label)| match place {
            0 => column(label, Align::Left, 6),
            _ => column(label, Align::Right, 2),
        });
        blocks.push(Block::Table { columns: columns.collect(), rows });
        if part.is_named {
            blocks.extend(machines(&ctx, &part.rows).await?);
        }
    }
    if last.is_some() {
        blocks.extend(settled(&since));
    }
    blocks.push(Block::SignatureLines(vec!["Denetleyen".into(), "Müdür".into()]));
    let title = format!("Program denetimi, {}", tr::date(now.day().0));
    let document = ctx.paper(title.clone(), blocks).await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(subject(), title, "software_audited")).await?;
    tx.commit().await?;
    Ok(web::download(&format!("program-denetimi-{}.pdf", now.day()), "application/pdf", bytes))
}

fn column(label: &str, align: Align, share: u8) -> Column {
    Column { label: label.into(), align, width: Width::Share(share) }
}

/// On which machines each of the programs stands, in whose charge and whose they are; only those that the person may see.
async fn machines(ctx: &Ctx, programs: &[Counted]) -> Result<Vec<Block>> {
    let ids: Vec<Uuid> = programs.iter().map(|one| one.id).collect();
    let mut all = store::machines_of(ctx.db(), &ids, MOST_PLACES, MOST_NAMED).await?;
    all.retain(|one| ctx.actor().may_on(asset::VIEW, Some(one.place.unit_id), one.place.holder_id));
    let mut refs: Vec<Ref> = all.iter().map(|one| Ref::new("unit", one.place.unit_id)).collect();
    refs.extend(all.iter().filter_map(|one| one.place.holder_id).map(|id| Ref::new("staff", id)));
    refs.sort_by_key(|one| one.id);
    refs.dedup_by_key(|one| one.id);
    let names = kernel::record::names(ctx.db(), &refs).await?;
    let name = |id: Uuid| names.iter().find(|one| one.id == id).map_or("", |one| one.title.as_str());
    let mut blocks = Vec::new();
    for program in programs {
        let here: Vec<_> = all.iter().filter(|one| one.software_id == program.id).collect();
        if here.is_empty() {
            continue;
        }
        let rows = here.iter().map(|one| {
            let (place, holder) = (&one.place, one.place.holder_id.map_or("Zimmetsiz", name));
            [&place.number, &place.name, &place.version, holder, name(place.unit_id)]
                .map(str::to_string)
                .to_vec()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let columns = vec![
            column("Envanter no", Align::Left, 3),
            column("Adı", Align::Left, 3),
            column("Sürümü", Align::Left, 2),
            column("Zimmetli kişi", Align::Left, 3),
            column("Birimi", Align::Left, 4),
        ];
        blocks.push(Block::Paragraph(format!("{} kurulu makineler:", program.name)));
        let left = program.installed - rows.len() as i64;
        blocks.push(Block::Table { columns, rows });
        if left > 0 {
            let left = tr::count("makine", left as u64);
            blocks.push(Block::Note(format!("{}: {left} daha var.", program.name)));
        }
    }
    Ok(blocks)
}

/// What no longer stands of the findings since the last report.
fn settled(since: &[Event]) -> [Block; 2] {
    let gone: Vec<&Event> = since.iter().filter(|event| event.verb == "software_settled").collect();
    let table = Block::Table {
        columns: vec![
            column("Program", Align::Left, 4),
            column("Günü", Align::Left, 2),
            column("Durumu", Align::Left, 5),
        ],
        rows: gone
            .iter()
            .map(|one| vec![one.subject_title.clone(), tr::date(one.at.day().0), one.note.clone()])
            .collect(),
    };
    let heading = Block::Heading("Önceki rapordan beri ortadan kalkan bulgular".into());
    [heading, if gone.is_empty() { Block::Paragraph("Yok.".into()) } else { table }]
}

/// Where it is installed: only machines that the person may see are named.
pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, software: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let is_ruled = software.get("rule_id").id().is_some();
        let is_followed = store::is_followed(software.get("state").text(), is_ruled);
        let mut places = store::places(ctx.db(), software.id, is_followed, MOST_PLACES).await?;
        places.retain(|one| ctx.actor().may_on(asset::VIEW, Some(one.unit_id), one.holder_id));
        if places.is_empty() {
            return Ok(Extras::default());
        }
        let rows: Vec<Vec<Markup>> = places
            .iter()
            .map(|one| {
                vec![
                    html! { a href={ "/varliklar/" (one.id) } { (one.number) } },
                    html! { (one.name) },
                    html! { (one.version) },
                ]
            })
            .collect();
        let table = html! {
            h2 { "Kurulu olduğu makineler" }
            (ui::table("Kurulu olduğu makineler", &ui::heads(&["Envanter no", "Adı", "Sürümü"]), &rows))
            @if places.len() == MOST_PLACES as usize { p { "İlk " (MOST_PLACES) " makine gösterildi." } }
        };
        Ok(Extras { before_timeline: vec![table], ..Extras::default() })
    })
}
