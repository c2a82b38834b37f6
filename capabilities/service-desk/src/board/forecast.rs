//! Which open tickets will be late at the pace of the last weeks, before they are: those in the order in which their time runs
//! out, against what the desk solves on a working day.

use kernel::{Day, Instant, Result, tr};
use maud::{Markup, html};
use time::Duration;
use web::{Ctx, Frame, Outcome};

use super::store::{self, Due};
use crate::levels::Levels;

pub(crate) const PATH: &str = "/destek/ongoru";

/// Weeks whose pace counts.
const WEEKS: i32 = 4;
/// Open tickets that are looked at, those first whose time runs out first.
const MOST: usize = 1_000;

/// Where a ticket will stand at this pace.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Expected<'a> {
    ticket: &'a Due,
    /// Its turn comes after so many working days.
    after_days: i64,
    is_late: bool,
}

/// `solved` tickets on `days` working days is the pace; working days from now until each one's time runs out by `left`.
fn expected<'a>(due: &'a [Due], solved: i64, days: i64, left: impl Fn(&Due) -> i64) -> Vec<Expected<'a>> {
    (1_i64..)
        .zip(due)
        .map(|(place, ticket)| {
            // Nobody solved anything: nothing comes to its turn.
            let after_days = if solved == 0 { i64::MAX } else { (place * days + solved - 1) / solved };
            Expected { ticket, after_days, is_late: after_days > left(ticket).max(0) }
        })
        .collect()
}

/// `GET /destek/ongoru`
pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let now = ctx.act.now();
    let levels = Levels::of(ctx.app.settings().await?);
    let today = now.day().0;
    let since = today - Duration::weeks(i64::from(WEEKS));
    let days = (0..i64::from(WEEKS) * 7)
        .filter(|day| levels.calendar.is_working_day(since + Duration::days(*day)))
        .count() as i64;
    let solved = store::solved_since(ctx.db(), Day(since).start()).await?;
    let due = store::due(ctx.db(), MOST).await?;
    let all = expected(&due, solved, days.max(1), |ticket| {
        // A working day has 480 minutes.
        levels
            .calendar
            .working_minutes_between(now.0, ticket.due_at.max(now.0))
            .map_or(i64::MAX, |minutes| (minutes + 479) / 480)
    });
    let late: Vec<&Expected<'_>> = all.iter().filter(|one| one.is_late).collect();
    let content = html! {
        div.top { h1 { "Gecikme öngörüsü" } }
        p.lead { (sentence(&all, late.len(), solved, days)) }
        @if late.is_empty() { p { "Bu hızla hiçbir kaydın gecikmesi beklenmiyor." } }
        @else { (ui::table("Gecikmesi beklenenler", &ui::heads(&["Kayıt", "Son an", "Sırası"]), &rows(&late, now)?)) }
        @if due.len() == MOST { p.muted { "Süresi en önce dolan " (tr::grouped(MOST as i64)) " kayda bakıldı." } }
    };
    ctx.page(Frame::new("Gecikme öngörüsü").crumb("Destek kayıtları", "/destek"), content).await
}

fn sentence(all: &[Expected<'_>], late: usize, solved: i64, days: i64) -> String {
    let open = tr::grouped(all.len() as i64);
    if solved == 0 {
        return format!(
            "Açık kayıt: {open}. Son {WEEKS} haftada çözülen kayıt yok; hız bilinmeden öngörü yapılamaz."
        );
    }
    format!(
        "Açık kayıt: {open}. Son {WEEKS} haftanın {days} iş gününde {} kayıt çözüldü; bu hızla {} kaydın süresi çözülmeden dolar.",
        tr::grouped(solved),
        tr::grouped(late as i64)
    )
}

fn rows(late: &[&Expected<'_>], now: Instant) -> Result<Vec<Vec<Markup>>> {
    let row = |one: &&Expected<'_>| {
        vec![
            html! { a href={ "/destek/" (one.ticket.id) } { (one.ticket.number) " " (one.ticket.title) } },
            ui::due_badge(&tr::due(one.ticket.due_at, now.0), one.ticket.due_at < now.0),
            html! { @if one.after_days == i64::MAX { "–" } @else { (one.after_days) " iş günü sonra" } },
        ]
    };
    Ok(late.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_turn_comes_after_its_time_will_be_late() {
        let due: Vec<Due> = (0..6).map(|_| Due::default()).collect();
        // Ten in twenty working days: one every two days.
        let late = |left: i64| expected(&due, 10, 20, |_| left).iter().filter(|one| one.is_late).count();
        assert_eq!((late(12), late(6), late(1)), (0, 3, 6));
        assert!(expected(&due, 0, 20, |_| 100).iter().all(|one| one.is_late));
        assert!(expected(&[], 0, 20, |_| 0).is_empty());
    }
}
