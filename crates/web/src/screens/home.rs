//! "Günüm": what waits for the person, from every capability, and what they did last.

use kernel::capability::DayItem;
use kernel::db::Sql;
use kernel::event::{COLUMNS, Event};
use kernel::{Ref, tr};
use maud::html;

use crate::answer::Outcome;
use crate::ctx::Ctx;
use crate::shell::Frame;

const LATEST: u32 = 12;

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let mut waiting: Vec<DayItem> = Vec::new();
    for capability in ctx.registry().capabilities() {
        for source in &capability.my_day {
            waiting.extend(source(ctx.db(), ctx.actor(), ctx.act.now()).await?);
        }
    }
    waiting.retain(|item| item.count > 0);
    waiting.sort_by_key(|item| !item.is_late);
    let sql =
        format!("SELECT {COLUMNS} FROM event WHERE actor_id = $1 ORDER BY at DESC, id DESC LIMIT {LATEST}");
    let mine: Vec<Event> = ctx.db().rows(&sql, vec![ctx.actor().account_id.into()]).await?;
    let subjects: Vec<Ref> =
        mine.iter().map(|event| Ref::new(event.subject_kind.as_str(), event.subject_id)).collect();
    let open = ctx.openable(&subjects).await?;
    let today = ctx.act.now().day();
    let content = html! {
        h1 { "Günüm" }
        p.lead { (tr::date_long(today.0)) }
        @if waiting.is_empty() {
            (ui::empty_state(
                "Sizi bekleyen bir iş yok. Bir kaydı bulmak ya da yeni bir iş açmak için arayın.",
                Some(&ui::Link::new("Ara, git, oluştur", ui::names::SEARCH)),
            ))
        } @else {
            h2 { "Sizi bekleyenler" }
            ul.day-items {
                @for item in &waiting {
                    li.card { a href=(item.path) {
                        strong { (tr::grouped(item.count)) } " " (item.label_tr)
                        @if item.is_late { " " (ui::due_badge("gecikti", true)) }
                    } }
                }
            }
        }
        @if !mine.is_empty() {
            h2 { "Son yaptıklarınız" }
            ul.plain-list {
                @for event in &mine {
                    li {
                        span.muted { (ui::time_text(&tr::past(event.at.0, ctx.act.now().0), None, &event.at.iso())) }
                        " · " (ctx.registry().verb_label(&event.verb)) ": "
                        (open.named(&event.subject_kind, event.subject_id, &event.subject_title))
                    }
                }
            }
        }
    };
    ctx.page(Frame::new("Günüm"), content).await
}
