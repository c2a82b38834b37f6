//! Lines found again: the page of search, the line of its own, the live view. Who looks says why, and every look is an event
//! (KVKK; the regulation of law 5651).

mod found;
mod live;
mod terms;
mod words;

use journal::{Counted, Covered};
use kernel::{Error, NewEvent, Ref, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use crate::keeping::AccessLogs;
use crate::saved;
use found::Found;
pub(crate) use found::{moment, refused};
pub(crate) use live::{live, live_lines};
use terms::Asked;
pub(crate) use terms::{ANY_REASON, UNREAD, without_reason};

pub(crate) const PATH: &str = "/erisim-kayitlari";
pub(crate) const LIVE: &str = "/erisim-kayitlari/canli";
pub(crate) const LIVE_LINES: &str = "/erisim-kayitlari/canli/satirlar";
pub(crate) const LINE: &str = "/erisim-kayitlari/satir";
pub(crate) const LINE_BYTES: &str = "/erisim-kayitlari/satir/ham";
pub(crate) const LINE_PROOF: &str = "/erisim-kayitlari/satir/kanit";

/// The form of the search filled in with what was saved.
pub(crate) fn begun(query: &str) -> String {
    format!("{PATH}?{}&{}=evet", without_reason(query), terms::BEGUN)
}

/// The search of all that is not older, to which what is looked for is still to be added.
pub(crate) fn since(from_us: i64, reason: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("bas", &terms::written(from_us)).append_pair("neden", reason);
    format!("{PATH}?{}", query.finish())
}

/// Everything about reading lines hangs on this one subject.
pub(crate) const SUBJECT_ID: Uuid = Uuid::from_u128(0x0190_0000_5651_7000_8000_0000_0000_5651);

pub(crate) fn logs(ctx: &Ctx) -> Result<&AccessLogs> {
    ctx.app.services.get::<AccessLogs>()
}

/// The page of a server that keeps no lines.
pub(crate) async fn absent(ctx: &Ctx, title: &str) -> Outcome {
    let content = html! {
        div.top { h1 { (title) } }
        (ui::empty_state("Bu sunucuda erişim kayıtları tutulmuyor.", None))
    };
    ctx.page(Frame::new(title), content).await
}

/// Writes down that somebody looked, at what and why, before anything is shown.
pub(crate) async fn noted(ctx: &Ctx, verb: &'static str, what: &str, reason: &str) -> Result<()> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let note = format!("{what}\nGerekçe: {reason}");
    tx.record(NewEvent::new(Ref::new(crate::SUBJECT, SUBJECT_ID), "Erişim kayıtları", verb).note(note))
        .await?;
    tx.commit().await
}

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let Ok(logs) = logs(&ctx) else { return absent(&ctx, "Erişim kayıtları").await };
    let asked = Asked::of(&ctx, logs);
    if !asked.is_asked || !asked.problems.is_empty() {
        let content = page(&asked, logs, None);
        let frame = Frame::new("Erişim kayıtları");
        return if asked.problems.is_empty() {
            ctx.page(frame, content).await
        } else {
            ctx.refused(frame, content).await
        };
    }
    noted(&ctx, "log_searched", &asked.said(logs), &asked.reason).await?;
    let found = found::find(&ctx, logs, &asked).await?;
    ctx.page(Frame::new("Erişim kayıtları"), page(&asked, logs, Some(&found))).await
}

fn page(asked: &Asked, logs: &AccessLogs, found: Option<&Found>) -> Markup {
    html! {
        div.top {
            h1 { "Erişim kayıtları" }
            div.top-end {
                @if let Some(query) = asked.to_save().filter(|_| found.is_some()) {
                    a.btn href=(saving(&query)) { "Aramayı kaydet" }
                }
                a.btn href=(saved::PATH) { "Kayıtlı aramalar" }
                a.btn href=(LIVE) { "Canlı akış" }
            }
        }
        (asked.form(logs))
        @match found {
            None => (ui::empty_state(
                "Bir adres, MAC, kullanıcı ya da satırda geçen bir söz yazın; neden baktığınızı da yazıp arayın. Aramanız \
                 adınızla ve gerekçesiyle kaydedilir.",
                None,
            )),
            Some(found) => (results(asked, logs, found)),
        }
    }
}

/// Where a search is saved.
fn saving(query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("{}/yeni?query={query}", saved::PATH)
}

fn results(asked: &Asked, logs: &AccessLogs, found: &Found) -> Markup {
    let lines: Vec<ui::LogLine> =
        found.rows.iter().filter_map(|row| found::shown(logs, row, asked)).collect();
    html! {
        @for note in partly(&found.covered, found.counted.as_ref()) { (ui::notice(ui::FlashKind::Warning, html! { p { (note) } })) }
        @if let Some(counted) = &found.counted {
            p.found-count role="status" { (count_text(counted)) }
            (histogram(asked, counted, found.piece_us))
        }
        @if lines.is_empty() {
            (ui::empty_state("Bu süre içinde aradığınıza uyan satır yok. Süreyi genişletin ya da başka bir bilgiyle arayın.", None))
        } @else {
            (ui::log_lines("Bulunan satırlar", &lines))
            @if lines.iter().any(|line| line.href.is_none()) {
                p.muted { "Bağlantısı olmayan satırlar yenidir; en geç bir saat içinde mühürlenince kendi sayfaları ve kanıtları olur." }
            }
            @if let Some(before_us) = found.older_than_us {
                p { a.btn href=(asked.address_before(before_us)) { "Daha eski satırlar" } }
            }
        }
    }
}

fn count_text(counted: &Counted) -> String {
    let least = if counted.covered.is_whole() { "" } else { "en az " };
    format!("{least}{} satır", tr::grouped(counted.rows.cast_signed()))
}

/// What must be known of an answer that is not whole.
fn partly(covered: &Covered, counted: Option<&Counted>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(from_us) = covered.whole_from_us.filter(|_| !covered.is_whole()) {
        notes.push(format!(
            "Aramaya ayrılan süre yetmedi: {} tarihinden öncesine bakılmadı. Daha dar bir süre ya da belirli bir adresle arayın.",
            tr::instant(from_us)
        ));
    }
    if counted.is_some_and(|it| !it.covered.is_whole()) {
        notes.push("Sayım süresinde bitmedi; satır sayıları eksik olabilir.".into());
    }
    notes
}

fn histogram(asked: &Asked, counted: &Counted, piece_us: i64) -> Markup {
    let Some((first, _)) = counted.pieces.first() else { return html! {} };
    let last = counted.pieces.last().map_or(*first, |(at, _)| *at);
    let all = found::MOST_PILLARS.min(((last - first) / piece_us + 1).max(1));
    let pillars: Vec<ui::Pillar> = (0..all)
        .map(|at| {
            let begin = first + at * piece_us;
            let count =
                counted.pieces.iter().find(|(known, _)| *known == begin).map_or(0, |(_, count)| *count);
            ui::Pillar {
                label: tr::instant(begin),
                count,
                text: tr::grouped(count.cast_signed()),
                href: Some(asked.address_within(begin, begin + piece_us)),
            }
        })
        .collect();
    ui::histogram("Zamana göre satır sayısı", (&tr::instant(*first), &tr::instant(last + piece_us)), &pillars)
}

/// One line with all that it says and where it stands.
pub(crate) async fn line(ctx: Ctx) -> Outcome {
    let logs = logs(&ctx)?;
    let found = asked_line(&ctx, logs, "log_searched", "Satır").await?;
    let query = query_of_line(&ctx);
    let content =
        found::card(logs, &found, (&format!("{LINE_BYTES}?{query}"), &format!("{LINE_PROOF}?{query}")));
    ctx.page(Frame::new("Kayıt satırı").crumb("Erişim kayıtları", PATH), content).await
}

/// Reads the line that an address names, and writes down who did and why.
async fn asked_line(ctx: &Ctx, logs: &AccessLogs, verb: &'static str, what: &str) -> Result<found::One> {
    let reason = tr::clean_line(ctx.param("neden")).text;
    let row: u64 = ctx.param("sira").parse().map_err(|_| Error::not_found())?;
    let path = ctx.param("bolum");
    if reason.is_empty() {
        return Err(Error::not_found());
    }
    let found = found::one(logs, path, row).await?;
    noted(ctx, verb, &format!("{what}: {path}, {row}"), &reason).await?;
    Ok(found)
}

/// The same line by another address.
fn query_of_line(ctx: &Ctx) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["bolum", "sira", "neden"] {
        query.append_pair(name, ctx.param(name));
    }
    query.finish()
}

/// The line byte for byte.
pub(crate) async fn line_bytes(ctx: Ctx) -> Outcome {
    let logs = logs(&ctx)?;
    let found = asked_line(&ctx, logs, "log_line_taken", "Ham satır").await?;
    let line = found.line().to_vec();
    Ok(web::download("satir.txt", "application/octet-stream", line))
}

/// The proof that the line was sealed: some kB that show no other line.
pub(crate) async fn line_proof(ctx: Ctx) -> Outcome {
    let logs = logs(&ctx)?;
    let found = asked_line(&ctx, logs, "log_line_taken", "Satırın kanıtı").await?;
    let zip = crate::request::proof_of_line(logs, (&found.path, found.row), &found.proved)?;
    Ok(web::download("satir-kaniti.zip", "application/zip", zip))
}
