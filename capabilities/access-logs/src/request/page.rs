//! The answer of a request: having it made, its page, the paper and the bundle. Each look and each download is an event of the request.

use axum::extract::Path;
use kernel::job::JobContext;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, ErrorKind, NewEvent, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome};

use super::answer::{MOST_BYTES, Making, Told};
use super::store::{self, Answer};
use super::{ANSWER, PATH, bundle as bundles, kind, paper, sees_answers};
use crate::search::moment;

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, request: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let mut extras = Extras::default();
        let state = request.get("state").text();
        let said = match state {
            "asked" => {
                "Onayı, talebi yazandan ve gönderenden başka biri verir; ancak ondan sonra kayıtlara bakılır."
            }
            "approved" => {
                "“Yanıtla” kayıtları arar, bulunan satırları kanıtlarıyla dondurur ve imzalar; bir dakika kadar sürebilir."
            }
            _ => "",
        };
        if !said.is_empty() {
            extras.before_timeline.push(html! { p.lead { (said) } });
        }
        let is_made = store::answer(ctx.db(), request.id).await?.is_some();
        if is_made && sees_answers(ctx.actor()) {
            let link = |label: &str, part: &str| ui::Verb {
                label: label.into(),
                href: format!("{}/{part}", kind.address(request.id)),
                ..ui::Verb::default()
            };
            extras.verbs.push(ui::Verb { primary: true, ..link("Yanıtı gör", "yanit") });
        }
        Ok(extras)
    })
}

/// `POST /kayit-talepleri/{id}/yanitla`: searches, freezes, moves on.
pub(crate) async fn make(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let kind = kind();
    let request = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if request.get("state").text() != "approved" {
        return Err(Error::conflict("Yalnız onaylanmış ve henüz yanıtlanmamış talep yanıtlanır.").into());
    }
    let context = JobContext {
        db: ctx.db().clone(),
        clock: ctx.app.clock.clone(),
        registry: ctx.app.registry.clone(),
        services: ctx.app.services.clone(),
    };
    let making = Making { context: &context, act: &ctx.act, head: ctx.letterhead().await? };
    making.answer(&request).await?;
    ctx.app.forget_cached();
    Ok(web::redirect(&format!("{}/yanit", kind.address(id)), "Talep yanıtlandı; yanıt imzalanıp donduruldu."))
}

impl Making<'_> {
    /// Makes the answer and writes it down with the verb.
    pub(crate) async fn answer(self, request: &Record) -> Result<()> {
        let (db, act) = (&self.context.db, self.act);
        let files = self.context.services.get::<files::Store>()?.clone();
        let made = self.make(request).await?;
        let kept = files.put_bytes(made.bundle).await.map_err(not_kept)?;
        let tx = db.begin(act).await?;
        record::run_verb(&tx, &kind(), request.id, ANSWER, "").await?;
        store::insert_answer(&tx, request.id, &made.body, &kept).await?;
        tx.commit().await
    }
}

fn not_kept(error: files::Error) -> Error {
    Error::new(ErrorKind::Unavailable, error.message_tr).with_context(error.detail)
}

/// A request with its answer, for who may see it.
async fn answered(ctx: &Ctx, id: Uuid) -> Result<(Kind, Record, Answer)> {
    let kind = kind();
    let request = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !sees_answers(ctx.actor()) {
        return Err(Error::forbidden());
    }
    let answer = store::answer(ctx.db(), id).await?.ok_or_else(Error::not_found)?;
    Ok((kind, request, answer))
}

/// Written down before anything is shown or given.
async fn noted(ctx: &Ctx, request: &Record, verb: &'static str, note: String) -> Result<()> {
    let kind = kind();
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(NewEvent::new(request.reference(&kind), request.title(&kind), verb).note(note)).await?;
    tx.commit().await
}

/// `GET /kayit-talepleri/{id}/yanit`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (kind, request, answer) = answered(&ctx, id).await?;
    let told: Told = serde_json::from_str(&answer.body).map_err(Error::internal)?;
    noted(&ctx, &request, "log_answer_seen", String::new()).await?;
    let title = format!("Yanıt: {}", request.number(&kind));
    let frame =
        Frame::new(title.clone()).crumb(kind.plural_tr, PATH).crumb(request.number(&kind), kind.address(id));
    ctx.page(frame, page(&title, &kind, &request, &answer, &told)).await
}

/// `GET /kayit-talepleri/{id}/yanit/pdf`
pub(crate) async fn pdf(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (kind, request, answer) = answered(&ctx, id).await?;
    let bytes = bundles::paper(&bytes(&ctx, &answer).await?)?;
    noted(&ctx, &request, "log_answer_taken", "yanıt (PDF)".into()).await?;
    Ok(web::download(&format!("kayit-yaniti-{}.pdf", request.number(&kind)), "application/pdf", bytes))
}

/// `GET /kayit-talepleri/{id}/yanit/paket`
pub(crate) async fn bundle(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let (kind, request, answer) = answered(&ctx, id).await?;
    let bytes = bytes(&ctx, &answer).await?;
    let note = format!("kanıt paketi, SHA-256 özeti {}", answer.sha256);
    noted(&ctx, &request, "log_answer_taken", note).await?;
    Ok(web::download(&format!("kayit-yaniti-{}.zip", request.number(&kind)), "application/zip", bytes))
}

async fn bytes(ctx: &Ctx, answer: &Answer) -> Result<Vec<u8>> {
    let digest = answer.sha256.parse().map_err(Error::internal)?;
    let store = ctx.app.services.get::<files::Store>()?;
    Ok(store.get_bytes(&digest, MOST_BYTES).await.map_err(not_kept)?.to_vec())
}

fn page(title: &str, kind: &Kind, request: &Record, answer: &Answer, told: &Told) -> Markup {
    let address = kind.address(request.id);
    let asked = [
        (
            "İsteyen",
            format!("{}, {}", request.get("authority_name").text(), request.get("file_number").text()),
        ),
        ("Sorulan adres", side(request, "ip", "port")),
        (
            "Sorulan an",
            format!(
                "{} (payı {} saniye)",
                request.get("moment").text(),
                request.get("tolerance_seconds").int().unwrap_or(0)
            ),
        ),
        ("Karşı taraf", side(request, "other_ip", "other_port")),
        ("Yazan", request.get("written_by").text().into()),
        ("Onaylayan", request.get("approved_by").text().into()),
        ("Yanıtlayan", format!("{}, {}", told.made_by, moment(told.made_at_us))),
    ];
    let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
    let asked: Vec<(String, Markup)> =
        asked.map(|(label, value)| (label.to_owned(), html! { (value) })).collect();
    html! {
        div.top {
            h1 { (title) }
            div.top-end {
                a.btn.is-primary href={ (address) "/yanit/paket" } { "Kanıt paketi (ZIP, " (tr::file_size(answer.size_bytes.unsigned_abs())) ")" }
                a.btn href={ (address) "/yanit/pdf" } { "Yanıt (PDF)" }
                a.btn href=(address) { "Talebe dön" }
            }
        }
        section { h2 { "Talep" } (ui::facts(&asked)) }
        @if told.users.is_empty() { (ui::notice(ui::FlashKind::Warning, html! { p { (paper::NOBODY) } })) }
        @for (at, user) in told.users.iter().enumerate() {
            section {
                h2 { (paper::heading(told.users.len(), at)) }
                (ui::facts(&user.facts.iter().map(|(name, value)| (name.clone(), html! { (value) })).collect::<Vec<_>>()))
            }
            section {
                h2 { @if told.users.len() == 1 { "Nasıl bulundu" } @else { (paper::heading(told.users.len(), at)) ": nasıl bulundu" } }
                p.muted { (paper::CLOCKS) }
                @for (number, step) in (1..).zip(&user.steps) {
                    p { (number) ". " (step.sentence) }
                    @for doubt in &step.doubts { (ui::notice(ui::FlashKind::Warning, html! { p { (doubt) } })) }
                    (ui::log_lines(&format!("{}. adımın satırları", number), &lines(told, &step.lines)))
                }
            }
        }
        section {
            h2 { "Çekinceler" }
            @if told.doubts.is_empty() { p { "Yanıtın bütünü için bir çekince yok." } }
            @for doubt in &told.doubts { (ui::notice(ui::FlashKind::Warning, html! { p { (doubt) } })) }
            p.muted { (told.looked_at) }
        }
        section {
            h2 { "Doğrulama" }
            p {
                "Kanıt paketi; imzalı yanıtı, dayanılan satırları, Merkle kanıtlarını ve mühürleri içerir. İçindeki DOGRULAMA.txt, hepsinin Belde "
                "olmadan openssl ile nasıl denetleneceğini yazar."
            }
            p { "Paketin SHA-256 özeti: " code { (answer.sha256) } }
            p { "İmza anahtarının SHA-256 özeti: " code { (told.key_sha256) } }
        }
    }
}

/// An address with its port, as people write them.
fn side(request: &Record, ip: &str, port: &str) -> String {
    let (ip, port) = (request.get(ip).text(), request.get(port).text());
    if ip.is_empty() || port.is_empty() { ip.into() } else { format!("{ip}, port {port}") }
}

fn lines(told: &Told, numbers: &[usize]) -> Vec<ui::LogLine> {
    let line = |number: &usize| {
        let line = told.lines.get(number.checked_sub(1)?)?;
        Some(ui::LogLine {
            at: moment(line.at_us),
            iso: paper::iso(line.at_us),
            source: line.source.clone(),
            kind: match line.place {
                Some(_) => {
                    format!("satır {number}, alındı: {}{}", moment(line.received_at_us), paper::stamped(line))
                }
                None => format!("satır {number}, henüz mühürlenmedi"),
            },
            pieces: vec![ui::TextPiece { text: line.text.clone(), is_found: false }],
            href: None,
        })
    };
    numbers.iter().filter_map(line).collect()
}
