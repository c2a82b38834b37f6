//! A new API token: name, end, and which of one's own powers it gets. Shown once.

use axum::extract::Path;
use kernel::ErrorKind;
use kernel::tx::Once;
use maud::html;
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome, redirect};

use super::{field, keeper, own_id, place_errors};
use crate::actions::tokens::{NewToken, create_token, end_token};

/// Prefix of the check boxes' names; the permission's code follows.
const BOX: &str = "yetki.";

fn frame() -> Frame {
    Frame::new("Yeni API anahtarı").crumb("Hesabım", "/hesabim")
}

pub(super) async fn ask(ctx: Ctx) -> Outcome {
    page(&ctx, &Form::default(), &[]).await
}

async fn page(ctx: &Ctx, typed: &Form, violations: &[kernel::Violation]) -> Outcome {
    let days = if typed.get("gun").is_empty() { "90" } else { typed.get("gun") };
    let name = field(
        "ad",
        "Anahtarın adı",
        "Nerede kullanılacağını yazın: “Sayaç okuma programı” gibi.",
        ui::Input::Text,
        typed.get("ad"),
    );
    let mut sections = vec![ui::FormSection {
        title: String::new(),
        fields: vec![
            ui::FieldView { max_length: Some(80), ..name },
            ui::FieldView {
                width: ui::Width::Tiny,
                ..field("gun", "Kaç gün geçerli olsun", "", ui::Input::Number, days)
            },
        ],
        ..ui::FormSection::default()
    }];
    sections[0].fields.push(super::password_again());
    sections[0].fields.push(super::once(ctx, typed));
    for capability in ctx.registry().capabilities() {
        let own = capability.permissions.iter().filter(|permission| ctx.actor().may(permission.code));
        let boxes: Vec<_> = own
            .map(|permission| {
                let name = format!("{BOX}{}", permission.code);
                let value = typed.get(&name).to_string();
                field(&name, permission.sentence_tr, "", ui::Input::Checkbox, &value)
            })
            .collect();
        if !boxes.is_empty() {
            // Some three hundred powers: each area waits under its heading, open where something was chosen before a refusal.
            let is_chosen = boxes.iter().any(|one| one.value == "evet");
            sections.push(ui::FormSection {
                title: format!("{} ({} yetki)", capability.name_tr, boxes.len()),
                fields: boxes,
                fold: if is_chosen { ui::Fold::Open } else { ui::Fold::Closed },
            });
        }
    }
    let errors = place_errors(&mut sections, violations);
    let view = ui::FormView {
        title: "Yeni API anahtarı".into(),
        lead: "Anahtar yalnız seçtiğiniz yetkileri, sizin kapsamınız içinde kullanabilir.".into(),
        action: "/hesabim/anahtar/yeni".into(),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        sections,
        submit: "Anahtarı oluştur".into(),
        cancel_href: Some("/hesabim".into()),
        errors,
        ..ui::FormView::default()
    };
    if violations.is_empty() {
        ctx.page(frame(), ui::form(&view)).await
    } else {
        ctx.refused(frame(), ui::form(&view)).await
    }
}

pub(super) async fn create(ctx: Ctx, form: Form) -> Outcome {
    let policy = keeper(&ctx)?.policy().await?;
    let chosen = form.0.iter().filter(|(_, value)| value == "evet");
    let permissions = chosen.filter_map(|(name, _)| name.strip_prefix(BOX).map(str::to_string)).collect();
    let new =
        NewToken { name: form.get("ad"), permissions, days: form.get("gun").trim().parse().unwrap_or(0) };
    let proof = keeper(&ctx)?.prove_again(&ctx.act, form.get("parola")).await;
    let tx = ctx.db().begin(&ctx.act).await?;
    let made = match proof {
        Ok(()) => create_token(&tx, &policy, new).await,
        Err(error) => Err(error),
    };
    let token = match made {
        Ok(token) => token,
        Err(error) if error.kind == ErrorKind::Invalid => {
            tx.rollback().await?;
            return page(&ctx, &form, &error.violations).await;
        }
        Err(error) => return Err(error.into()),
    };
    let once = form.get(ui::names::ONCE);
    if !once.is_empty() && matches!(tx.once(once, "/hesabim").await?, Once::Again(_)) {
        // The first answer showed the token; nobody keeps it to show it again.
        tx.rollback().await?;
        let text = "Form iki kez gönderildi; anahtar bir kez oluşturuldu. Anahtarı göremediyseniz aşağıda iptal edip yenisini oluşturun.";
        return Ok(redirect("/hesabim", text));
    }
    tx.commit().await?;
    let content = html! {
        div.form-page {
            h1 { "Anahtar oluşturuldu" }
            (ui::notice(ui::FlashKind::Warning, html! { p { "Anahtarı şimdi kopyalayın; bir daha gösterilmez." } }))
            p { code.reference { (token) } }
            p.hint {
                "Program, isteklerinde " code { "Authorization: Bearer …" } " başlığıyla bu anahtarı göndermelidir. Neyin nasıl sorulduğu: "
                a href="/api/v1/openapi.json" { "API tanımı (OpenAPI)" } "."
            }
            p { a.btn.is-primary href="/hesabim" { "Kopyaladım, sürdür" } }
        }
    };
    ctx.page(Frame::new("Anahtar oluşturuldu").crumb("Hesabım", "/hesabim"), content).await
}

pub(super) async fn end(ctx: Ctx, Path(token): Path<Uuid>, _form: Form) -> Outcome {
    let tx = ctx.db().begin(&ctx.act).await?;
    end_token(&tx, own_id(&ctx)?, token).await?;
    tx.commit().await?;
    keeper(&ctx)?.forget();
    Ok(redirect("/hesabim", "API anahtarı iptal edildi."))
}
