//! Settings on one screen, made from their declarations; and a person's own preferences.

use kernel::setting::{Setting, SettingKind, Settings, set};
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
    let given = Given::parse(form.get(ui::names::VERSION));
    let mut violations: Vec<Violation> = Vec::new();
    let mut changed: Vec<(&Setting, Json)> = Vec::new();
    let mut typed: Vec<&'static str> = Vec::new();
    for setting in &declared {
        match setting.parse(form.get(setting.key)) {
            Ok(value) if given.mark_of(setting.key).is_some_and(|given| given == mark(&value)) => {}
            Ok(value) => {
                typed.push(setting.key);
                changed.push((setting, value));
            }
            Err(error) => {
                typed.push(setting.key);
                violations.extend(error.violations);
            }
        }
    }
    let tx = ctx.db().begin(&ctx.act).await?;
    // All settings are in one form: only what was changed on it is written, so that it takes back nobody else's change.
    let now = Settings::load(&tx, &declared).await?;
    violations.extend(changed.iter().filter_map(|(setting, value)| {
        let present = now.json(setting.key);
        let is_others = given.mark_of(setting.key).is_some_and(|given| given != mark(&present));
        (is_others && mark(&present) != mark(value)).then(|| overtaken(setting, &present))
    }));
    if !violations.is_empty() {
        tx.rollback().await?;
        return page(&ctx, Some((&form, &typed)), &violations).await;
    }
    let is_changed = changed.iter().any(|(setting, value)| mark(&now.json(setting.key)) != mark(value));
    for (setting, value) in changed {
        set(&tx, setting, &value).await?;
    }
    tx.commit().await?;
    ctx.app.forget_cached();
    let said = if is_changed {
        "Ayarlar kaydedildi."
    } else {
        "Değişiklik yapmadınız; ayarlar olduğu gibi duruyor."
    };
    Ok(redirect("/yonetim/ayarlar", said))
}

/// Said at a setting that two people changed at once.
fn overtaken(setting: &Setting, present: &Json) -> Violation {
    let present = match (setting.kind, present) {
        (SettingKind::Bool, Json::Bool(flag)) => if *flag { "evet" } else { "hayır" }.to_string(),
        (SettingKind::Choice(options), Json::String(code)) => {
            let named = options.iter().find(|(known, _)| known == code);
            named.map_or_else(|| code.clone(), |(_, label)| (*label).to_string())
        }
        _ => shown(present).replace('\n', ", "),
    };
    let present = if present.is_empty() { "boş".into() } else { format!("“{present}”") };
    let text = format!(
        "Siz bakarken başka biri bu ayarı değiştirdi; şimdiki değer: {present}. Sizin yazdığınız duruyor; kaydederseniz onun yerine geçer."
    );
    Violation::new("AYR-002", setting.key, text)
}

/// A mark of each value that a form was given.
struct Given(Vec<(String, String)>);

impl Given {
    fn parse(sent: &str) -> Self {
        let pairs = sent.split_whitespace().filter_map(|pair| pair.split_once(':'));
        Self(pairs.map(|(key, mark)| (key.to_string(), mark.to_string())).collect())
    }

    /// Nothing for what the form was not given: a program, or a setting that came with an update.
    fn mark_of(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, mark)| mark.as_str())
    }
}

/// A mark of one value. Browsers end the lines of long texts in a way of their own, which is no change.
fn mark(value: &Json) -> String {
    let text = value.to_string().replace("\\r\\n", "\\n");
    hex::encode(&Sha256::digest(text)[..6])
}

/// Those that are typed; a picture has a page of its own.
fn asked(ctx: &Ctx) -> Vec<Setting> {
    let all = ctx.registry().settings().into_iter();
    all.filter(|setting| setting.kind != SettingKind::Picture).collect()
}

/// What a form is given to send back: the mark of every value as it is now.
fn version(settings: &Settings, declared: &[Setting]) -> String {
    let marks = declared.iter().map(|one| format!("{}:{}", one.key, mark(&settings.json(one.key))));
    marks.collect::<Vec<_>>().join(" ")
}

/// The form; after a refusal with what was typed in the fields named beside it, and with what is stored now in the others.
async fn page(ctx: &Ctx, typed: Option<(&Form, &[&str])>, violations: &[Violation]) -> Outcome {
    let declared = asked(ctx);
    // Not from the cache: another node may have changed something a moment ago.
    let settings = Settings::load(ctx.db(), &declared).await?;
    let mut sections: Vec<ui::FormSection> = Vec::new();
    for setting in &declared {
        let value = match typed {
            Some((form, keys)) if keys.contains(&setting.key) => form.get(setting.key).to_string(),
            _ => shown(&settings.json(setting.key)),
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
        version: Some(version(&settings, &declared)),
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
