//! The page a telephone counts with, and where it sends what it read. With script it reads labels by the camera and keeps what it
//! read until it can be sent; without, a number is typed and sent.

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse;
use http::header;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, Instant, Result, tr};
use maud::{Markup, html};
use serde_json::json;
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome};

use super::scans::{self, Answer, Scan};
use super::{COUNT, RESULTS, kind, store};
use crate::paper::{Paper, print};

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let is_open = one.get("state").text() == "open";
        let link = |label: &str, part: &str, primary| ui::Verb {
            label: label.into(),
            href: format!("{}/{part}", kind.address(one.id)),
            primary,
            ..ui::Verb::default()
        };
        let mut verbs = Vec::new();
        if is_open && ctx.actor().may_on(COUNT, one.unit_id(kind), None) {
            verbs.push(link("Saymaya başla", "say", true));
        }
        if !is_open {
            verbs.push(link("Tutanak (PDF)", "tutanak", false));
        }
        let tallies = tallies(ctx, one).await?;
        Ok(Extras { before_timeline: vec![tallies], verbs, ..Extras::default() })
    })
}

/// How far it is: each result with its list.
async fn tallies(ctx: &Ctx, one: &Record) -> Result<Markup> {
    let known = store::tallies(ctx.db(), one.id).await?;
    let rows: Vec<Vec<Markup>> = RESULTS
        .iter()
        .filter_map(|result| {
            let tally = known.iter().find(|tally| tally.result == result.code)?;
            let href = format!("/sayim-satirlari?stocktake_id={}&result={}", one.id, result.code);
            Some(vec![html! { a href=(href) { (result.label_tr) } }, html! { (tr::grouped(tally.number)) }])
        })
        .collect();
    let expected = one.get("expected").int().unwrap_or(0);
    Ok(html! {
        h2 { "Sayım" }
        p { "Kayıtlı varlık: " (tr::grouped(expected)) "." }
        @if rows.is_empty() { p { "Henüz okunan yok." } }
        @else { (ui::table("Sayım sonucu", &ui::heads(&["Sonuç", "Sayı"]), &rows)) }
    })
}

async fn opened(ctx: &Ctx, id: Uuid) -> Result<(Kind, Record)> {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    ctx.act.require(COUNT, one.unit_id(&kind), None)?;
    Ok((kind, one))
}

/// `GET /sayimlar/{id}/say`
pub(crate) async fn count(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (kind, one) = opened(&ctx, id).await?;
    if one.get("state").text() != "open" {
        return Ok(web::redirect(&kind.address(id), "Bu sayım kapanmış."));
    }
    let view = ui::CountView {
        action: format!("{}/okumalar", kind.address(id)),
        csrf: ctx.csrf.clone(),
        done: kind.address(id),
        lead: lead(&ctx, &one).await?,
        place: ctx.param("oda").into(),
        key: id.to_string(),
    };
    let frame = Frame::new(format!("Sayım: {}", one.title(&kind)))
        .crumb(kind.plural_tr, kind.path)
        .crumb(one.number(&kind), kind.address(id));
    let title = frame.title.clone();
    ctx.page(frame, html! { h1 { (title) } (ui::count_page(&view)) }).await
}

/// `GET /sayimlar/bekci.js`: the service worker; the browser asks again whether it changed.
pub(crate) async fn keeper() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], ui::KEEPER_BODY)
}

/// "412 varlıktan 57 tanesi bulundu."
async fn lead(ctx: &Ctx, one: &Record) -> Result<String> {
    let found = store::number_found(ctx.db(), one.id).await?;
    let expected = tr::grouped(one.get("expected").int().unwrap_or(0));
    Ok(format!("{expected} varlıktan {} tanesi bulundu.", tr::grouped(found)))
}

/// `POST /sayimlar/{id}/okumalar`: `okuma` repeated, each `an⇥oda⇥kod`, or one `kod` with its `oda` from the form without script. The
/// script is answered in JSON.
pub(crate) async fn read(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let (kind, one) = opened(&ctx, id).await?;
    let mut sent: Vec<Scan> = form.all("okuma").filter_map(scan).collect();
    let place = form.get("oda").trim().to_string();
    let typed = form.get("kod").trim();
    if !typed.is_empty() {
        sent.push(Scan { code: typed.into(), place: place.clone(), at: None });
    }
    if sent.is_empty() {
        return Err(
            Error::rule("SYM-004", "kod", "Bir etiket okutun ya da envanter numarasını yazın.").into()
        );
    }
    if sent.len() > scans::AT_ONCE {
        let text = format!("Bir kerede en çok {} okuma gönderilir.", scans::AT_ONCE);
        return Err(Error::rule("SYM-005", "okuma", text).into());
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    let answers = scans::take(&tx, &one, &sent).await?;
    let new = answers.iter().filter(|answer| !answer.is_again).count();
    if new > 0 {
        let event = NewEvent::new(one.reference(&kind), one.title(&kind), "labels_read");
        tx.record(event.note(tr::count("okuma", new as u64)).scope(one.unit_id(&kind), None)).await?;
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    if ctx.is_htmx {
        let answers: Vec<_> = answers
            .iter()
            .map(|one| json!({ "code": one.code, "text": said(one), "result": one.result }))
            .collect();
        return Ok(Json(json!({ "answers": answers, "lead": lead(&ctx, &one).await? })).into_response());
    }
    let text = answers.iter().map(said).collect::<Vec<_>>().join(" ");
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("oda", &place).finish();
    Ok(web::redirect(&format!("{}/say?{query}", kind.address(id)), &text))
}

/// "2026-VR-000007 BIM-PC-07: Yerinde."
fn said(answer: &Answer) -> String {
    let result = RESULTS.iter().find(|one| one.code == answer.result).map_or("", |one| one.label_tr);
    let again = if answer.is_again { ", daha önce okundu" } else { "" };
    format!("{}: {result}{again}.", answer.title)
}

/// Microseconds, room and code, by tabulators; the code comes last, as it may hold any sign.
fn scan(text: &str) -> Option<Scan> {
    let mut parts = text.splitn(3, '\t');
    let (at, place, code) = (parts.next()?, parts.next()?, parts.next()?.trim());
    let place: String = place.trim().chars().take(120).collect();
    (!code.is_empty()).then(|| Scan { code: code.into(), place, at: at.parse().ok().map(Instant) })
}

/// `GET /sayimlar/{id}/tutanak`
pub(crate) async fn record(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let paper = Paper {
        kind: kind(),
        title_tr: "Sayım tutanağı",
        file: "sayim",
        facts: &["unit_id", "expected", "found", "missing", "opened_at", "closed_at"],
        signing: &[("Sayım sorumlusu", "responsible_id")],
        maker_signs: true,
        event: "minutes_taken",
    };
    print(&ctx, id, paper).await
}
