//! A ticket's page beyond its facts: how its time stands, and the question whether the person is satisfied.

use axum::extract::Path;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, NewEvent, Ref, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Outcome, redirect};

use super::clock::{self, Held, Reading};
use super::{SATISFACTIONS, WORK, kind, parts, problem, store};
use crate::levels::{Allowed, Levels};
use crate::{board, escalation};

const ANSWER: &str = "memnuniyet";

pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, ticket: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let mut levels = Levels::of(ctx.app.settings().await?);
        levels.team_times = escalation::store::team_times(ctx.db()).await?;
        let log = store::moves(ctx.db(), ticket.id).await?;
        let allowed = levels.allowed(ticket.get("priority").text());
        let now = ctx.act.now().0;
        let reading = clock::read(&log, allowed, &levels.calendar, now);
        let held = clock::held(&log, &levels.calendar, now).unwrap_or_default();
        let teams = teams(ctx, &levels, &held, ticket.get("priority").text()).await?;
        let cards = reading.map(|reading| ui::Card {
            title: "Süreler".into(),
            edit_href: None,
            body: html! { (times(&reading, allowed, now)) (teams) },
        });
        let before_timeline = nobodys(ctx, ticket)
            .into_iter()
            .chain(question(ctx, ticket))
            .chain(parts::used(ctx, ticket).await?);
        let before_timeline = before_timeline.collect();
        let cards = problem::card(ctx, ticket).await?.into_iter().chain(cards).collect();
        let verbs = parts::way(ctx, ticket).into_iter().chain(order(ctx, ticket)).collect();
        Ok(Extras { before_timeline, cards, verbs })
    })
}

/// What nobody took and nobody was given: said to those who could take it.
fn nobodys(ctx: &Ctx, ticket: &Record) -> Option<Markup> {
    let is_nobodys = ticket.get("assignee_id").is_null() && ticket.get("state").text() == "new";
    (is_nobodys && ctx.actor().may(WORK)).then(|| {
        let text = "Sahipsiz: bu kaydı henüz kimse üstlenmedi ve kimseye verilmedi.";
        ui::notice(ui::FlashKind::Warning, html! { (text) })
    })
}

/// The order on paper, for whoever does the work.
fn order(ctx: &Ctx, ticket: &Record) -> Option<ui::Verb> {
    let is_wanted = ticket.get("is_open").bool() && ctx.actor().may(WORK);
    is_wanted.then(|| ui::Verb {
        label: "İş emri (PDF)".into(),
        href: format!("{}?kayit={}", board::order::PATH, ticket.id),
        ..ui::Verb::default()
    })
}

fn times(reading: &Reading, allowed: Allowed, now: i64) -> Markup {
    let of = |spent: i64, allowed: i64| format!("{} / {}", minutes(spent), minutes(allowed));
    let mut rows = vec![
        ("İlk yanıt".to_string(), html! { (of(reading.answered_after, allowed.answer)) }),
        ("Çözüm".to_string(), html! { (of(reading.worked, allowed.solution)) }),
    ];
    if reading.is_open && reading.deadline != "paused" {
        let is_late = reading.deadline == "late";
        rows.push(("Kalan".to_string(), ui::due_badge(&tr::due(reading.due_at, now), is_late)));
    }
    html! {
        (ui::facts(&rows))
        p.muted { "Süreler çalışma saatiyle sayılır; bildirenden bilgi beklenirken ve cihaz firmadayken durur." }
    }
}

/// What each team had it for, where it went from one to another or a team's time is written.
async fn teams(ctx: &Ctx, levels: &Levels, held: &[Held], priority: &str) -> Result<Markup> {
    let ids: Vec<Uuid> = held.iter().filter_map(|held| held.team_id).collect();
    if ids.len() < 2 && ids.iter().all(|team| levels.team_minutes(*team, priority).is_none()) {
        return Ok(html! {});
    }
    let refs: Vec<Ref> = ids.iter().map(|id| Ref::new("unit", *id)).collect();
    let named = record::names(ctx.db(), &refs).await?;
    let rows: Vec<(String, Markup)> = held
        .iter()
        .filter_map(|held| {
            let team = held.team_id?;
            let name = named.iter().find(|unit| unit.id == team)?.title.clone();
            let spent = minutes(held.minutes);
            Some((
                name,
                match levels.team_minutes(team, priority) {
                    Some(allowed) if held.minutes > allowed => {
                        html! { strong { (spent) " / " (minutes(allowed)) } }
                    }
                    Some(allowed) => html! { (spent) " / " (minutes(allowed)) },
                    None => html! { (spent) },
                },
            ))
        })
        .collect();
    Ok(html! { h3 { "Ekiplerde" } (ui::facts(&rows)) })
}

/// "2 sa 5 dk"; a working day has eight hours.
fn minutes(minutes: i64) -> String {
    let (days, hours, rest) = (minutes / 480, minutes % 480 / 60, minutes % 60);
    let parts = [(days, "iş günü"), (hours, "sa"), (rest, "dk")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if said.is_empty() { "0 dk".into() } else { said.join(" ") }
}

/// Asked once, of the person it was done for.
fn question(ctx: &Ctx, ticket: &Record) -> Option<Markup> {
    if !may_answer(ctx, ticket) {
        return None;
    }
    Some(html! {
        form.card method="post" action={ "/destek/" (ticket.id) "/memnuniyet" } {
            input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
            fieldset {
                legend { strong { "Bu işten ne kadar memnun kaldınız?" } }
                div.form-end {
                    @for choice in SATISFACTIONS.iter().skip(1).rev() {
                        button.btn type="submit" name=(ANSWER) value=(choice.code) { (choice.label_tr) }
                    }
                }
            }
        }
    })
}

fn may_answer(ctx: &Ctx, ticket: &Record) -> bool {
    let is_own = ctx.actor().staff_id.is_some() && ticket.get("requester_id").id() == ctx.actor().staff_id;
    let is_done = ["solved", "closed"].contains(&ticket.get("state").text());
    is_own && is_done && ticket.get("satisfaction").text() == "unasked"
}

pub(crate) async fn answer(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let kind = kind();
    let ticket = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let chosen = SATISFACTIONS.iter().skip(1).find(|choice| choice.code == form.get(ANSWER));
    let Some(chosen) = chosen else {
        return Err(Error::rule("DST-007", ANSWER, "Beş yanıttan birini seçin.").into());
    };
    if ctx.actor().staff_id.is_none() || ticket.get("requester_id").id() != ctx.actor().staff_id {
        return Err(Error::forbidden().into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    if store::set_satisfaction(&tx, id, chosen.code).await? == 0 || !may_answer(&ctx, &ticket) {
        tx.rollback().await?;
        return Ok(redirect(&kind.address(id), "Yanıtınızı daha önce almıştık."));
    }
    let event = NewEvent::new(ticket.reference(&kind), ticket.title(&kind), "ticket_rated");
    tx.record(event.note(chosen.label_tr).scope(ticket.unit_id(&kind), ticket.owner_id(&kind))).await?;
    tx.commit().await?;
    Ok(redirect(&kind.address(id), "Teşekkür ederiz, yanıtınız kaydedildi."))
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn working_minutes_are_said_in_working_days() {
        for (given, expected) in [
            (0, "0 dk"),
            (59, "59 dk"),
            (125, "2 sa 5 dk"),
            (480, "1 iş günü"),
            (1501, "3 iş günü 1 sa 1 dk"),
        ] {
            assert_eq!(minutes(given), expected);
        }
    }
}
