//! Two regulations compared article by article, with the words that differ.

use axum::extract::Path;
use kernel::{Day, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Frame, Outcome};

use super::super::opened::{Opened, blocking, open};
use super::super::{EDIT, store};
use crate::reading::compare::{ArticleChange, Change, Fate, compare};

/// Articles shown; no regulation has as many.
const MOST: usize = 1_000;

/// Which regulation it may be compared with.
pub(crate) async fn choose(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let regulation = store::regulation(ctx.db(), id).await?;
    let others = store::others(ctx.db(), id).await?;
    let with_text: Vec<_> = others.into_iter().filter(|other| other.source != "profile").collect();
    let may_add = ctx.actor().may_in_whole(EDIT);
    let add = may_add.then(|| ui::Link::new("Yönetmelik ekle", "/yonetmelik/yeni"));
    let content = html! {
        div.top { h1 { "Neyle karşılaştırılsın?" } }
        @if with_text.is_empty() || regulation.text.is_empty() {
            (ui::empty_state("Karşılaştırılacak, metni olan başka bir yönetmelik yok.", add.as_ref()))
        } @else {
            ul {
                @for other in &with_text {
                    li { a href={ "/yonetmelik/" (id) "/karsilastir/" (other.id) } { (other.title) } " " (when(other)) }
                }
            }
        }
    };
    let frame = Frame::new("Neyle karşılaştırılsın?")
        .crumb("Yönetmelikler", "/yonetmelik")
        .crumb(regulation.title, format!("/yonetmelik/{id}"));
    ctx.page(frame, content).await
}

fn when(other: &store::Named) -> String {
    match (other.state.as_str(), other.in_force_on) {
        ("draft", _) => "(taslak)".into(),
        (_, Some(on)) => format!("({} gününden beri)", tr::date(on.0)),
        _ => String::new(),
    }
}

/// Where a text stands among those of its kind: by its day in force, drafts last.
fn age(opened: &Opened) -> (bool, Option<Day>) {
    let regulation = &opened.regulation;
    (regulation.state == "draft", regulation.in_force_on)
}

/// A text by its name and by what tells it from another of the same name.
fn named(opened: &Opened) -> String {
    let regulation = &opened.regulation;
    let on = regulation.in_force_on.map(|on| tr::date(on.0)).unwrap_or_default();
    let said = match (regulation.state.as_str(), regulation.repealed_on) {
        ("draft", _) => "taslak".to_owned(),
        ("awaiting", _) => format!("{on} günü yürürlüğe girecek"),
        (_, Some(until)) if on.is_empty() => format!("{} gününe kadar", tr::date(until.0)),
        (_, Some(until)) => format!("{on}–{} arasında yürürlükte", tr::date(until.0)),
        _ if on.is_empty() => return regulation.title.clone(),
        _ => format!("{on} gününden beri"),
    };
    format!("{} ({said})", regulation.title)
}

pub(crate) async fn show(ctx: Ctx, Path((id, other)): Path<(Uuid, Uuid)>) -> Outcome {
    let (opened, beside) = (open(ctx.db(), id).await?, open(ctx.db(), other).await?);
    let title = opened.regulation.title.clone();
    // From whichever page it was opened, the older text is the old one.
    let (old, new) = if age(&opened) < age(&beside) { (opened, beside) } else { (beside, opened) };
    let (new_title, old_title) = (named(&new), named(&old));
    let work = move || compare((old.reading(), old.text()), (new.reading(), new.text()));
    let changes = blocking(work).await?;
    let is_all = ctx.param("hepsi") == "evet";
    let same = changes.iter().filter(|one| one.change == Change::Same).count();
    let shown = changes.iter().filter(|one| is_all || one.change != Change::Same).take(MOST);
    let content = html! {
        div.top { h1 { "Karşılaştırma" } }
        p.lead { "Eski: " (old_title) ". Yeni: " (new_title) "." }
        (totals(&changes))
        @if same == changes.len() { p { "İki metnin maddeleri aynı." } }
        @if !is_all && same > 0 {
            p { a href="?hepsi=evet" { "Değişmeyen " (same) " maddeyi de göster" } }
        }
        @for change in shown { (article(change)) }
    };
    let frame = Frame::new("Karşılaştırma")
        .crumb("Yönetmelikler", "/yonetmelik")
        .crumb(title, format!("/yonetmelik/{id}"));
    ctx.page(frame, content).await
}

fn totals(changes: &[ArticleChange]) -> Markup {
    let figure = |label: &str, fits: fn(Change) -> bool| ui::KeyFigure {
        label: label.into(),
        value: tr::grouped(changes.iter().filter(|one| fits(one.change)).count() as i64),
        ..ui::KeyFigure::default()
    };
    ui::key_figures(&[
        figure("değişen", |change| matches!(change, Change::Changed | Change::RenumberedAndChanged)),
        figure("eklenen", |change| change == Change::Added),
        figure("çıkarılan", |change| change == Change::Removed),
        figure("numarası değişen", |change| change == Change::Renumbered),
        figure("aynı kalan", |change| change == Change::Same),
    ])
}

fn article(change: &ArticleChange) -> Markup {
    let name = |address: &Option<String>| address.as_ref().map(|address| format!("Madde {address}"));
    let title = match (name(&change.old), name(&change.new)) {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (_, Some(one)) | (Some(one), None) => one,
        (None, None) => String::new(),
    };
    let (tone, label) = match change.change {
        Change::Same => (ui::Tone::Off, "Aynı"),
        Change::Changed => (ui::Tone::Doing, "Değişti"),
        Change::Added => (ui::Tone::New, "Eklendi"),
        Change::Removed => (ui::Tone::Bad, "Çıkarıldı"),
        Change::Renumbered => (ui::Tone::Waiting, "Numarası değişti"),
        Change::RenumberedAndChanged => (ui::Tone::Doing, "Numarası ve metni değişti"),
    };
    html! {
        section.card {
            div.review-head {
                h2 { (title) @if let Some(heading) = &change.heading { ": " (heading) } }
                (ui::state_badge(tone, label))
            }
            @if !change.words.is_empty() {
                p.diff {
                    @for run in &change.words {
                        @match run.fate {
                            Fate::Kept => (run.words),
                            Fate::Removed => del { (run.words) },
                            Fate::Added => ins { (run.words) },
                        }
                        " "
                    }
                }
            }
        }
    }
}
