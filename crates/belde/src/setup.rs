//! The first minutes of a real installation: a one-time link on the console opens a wizard. The municipality is named,
//! its regulation read, put right and put in force, the organisation opened from it, and the first administrator's
//! account made. Here are the steps of the municipality and of the choice; `way` says who walks it, `administrator` ends it.
//! Correcting, confirming and founding are the regulation's own screens.

mod administrator;
mod way;

use access::actions::setup::{is_set_up, is_setup_token_open, setup_token_create};
use http::StatusCode;
use kernel::access::Source;
use kernel::db::Sql;
use kernel::setting::set;
use kernel::{Act, Error, ErrorKind, Violation};
use maud::html;
use web::{Allow, Ctx, Form, Frame, Outcome, Routes, redirect, see_other, with_session};

pub use way::Doors;
use way::{ADMINISTRATOR, CORRECTIONS, NEXT, ORGANISATION, REGULATION, TOWN, WAY};

use crate::start::House;

const PATH: &str = "/kurulum";
/// A day, like the link.
const COOKIE_SECONDS: i64 = 24 * 3_600;

pub fn routes() -> Routes {
    Routes::new()
        .get(PATH, Allow::Public, show)
        .post(PATH, Allow::Public, save)
        .get(NEXT, Allow::SignedIn, go_on)
        .get(TOWN, Allow::SignedIn, show_town)
        .post(TOWN, Allow::SignedIn, save_town)
        .get(REGULATION, Allow::SignedIn, choose)
        .get(CORRECTIONS, Allow::SignedIn, back_to_corrections)
        .get(ORGANISATION, Allow::SignedIn, back_to_organisation)
        .get(ADMINISTRATOR, Allow::SignedIn, administrator::show)
        // Public, because a second click arrives when the link is used up already; the handler asks for the link.
        .post(ADMINISTRATOR, Allow::Public, administrator::send)
}

/// The address to print at the first start; nothing once somebody can administer.
pub async fn link(house: &House, public_url: &str) -> kernel::Result<Option<String>> {
    if is_set_up(&house.db, house.clock.now()).await? {
        return Ok(None);
    }
    let tx = house.db.begin(&Act::system(&house.clock, Source::CommandLine, "belde serve")).await?;
    let token = setup_token_create(&tx).await?;
    tx.commit().await?;
    Ok(Some(format!("{public_url}{PATH}?anahtar={token}")))
}

/// Who comes back with the link after the municipality was named goes on where the set-up stands.
async fn show(ctx: Ctx) -> Outcome {
    let token = ctx.param("anahtar").to_string();
    require_open(&ctx, &token).await?;
    if !named(&ctx, "house.town", ctx.app.settings().await?.text("house.town")).is_empty() {
        return Ok(with_session(&ctx.app, see_other(NEXT), &way::cookie_of(&token), COOKIE_SECONDS));
    }
    town_page(&ctx, &format!("{PATH}?anahtar={token}"), None, &[]).await
}

/// The first step done: from here on the browser carries the link itself.
async fn save(ctx: Ctx, form: Form) -> Outcome {
    let token = ctx.param("anahtar").to_string();
    require_open(&ctx, &token).await?;
    let violations = check_town(&ctx, &form);
    if !violations.is_empty() {
        return town_page(&ctx, &format!("{PATH}?anahtar={token}"), Some(&form), &violations).await;
    }
    keep_town(&ctx, &form).await?;
    Ok(with_session(&ctx.app, see_other(NEXT), &way::cookie_of(&token), COOKIE_SECONDS))
}

async fn show_town(ctx: Ctx) -> Outcome {
    require_guided(&ctx)?;
    town_page(&ctx, TOWN, None, &[]).await
}

async fn save_town(ctx: Ctx, form: Form) -> Outcome {
    require_guided(&ctx)?;
    let violations = check_town(&ctx, &form);
    if !violations.is_empty() {
        return town_page(&ctx, TOWN, Some(&form), &violations).await;
    }
    keep_town(&ctx, &form).await?;
    Ok(redirect(NEXT, "Kaydedildi."))
}

async fn require_open(ctx: &Ctx, token: &str) -> kernel::Result<()> {
    if is_set_up(ctx.db(), ctx.act.now()).await? {
        return Err(administrator::already());
    }
    if is_setup_token_open(ctx.db(), token, ctx.act.now()).await? {
        return Ok(());
    }
    Err(closed())
}

fn closed() -> Error {
    let text = "Kurulum bağlantısı geçersiz, kullanılmış ya da süresi dolmuş. Sunucuyu yeniden başlatınca yenisi yazılır.";
    Error::new(ErrorKind::NotFound, text)
}

/// Pages of the way are for nobody else.
fn require_guided(ctx: &Ctx) -> kernel::Result<()> {
    if ctx.guide.is_some() { Ok(()) } else { Err(Error::not_found()) }
}

/// The token of the link, out of the cookie.
fn link_of(ctx: &Ctx) -> kernel::Result<String> {
    way::link_in(ctx.session_cookie()).map(str::to_owned).ok_or_else(Error::not_found)
}

/// The questions about the municipality: field, setting, label, hint. The last two may stay as they are.
const QUESTIONS: [(&str, &str, &str, &str); 4] = [
    (
        "town",
        "house.town",
        "Belediyenin adı",
        "Sayfa başında ve basılı kâğıtlarda görünür; örneğin Örnekova Belediyesi.",
    ),
    ("directorate", "house.directorate", "Müdürlüğün adı", ""),
    ("address", "house.address", "Adres", "Basılı kâğıtların altında görünür; il ve ilçeyle yazın."),
    (
        "brand",
        "house.brand",
        "Kurum rengi",
        "#1a5fb4 biçiminde yazın ya da olduğu gibi bırakın. Yazıların okunurluğu kendiliğinden korunur.",
    ),
];
/// Fields that may be left empty; an empty colour stays what it is.
const OPTIONAL: [&str; 2] = ["address", "brand"];
const LONGEST: u32 = 120;

fn check_town(ctx: &Ctx, form: &Form) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (name, key, label, _) in QUESTIONS {
        let text = kernel::tr::clean_line(form.get(name)).text;
        let length = text.chars().count();
        let is_optional = OPTIONAL.contains(&name);
        if (length == 0 && !is_optional) || length > LONGEST as usize {
            violations.push(Violation::new("KUR-001", name, format!("{label}: 1–{LONGEST} karakter yazın.")));
        } else if length > 0
            && let Some(Err(error)) = setting(ctx, key).map(|setting| setting.parse(&text))
        {
            violations.push(Violation::new("KUR-001", name, said(&error)));
        }
    }
    violations
}

fn setting(ctx: &Ctx, key: &str) -> Option<kernel::setting::Setting> {
    ctx.registry().settings().into_iter().find(|setting| setting.key == key)
}

fn said(error: &Error) -> String {
    error.violations.first().map_or_else(|| error.message_tr.clone(), |one| one.text.clone())
}

async fn keep_town(ctx: &Ctx, form: &Form) -> kernel::Result<()> {
    let act = Act { actor: way::actor(), ..ctx.act.clone() };
    let tx = ctx.db().begin(&act).await?;
    for (name, key, ..) in QUESTIONS {
        let text = kernel::tr::clean_line(form.get(name)).text;
        let is_kept = name == "brand" && text.is_empty();
        if let Some(setting) = setting(ctx, key).filter(|_| !is_kept) {
            set(&tx, &setting, &setting.parse(&text)?).await?;
        }
    }
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(())
}

/// A town that nobody named yet has the default name, which is nobody's.
fn named(ctx: &Ctx, key: &str, value: String) -> String {
    let settings = ctx.registry().settings();
    let is_untouched =
        settings.iter().any(|setting| setting.key == key && setting.default.trim_matches('"') == value);
    if key == "house.town" && is_untouched { String::new() } else { value }
}

async fn town_page(ctx: &Ctx, action: &str, typed: Option<&Form>, violations: &[Violation]) -> Outcome {
    let settings = ctx.app.settings().await?;
    let field = |(name, key, label, hint): (&str, &str, &str, &str)| ui::FieldView {
        name: name.into(),
        label: label.into(),
        hint: hint.into(),
        value: typed.map_or_else(|| named(ctx, key, settings.text(key)), |typed| typed.get(name).to_owned()),
        max_length: Some(LONGEST),
        optional: OPTIONAL.contains(&name),
        width: if name == "brand" { ui::Width::Short } else { ui::Width::Long },
        error: violations.iter().find(|one| one.field == name).map(|one| one.text.clone()),
        ..ui::FieldView::default()
    };
    let label = |name: &str| QUESTIONS.iter().find(|one| one.0 == name).map_or("", |one| one.2).to_string();
    let view = ui::FormView {
        title: "Belde kurulumu".into(),
        lead: "Beş adımda kurulur ve birkaç dakika sürer: belediyenizi tanıtın, yönetmeliğinizi verin, okunanı düzeltip onaylayın, \
               teşkilatı kurun, ilk yönetici hesabını açın. Yarıda kalırsa aynı bağlantıyla kaldığınız yerden sürdürürsünüz."
            .into(),
        action: action.into(),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection { title: String::new(), fields: QUESTIONS.into_iter().map(field).collect(), ..ui::FormSection::default() }],
        submit: "Sürdür".into(),
        errors: violations
            .iter()
            .map(|one| ui::FieldError { field: one.field.clone(), label: label(&one.field), text: one.text.clone() })
            .collect(),
        ..ui::FormView::default()
    };
    if ctx.guide.is_some() {
        let frame = Frame::new(view.title.clone());
        return match violations.is_empty() {
            true => ctx.page(frame, ui::form(&view)).await,
            false => ctx.refused(frame, ui::form(&view)).await,
        };
    }
    let (status, title) = match violations.is_empty() {
        true => (StatusCode::OK, view.title.clone()),
        false => (StatusCode::UNPROCESSABLE_ENTITY, format!("Hata: {}", view.title)),
    };
    let content = html! { (ui::stepper(&WAY.drawn(PATH))) (ui::form(&view)) };
    ctx.bare_page(status, &title, content).await
}

/// Leads to the first step that is not done, judged by what is there: nothing is remembered that could go stale.
async fn go_on(ctx: Ctx) -> Outcome {
    require_guided(&ctx)?;
    let to = match regulation::texts::newest(ctx.db()).await? {
        None => REGULATION.to_owned(),
        Some(found) if found.state == "draft" && found.source != "profile" => {
            format!("/yonetmelik/{}/duzelt", found.id)
        }
        Some(found) if found.state == "draft" => format!("/yonetmelik/{}/onayla", found.id),
        Some(found) if !has_units(&ctx).await? => format!("/yonetmelik/{}/teskilat", found.id),
        Some(_) => ADMINISTRATOR.to_owned(),
    };
    Ok(match &ctx.flash {
        Some(text) => redirect(&to, text),
        None => see_other(&to),
    })
}

async fn has_units(ctx: &Ctx) -> kernel::Result<bool> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM record WHERE kind = 'unit' AND is_removed = FALSE LIMIT 1) AS one";
    Ok(ctx.db().scalar::<i64>(sql, vec![]).await?.unwrap_or(0) > 0)
}

/// The corrections again, as long as they can be changed.
async fn back_to_corrections(ctx: Ctx) -> Outcome {
    require_guided(&ctx)?;
    Ok(match regulation::texts::newest(ctx.db()).await? {
        Some(found) if found.state == "draft" => see_other(NEXT),
        Some(_) => redirect(
            NEXT,
            "Okuma onaylandı, artık değişmez. Başka bir metin vermek için Yönetmelik adımına dönün.",
        ),
        None => redirect(REGULATION, "Düzeltmeden önce yönetmeliği verin."),
    })
}

/// The organisation again: what is open stays, what was forgotten can be added.
async fn back_to_organisation(ctx: Ctx) -> Outcome {
    require_guided(&ctx)?;
    Ok(match regulation::texts::newest(ctx.db()).await? {
        Some(found) if matches!(found.state.as_str(), "in_force" | "awaiting") => {
            see_other(&format!("/yonetmelik/{}/teskilat", found.id))
        }
        Some(_) => redirect(NEXT, "Teşkilattan önce okumayı onaylayın."),
        None => redirect(REGULATION, "Teşkilat yönetmelikten kurulur; önce yönetmeliği verin."),
    })
}

async fn choose(ctx: Ctx) -> Outcome {
    require_guided(&ctx)?;
    let content = html! {
        div.form-page {
            h1 { "Yönetmelik" }
            p.lead {
                "Belde, müdürlüğünüzün yönetmeliğini okur; birimleri, unvanları ve görevleri ondan çıkarır. PDF, Word ya da düz metin \
                 yükleyebilir, metni yapıştırabilir ya da bilinen beş yönetmelikten birini örnek alabilirsiniz."
            }
            div.form-end {
                a.btn.is-primary href="/yonetmelik/yeni" { "Yönetmeliği ver" }
                a.btn.is-quiet href=(ADMINISTRATOR) { "Yönetmeliksiz sürdür" }
            }
            p.hint {
                "Yönetmeliksiz sürdürürseniz birim ve unvanları elle ya da dosyadan girersiniz; görevler ve denetim görünümü \
                 yönetmelik yüklenene kadar boş kalır. Yönetmelik sonra da verilebilir."
            }
        }
    };
    ctx.page(Frame::new("Yönetmelik"), content).await
}
