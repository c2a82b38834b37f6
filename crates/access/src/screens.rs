//! Screens of accounts and powers: sign-in, one's own account, accounts, roles, reviews and explanations.

mod accounts;
mod explain;
mod my_account;
mod own_password;
mod own_second_factor;
mod own_tokens;
mod review;
mod roles;
mod sign_in;

use kernel::{Error, Violation};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Allow, Ctx, Form, Routes};

use crate::Accounts;
use crate::{duty_pages, kinds};

pub use own_second_factor::{code_list, pairing_steps};

/// Routes of this crate. The application's services must hold an [`Accounts`].
pub fn routes() -> Routes {
    let (may, whole) = (Allow::Permission, Allow::Whole);
    let (edit, grant) = (whole("access.account.edit"), whole("access.account.grant"));
    let review_path = "/yonetim/yetki-gozden-gecirme";
    Routes::new()
        .get(ui::names::LOGIN, Allow::Public, sign_in::show)
        .post(ui::names::LOGIN, Allow::Public, sign_in::send)
        .post(ui::names::LOGOUT, Allow::Public, sign_in::sign_out)
        .get("/hesabim", Allow::SignedIn, my_account::show)
        .post("/hesabim/oturum/{id}/kapat", Allow::SignedIn, my_account::end_session)
        .post("/hesabim/oturumlar/kapat", Allow::SignedIn, my_account::end_other_sessions)
        .get(duty_pages::PASSWORD, Allow::SignedIn, own_password::show)
        .post(duty_pages::PASSWORD, Allow::SignedIn, own_password::save)
        .get(duty_pages::SECRECY, Allow::SignedIn, own_password::show_secrecy)
        .post(duty_pages::SECRECY, Allow::SignedIn, own_password::accept_secrecy)
        .get(duty_pages::SECOND_FACTOR, Allow::SignedIn, own_second_factor::show)
        .post(duty_pages::SECOND_FACTOR, Allow::SignedIn, own_second_factor::enable)
        .post("/hesabim/ikinci-adim/kapat", Allow::SignedIn, own_second_factor::disable)
        .post("/hesabim/ikinci-adim/kurtarma", Allow::SignedIn, own_second_factor::renew_codes)
        .get("/hesabim/anahtar/yeni", may("access.token.create"), own_tokens::ask)
        .post("/hesabim/anahtar/yeni", may("access.token.create"), own_tokens::create)
        .post("/hesabim/anahtar/{id}/iptal", Allow::SignedIn, own_tokens::end)
        .get("/yonetim/hesaplar/{id}/parola", edit, accounts::ask_password)
        .post("/yonetim/hesaplar/{id}/parola", edit, accounts::give_password)
        .post("/yonetim/hesaplar/{id}/ikinci-adim/kapat", edit, accounts::disable_second_factor)
        .post("/yonetim/hesaplar/{id}/oturumlar/kapat", edit, accounts::end_sessions)
        .get("/yonetim/hesaplar/{id}/rol", grant, accounts::ask_role)
        .post("/yonetim/hesaplar/{id}/rol", grant, accounts::give_role)
        .post("/yonetim/hesaplar/{id}/rol/{rol}/geri-al", grant, accounts::withdraw_role)
        .get("/yonetim/roller/matris", whole("access.role.view"), roles::matrix)
        .get("/yonetim/roller/{id}/yetkiler", whole("access.role.edit"), roles::ask)
        .post("/yonetim/roller/{id}/yetkiler", whole("access.role.edit"), roles::save)
        .get(review_path, whole("access.review.run"), review::show)
        .post(review_path, whole("access.review.run"), review::confirm)
        .get("/yonetim/yetki-gozden-gecirme/{id}/geri-al", whole("access.review.run"), review::ask_withdraw)
        .post("/yonetim/yetki-gozden-gecirme/{id}/geri-al", whole("access.review.run"), review::withdraw)
        .get("/kim-gorebilir/{tur}/{id}", may("access.explain.view"), explain::show)
        .and(web::kind_routes(&kinds::account(), Some(accounts::extras)))
        .and(web::kind_routes(&kinds::role(), Some(roles::extras)))
}

/// The keeper of accounts, as the binary put it into the services.
fn keeper(ctx: &Ctx) -> kernel::Result<Accounts> {
    Ok(ctx.app.services.get::<Accounts>()?.clone())
}

/// The account that asks.
fn own_id(ctx: &Ctx) -> kernel::Result<Uuid> {
    ctx.actor().account_id.ok_or_else(Error::sign_in)
}

/// Puts each violation at its field; answers the summary.
fn place_errors(sections: &mut [ui::FormSection], violations: &[Violation]) -> Vec<ui::FieldError> {
    let mut errors = Vec::new();
    for violation in violations {
        let mut label = String::new();
        let fields = sections.iter_mut().flat_map(|section| section.fields.iter_mut());
        for field in fields.filter(|field| field.name == violation.field) {
            field.error = Some(violation.text.clone());
            label.clone_from(&field.label);
        }
        let field = if label.is_empty() { String::new() } else { violation.field.clone() };
        errors.push(ui::FieldError { field, label, text: violation.text.clone() });
    }
    errors
}

/// So that a form that is sent twice does its work once; `tx.once` takes it.
fn once(ctx: &Ctx, typed: &Form) -> ui::FieldView {
    let sent = typed.get(ui::names::ONCE);
    let token = if sent.is_empty() { ctx.app.clock.token() } else { sent.to_string() };
    field(ui::names::ONCE, "", "", ui::Input::Hidden, &token)
}

/// A field of a form, with the usual width.
fn field(name: &str, label: &str, hint: &str, kind: ui::Input, value: &str) -> ui::FieldView {
    ui::FieldView {
        name: name.into(),
        label: label.into(),
        hint: hint.into(),
        kind,
        value: value.into(),
        ..ui::FieldView::default()
    }
}

/// Asked before what would outlast a session that somebody else sits at.
fn password_again() -> ui::FieldView {
    let hint = "Oturumunuzu açık bulan biri bunu sizin yerinize yapamasın diye sorulur.";
    field("parola", "Parolanız", hint, ui::Input::Password { new: false }, "")
}

fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A button that posts at once.
fn post_button(ctx: &Ctx, action: &str, label: &str, about: &str) -> Markup {
    html! {
        form.verb method="post" action=(action) {
            (hidden(ui::names::CSRF, &ctx.csrf))
            button.btn.is-quiet type="submit" { (label) span.visually-hidden { ": " (about) } }
        }
    }
}

/// An instant for people and machines.
fn moment(at: kernel::Instant) -> Markup {
    ui::time_text(&kernel::tr::instant(at.0), None, &at.iso())
}
