//! One's own account: what it may do, where it is signed in, its keys, and how its screens look.

use axum::extract::Path;
use kernel::Error;
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::{hidden, keeper, moment, own_id, post_button};
use crate::actions::sessions;
use crate::store::{self, Account};
use crate::{duty_pages, roles};

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let id = own_id(&ctx)?;
    let now = ctx.act.now();
    let account = store::account(ctx.db(), id).await?.ok_or_else(Error::not_found)?;
    let open = store::sessions::open_of(ctx.db(), id, now).await?;
    let tokens = store::tokens::open_of(ctx.db(), id, now).await?;
    let content = html! {
        div.top { h1 { "Hesabım" } }
        div.card { (identity(&ctx, &account)) }
        section.card aria-labelledby="guvenlik" {
            h2 #guvenlik { "Giriş güvenliği" }
            (security(&account))
        }
        section.card aria-labelledby="oturumlar" {
            h2 #oturumlar { "Açık oturumlarım" }
            (session_table(&ctx, &open))
            @if open.len() > 1 {
                form.verb method="post" action="/hesabim/oturumlar/kapat" {
                    (hidden(ui::names::CSRF, &ctx.csrf))
                    button.btn type="submit" { "Diğer oturumların hepsini kapat" }
                }
            }
        }
        section.card aria-labelledby="anahtarlar" {
            h2 #anahtarlar {
                "API anahtarlarım"
                @if ctx.actor().may("access.token.create") { " " a href="/hesabim/anahtar/yeni" { "Yeni anahtar" } }
            }
            (token_table(&ctx, &tokens))
        }
        section.card aria-labelledby="yetkiler" {
            h2 #yetkiler { "Yetkilerim" }
            (powers(&ctx))
        }
        section.card aria-labelledby="gorunum" {
            h2 #gorunum { "Ekran tercihleri" }
            (preferences(&ctx))
        }
    };
    ctx.page(Frame::new("Hesabım"), content).await
}

fn identity(ctx: &Ctx, account: &Account) -> Markup {
    let last = account.last_sign_in_at.map_or_else(|| "—".to_string(), kernel::tr::instant);
    let mut rows = vec![
        ("Adı soyadı".to_string(), html! { (account.name) }, None),
        ("Kullanıcı adı".to_string(), html! { (account.username) }, None),
        (
            "E-posta".to_string(),
            html! { @if account.email.is_empty() { "—" } @else { (account.email) } },
            None,
        ),
        ("Son giriş".to_string(), html! { (last) }, None),
    ];
    if let Some(acting) = &ctx.actor().acting_for {
        let until = kernel::tr::instant(acting.until.0);
        let text = html! { (acting.name) " yerine, " (until) " anına kadar" };
        rows.push(("Vekâlet".to_string(), text, None));
    }
    ui::summary_list(&rows)
}

fn security(account: &Account) -> Markup {
    let change = |href: &str, label: &str| Some(ui::Link::new(label, href));
    let second = if account.has_totp() { "Açık: girişte telefondaki kod sorulur." } else { "Kapalı" };
    let changed = if account.password_changed_at.0 == 0 {
        html! { "—" }
    } else {
        html! { (moment(account.password_changed_at)) " tarihinde belirlendi" }
    };
    let told = match account.secrecy_accepted_at {
        Some(at) => html! { (moment(kernel::Instant(at))) " tarihinde onaylandı" },
        None => html! { "Henüz onaylanmadı" },
    };
    ui::summary_list(&[
        ("Parola".into(), changed, change(duty_pages::PASSWORD, "Değiştir")),
        (
            "İkinci adım".into(),
            html! { (second) },
            change(duty_pages::SECOND_FACTOR, if account.has_totp() { "Yönet" } else { "Aç" }),
        ),
        ("Gizlilik bildirimi".into(), told, change(duty_pages::SECRECY, "Oku")),
    ])
}

fn session_table(ctx: &Ctx, open: &[store::sessions::Session]) -> Markup {
    let rows: Vec<Vec<Markup>> = open
        .iter()
        .map(|session| {
            let is_this = ctx.session_id == Some(session.id);
            let about = format!("{} {}", device(&session.device), session.address);
            let end = post_button(ctx, &format!("/hesabim/oturum/{}/kapat", session.id), "Kapat", &about);
            vec![
                html! { (device(&session.device)) @if is_this { " " strong { "(bu oturum)" } } },
                html! { (session.address) },
                moment(session.created_at),
                moment(session.last_used_at),
                html! { @if !is_this { (end) } },
            ]
        })
        .collect();
    ui::table("Açık oturumlar", &ui::heads(&["Tarayıcı", "Adres", "Giriş", "Son kullanım", "İşlem"]), &rows)
}

/// The browser's own long name, made readable.
pub(super) fn device(agent: &str) -> String {
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Pardus", "Pardus"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.into(),
        (None, None) if agent.is_empty() => "Bilinmeyen tarayıcı".into(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

fn token_table(ctx: &Ctx, tokens: &[store::tokens::ApiToken]) -> Markup {
    if tokens.is_empty() {
        return html! { p.hint { "Bir programın sizin adınıza Belde ile konuşması gerekiyorsa ona ayrı bir anahtar verin; parolanızı vermeyin." } };
    }
    let rows: Vec<Vec<Markup>> = tokens
        .iter()
        .map(|token| {
            let used = token.last_used_at.map_or_else(|| html! { "hiç" }, |at| moment(kernel::Instant(at)));
            let names: Vec<String> = token.permission_list().iter().map(|code| sentence(ctx, code)).collect();
            vec![
                html! { (token.name) },
                html! { (names.join(" ")) },
                moment(token.expires_at),
                used,
                post_button(ctx, &format!("/hesabim/anahtar/{}/iptal", token.id), "İptal et", &token.name),
            ]
        })
        .collect();
    ui::table(
        "API anahtarları",
        &ui::heads(&["Ad", "Yetkiler", "Geçerlilik sonu", "Son kullanım", "İşlem"]),
        &rows,
    )
}

/// What a permission lets one do, in a sentence.
pub(super) fn sentence(ctx: &Ctx, code: &str) -> String {
    let known = ctx.registry().permissions().find(|permission| permission.code == code);
    known.map_or_else(|| code.to_string(), |permission| permission.sentence_tr.to_string())
}

fn powers(ctx: &Ctx) -> Markup {
    let grants = &ctx.actor().grants;
    if grants.is_empty() {
        return html! { p { "Hesabınıza henüz bir rol verilmemiş. Yöneticinizden isteyin." } };
    }
    let rows: Vec<Vec<Markup>> = grants
        .iter()
        .map(|grant| {
            let scope = match &grant.scope {
                kernel::Scope::All => "all",
                kernel::Scope::Own => "own",
                kernel::Scope::Units(units) if units.len() > 1 => "unit_tree",
                kernel::Scope::Units(_) => "unit",
            };
            vec![
                html! { (sentence(ctx, &grant.permission)) },
                html! { (roles::scope_label(scope)) },
                html! { (grant.reason) },
            ]
        })
        .collect();
    ui::table("Yetkilerim", &ui::heads(&["Yetki", "Kapsam", "Neden"]), &rows)
}

fn preferences(ctx: &Ctx) -> Markup {
    let choice = |name: &str, label: &str, options: Vec<ui::Opt>| {
        ui::field(&super::field(name, label, "", ui::Input::Radio(options), ""))
    };
    let themes =
        ui::Theme::ALL.iter().map(|one| ui::Opt::new(one.value(), one.label(), *one == ctx.prefs.theme));
    let densities =
        ui::Density::ALL.iter().map(|one| ui::Opt::new(one.value(), one.label(), *one == ctx.prefs.density));
    let keys = [("acik", "Açık", true), ("kapali", "Kapalı", false)];
    let keys =
        keys.iter().map(|(value, label, is_on)| ui::Opt::new(*value, *label, *is_on == ctx.prefs.shortcuts));
    html! {
        form.form method="post" action=(ui::names::PREFERENCES) {
            (hidden(ui::names::CSRF, &ctx.csrf))
            (hidden(ui::names::RETURN, "/hesabim"))
            (choice(ui::names::THEME, "Görünüm", themes.collect()))
            (choice(ui::names::DENSITY, "Satır aralığı", densities.collect()))
            (choice(ui::names::SHORTCUTS, "Tek tuş kısayolları", keys.collect()))
            div.form-end { button.btn.is-primary type="submit" { "Tercihleri kaydet" } }
        }
    }
}

pub(super) async fn end_session(ctx: Ctx, Path(session): Path<Uuid>, _form: Form) -> Outcome {
    let tx = ctx.db().begin(&ctx.act).await?;
    sessions::end_session(&tx, own_id(&ctx)?, session).await?;
    tx.commit().await?;
    keeper(&ctx)?.forget();
    Ok(redirect("/hesabim", "Oturum kapatıldı."))
}

pub(super) async fn end_other_sessions(ctx: Ctx, _form: Form) -> Outcome {
    let tx = ctx.db().begin(&ctx.act).await?;
    let ended = sessions::end_all_sessions(&tx, own_id(&ctx)?, ctx.session_id).await?;
    tx.commit().await?;
    keeper(&ctx)?.forget();
    Ok(redirect("/hesabim", &format!("{ended} oturum kapatıldı; yalnız bu oturum açık.")))
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_named_as_people_name_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(device(edge), "Edge, Windows");
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Linux"
        );
        assert_eq!(
            device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"),
            "Safari, iPhone"
        );
        assert_eq!(device(""), "Bilinmeyen tarayıcı");
        assert_eq!(device("curl/8.5.0"), "curl/8.5.0");
    }
}
