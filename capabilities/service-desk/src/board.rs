//! The plan board: who does what on which day of the week, and what is planned for nobody or for no day (SD-5).

pub(crate) mod forecast;
mod store;

use std::collections::BTreeMap;

use kernel::record::names;
use kernel::{Day, Ref, Result, tr};
use maud::{Markup, html};
use time::{Date, Duration};
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use crate::levels::Levels;
use store::Planned;

pub(crate) const PATH: &str = "/destek/plan";

/// Cards on one board; a week has no more work in it.
const MOST: usize = 500;

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let today = ctx.act.now().day().0;
    let levels = Levels::of(ctx.app.settings().await?);
    // On a day off people look at the week that comes.
    let begins = levels.calendar.add_working_days(today, 0).unwrap_or(today);
    let asked = ctx.param("hafta").parse::<Day>().map_or(begins, |day| day.0);
    let monday = asked - Duration::days(i64::from(asked.weekday().number_days_from_monday()));
    let planned = store::planned(ctx.db(), Day(monday), Day(monday + Duration::days(6)), MOST).await?;
    // A week has five days, and any other on which somebody works.
    let is_shown = |day: &Date| {
        let has_work = planned.iter().any(|one| one.planned_on == Day(*day).to_string());
        has_work || day.weekday().number_days_from_monday() < 5 || levels.calendar.is_working_day(*day)
    };
    let days: Vec<Date> = (0..7).map(|later| monday + Duration::days(later)).filter(is_shown).collect();
    let unplanned = store::unplanned(ctx.db(), 50).await?;
    let people = people(&ctx, planned.iter().chain(&unplanned)).await?;
    let link = |day: Date| format!("{PATH}?hafta={}", Day(day));
    let content = html! {
        div.top {
            h1 { "İş planı" }
            nav.top-end aria-label="Hafta" {
                a.btn rel="prev" href=(link(monday - Duration::days(7))) { "Önceki hafta" }
                @if monday > begins || begins >= monday + Duration::days(7) { a.btn href=(PATH) { "Bu hafta" } }
                a.btn rel="next" href=(link(monday + Duration::days(7))) { "Sonraki hafta" }
            }
        }
        p.lead { (tr::date(monday)) " – " (tr::date(monday + Duration::days(6))) " haftası: "
            (tr::count("planlı iş", planned.len() as u64)) "." }
        @if planned.len() == MOST { p { "İlk " (MOST) " iş gösterildi." } }
        @if planned.is_empty() { p { "Bu hafta için planlanmış iş yok. Bir kaydı “Düzenle” ile bir güne ve görevliye verin." } }
        @else { (grid(&days, &planned, &people, today, &levels)) }
        @if !unplanned.is_empty() {
            h2 { "Günü belli olmayan açık işler" }
            ul.plain-list { @for one in &unplanned { li { (card(one)) " · "
                @match one.assignee_id.and_then(|id| people.get(&id)) {
                    Some(name) => (name),
                    None => "kimse üstlenmedi",
                }
            } } }
        }
    };
    ctx.page(Frame::new("İş planı").crumb("Destek kayıtları", "/destek"), content).await
}

/// Names of those on the board.
async fn people(ctx: &Ctx, of: impl Iterator<Item = &Planned>) -> Result<BTreeMap<Uuid, String>> {
    let refs: Vec<Ref> = of.filter_map(|one| Some(Ref::new("staff", one.assignee_id?))).collect();
    Ok(names(ctx.db(), &refs).await?.into_iter().map(|named| (named.id, named.title)).collect())
}

fn grid(
    days: &[Date],
    planned: &[Planned],
    people: &BTreeMap<Uuid, String>,
    today: Date,
    levels: &Levels,
) -> Markup {
    let mut rows: Vec<(Option<Uuid>, &str)> = people
        .iter()
        .filter(|(id, _)| planned.iter().any(|one| one.assignee_id == Some(**id)))
        .map(|(id, name)| (Some(*id), name.as_str()))
        .collect();
    rows.sort_by(|one, other| tr::compare(one.1, other.1));
    if planned.iter().any(|one| one.assignee_id.is_none()) {
        rows.push((None, "Kimseye verilmemiş"));
    }
    let mut heads = vec!["Görevli".to_string()];
    heads.extend(days.iter().map(|day| {
        let note = if !levels.calendar.is_working_day(*day) {
            " · tatil"
        } else if *day == today {
            " · bugün"
        } else {
            ""
        };
        format!("{} {}{note}", tr::weekday_name(*day), tr::date(*day))
    }));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows: Vec<Vec<Markup>> = rows
        .into_iter()
        .map(|(who, name)| {
            let cells = days.iter().map(|day| {
                let of_day = planned
                    .iter()
                    .filter(|one| one.assignee_id == who && one.planned_on == Day(*day).to_string());
                html! { @for one in of_day { p.board-card { (card(one)) } } }
            });
            std::iter::once(html! { strong { (name) } }).chain(cells).collect()
        })
        .collect();
    ui::table("Haftanın işleri", &ui::heads(&heads), &rows)
}

fn card(one: &Planned) -> Markup {
    let is_late = one.deadline == "late";
    html! {
        a href={ "/destek/" (one.id) } { (one.title) }
        @if !one.is_open { " " (ui::state_badge(ui::Tone::Done, "bitti")) }
        @else if is_late { " " (ui::due_badge("gecikti", true)) }
    }
}
