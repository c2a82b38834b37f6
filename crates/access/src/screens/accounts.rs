//! What this crate adds to the kit's account page: roles, sessions, second factor, one-time passwords.

use axum::extract::Path;
use kernel::record::{Kind, Record};
use kernel::{Boxed, Day, Error, ErrorKind, Instant, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome, redirect};

use super::{field, keeper, moment, place_errors, post_button};
use crate::actions::powers::{self, RoleGift};
use crate::actions::sessions;
use crate::store::{self, Account};

fn path(id: Uuid) -> String {
    format!("/yonetim/hesaplar/{id}")
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Account> {
    store::account(ctx.db(), id).await?.ok_or_else(Error::not_found)
}

pub(super) fn extras<'a>(
    ctx: &'a Ctx,
    _kind: &'a Kind,
    record: &'a Record,
) -> Boxed<'a, kernel::Result<Extras>> {
    Box::pin(async move {
        let id = record.id;
        let account = load(ctx, id).await?;
        let held = store::roles::held_by(ctx.db(), &[id]).await?;
        let open = store::sessions::open_of(ctx.db(), id, ctx.act.now()).await?;
        let tokens = store::tokens::open_of(ctx.db(), id, ctx.act.now()).await?;
        let units = unit_names(ctx, &held).await?;
        let may_edit = ctx.actor().may_in_whole("access.account.edit");
        let may_grant = ctx.actor().may_in_whole("access.account.grant");
        let mut verbs = Vec::new();
        let link = |label: &str, to: &str| ui::Verb {
            label: label.into(),
            href: format!("{}/{to}", path(id)),
            ..ui::Verb::default()
        };
        if may_grant && account.state != "closed" {
            verbs.push(link("Rol ver", "rol"));
        }
        if may_edit && account.state != "closed" {
            verbs.push(link("Tek kullanımlık parola ver", "parola"));
        }
        let mut before = Vec::new();
        if account.password_hash.is_empty() && account.state == "active" {
            let text = "Bu hesabın henüz parolası yok; sahibi giriş yapamaz. “Tek kullanımlık parola ver” ile bir parola oluşturun.";
            before.push(ui::notice(ui::FlashKind::Info, html! { p { (text) } }));
        }
        before.push(html! { h2 { "Roller" } (role_table(ctx, id, &held, &units, may_grant)) });
        Ok(Extras {
            before_timeline: before,
            cards: vec![security(ctx, &account, &open, &tokens, may_edit)],
            verbs,
        })
    })
}

async fn unit_names(
    ctx: &Ctx,
    held: &[store::roles::AccountRole],
) -> kernel::Result<std::collections::HashMap<Uuid, String>> {
    let refs: Vec<_> = held.iter().filter_map(|one| Some(kernel::Ref::new("unit", one.unit_id?))).collect();
    let named = kernel::record::names(ctx.db(), &refs).await?;
    Ok(named.into_iter().map(|named| (named.id, named.title)).collect())
}

fn role_table(
    ctx: &Ctx,
    account: Uuid,
    held: &[store::roles::AccountRole],
    units: &std::collections::HashMap<Uuid, String>,
    may_grant: bool,
) -> Markup {
    let now = ctx.act.now();
    if held.is_empty() {
        return ui::empty_state(
            "Bu hesaba rol verilmemiş; sahibi giriş yapar ama hiçbir kaydı göremez.",
            None,
        );
    }
    let rows: Vec<Vec<Markup>> = held
        .iter()
        .map(|one| {
            let unit = one.unit_id.map_or("Çalıştığı birim".to_string(), |unit| {
                units.get(&unit).cloned().unwrap_or_else(|| unit.to_string())
            });
            let state = match (one.is_valid(now), one.from_at > now) {
                (true, _) => ui::state_badge(ui::Tone::Done, "Geçerli"),
                (_, true) => ui::state_badge(ui::Tone::New, "Başlayacak"),
                _ => ui::state_badge(ui::Tone::Off, "Bitti"),
            };
            let until = one.until_at.map_or_else(|| html! { "Süresiz" }, |at| moment(Instant(at)));
            let action = format!("{}/rol/{}/geri-al", path(account), one.id);
            let may_end = may_grant && one.until_at.is_none_or(|at| at > now.0);
            vec![
                html! { a href=(format!("/yonetim/roller/{}", one.role_id)) { (one.role_name) } },
                html! { (unit) },
                moment(one.from_at),
                until,
                state,
                html! { @if may_end { (post_button(ctx, &action, "Geri al", &one.role_name)) } },
            ]
        })
        .collect();
    ui::table(
        "Roller",
        &ui::heads(&["Rol", "Kapsamın başladığı birim", "Başlangıç", "Bitiş", "Durum", "İşlem"]),
        &rows,
    )
}

fn security(
    ctx: &Ctx,
    account: &Account,
    open: &[store::sessions::Session],
    tokens: &[store::tokens::ApiToken],
    may_edit: bool,
) -> ui::Card {
    let yes_no = |at: Option<i64>| at.map_or_else(|| html! { "Hayır" }, |at| moment(Instant(at)));
    let password = match (account.password_hash.is_empty(), account.must_change_password) {
        (true, _) => "Yok",
        (_, true) => "Tek kullanımlık, ilk girişte değişecek",
        _ => "Sahibi belirledi",
    };
    let reviewed = (account.reviewed_at > 0).then_some(account.reviewed_at);
    let rows = vec![
        ("Parola".to_string(), html! { (password) }),
        ("İkinci adım".to_string(), html! { @if account.has_totp() { "Açık" } @else { "Kapalı" } }),
        ("Gizlilik bildirimi".to_string(), yes_no(account.secrecy_accepted_at)),
        ("Yetkileri gözden geçirildi".to_string(), yes_no(reviewed)),
        ("Açık oturum".to_string(), html! { (open.len()) }),
        ("API anahtarı".to_string(), html! { (tokens.len()) }),
    ];
    let base = path(account.id);
    let body = html! {
        (ui::facts(&rows))
        @if may_edit && !open.is_empty() {
            (post_button(ctx, &format!("{base}/oturumlar/kapat"), "Oturumlarını kapat", &account.name))
        }
        @if may_edit && account.has_totp() {
            (post_button(ctx, &format!("{base}/ikinci-adim/kapat"), "İkinci adımını kapat", &account.name))
        }
    };
    ui::Card { title: "Güvenlik".into(), edit_href: None, body }
}

fn frame(title: &str, account: &Account) -> Frame {
    Frame::new(title).crumb("Hesaplar", "/yonetim/hesaplar").crumb(account.name.clone(), path(account.id))
}

pub(super) async fn ask_password(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let account = load(&ctx, id).await?;
    let view = ui::ConfirmView {
        title: "Tek kullanımlık parola ver".into(),
        text: "Yeni parola bir kez gösterilir; sahibine elden ya da telefonla iletin. Şimdiki parolası geçersiz olur, \
               açık oturumları kapanır ve ilk girişte kendi parolasını seçmesi istenir."
            .into(),
        rows: vec![("Hesap".into(), account.name.clone()), ("Kullanıcı adı".into(), account.username.clone())],
        action: format!("{}/parola", path(id)),
        csrf: ctx.csrf.clone(),
        submit: "Parola oluştur".into(),
        cancel_href: path(id),
        ..ui::ConfirmView::default()
    };
    ctx.page(frame(&view.title, &account), ui::confirm_page(&view)).await
}

pub(super) async fn give_password(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let account = load(&ctx, id).await?;
    let keeper = keeper(&ctx)?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let one_time = keeper.reset_password(&tx, id).await?;
    tx.commit().await?;
    keeper.forget();
    let content = html! {
        div.form-page {
            h1 { "Tek kullanımlık parola" }
            (ui::notice(ui::FlashKind::Warning, html! { p { "Bu parola bir daha gösterilmez." } }))
            (ui::summary_list(&[
                ("Adı soyadı".into(), html! { (account.name) }, None),
                ("Kullanıcı adı".into(), html! { code { (account.username) } }, None),
                ("Parola".into(), html! { code.reference { (one_time) } }, None),
            ]))
            p.hint { "İlk girişte kendi parolasını seçmesi istenecek. Yazdırıp kapalı zarfla verebilirsiniz." }
            p { a.btn.is-primary href=(path(id)) { "Hesaba dön" } }
        }
    };
    ctx.page(frame("Tek kullanımlık parola", &account), content).await
}

pub(super) async fn disable_second_factor(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let keeper = keeper(&ctx)?;
    if ctx.actor().account_id == Some(id) {
        // One's own is turned off with a code, not with a button.
        return Ok(web::see_other(crate::duty_pages::SECOND_FACTOR));
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    keeper.disable_second_factor(&tx, id, "").await?;
    tx.commit().await?;
    keeper.forget();
    Ok(redirect(&path(id), "İkinci adım kapatıldı; sahibi yeni telefonunu kendisi eşleştirmeli."))
}

pub(super) async fn end_sessions(ctx: Ctx, Path(id): Path<Uuid>, _form: Form) -> Outcome {
    let tx = ctx.db().begin(&ctx.act).await?;
    let ended = sessions::end_all_sessions(&tx, id, ctx.session_id).await?;
    tx.commit().await?;
    keeper(&ctx)?.forget();
    Ok(redirect(&path(id), &format!("{ended} oturum kapatıldı.")))
}

pub(super) async fn ask_role(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let account = load(&ctx, id).await?;
    role_page(&ctx, &account, &Form::default(), &[]).await
}

async fn role_page(ctx: &Ctx, account: &Account, typed: &Form, violations: &[kernel::Violation]) -> Outcome {
    let chosen = typed.get("rol");
    let mut roles = vec![ui::Opt::new("", "Seçin", chosen.is_empty())];
    for role in store::roles::all(ctx.db()).await? {
        let id = role.id.to_string();
        let label = if role.description.is_empty() {
            role.name
        } else {
            format!("{} — {}", role.name, role.description)
        };
        roles.push(ui::Opt::new(id.clone(), label, id == chosen));
    }
    let unit = typed.get("birim");
    let everywhere = "Çalıştığı birim (yer değiştirirse rol de taşınır)";
    let unit_input = web::choice(ctx, "unit", "birim", everywhere, typed).await?;
    let until_hint = "Boş bırakırsanız geri alınana kadar geçerli olur. Bu günün sonuna kadar geçerlidir.";
    let date = |name: &str, label: &str, hint: &str| ui::FieldView {
        optional: true,
        width: ui::Width::Short,
        ..field(name, label, hint, ui::Input::Date, typed.get(name))
    };
    let mut sections = vec![ui::FormSection {
        title: String::new(),
        fields: vec![
            field("rol", "Rol", "", ui::Input::Select(roles), chosen),
            field("birim", "Kapsamın başladığı birim", "", unit_input, unit),
            date("baslangic", "Başlangıç", "Boş bırakırsanız hemen başlar."),
            date("bitis", "Bitiş", until_hint),
        ],
        ..ui::FormSection::default()
    }];
    let errors = place_errors(&mut sections, violations);
    let title = "Rol ver";
    let view = ui::FormView {
        title: title.into(),
        lead: format!("{} ({})", account.name, account.username),
        action: format!("{}/rol", path(account.id)),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections,
        submit: "Rolü ver".into(),
        cancel_href: Some(path(account.id)),
        errors,
        ..ui::FormView::default()
    };
    let frame = frame(title, account);
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

/// A typed date: `None` when empty.
fn day(form: &Form, name: &'static str) -> kernel::Result<Option<Day>> {
    let typed = form.get(name).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    tr::parse_date(typed).map(|date| Some(Day(date))).map_err(|text| Error::rule("YTK-006", name, text))
}

fn gift_of(ctx: &Ctx, account: Uuid, form: &Form) -> kernel::Result<RoleGift> {
    let role = form.get("rol").parse().map_err(|_| Error::rule("YTK-007", "rol", "Rolü listeden seçin."))?;
    let unit = match form.get("birim") {
        "" => None,
        id => Some(id.parse().map_err(|_| Error::rule("YTK-008", "birim", "Birimi listeden seçin."))?),
    };
    let from = day(form, "baslangic")?.filter(|day| *day != ctx.act.now().day());
    let until = day(form, "bitis")?;
    Ok(RoleGift {
        account,
        role,
        unit,
        from_at: from.map(Day::start),
        // The last day counts whole.
        until_at: until.map(|day| day.next().start()),
    })
}

pub(super) async fn give_role(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let account = load(&ctx, id).await?;
    let outcome = match gift_of(&ctx, id, &form) {
        Ok(gift) => {
            let tx = ctx.db().begin(&ctx.act).await?;
            match powers::give_role(&tx, gift).await {
                Ok(_) => tx.commit().await,
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => {
            keeper(&ctx)?.forget();
            Ok(redirect(&path(id), "Rol verildi."))
        }
        Err(error) if error.kind == ErrorKind::Invalid => {
            role_page(&ctx, &account, &form, &error.violations).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn withdraw_role(ctx: Ctx, Path((id, held)): Path<(Uuid, Uuid)>, form: Form) -> Outcome {
    let account = load(&ctx, id).await?;
    let held = store::roles::held(ctx.db(), held)
        .await?
        .filter(|held| held.account_id == id)
        .ok_or_else(Error::not_found)?;
    let title = "Rolü geri al";
    if form.get("onayli") != "evet" {
        let view = ui::ConfirmView {
            title: title.into(),
            text: "Rol bu andan itibaren geçersiz olur; geçmişte yaptıkları kayıtlarda kalır.".into(),
            rows: vec![("Hesap".into(), account.name.clone()), ("Rol".into(), held.role_name.clone())],
            action: format!("{}/rol/{}/geri-al", path(id), held.id),
            csrf: ctx.csrf.clone(),
            hidden: vec![("onayli".into(), "evet".into())],
            reason_label: Some("Gerekçe".into()),
            submit: "Geri al".into(),
            danger: true,
            cancel_href: path(id),
            ..ui::ConfirmView::default()
        };
        return ctx.page(frame(title, &account), ui::confirm_page(&view)).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    powers::withdraw_role(&tx, held.id, form.get(ui::names::REASON)).await?;
    tx.commit().await?;
    keeper(&ctx)?.forget();
    Ok(redirect(&path(id), "Rol geri alındı."))
}
