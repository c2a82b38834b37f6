//! The first minutes of a real installation: a one-time link on the console opens a page where the municipality
//! is named and the first administrator's account is made. Without the link, or once it is used, there is no page.

use access::actions::open_account::{NewAccount, open_account};
use access::actions::setup::{is_set_up, is_setup_token_open, setup_token_consume, setup_token_create};
use access::{Accounts, password, store, sync_roles};
use http::StatusCode;
use kernel::access::Source;
use kernel::setting::set;
use kernel::{Act, Error, ErrorKind, Violation};
use maud::html;
use web::{Allow, Ctx, Form, Outcome, Routes, redirect};

use crate::start::House;

const PATH: &str = "/kurulum";

pub fn routes() -> Routes {
    Routes::new().get(PATH, Allow::Public, show).post(PATH, Allow::Public, save)
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

async fn show(ctx: Ctx) -> Outcome {
    let token = ctx.param("anahtar").to_string();
    require_open(&ctx, &token).await?;
    page(&ctx, &token, &Form::default(), &[]).await
}

async fn require_open(ctx: &Ctx, token: &str) -> kernel::Result<()> {
    if is_setup_token_open(ctx.db(), token, ctx.act.now()).await? {
        return Ok(());
    }
    let text = "Kurulum bağlantısı geçersiz, kullanılmış ya da süresi dolmuş. Sunucuyu yeniden başlatınca yenisi yazılır.";
    Err(Error::new(ErrorKind::NotFound, text))
}

/// The questions: name, label, hint, most characters.
const QUESTIONS: [(&str, &str, &str, u32); 5] = [
    ("town", "Belediyenin adı", "Sayfa başında ve basılı kâğıtlarda görünür.", 120),
    ("directorate", "Müdürlüğün adı", "", 120),
    ("name", "Adınız soyadınız", "İlk yönetici hesabı sizin olacak.", 120),
    ("username", "Kullanıcı adı", "Küçük harf, rakam ve nokta.", 60),
    ("password", "Parola", "En az 12 karakter. Uzun bir cümle en iyisidir.", 200),
];

async fn page(ctx: &Ctx, token: &str, typed: &Form, violations: &[Violation]) -> Outcome {
    let field = |(name, label, hint, most): (&str, &str, &str, u32)| ui::FieldView {
        name: name.into(),
        label: label.into(),
        hint: hint.into(),
        kind: if name == "password" { ui::Input::Password { new: true } } else { ui::Input::Text },
        value: match name {
            // A password is never sent back to the browser.
            "password" => String::new(),
            "directorate" if typed.0.is_empty() => "Bilgi İşlem Müdürlüğü".into(),
            _ => typed.get(name).into(),
        },
        max_length: Some(most),
        error: violations.iter().find(|one| one.field == name).map(|one| one.text.clone()),
        ..ui::FieldView::default()
    };
    let label = |name: &str| QUESTIONS.iter().find(|one| one.0 == name).map_or("", |one| one.1).to_string();
    let view = ui::FormView {
        title: "Belde kurulumu".into(),
        lead: "Belediyenizi tanıtın ve ilk yönetici hesabını açın. Girişten sonra ikinci adım (telefondaki doğrulama uygulaması) kurulur, ardından yönetmeliğinizi yükleyebilirsiniz.".into(),
        action: format!("{PATH}?anahtar={token}"),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection { title: String::new(), fields: QUESTIONS.into_iter().map(field).collect() }],
        submit: "Kur".into(),
        errors: violations
            .iter()
            .map(|one| ui::FieldError { field: one.field.clone(), label: label(&one.field), text: one.text.clone() })
            .collect(),
        ..ui::FormView::default()
    };
    let (status, title) = match violations.is_empty() {
        true => (StatusCode::OK, view.title.clone()),
        false => (StatusCode::UNPROCESSABLE_ENTITY, format!("Hata: {}", view.title)),
    };
    ctx.bare_page(status, &title, html! { (ui::form(&view)) }).await
}

async fn save(ctx: Ctx, form: Form) -> Outcome {
    let token = ctx.param("anahtar").to_string();
    require_open(&ctx, &token).await?;
    let mut violations = Vec::new();
    for (name, label, _, most) in QUESTIONS {
        let length = form.get(name).trim().chars().count();
        if length == 0 || length > most as usize {
            violations.push(Violation::new("KUR-001", name, format!("{label}: 1–{most} karakter yazın.")));
        }
    }
    let accounts = ctx.app.services.get::<Accounts>()?.clone();
    let (username, secret) = (form.get("username").trim(), form.get("password"));
    if violations.is_empty() {
        let least = accounts.policy().await?.password_min_length;
        violations.extend(password::check("password", secret, username, least));
    }
    if !violations.is_empty() {
        return page(&ctx, &token, &form, &violations).await;
    }
    let hashed = accounts.hash_password(secret.to_string()).await?;
    let mut act = Act::system(&ctx.act.clock, Source::Screen, form.get("name").trim());
    act.address = ctx.act.address.clone();
    let tx = ctx.db().begin(&act).await?;
    setup_token_consume(&tx, &token).await?;
    sync_roles(&tx, ctx.registry()).await?;
    let new = NewAccount {
        username: username.into(),
        name: form.get("name").trim().into(),
        role: "admin".into(),
        ..NewAccount::default()
    };
    let account = match open_account(&tx, &new).await {
        Ok(account) => account,
        Err(error) if error.kind == ErrorKind::Invalid => {
            return page(&ctx, &token, &form, &error.violations).await;
        }
        Err(error) => return Err(error.into()),
    };
    store::accounts::set_password(&tx, account, &hashed, false).await?;
    for (key, name) in [("house.town", "town"), ("house.directorate", "directorate")] {
        if let Some(setting) = ctx.registry().settings().iter().find(|setting| setting.key == key) {
            set(&tx, setting, &setting.parse(form.get(name))?).await?;
        }
    }
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(redirect(ui::names::LOGIN, "Kurulum tamam. Şimdi giriş yapın."))
}
