//! Roles: what each may do and how far, in sentences; the matrix of all of them.

use std::collections::HashMap;

use axum::extract::Path;
use http::StatusCode;
use kernel::db::Sql;
use kernel::record::{Kind, Record};
use kernel::{Boxed, Error, ErrorKind};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use web::{Ctx, Extras, Form, Frame, Outcome, redirect};

use super::{field, keeper, place_errors};
use crate::actions::powers::set_role_permissions;
use crate::roles::{SCOPES, scope_label};
use crate::store::{self, roles::Role};

fn path(id: Uuid) -> String {
    format!("/yonetim/roller/{id}")
}

/// Scope by permission of one role.
async fn scopes(db: &impl Sql, role: Uuid) -> kernel::Result<HashMap<String, String>> {
    let rows = store::roles::permissions(db, Some(role)).await?;
    Ok(rows.into_iter().map(|row| (row.permission, row.scope)).collect())
}

/// A mark of all that a role may do, by which a page knows whether somebody else changed it meanwhile.
fn mark(scopes: &HashMap<String, String>) -> String {
    let mut given: Vec<String> =
        scopes.iter().map(|(permission, scope)| format!("{permission}={scope}")).collect();
    given.sort_unstable();
    hex::encode(&Sha256::digest(given.join("\n"))[..8])
}

pub(super) fn extras<'a>(
    ctx: &'a Ctx,
    _kind: &'a Kind,
    record: &'a Record,
) -> Boxed<'a, kernel::Result<Extras>> {
    Box::pin(async move {
        let scopes = scopes(ctx.db(), record.id).await?;
        let members = store::roles::members(ctx.db(), record.id, ctx.act.now()).await?;
        let mut verbs = vec![ui::Verb {
            label: "Bütün rollerin matrisi".into(),
            href: "/yonetim/roller/matris".into(),
            ..ui::Verb::default()
        }];
        if ctx.actor().may_in_whole("access.role.edit") {
            let href = format!("{}/yetkiler", path(record.id));
            verbs.insert(
                0,
                ui::Verb { label: "Yetkileri düzenle".into(), href, primary: true, ..ui::Verb::default() },
            );
        }
        let people = html! {
            @if members.is_empty() { p { "Bu role sahip kimse yok." } }
            @else {
                ul { @for member in &members { li { a href=(format!("/yonetim/hesaplar/{}", member.account_id)) { (member.name) } } } }
            }
        };
        Ok(Extras {
            before_timeline: vec![html! { h2 { "Yetkiler" } (sentences(ctx, &scopes)) }],
            cards: vec![ui::Card {
                title: format!("Bu role sahip olanlar ({})", members.len()),
                edit_href: None,
                body: people,
            }],
            verbs,
        })
    })
}

fn sentences(ctx: &Ctx, scopes: &HashMap<String, String>) -> Markup {
    if scopes.is_empty() {
        return ui::empty_state("Bu rolün hiçbir yetkisi yok.", None);
    }
    let mut rows = Vec::new();
    for capability in ctx.registry().capabilities() {
        for permission in &capability.permissions {
            let Some(scope) = scopes.get(permission.code) else { continue };
            rows.push(vec![
                html! { (permission.sentence_tr) },
                html! { (scope_label(scope)) },
                html! { (capability.name_tr) },
            ]);
        }
    }
    ui::table("Yetkiler", &ui::heads(&["Yetki", "Kapsam", "Alan"]), &rows)
}

fn has_scope(scopes: &HashMap<String, String>, permission: &str) -> bool {
    scopes.get(permission).is_some_and(|scope| !scope.is_empty())
}

async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Role> {
    store::roles::role(ctx.db(), id).await?.ok_or_else(Error::not_found)
}

pub(super) async fn ask(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let role = load(&ctx, id).await?;
    let scopes = scopes(ctx.db(), id).await?;
    page(&ctx, &role, (&scopes, &mark(&scopes)), &[]).await
}

async fn page(
    ctx: &Ctx,
    role: &Role,
    (scopes, seen): (&HashMap<String, String>, &str),
    violations: &[kernel::Violation],
) -> Outcome {
    let view = view(ctx, role, (scopes, seen), violations);
    let frame = frame(role, &view.title);
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

fn frame(role: &Role, title: &str) -> Frame {
    Frame::new(title).crumb("Roller", "/yonetim/roller").crumb(role.name.clone(), path(role.id))
}

/// The form with what was typed, and every power in which it differs from what somebody else saved meanwhile.
async fn conflict(
    ctx: &Ctx,
    role: &Role,
    typed: &HashMap<String, String>,
    now: &HashMap<String, String>,
) -> Outcome {
    let said = |scopes: &HashMap<String, String>, permission: &str| {
        let scope = scopes.get(permission).map_or("", String::as_str);
        if scope.is_empty() { "Yok".to_string() } else { scope_label(scope).to_string() }
    };
    let (mut rows, mut marks) = (Vec::new(), Vec::new());
    for permission in ctx.registry().permissions() {
        // What the form did not send stays as it is.
        if !typed.contains_key(permission.code) {
            continue;
        }
        let (yours, theirs) = (said(typed, permission.code), said(now, permission.code));
        if yours == theirs {
            continue;
        }
        marks.push(kernel::Violation::new("YTK-008", permission.code, format!("Kayıttaki: {theirs}.")));
        rows.push(ui::ConflictRow { label: permission.sentence_tr.into(), yours, theirs });
    }
    let mut view = view(ctx, role, (typed, &mark(now)), &marks);
    // The table says it all once; each field keeps its mark.
    view.errors = Vec::new();
    view.conflict = Some(ui::ConflictView { by_text: String::new(), rows });
    let frame = frame(role, &format!("Hata: {}", view.title));
    ctx.page_with(StatusCode::CONFLICT, frame, ui::form(&view)).await
}

fn view(
    ctx: &Ctx,
    role: &Role,
    (scopes, seen): (&HashMap<String, String>, &str),
    violations: &[kernel::Violation],
) -> ui::FormView {
    let mut sections = Vec::new();
    for capability in ctx.registry().capabilities().iter().filter(|one| !one.permissions.is_empty()) {
        let fields = capability.permissions.iter().map(|permission| {
            let present = scopes.get(permission.code).map_or("", String::as_str);
            let mut options = vec![ui::Opt::new("", "Yok", present.is_empty())];
            options.extend(SCOPES.iter().map(|(code, label)| ui::Opt::new(*code, *label, *code == present)));
            field(permission.code, permission.sentence_tr, "", ui::Input::Select(options), present)
        });
        let granted = capability.permissions.iter().filter(|one| has_scope(scopes, one.code)).count();
        let all = capability.permissions.len();
        sections.push(ui::FormSection {
            title: format!("{} ({all} yetkiden {granted} tanesi verilmiş)", capability.name_tr),
            fields: fields.collect(),
            // The role's page shows them all; here a person comes to change some. After a refusal what is wrong is in sight.
            fold: if violations.is_empty() { ui::Fold::Closed } else { ui::Fold::Open },
        });
    }
    let errors = place_errors(&mut sections, violations);
    ui::FormView {
        title: format!("{}: yetkiler", role.name),
        lead: "Değişiklik, role sahip herkes için hemen geçerli olur ve kimin değiştirdiği kayda geçer."
            .into(),
        action: format!("{}/yetkiler", path(role.id)),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        version: Some(seen.into()),
        sections,
        submit: "Yetkileri kaydet".into(),
        cancel_href: Some(path(role.id)),
        errors,
        ..ui::FormView::default()
    }
}

pub(super) async fn save(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let role = load(&ctx, id).await?;
    let wanted: HashMap<String, String> = form.map().into_iter().collect();
    let seen = form.get(ui::names::VERSION);
    let tx = ctx.db().begin(&ctx.act).await?;
    // First, so that of two who save at once the second sees what the first gave.
    store::touch(&tx).await?;
    let now = scopes(&tx, id).await?;
    if !seen.is_empty() && seen != mark(&now) {
        tx.rollback().await?;
        return conflict(&ctx, &role, &wanted, &now).await;
    }
    match set_role_permissions(&tx, ctx.registry(), id, &wanted).await {
        Ok(true) => tx.commit().await?,
        Ok(false) => tx.rollback().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            return page(&ctx, &role, (&wanted, seen), &error.violations).await;
        }
        Err(error) => return Err(error.into()),
    }
    keeper(&ctx)?.forget();
    Ok(redirect(&path(id), "Rolün yetkileri kaydedildi."))
}

/// All permissions against all roles, to be read and printed.
pub(super) async fn matrix(ctx: Ctx) -> Outcome {
    let roles = store::roles::all(ctx.db()).await?;
    let given = store::roles::permissions(ctx.db(), None).await?;
    let scope_of: HashMap<(Uuid, &str), &str> =
        given.iter().map(|one| ((one.role_id, one.permission.as_str()), one.scope.as_str())).collect();
    let mut heads = vec!["Yetki"];
    heads.extend(roles.iter().map(|role| role.name.as_str()));
    let content = html! {
        div.top { h1 { "Yetki matrisi" } }
        p.lead { "Hangi rol neyi, hangi kapsamda yapabilir. Boş hücre “yapamaz” demektir." }
        @for capability in ctx.registry().capabilities().iter().filter(|one| !one.permissions.is_empty()) {
            h2 { (capability.name_tr) }
            (ui::table(capability.name_tr, &ui::heads(&heads), &capability.permissions.iter().map(|permission| {
                let mut row = vec![html! { (permission.sentence_tr) }];
                row.extend(roles.iter().map(|role| {
                    let scope = scope_of.get(&(role.id, permission.code)).map_or("", |scope| scope_label(scope));
                    html! { (scope) }
                }));
                row
            }).collect::<Vec<_>>()))
        }
    };
    ctx.page(Frame::new("Yetki matrisi").crumb("Roller", "/yonetim/roller"), content).await
}
