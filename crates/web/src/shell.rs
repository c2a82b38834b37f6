//! The frame of a page from the context: town, menu, person, message; and error pages with a way back.

use std::collections::HashSet;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::capability::{MENU_GROUPS, MenuEntry, Registry};
use kernel::record::{self, FieldKind, FieldValue, Tone};
use kernel::{Error, ErrorKind, Ref, tr};
use maud::{Markup, html};

use crate::answer::Outcome;
use crate::crest;
use crate::ctx::Ctx;

/// What a screen says about itself.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Begins with the h1.
    pub title: String,
    pub crumbs: Vec<ui::Link>,
}

impl Frame {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), crumbs: Vec::new() }
    }

    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(ui::Link::new(label, href));
        self
    }
}

impl Ctx {
    /// A complete page.
    pub async fn page(&self, frame: Frame, content: Markup) -> Outcome {
        self.page_with(StatusCode::OK, frame, content).await
    }

    /// A form that was refused: 422, and the title says so.
    pub async fn refused(&self, mut frame: Frame, content: Markup) -> Outcome {
        frame.title = format!("Hata: {}", frame.title);
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, frame, content).await
    }

    pub async fn page_with(&self, status: StatusCode, frame: Frame, content: Markup) -> Outcome {
        let shell = shell(self, frame).await?;
        Ok(html_response(status, ui::page(&shell, content).into_string()))
    }

    /// A page without menu: sign-in, set-up, public pages.
    pub async fn bare_page(&self, status: StatusCode, title: &str, content: Markup) -> Outcome {
        Ok(html_response(status, bare(self, title, content).await))
    }

    /// A sheet to be printed, under the municipality's head.
    pub async fn print_page(&self, title: &str, filter_text: &str, content: Markup) -> Outcome {
        let settings = self.app.settings().await?;
        let view = ui::PrintPage {
            title: title.into(),
            town: settings.text("house.town"),
            directorate: settings.text("house.directorate"),
            crest_letter: crest::letter(&settings.text("house.town")),
            crest_href: crest::href(&settings),
            filter_text: filter_text.into(),
            printed_text: format!("{} · {}", tr::instant(self.act.now().0), self.actor().signature()),
            signatures: Vec::new(),
        };
        Ok(html_response(StatusCode::OK, ui::print_page(&view, content).into_string()))
    }

    /// Which of these records may be opened, for [`Openable::named`].
    pub(crate) async fn openable(&self, refs: &[Ref]) -> kernel::Result<Openable<'_>> {
        let open = record::openable(self.db(), self.registry(), self.actor(), refs).await?;
        Ok(Openable { registry: self.registry(), open })
    }

    /// A fragment for a partial update.
    pub fn fragment(&self, content: Markup) -> Outcome {
        Ok(html_response(StatusCode::OK, content.into_string()))
    }
}

/// Records that may be opened by who looks at the page.
pub(crate) struct Openable<'a> {
    registry: &'a Registry,
    open: HashSet<Ref>,
}

impl Openable<'_> {
    pub(crate) fn has(&self, one: &Ref) -> bool {
        self.open.contains(one)
    }

    /// A record by its name. A link is an offer: who may not open the record reads the name only.
    pub(crate) fn named(&self, kind: &str, id: uuid::Uuid, title: &str) -> Markup {
        let address = self
            .registry
            .kind(kind)
            .filter(|_| self.open.contains(&Ref::new(kind, id)))
            .map(|kind| kind.address(id));
        html! {
            @match address {
                Some(address) => a href=(address) { (title) },
                None => (title),
            }
        }
    }
}

pub(crate) fn html_response(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(body)).into_response()
}

async fn shell(ctx: &Ctx, frame: Frame) -> kernel::Result<ui::Shell> {
    let settings = ctx.app.settings().await?;
    let town = settings.text("house.town");
    let query = if ctx.raw_query.is_empty() { String::new() } else { format!("?{}", ctx.raw_query) };
    Ok(ui::Shell {
        title: frame.title,
        directorate: settings.text("house.directorate"),
        crest_letter: crest::letter(&town),
        crest_href: crest::href(&settings),
        town,
        menu: if ctx.guide.is_some() { Vec::new() } else { menu(ctx) },
        user: (ctx.actor().is_signed_in() && ctx.guide.is_none()).then(|| user(ctx)),
        bell: if ctx.guide.is_some() { None } else { crate::screens::notices::bell(ctx).await? },
        theme: ctx.prefs.theme,
        density: ctx.prefs.density,
        shortcuts: ctx.prefs.shortcuts,
        // Who is led along is not shown ways off it.
        crumbs: if ctx.guide.is_some() { Vec::new() } else { frame.crumbs },
        steps: ctx.guide.map(|guide| guide.drawn(&ctx.path)).unwrap_or_default(),
        flash: ctx.flash.as_deref().map(flash),
        csrf: ctx.csrf.clone(),
        who: crate::guard::mark_of(ctx.actor().account_id),
        reload_as: Some(format!("{}{query}", ctx.path)),
    })
}

fn flash(text: &str) -> ui::Flash {
    match text.strip_prefix(crate::answer::REFUSED) {
        Some(text) => ui::Flash { kind: ui::FlashKind::Error, text: text.into() },
        None => ui::Flash { kind: ui::FlashKind::Success, text: text.into() },
    }
}

/// Lines of the menu that this person may open, in the order of their declaration.
pub(crate) fn menu_entries(ctx: &Ctx) -> impl Iterator<Item = &MenuEntry> {
    let entries = ctx.registry().capabilities().iter().flat_map(|one| &one.menu);
    entries.filter(|entry| ctx.actor().may(entry.permission) && ctx.app.opens_for(entry.path, ctx.actor()))
}

fn menu(ctx: &Ctx) -> Vec<ui::MenuGroup> {
    let entries: Vec<_> = menu_entries(ctx).collect();
    // The longest matching entry is the current one, so that /birimler does not also light up /.
    let current = entries
        .iter()
        .map(|entry| entry.path)
        .filter(|path| ctx.path == *path || ctx.path.starts_with(&format!("{path}/")));
    let current = current.max_by_key(|path| path.len());
    let item = |label: &str, path: &str, is_current: bool| ui::MenuItem {
        label: label.into(),
        href: path.into(),
        current: is_current,
        count: None,
    };
    let mut groups =
        vec![ui::MenuGroup { title: String::new(), items: vec![item("Günüm", "/", ctx.path == "/")] }];
    for title in MENU_GROUPS {
        let items: Vec<_> = entries
            .iter()
            .filter(|entry| entry.group_tr == title)
            .map(|entry| item(entry.label_tr, entry.path, current == Some(entry.path)))
            .collect();
        if !items.is_empty() {
            groups.push(ui::MenuGroup { title: title.into(), items });
        }
    }
    groups
}

fn user(ctx: &Ctx) -> ui::UserChip {
    let actor = ctx.actor();
    let initials =
        actor.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect::<String>();
    let acting = actor.acting_for.as_ref().map(|acting| {
        format!("{} yerine vekâleten · {} tarihine kadar", acting.name, tr::date(acting.until.day().0))
    });
    ui::UserChip { name: actor.name.clone(), initials: tr::upper(&initials), href: "/hesabim".into(), acting }
}

pub(crate) async fn bare(ctx: &Ctx, title: &str, content: Markup) -> String {
    let settings = ctx.app.settings().await.unwrap_or_default();
    let shell = ui::BareShell {
        title: title.into(),
        town: settings.text("house.town"),
        theme: ctx.prefs.theme,
        crest_href: crest::href(&settings),
    };
    ui::bare_page(&shell, content).into_string()
}

/// Drawn inside the shell when somebody is signed in, so that the menu is the way on.
pub(crate) async fn error_page(ctx: &Ctx, status: StatusCode, error: &Error) -> String {
    let heading = match error.kind {
        ErrorKind::NotFound => "Bulunamadı",
        ErrorKind::Forbidden => "Yetkiniz yok",
        ErrorKind::SignInRequired => "Giriş gerekli",
        ErrorKind::Invalid => "Düzeltilmesi gerekiyor",
        ErrorKind::Conflict => "Çakışma",
        ErrorKind::TooLarge => "Çok büyük",
        ErrorKind::TooMany => "Çok sık istek",
        ErrorKind::Unsupported => "Bu biçim okunamıyor",
        ErrorKind::Unavailable => "Şu anda yapılamıyor",
        ErrorKind::Internal => "Beklenmeyen hata",
    };
    let mut text = error.message_tr.clone();
    for violation in &error.violations {
        text = format!("{text} {}", violation.text);
    }
    let reference = matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable)
        .then(|| ctx.act.request_id.map(|id| id.to_string()))
        .flatten();
    let mut ways_back = vec![ui::Link::new("Günüm sayfası", "/")];
    if let Some((parent, _)) =
        ctx.path.trim_end_matches('/').rsplit_once('/').filter(|(parent, _)| !parent.is_empty())
    {
        ways_back.push(ui::Link::new("Bir üst sayfa", parent));
    }
    let view = ui::ErrorView { code: status.as_u16(), heading: heading.into(), text, reference, ways_back };
    let content = ui::error_page(&view);
    if !ctx.actor().is_signed_in() {
        return bare(ctx, heading, content).await;
    }
    match shell(ctx, Frame::new(heading)).await {
        Ok(shell) => ui::page(&shell, content).into_string(),
        // The database is away: the page must not need it.
        Err(_) => {
            let shell =
                ui::BareShell { title: heading.into(), theme: ctx.prefs.theme, ..ui::BareShell::default() };
            ui::bare_page(&shell, html! { (content) }).into_string()
        }
    }
}

/// A kernel tone as the components draw it.
pub fn tone(tone: Tone) -> ui::Tone {
    match tone {
        Tone::New => ui::Tone::New,
        Tone::Doing => ui::Tone::Doing,
        Tone::Done => ui::Tone::Done,
        Tone::Wait => ui::Tone::Waiting,
        Tone::Late => ui::Tone::Bad,
    }
}

/// A field's value as a table cell.
pub fn cell(field: &kernel::record::Field, value: &FieldValue, reference_title: Option<&str>) -> ui::Cell {
    if value.is_null() {
        return ui::Cell::Empty;
    }
    let shown = value.show(field, reference_title);
    match field.kind {
        FieldKind::Choice(choices) => {
            let choice = choices.iter().find(|choice| choice.code == value.text());
            match choice {
                Some(choice) if field.name == "state" => {
                    ui::Cell::State { tone: tone(choice.tone), label: shown }
                }
                _ => ui::Cell::Text(shown),
            }
        }
        FieldKind::Int { .. } | FieldKind::Money => ui::Cell::Number(shown),
        FieldKind::Instant => {
            ui::Cell::Time { text: shown, iso: kernel::Instant(value.int().unwrap_or_default()).iso() }
        }
        FieldKind::Day => ui::Cell::Time { text: shown, iso: value.text().to_string() },
        FieldKind::Reference(_) => ui::Cell::Text(reference_title.unwrap_or_default().to_string()),
        _ if shown.is_empty() => ui::Cell::Empty,
        _ => ui::Cell::Text(shown),
    }
}
