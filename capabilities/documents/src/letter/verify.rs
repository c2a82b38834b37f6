//! The public page where anybody checks a letter: by the code under it or the QR code that leads here. No sign-in; the house's
//! limit of requests for each address holds. A letter with a degree of secrecy is confirmed, never shown; what is not signed is said
//! to be so.

use axum::extract::Path;
use http::StatusCode;
use kernel::event;
use kernel::record::{self, Record};
use kernel::{Day, Error, Instant, Ref, Result, tr};
use maud::{Markup, html};
use web::{Ctx, Outcome};

use super::{kind, page, store};
use crate::document::store as documents;
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

/// As codes are written, whatever the reader's keyboard made of them: no code has the letter O, and the lines between its groups
/// may be left out or be spaces.
fn clean(code: &str) -> String {
    let upper = code.to_ascii_uppercase().replace('O', "0");
    let digits: String = upper.chars().filter(char::is_ascii_hexdigit).take(41).collect();
    if digits.len() == 32 {
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &digits[group]);
        return groups.join("-");
    }
    upper.chars().filter(|letter| letter.is_ascii_hexdigit() || *letter == '-').take(40).collect()
}

async fn answer(ctx: &Ctx, code: &str) -> Outcome {
    let not_found = "Bu kodla bir belge bulunamadı. Kodu belgenin altından yeniden yazın; harf ve rakamların hepsi gereklidir.";
    let content = match found(ctx, code).await? {
        Some(Known::Signed(one)) => signed(ctx, &one, code).await?,
        Some(Known::Unsigned(said)) => html! {
            h1 { "Belge doğrulama" }
            section.letter-sheet aria-label="Belge" { p { strong { (said) } } }
            p { a href=(PATH) { "Başka bir belge" } }
        },
        None => {
            let said = question(code, Some(not_found));
            return ctx.bare_page(StatusCode::NOT_FOUND, "Belge doğrulama", said).await;
        }
    };
    ctx.bare_page(StatusCode::OK, "Belge doğrulama", content).await
}

async fn signed(ctx: &Ctx, one: &Record, code: &str) -> Result<Markup> {
    let settings = ctx.app.settings().await?;
    let day = one.get("signed_at").int().map(|at| tr::date(Instant(at).day().0)).unwrap_or_default();
    let is_open = is_open(one);
    let changed = match is_open {
        true => secrecy::store::of_letter(ctx.db(), one.id).await?.into_iter().next(),
        false => None,
    };
    let cancelled = cancelled_on(ctx, one).await?;
    let more = match is_open {
        true => Some(more(ctx, one).await?),
        false => None,
    };
    Ok(html! {
        h1 { "Belge doğrulama" }
        section.letter-sheet aria-label="Belge" {
            @match &cancelled {
                Some(day) => { p { strong { "Bu belge " (day) " tarihinde iptal edilmiştir; geçerli değildir." } } }
                None => { p { strong { "Bu belge " (settings.text("house.town")) " kayıtlarındadır." } } }
            }
            dl.letter-facts {
                dt { "Sayı" } dd { (one.get("number").text()) }
                dt { "Tarih" } dd { (day) }
                @if is_open { dt { "Konu" } dd { (one.title(&kind())) } }
                @if let Some(more) = &more { (more) }
            }
            @if let Some(change) = &changed {
                p {
                    "Belgenin gizlilik derecesi "
                    (change.changed_on.parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_default())
                    " tarihinde " (change.decision_number) " sayılı kararla kaldırılmıştır."
                }
            }
            @if is_open {
                p { "Elinizdeki belgenin metnini bu belgeyle karşılaştırın." }
                p { a.btn.is-primary href=(format!("{PATH}/{code}/pdf")) { "Belgeyi aç (PDF)" } }
            } @else {
                p { "Belgenin gizlilik derecesi olduğu için içeriği burada gösterilmez." }
            }
        }
        p { a href=(PATH) { "Başka bir belge" } }
    })
}

/// Who signed, how, and what goes along: of a letter that anybody may read.
async fn more(ctx: &Ctx, one: &Record) -> Result<Markup> {
    let turns = routing::of(ctx.db(), &one.reference(&kind())).await?;
    let signed =
        routing::last_route(&turns).iter().filter(|turn| turn.role == "sign" && turn.state == "done");
    let signers: Vec<String> = signed
        .map(|turn| match &turn.done_by_name {
            Some(other) => format!("{other} ({} yerine, vekâleten)", turn.staff_name),
            None => turn.staff_name.clone(),
        })
        .collect();
    let how = match (one.get("medium").text(), one.get("scan").text()) {
        ("electronic", _) if store::is_trial(ctx.db(), one.id).await? => {
            "Deneme imzası; hukukî geçerliliği yoktur"
        }
        ("electronic", _) => "Güvenli elektronik imza",
        (_, "kept") => "Islak imza; imzalı aslının taraması kayıtlarımızdadır",
        (_, "awaited") => "Islak imza; imzalı aslının taraması henüz kayıtlarımızda değildir",
        _ => "Islak imza",
    };
    let annexes = store::sheet(ctx.db(), one.id).await?.map(|sheet| sheet.annexes).unwrap_or_default();
    Ok(html! {
        dt { "İmzalayan" } dd { @for name in &signers { (name) br; } }
        dt { "İmza türü" } dd { (how) }
        @if !annexes.is_empty() { dt { "Ekleri" } dd { @for annex in &annexes { (annex) br; } } }
    })
}

/// The day on which its entry was cancelled; `None` while it stands.
async fn cancelled_on(ctx: &Ctx, one: &Record) -> Result<Option<String>> {
    let Some(entry) = one.get("document_id").id() else { return Ok(None) };
    if documents::state(ctx.db(), entry).await? != "cancelled" {
        return Ok(None);
    }
    let events = event::timeline(ctx.db(), &Ref::new("document", entry), None, 200).await?;
    let at = events.iter().find(|event| event.verb == "document_cancelled").map(|event| event.at);
    Ok(Some(at.map(|at| tr::date(at.day().0)).unwrap_or_default()))
}

/// `GET /dogrula/{code}/pdf`
pub(super) async fn document(ctx: Ctx, Path(code): Path<String>) -> Outcome {
    let Some(Known::Signed(one)) = found(&ctx, &clean(&code)).await? else {
        return Err(Error::not_found().into());
    };
    if !is_open(&one) || cancelled_on(&ctx, &one).await?.is_some() {
        return Err(Error::not_found().into());
    }
    let bytes = ctx.pdf(page::paper(&ctx, &one).await?).await?;
    Ok(web::download(&format!("{}.pdf", one.get("number").text()), "application/pdf", bytes))
}

/// What a code leads to.
enum Known {
    Signed(Record),
    /// What is said of a letter that nobody signed to its end; of a secret one nothing is.
    Unsigned(String),
}

async fn found(ctx: &Ctx, code: &str) -> Result<Option<Known>> {
    if let Some(id) = store::with_code(ctx.db(), code).await? {
        let one = record::get(ctx.db(), &kind(), id).await?;
        if one.get("state").text() == "signed" {
            return Ok(Some(Known::Signed(one)));
        }
        let said =
            "Bu kodu taşıyan yazı imza sürecindedir; henüz imzalanmamıştır ve geçerli bir belge değildir.";
        return Ok(is_open(&one).then(|| Known::Unsigned(said.into())));
    }
    let Some(ended) = store::ended(ctx.db(), code).await? else { return Ok(None) };
    let one = record::get(ctx.db(), &kind(), ended.letter_id).await?;
    let day = tr::date(ended.ended_at.day().0);
    let said = format!(
        "Bu kodu taşıyan yazı {day} tarihinde imzalanmadan geri alınmıştır; geçerli bir belge değildir."
    );
    Ok(is_open(&one).then_some(Known::Unsigned(said)))
}

fn is_open(one: &Record) -> bool {
    one.get("secrecy").text() == "YOK"
}

fn question(code: &str, said: Option<&str>) -> Markup {
    let field = ui::FieldView {
        name: "kod".into(),
        label: "Belge doğrulama kodu".into(),
        hint: "32 harf ve rakam; aradaki çizgileri yazmayabilirsiniz.".into(),
        value: code.into(),
        // With spaces between its groups, or between all of its letters.
        max_length: Some(80),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_was_typed() {
        let code = "0193A7C2-1111-7222-8333-9444555566A0";
        for typed in [
            code,
            "0193a7c2-1111-7222-8333-9444555566a0",
            "0193a7c21111722283339444555566a0",
            " 0193A7C2 1111 7222 8333 9444 5555 66A0 ",
            "O193A7C2-1111-7222-8333-9444555566AO",
            "o193a7c2–1111–7222–8333–9444555566ao",
        ] {
            assert_eq!(clean(typed), code, "{typed}");
        }
        assert_eq!(clean("0193A7C2-1111"), "0193A7C2-1111");
        assert_eq!(clean(&"a".repeat(400)).len(), 40);
        assert_eq!(clean("<script>"), "C");
    }
}
