//! The plan board: who does what on which day of the week, what was left undone on its day, and what is planned for nobody or for
//! no day (SD-5).

pub(crate) mod forecast;
pub(crate) mod order;
pub(crate) mod planning;
mod store;

use std::collections::BTreeMap;

use kernel::record::{self, FieldValue, FilterValue, ListQuery, names};
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
    page(&ctx, &planning::Refused::default()).await
}

async fn page(ctx: &Ctx, refused: &planning::Refused) -> Outcome {
    let today = ctx.act.now().day().0;
    let levels = Levels::of(ctx.app.settings().await?);
    // On a day off people look at the week that comes.
    let begins = levels.calendar.add_working_days(today, 0).unwrap_or(today);
    let asked = refused.week.or(ctx.param("hafta").parse().ok()).map_or(begins, |day| day.0);
    let monday = asked - Duration::days(i64::from(asked.weekday().number_days_from_monday()));
    let planned = store::planned(ctx.db(), Day(monday), Day(monday + Duration::days(6)), MOST).await?;
    // A week has five days, and any other on which somebody works.
    let is_shown = |day: &Date| {
        let has_work = planned.iter().any(|one| one.planned_on == Day(*day).to_string());
        has_work || day.weekday().number_days_from_monday() < 5 || levels.calendar.is_working_day(*day)
    };
    let days: Vec<Date> = (0..7).map(|later| monday + Duration::days(later)).filter(is_shown).collect();
    let unplanned = store::unplanned(ctx.db(), 50).await?;
    // What stands in the week that is shown says so itself.
    let overdue = store::overdue(ctx.db(), Day(today.min(monday)), 50).await?;
    let mut people = people(ctx, planned.iter().chain(&unplanned).chain(&overdue)).await?;
    let all: Vec<&Planned> = planned.iter().chain(&unplanned).chain(&overdue).collect();
    let team = team(ctx, &levels, &all).await?;
    people.extend(team.iter().cloned());
    let rows = rows(&planned, &people, &team);
    let asked_of = planning::Asked::of(ctx, &people, Day(monday), refused);
    let link = |day: Date| format!("{PATH}?hafta={}", Day(day));
    let said = refused.said();
    let content = html! {
        div.top {
            h1 { "İş planı" }
            nav.top-end aria-label="Hafta" {
                a.btn rel="prev" href=(link(monday - Duration::days(7))) { "Önceki hafta" }
                @if monday > begins || begins >= monday + Duration::days(7) { a.btn href=(PATH) { "Bu hafta" } }
                a.btn rel="next" href=(link(monday + Duration::days(7))) { "Sonraki hafta" }
                a.btn href=(order::PATH) { "İş emirlerim (PDF)" }
            }
        }
        @if let Some(said) = &said { (said) }
        p.lead { (tr::date(monday)) " – " (tr::date(monday + Duration::days(6))) " haftası: "
            (tr::count("planlı iş", planned.len() as u64)) "." }
        @if planned.len() == MOST { p { "İlk " (MOST) " iş gösterildi." } }
        @if planned.is_empty() { p { "Bu hafta için planlanmış iş yok. Aşağıdaki işleri bir güne ve görevliye verin." } }
        @if !rows.is_empty() { (grid(&days, &planned, &rows, today, &levels)) }
        (listed("Günü geçmiş açık işler", &overdue, (&people, today), &asked_of))
        (listed("Günü belli olmayan açık işler", &unplanned, (&people, today), &asked_of))
    };
    let frame = Frame::new("İş planı").crumb("Destek kayıtları", "/destek");
    if said.is_some() { ctx.refused(frame, content).await } else { ctx.page(frame, content).await }
}

/// Names of those on the board.
async fn people(ctx: &Ctx, of: impl Iterator<Item = &Planned>) -> Result<BTreeMap<Uuid, String>> {
    let refs: Vec<Ref> = of.filter_map(|one| Some(Ref::new("staff", one.assignee_id?))).collect();
    Ok(names(ctx.db(), &refs).await?.into_iter().map(|named| (named.id, named.title)).collect())
}

/// Those who work in the desk's team, also with nothing to do. Where none is set, in the one that has most of the work.
async fn team(ctx: &Ctx, levels: &Levels, work: &[&Planned]) -> Result<Vec<(Uuid, String)>> {
    let set = directory::store::unit_with_code(ctx.db(), &levels.team_code()).await?;
    let mut counts: BTreeMap<Uuid, usize> = BTreeMap::new();
    for team in work.iter().filter_map(|one| one.team_id) {
        *counts.entry(team).or_default() += 1;
    }
    let busiest = counts.into_iter().max_by_key(|(_, count)| *count).map(|(team, _)| team);
    let Some(unit) = set.or(busiest) else { return Ok(Vec::new()) };
    let Some(kind) = ctx.registry().kind("staff") else { return Ok(Vec::new()) };
    let is_theirs = FilterValue::Is(FieldValue::Id(unit));
    let query = ListQuery { filters: vec![("unit_id", is_theirs)], size: 100, ..ListQuery::first(&kind) };
    let people = record::list(ctx.db(), &kind, &query, ctx.actor(), kind.view).await?.records;
    let active = people.iter().filter(|one| one.get("state").text() == "active");
    Ok(active.map(|one| (one.id, one.title(&kind))).collect())
}

/// A row for each person of the team and whoever else has work, and one for what nobody has.
fn rows<'a>(
    planned: &[Planned],
    people: &'a BTreeMap<Uuid, String>,
    team: &[(Uuid, String)],
) -> Vec<(Option<Uuid>, &'a str)> {
    let is_shown = |id: &Uuid| {
        team.iter().any(|(known, _)| known == id) || planned.iter().any(|one| one.assignee_id == Some(*id))
    };
    let mut rows: Vec<(Option<Uuid>, &str)> =
        people.iter().filter(|(id, _)| is_shown(id)).map(|(id, name)| (Some(*id), name.as_str())).collect();
    rows.sort_by(|one, other| tr::compare(one.1, other.1));
    if planned.iter().any(|one| one.assignee_id.is_none()) {
        rows.push((None, "Kimseye verilmemiş"));
    }
    rows
}

fn listed(
    title: &str,
    all: &[Planned],
    (people, today): (&BTreeMap<Uuid, String>, Date),
    asked: &planning::Asked<'_>,
) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 { (title) }
            ul.plain-list { @for one in all { li { (card(one, today)) " · "
                @match one.assignee_id.and_then(|id| people.get(&id)) {
                    Some(name) => (name),
                    None => "kimse üstlenmedi",
                }
                (asked.form(one))
            } } }
        }
    }
}

fn grid(
    days: &[Date],
    planned: &[Planned],
    rows: &[(Option<Uuid>, &str)],
    today: Date,
    levels: &Levels,
) -> Markup {
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
        .iter()
        .map(|(who, name)| {
            let cells = days.iter().map(|day| {
                let of_day = planned
                    .iter()
                    .filter(|one| one.assignee_id == *who && one.planned_on == Day(*day).to_string());
                html! { @for one in of_day { p.board-card { (card(one, today)) } } }
            });
            std::iter::once(html! { strong { (name) } }).chain(cells).collect()
        })
        .collect();
    ui::table("Haftanın işleri", &ui::heads(&heads), &rows)
}

fn card(one: &Planned, today: Date) -> Markup {
    let is_late = one.deadline == "late";
    let is_past = !one.planned_on.is_empty() && one.planned_on < Day(today).to_string();
    html! {
        a href={ "/destek/" (one.id) } { (one.title) }
        @if !one.is_open { " " (ui::state_badge(ui::Tone::Done, "bitti")) }
        @else if is_past { " " (ui::due_badge("gecikmiş", true)) }
        @else if is_late { " " (ui::due_badge("gecikti", true)) }
    }
}
