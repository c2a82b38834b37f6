//! The live view: the newest lines of the last minutes, asked for anew every two seconds while the page can be seen. Opening it is
//! the event; what it shows afterwards belongs to that look.

use journal::{Query, Test};
use kernel::{Instant, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Frame, Outcome};

use super::{LIVE, LIVE_LINES, PATH, absent, found, logs, noted};
use crate::keeping::AccessLogs;

const LINES: usize = 60;
const SECONDS: u32 = 2;
/// What was received before is no news.
const BACK_US: i64 = 10 * 60 * Instant::SECOND_US;
/// Clocks of devices that are behind, by hours where their zone is not known, or ahead.
const BEHIND_US: i64 = 24 * 60 * 60 * Instant::SECOND_US;
const AHEAD_US: i64 = 60 * 60 * Instant::SECOND_US;

struct Watched {
    source: Option<u32>,
    reason: String,
    is_still: bool,
}

impl Watched {
    fn of(ctx: &Ctx) -> Self {
        Self {
            source: ctx.param("kaynak").parse().ok(),
            reason: tr::clean_line(ctx.param("neden")).text.chars().take(200).collect(),
            is_still: ctx.param("dur") == "evet",
        }
    }

    fn address(&self, path: &str, is_still: bool) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("neden", &self.reason);
        if let Some(source) = self.source {
            query.append_pair("kaynak", &source.to_string());
        }
        if is_still {
            query.append_pair("dur", "evet");
        }
        format!("{path}?{}", query.finish())
    }
}

pub(crate) async fn live(ctx: Ctx) -> Outcome {
    let Ok(logs) = logs(&ctx) else { return absent(&ctx, "Canlı akış").await };
    let watched = Watched::of(&ctx);
    let frame = Frame::new("Canlı akış").crumb("Erişim kayıtları", PATH);
    let form = form(&watched, logs);
    if watched.reason.is_empty() {
        let content = html! {
            div.top { h1 { "Canlı akış" } }
            (form)
            (ui::empty_state("Neden baktığınızı yazıp izleyin; bakmanız adınızla ve gerekçesiyle kaydedilir.", None))
        };
        return ctx.page(frame, content).await;
    }
    let what = watched.source.and_then(|number| logs.inner().known.name(number));
    let what = format!("Canlı akış: {}", what.as_deref().unwrap_or("bütün kaynaklar"));
    noted(&ctx, "log_watched", &what, &watched.reason).await?;
    let part = part(&ctx, logs, &watched).await?;
    let ticket = ticket(&ctx, logs, &watched, ctx.act.now().0);
    let renewing = format!("{}&bilet={ticket}", watched.address(LIVE_LINES, false));
    let content = html! {
        div.top {
            h1 { "Canlı akış" }
            div.top-end {
                @if watched.is_still { a.btn href=(watched.address(LIVE, false)) { "Sürdür" } }
                @else { a.btn href=(watched.address(LIVE, true)) { "Duraklat" } }
            }
        }
        (form)
        @if watched.is_still { (part) } @else { (ui::renewed(&renewing, SECONDS, part)) }
    };
    ctx.page(frame, content).await
}

/// How long the page that was opened goes on; then it is opened, and written down, anew.
const TICKET_US: i64 = 12 * 60 * 60 * Instant::SECOND_US;

/// Says that this person has opened the view, for this reason, at this instant: nobody reads on who was not written down.
fn ticket(ctx: &Ctx, logs: &AccessLogs, watched: &Watched, at_us: i64) -> String {
    let who = ctx.actor().account_id;
    let said = format!("{who:?} {:?} {} {at_us}", watched.source, watched.reason);
    format!("{at_us}.{}", logs.mark("belde live log lines v1", &said))
}

fn is_admitted(ctx: &Ctx, logs: &AccessLogs, watched: &Watched) -> bool {
    let shown = ctx.param("bilet");
    let at_us = shown.split_once('.').and_then(|(at, _)| at.parse::<i64>().ok());
    at_us.is_some_and(|at_us| {
        (0..TICKET_US).contains(&(ctx.act.now().0 - at_us)) && ticket(ctx, logs, watched, at_us) == shown
    })
}

/// The part that is asked for again and again; whoever comes without the page is led to it.
pub(crate) async fn live_lines(ctx: Ctx) -> Outcome {
    let logs = logs(&ctx)?;
    let watched = Watched::of(&ctx);
    if !ctx.is_htmx || !is_admitted(&ctx, logs, &watched) {
        return Ok(web::see_other(LIVE));
    }
    let part = part(&ctx, logs, &watched).await?;
    ctx.fragment(part)
}

fn form(watched: &Watched, logs: &AccessLogs) -> Markup {
    let sources = logs.inner().known.names();
    let sources = sources
        .into_iter()
        .map(|(number, name)| ui::Opt::new(number.to_string(), name, watched.source == Some(number)))
        .collect();
    let filter = |name: &str, label: &str, kind, value: &str| ui::FilterView {
        name: name.into(),
        label: label.into(),
        kind,
        value: value.into(),
        error: None,
    };
    let filters = vec![
        filter("neden", "Neden bakıyorsunuz?", ui::FilterKind::Text, &watched.reason),
        filter("kaynak", "Kaynak", ui::FilterKind::Choice(sources), ""),
    ];
    ui::filters("Canlı akışı seç", "İzle", LIVE, None, filters)
}

async fn part(ctx: &Ctx, logs: &AccessLogs, watched: &Watched) -> Result<Markup> {
    let now_us = ctx.act.now().0;
    let mut query = Query { from_us: now_us - BEHIND_US, to_us: now_us + AHEAD_US, ..Query::newest(LINES) };
    query = query.with(journal::RECEIVED_AT, Test::Instants(now_us - BACK_US, now_us + AHEAD_US));
    if let Some(source) = watched.source {
        query = query.with(logs.encoder().own().source, Test::Numbers(vec![source.into()]));
    }
    let lines = found::last(logs, &[query], LINES).await?;
    Ok(html! {
        p.found-count { "Son bakış: " (found::moment(now_us)) }
        @if lines.is_empty() {
            (ui::empty_state("Son on dakikada satır gelmedi.", Some(&ui::Link::new("Kayıtların durumu", crate::standing::PATH))))
        } @else { (ui::log_lines("Son satırlar", &lines)) }
    })
}
