//! The last step: the account of the first administrator with the second factor, and the sheet that says what is there.

use access::actions::open_account::{NewAccount, open_account};
use access::actions::setup::{is_set_up, setup_token_consume};
use access::{Accounts, code_list, pairing_steps, password, store, sync_roles, totp};
use http::StatusCode;
use kernel::db::Sql;
use kernel::{Act, Error, ErrorKind, Source, Violation, tr};
use maud::{Markup, html};
use web::{Ctx, Form, Frame, Outcome, redirect, without_session};

use super::way::{ADMINISTRATOR, WAY, WHO};
use super::{link_of, require_guided};

const TITLE: &str = "İlk yönetici";
/// Carries the proposed secret, sealed.
const PAIRING: &str = "esleme";

pub(super) async fn show(ctx: Ctx) -> Outcome {
    require_guided(&ctx)?;
    let (_, sealed) = ctx.app.services.get::<Accounts>()?.propose_second_factor(WHO);
    page(&ctx, &Form::default(), &sealed, &[]).await
}

pub(super) async fn send(ctx: Ctx, form: Form) -> Outcome {
    if ctx.guide.is_none() {
        return late(&ctx).await;
    }
    let accounts = ctx.app.services.get::<Accounts>()?.clone();
    let (name, username, secret) =
        (form.get("name").trim(), form.get("username").trim(), form.get("password"));
    let least = accounts.policy().await?.password_min_length;
    let mut violations = password::check("password", secret, username, least);
    if secret != form.get("password_again") {
        violations.push(Violation::new("KUR-002", "password_again", "İki parola aynı değil; yeniden yazın."));
    }
    let pairing = accounts.proposed_secret(WHO, form.get(PAIRING))?;
    if totp::accepted_step(&pairing, form.get("kod"), ctx.act.now(), 0).is_none() {
        violations.push(totp::wrong_code("kod"));
    }
    // Not for a form that is refused anyway: hashing is slow on purpose.
    let hashed = match violations.is_empty() {
        true => accounts.hash_password(secret.to_string()).await?,
        false => String::new(),
    };
    // The first administrator opens the own account: there is nobody else to answer for it.
    let mut act = Act::system(&ctx.act.clock, Source::Screen, if name.is_empty() { "Kurulum" } else { name });
    act.address = ctx.act.address.clone();
    act.request_id = ctx.act.request_id;
    let tx = ctx.db().begin(&act).await?;
    // First, so that of two people at the last step one waits and then learns that it is done.
    match setup_token_consume(&tx, &link_of(&ctx)?).await {
        Err(error) if error.kind == ErrorKind::Forbidden => {
            tx.rollback().await?;
            return late(&ctx).await;
        }
        consumed => consumed?,
    }
    sync_roles(&tx, ctx.registry()).await?;
    let new = NewAccount {
        username: username.into(),
        name: name.into(),
        role: "admin".into(),
        ..NewAccount::default()
    };
    let made = async {
        let account = open_account(&tx, &new).await?;
        if !violations.is_empty() {
            return Err(Error::invalid(Vec::new()));
        }
        store::accounts::set_password(&tx, account, &hashed, false).await?;
        accounts.pair_new_account(&tx, account, (WHO, form.get(PAIRING)), form.get("kod")).await
    };
    let codes = match made.await {
        Ok(codes) => codes,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            // All that is wrong at once, in the order of the fields.
            let all: Vec<Violation> = error.violations.into_iter().chain(violations).collect();
            return page(&ctx, &form, form.get(PAIRING), &all).await;
        }
        Err(error) => return Err(error.into()),
    };
    tx.commit().await?;
    ctx.app.forget_cached();
    let sheet = done(&ctx, name, &codes).await?;
    Ok(without_session(&ctx.app, ctx.bare_page(StatusCode::OK, "Kurulum tamam", sheet).await?))
}

/// A second click on the last button, another person with the link, or a link whose day is over.
async fn late(ctx: &Ctx) -> Outcome {
    link_of(ctx)?;
    if !is_set_up(ctx.db(), ctx.act.now()).await? {
        return Err(super::closed().into());
    }
    let text = "Kurulum tamamlanmış. Açılan yönetici hesabıyla giriş yapın; kurtarma kodlarını göremediyseniz \
                Hesabım › İkinci adım sayfasından yenilerini alın.";
    Ok(without_session(&ctx.app, redirect(ui::names::LOGIN, text)))
}

fn fields(typed: &Form, least: i64, violations: &[Violation]) -> Vec<ui::FieldView> {
    let password = || ui::Input::Password { new: true };
    let hint = format!("En az {least} karakter. Akılda kalan birkaç sözcük en iyisidir.");
    let questions = [
        ("name", "Adınız soyadınız", "", ui::Input::Text, "name", 120),
        (
            "username",
            "Kullanıcı adı",
            "Küçük harf, rakam ve nokta; örneğin ayse.yilmaz.",
            ui::Input::Text,
            "username",
            60,
        ),
        ("password", "Parola", hint.as_str(), password(), "new-password", 200),
        ("password_again", "Parola, bir kez daha", "", password(), "new-password", 200),
    ];
    let field = |(name, label, hint, kind, autocomplete, most): (&str, &str, &str, ui::Input, &str, u32)| {
        ui::FieldView {
            name: name.into(),
            label: label.into(),
            hint: hint.into(),
            // A password is never sent back to the browser.
            value: if name.starts_with("password") { String::new() } else { typed.get(name).into() },
            kind,
            max_length: Some(most),
            error: error_of(name, violations),
            autocomplete: Some(autocomplete.into()),
            ..ui::FieldView::default()
        }
    };
    questions.into_iter().map(field).collect()
}

fn error_of(name: &str, violations: &[Violation]) -> Option<String> {
    violations.iter().find(|one| one.field == name).map(|one| one.text.clone())
}

async fn page(ctx: &Ctx, typed: &Form, sealed: &str, violations: &[Violation]) -> Outcome {
    let accounts = ctx.app.services.get::<Accounts>()?;
    let secret = accounts.proposed_secret(WHO, sealed)?;
    let town = ctx.app.settings().await?.text("house.town");
    let code = ui::FieldView {
        name: "kod".into(),
        label: "Uygulamanın gösterdiği kod".into(),
        autocomplete: Some("one-time-code".into()),
        max_length: Some(40),
        width: ui::Width::Short,
        error: error_of("kod", violations),
        ..ui::FieldView::default()
    };
    let least = accounts.policy().await?.password_min_length;
    let fields = fields(typed, least, violations);
    let label = |name: &str| {
        fields
            .iter()
            .chain([&code])
            .find(|field| field.name == name)
            .map_or(String::new(), |field| field.label.clone())
    };
    let errors: Vec<_> = violations
        .iter()
        .map(|one| ui::FieldError {
            field: one.field.clone(),
            label: label(&one.field),
            text: one.text.clone(),
        })
        .collect();
    let content = html! {
        div.form-page {
            (ui::error_summary(&errors))
            h1 { (TITLE) }
            p.lead { "Bu hesap öteki hesapları açar ve yetkileri dağıtır. Girişte paroladan sonra telefonunuzdaki kod da sorulur." }
            form.form method="post" action=(ADMINISTRATOR) novalidate data-guard {
                input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                input type="hidden" name=(PAIRING) value=(sealed);
                div.section { @for field in &fields { (ui::field(field)) } }
                fieldset.section {
                    legend { h2 { "İkinci adım" } }
                    (pairing_steps(&totp::uri(&town, "yönetici", &secret), &secret)?)
                    (ui::field(&code))
                }
                div.form-end { button.btn.is-primary type="submit" { "Kurulumu bitir" } }
            }
        }
    };
    let frame = Frame::new(TITLE);
    if violations.is_empty() { ctx.page(frame, content).await } else { ctx.refused(frame, content).await }
}

/// What was set up, counted from what is there.
async fn done(ctx: &Ctx, name: &str, codes: &[String]) -> kernel::Result<Markup> {
    let count = async |kind: &str| -> kernel::Result<String> {
        let sql = "SELECT count(*) FROM record WHERE kind = $1 AND is_removed = FALSE";
        Ok(tr::grouped(ctx.db().scalar(sql, vec![kind.into()]).await?.unwrap_or(0)))
    };
    let mut rows = Vec::new();
    for (label, kind) in [
        ("Yönetmelik", "regulation"),
        ("Görev", "duty"),
        ("Birim", "unit"),
        ("Unvan", "title"),
        ("Norm kadro satırı", "staffing_norm"),
    ] {
        let href = ctx.registry().kinds().find(|known| known.id == kind).map_or("/", |known| known.path);
        rows.push((label, href, count(kind).await?));
    }
    let newest = regulation::texts::newest(ctx.db()).await?;
    let (is_missing, is_draft) = (newest.is_none(), newest.is_some_and(|found| found.state == "draft"));
    let steps: Vec<ui::Step> = WAY
        .steps
        .iter()
        .map(|step| ui::Step { label: step.label.into(), state: ui::StepState::Done, href: None })
        .collect();
    Ok(html! {
        (ui::stepper(&steps))
        h1 { "Kurulum tamam" }
        p.lead { (name) ", Belde kullanıma hazır. Kurulum bağlantısı artık geçersizdir." }
        h2 { "Kurtarma kodlarınız" }
        p { "Telefonunuzu kaybederseniz girişte bu kodlardan birini yazarsınız. Her kod bir kez işe yarar. Şimdi yazdırıp kilitli bir yerde saklayın; bir daha gösterilmez." }
        (code_list(codes))
        h2 { "Kurulanlar" }
        dl.facts { @for (label, href, number) in &rows { div { dt { a href=(href) { (label) } } dd { (number) } } } }
        p.hint { "Sayfalar girişten sonra açılır." }
        h2 { "Sırada ne var" }
        ol.steps {
            li { "Giriş yapın; gizlilik bildirimini okuyup onaylayın." }
            @if is_missing { li { "Yönetmeliği verin (Görev ve denetim › Yönetmelikler); görevler ve denetim görünümü ona kadar boş kalır." } }
            @if is_draft { li { "Taslak yönetmeliği onaylayıp yürürlüğe koyun (Görev ve denetim › Yönetmelikler)." } }
            li { "Personeli ekleyin ya da Excel dosyasından alın (Yönetim › Personel)." }
            li { "Herkese hesap açıp rolünü verin (Yönetim › Hesaplar)." }
            li { "Görev önerilerini teyit edin (Görev ve denetim › Görevler)." }
        }
        p { a.btn.is-primary href=(ui::names::LOGIN) { "Giriş yap" } }
    })
}

/// Somebody else finished first.
pub(super) fn already() -> Error {
    Error::new(ErrorKind::NotFound, "Kurulum tamamlanmış. Yönetici hesabıyla giriş yapın.")
}
