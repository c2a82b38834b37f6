//! Settings on one screen, made from their declarations; and a person's own preferences.

use kernel::setting::{Setting, SettingKind, set};
use kernel::{Error, Violation};
use maud::html;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use crate::answer::{Outcome, redirect, see_other};
use crate::auth::Prefs;
use crate::ctx::Ctx;
use crate::form::Form;
use crate::shell::Frame;

pub(super) async fn show(ctx: Ctx) -> Outcome {
    page(&ctx, None, &[]).await
}

pub(super) async fn save(ctx: Ctx, form: Form) -> Outcome {
    let declared = asked(&ctx);
    let mut violations: Vec<Violation> = Vec::new();
    let mut values: Vec<(&Setting, Json)> = Vec::new();
    for setting in &declared {
        match setting.parse(form.get(setting.key)) {
            Ok(value) => values.push((setting, value)),
            Err(error) => violations.extend(error.violations),
        }
    }
    // All settings are in one form: whoever saves an old one would take back what somebody else changed meanwhile.
    let seen = form.get(ui::names::VERSION);
    if !seen.is_empty() && seen != version(&ctx).await? {
        let text = "Bu sayfayı açmanızdan sonra başka biri bir ayarı değiştirdi. Yazdıklarınız duruyor; gözden geçirip yeniden kaydedin.";
        violations.push(Violation::new("AYR-002", "", text));
    }
    if !violations.is_empty() {
        return page(&ctx, Some(&form), &violations).await;
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    for (setting, value) in values {
        set(&tx, setting, &value).await?;
    }
    tx.commit().await?;
    ctx.app.forget_cached();
    Ok(redirect("/yonetim/ayarlar", "Ayarlar kaydedildi."))
}

/// Those that are typed; a picture has a page of its own.
fn asked(ctx: &Ctx) -> Vec<Setting> {
    let all = ctx.registry().settings().into_iter();
    all.filter(|setting| setting.kind != SettingKind::Picture).collect()
}

/// A mark of all values as they are now.
async fn version(ctx: &Ctx) -> kernel::Result<String> {
    let declared = asked(ctx);
    let settings = kernel::setting::Settings::load(ctx.db(), &declared).await?;
    let values: Vec<String> = declared.iter().map(|one| settings.json(one.key).to_string()).collect();
    Ok(hex::encode(&Sha256::digest(values.join("\n"))[..8]))
}

async fn page(ctx: &Ctx, typed: Option<&Form>, violations: &[Violation]) -> Outcome {
    let settings = ctx.app.settings().await?;
    let declared = asked(ctx);
    let mut sections: Vec<ui::FormSection> = Vec::new();
    for setting in &declared {
        let value = match typed {
            Some(form) => form.get(setting.key).to_string(),
            None => shown(&settings.json(setting.key)),
        };
        let field = ui::FieldView {
            name: setting.key.into(),
            label: setting.label_tr.into(),
            hint: setting.hint_tr.into(),
            kind: input(setting, &value),
            value,
            optional: false,
            error: violations.iter().find(|one| one.field == setting.key).map(|one| one.text.clone()),
            ..ui::FieldView::default()
        };
        match sections.iter_mut().find(|section| section.title == setting.group_tr) {
            Some(section) => section.fields.push(field),
            None => sections.push(ui::FormSection {
                title: setting.group_tr.into(),
                fields: vec![field],
                ..ui::FormSection::default()
            }),
        }
    }
    let label =
        |key: &str| declared.iter().find(|one| one.key == key).map_or("", |one| one.label_tr).to_string();
    let view = ui::FormView {
        title: "Ayarlar".into(),
        lead: "Değişiklikler kaydedildiği anda geçerli olur ve kimin değiştirdiği kayda geçer.".into(),
        action: "/yonetim/ayarlar".into(),
        method: "post".into(),
        csrf: ctx.csrf.clone(),
        version: Some(version(ctx).await?),
        sections,
        submit: "Kaydet".into(),
        errors: violations
            .iter()
            .map(|one| ui::FieldError {
                field: one.field.clone(),
                label: label(&one.field),
                text: one.text.clone(),
            })
            .collect(),
        ..ui::FormView::default()
    };
    let crest = super::crest::line(ctx).await?;
    let frame = Frame::new("Ayarlar");
    let content = html! {
        (ui::form(&view))
        (crest)
        p.hint { "Ekranları oluşturan parçaların örnekleri: " a href="/yonetim/bilesenler" { "Bileşenler" } }
    };
    if violations.is_empty() { ctx.page(frame, content).await } else { ctx.refused(frame, content).await }
}

fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(flag) => if *flag { "evet" } else { "" }.into(),
        Json::Array(list) => list
            .iter()
            .filter_map(|day| day.as_str()?.parse::<kernel::Day>().ok())
            .map(|day| kernel::tr::date(day.0))
            .collect::<Vec<_>>()
            .join("\n"),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn input(setting: &Setting, value: &str) -> ui::Input {
    match setting.kind {
        SettingKind::Text { .. } | SettingKind::Colour | SettingKind::Picture => ui::Input::Text,
        SettingKind::LongText { .. } | SettingKind::Days => ui::Input::LongText { rows: 4 },
        SettingKind::Int { .. } => ui::Input::Number,
        SettingKind::Bool => ui::Input::Checkbox,
        SettingKind::Choice(options) => ui::Input::Select(
            options.iter().map(|(code, label)| ui::Opt::new(*code, *label, *code == value)).collect(),
        ),
    }
}

/// Theme, density and shortcuts of the person; back to the page they came from.
pub(super) async fn preferences(ctx: Ctx, form: Form) -> Outcome {
    let now = ctx.prefs;
    let prefs = Prefs {
        theme: ui::Theme::parse(form.get(ui::names::THEME)).unwrap_or(now.theme),
        density: ui::Density::parse(form.get(ui::names::DENSITY)).unwrap_or(now.density),
        shortcuts: match form.get(ui::names::SHORTCUTS) {
            "acik" => true,
            "kapali" => false,
            _ => now.shortcuts,
        },
    };
    if !ctx.actor().is_signed_in() {
        return Err(Error::sign_in().into());
    }
    ctx.app.authenticator.set_prefs(ctx.actor(), prefs).await?;
    let back = form.get(ui::names::RETURN);
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    Ok(see_other(if is_own { back } else { "/" }))
}
