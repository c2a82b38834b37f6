//! The public page where anybody checks a letter: by the code under it or the QR code that leads here. No sign-in; the house's
//! limit of requests for each address holds. A letter with a degree of secrecy is confirmed, never shown.

use axum::extract::Path;
use http::StatusCode;
use kernel::record::{self, Record};
use kernel::{Day, Error, Instant, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Outcome};

use super::{kind, page, store};
use crate::secrecy;

pub(crate) const PATH: &str = "/dogrula";

/// `GET /dogrula?kod=…`
pub(super) async fn ask(ctx: Ctx) -> Outcome {
    let code = clean(ctx.param("kod"));
    if code.is_empty() {
        return ctx.bare_page(StatusCode::OK, "Belge doğrulama", question("", None)).await;
    }
    answer(&ctx, &code).await
}

/// `GET /dogrula/{code}`
pub(super) async fn show(ctx: Ctx, Path(code): Path<String>) -> Outcome {
    answer(&ctx, &clean(&code)).await
}

/// As codes are written, whatever the reader's keyboard made of them.
fn clean(code: &str) -> String {
    let kept = code.chars().filter(|letter| letter.is_ascii_hexdigit() || *letter == '-').take(40);
    kept.collect::<String>().to_ascii_uppercase()
}

async fn answer(ctx: &Ctx, code: &str) -> Outcome {
    let Some(one) = found(ctx, code).await? else {
        let said = "Bu kodla bir belge bulunamadı. Kodu belgenin altından yeniden yazın; harf ve rakamların hepsi gereklidir.";
        return ctx.bare_page(StatusCode::NOT_FOUND, "Belge doğrulama", question(code, Some(said))).await;
    };
    let settings = ctx.app.settings().await?;
    let day = one.get("signed_at").int().map(|at| tr::date(Instant(at).day().0)).unwrap_or_default();
    let changed = match is_open(&one) {
        true => secrecy::store::of_letter(ctx.db(), one.id).await?.into_iter().next(),
        false => None,
    };
    let content = html! {
        h1 { "Belge doğrulama" }
        section.letter-sheet aria-label="Belge" {
            p { strong { "Bu belge " (settings.text("house.town")) " kayıtlarındadır." } }
            dl.letter-facts {
                dt { "Sayı" } dd { (one.get("number").text()) }
                dt { "Tarih" } dd { (day) }
                @if is_open(&one) { dt { "Konu" } dd { (one.title(&kind())) } }
            }
            @if let Some(change) = &changed {
                p {
                    "Belgenin gizlilik derecesi "
                    (change.changed_on.parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_default())
                    " tarihinde " (change.decision_number) " sayılı kararla kaldırılmıştır."
                }
            }
            @if is_open(&one) {
                p { "Elinizdeki belgenin metnini bu belgeyle karşılaştırın." }
                p { a.btn.is-primary href=(format!("{PATH}/{code}/pdf")) { "Belgeyi aç (PDF)" } }
            } @else {
                p { "Belgenin gizlilik derecesi olduğu için içeriği burada gösterilmez." }
            }
        }
        p { a href=(PATH) { "Başka bir belge" } }
    };
    ctx.bare_page(StatusCode::OK, "Belge doğrulama", content).await
}

/// `GET /dogrula/{code}/pdf`
pub(super) async fn document(ctx: Ctx, Path(code): Path<String>) -> Outcome {
    let one = found(&ctx, &clean(&code)).await?.filter(is_open).ok_or_else(Error::not_found)?;
    let bytes = ctx.pdf(page::paper(&ctx, &one).await?).await?;
    Ok(web::download(&format!("{}.pdf", one.get("number").text()), "application/pdf", bytes))
}

async fn found(ctx: &Ctx, code: &str) -> Result<Option<Record>> {
    match store::with_code(ctx.db(), code).await? {
        Some(id) => record::get(ctx.db(), &kind(), id).await.map(Some),
        None => Ok(None),
    }
}

fn is_open(one: &Record) -> bool {
    one.get("secrecy").text() == "YOK"
}

fn question(code: &str, said: Option<&str>) -> Markup {
    let field = ui::FieldView {
        name: "kod".into(),
        label: "Belge doğrulama kodu".into(),
        hint: "Harf, rakam ve çizgilerle: 36 karakter.".into(),
        value: code.into(),
        max_length: Some(40),
        width: ui::Width::Full,
        ..ui::FieldView::default()
    };
    html! {
        (ui::form(&ui::FormView {
            title: "Belge doğrulama".into(),
            lead: "Elinizdeki belgenin altında yazan kodu yazın ya da karekodu telefonunuzla okutun.".into(),
            action: PATH.into(),
            method: "get".into(),
            sections: vec![ui::FormSection { fields: vec![field], ..ui::FormSection::default() }],
            submit: "Doğrula".into(),
            before: said.map(|text| ui::notice(ui::FlashKind::Error, html! { p { (text) } })),
            ..ui::FormView::default()
        }))
    }
}
