//! Roles: what each may do and how far, in sentences; the matrix of all of them.

use std::collections::HashMap;

use axum::extract::Path;
use kernel::record::{Kind, Record};
use kernel::{Boxed, Error, ErrorKind};
use maud::{Markup, html};
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
async fn scopes(ctx: &Ctx, role: Uuid) -> kernel::Result<HashMap<String, String>> {
    let rows = store::roles::permissions(ctx.db(), Some(role)).await?;
    Ok(rows.into_iter().map(|row| (row.permission, row.scope)).collect())
}

pub(super) fn extras<'a>(
    ctx: &'a Ctx,
    _kind: &'a Kind,
    record: &'a Record,
) -> Boxed<'a, kernel::Result<Extras>> {
    Box::pin(async move {
        let scopes = scopes(ctx, record.id).await?;
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
    let scopes = scopes(&ctx, id).await?;
    page(&ctx, &role, &scopes, &[]).await
}

async fn page(
    ctx: &Ctx,
    role: &Role,
    scopes: &HashMap<String, String>,
    violations: &[kernel::Violation],
) -> Outcome {
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
    let title = format!("{}: yetkiler", role.name);
    let view = ui::FormView {
        title: title.clone(),
        lead: "Değişiklik, role sahip herkes için hemen geçerli olur ve kimin değiştirdiği kayda geçer."
            .into(),
        action: format!("{}/yetkiler", path(role.id)),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections,
        submit: "Yetkileri kaydet".into(),
        cancel_href: Some(path(role.id)),
        errors,
        ..ui::FormView::default()
    };
    let frame = Frame::new(title).crumb("Roller", "/yonetim/roller").crumb(role.name.clone(), path(role.id));
    if violations.is_empty() {
        ctx.page(frame, ui::form(&view)).await
    } else {
        ctx.refused(frame, ui::form(&view)).await
    }
}

pub(super) async fn save(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let role = load(&ctx, id).await?;
    let wanted: HashMap<String, String> = form.map().into_iter().collect();
    let tx = ctx.db().begin(&ctx.act).await?;
    match set_role_permissions(&tx, ctx.registry(), id, &wanted).await {
        Ok(_) => tx.commit().await?,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            return page(&ctx, &role, &wanted, &error.violations).await;
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
