//! A person's notices: the page, following one, marking as read, what a person wants to hear of; and the same as JSON.
//! Who is told of what is declared by capabilities (`kernel::notice`).

use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse;
use kernel::job::{Job, JobContext, enqueue};
use kernel::notice::{self, About, Cursor, Line, MarkedBy, Notice};
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Boxed, Error, Instant, Ref, tr};
use serde_json::{Value as Json_, json};
use uuid::Uuid;

use crate::answer::{Outcome, redirect, see_other};
use crate::ctx::Ctx;
use crate::form::Form;
use crate::kit::require_token;
use crate::shell::Frame;

pub(crate) const PATH: &str = "/bildirimler";
const PAGE: u32 = 50;
/// Characters of a comment that are shown beside the sentence.
const EXCERPT: usize = 160;
const KEPT_DAYS: &str = "house.notice_days";
const SWEEP: &str = "house.sweep_notices";
/// Notices deleted in one transaction; more wait for the next run, so that nobody waits for a long write.
const SWEPT_AT_ONCE: u32 = 2_000;

/// Somebody wrote a comment; every record has them, so the house declares it.
pub(super) fn declared() -> Vec<Notice> {
    vec![Notice {
        key: "house.commented",
        label_tr: "Sahibi olduğum, izlediğim ya da işlem yaptığım bir kayda not yazıldığında",
        on: &[("*", "commented")],
        receivers: notice::concerned,
        sentence_tr: "{who}, “{title}” kaydına not yazdı.",
        path: None,
        many: None,
        about: About::Record,
    }]
}

pub(super) fn jobs() -> Vec<Job> {
    vec![
        Job {
            name: notice::DELIVER,
            label_tr: "Çok kişiye giden bildirimleri iletme",
            every_seconds: None,
            max_attempts: 5,
            limit_seconds: 120,
            run: notice::deliver,
        },
        Job {
            name: SWEEP,
            label_tr: "Okunmuş eski bildirimleri silme",
            every_seconds: Some(6 * 3_600),
            max_attempts: 3,
            limit_seconds: 120,
            run: sweep,
        },
    ]
}

pub(super) fn setting() -> Setting {
    Setting {
        key: KEPT_DAYS,
        group_tr: "Bildirimler",
        label_tr: "Okunmuş bildirimler kaç gün saklansın",
        hint_tr: "Süre okunduğu günden başlar. Olayın kendisi kayıtlarda kalır, okunmamış bildirim silinmez.",
        kind: SettingKind::Int { min: 1, max: 3_650 },
        default: "90",
    }
}

/// Deletes one portion and asks for another run while there may be more.
fn sweep<'a>(context: &'a JobContext, _payload: &'a Json_) -> Boxed<'a, kernel::Result<()>> {
    Box::pin(async move {
        let settings = Settings::load(&context.db, &[setting()]).await?;
        let tx = context.db.begin(&context.act("bildirimler")).await?;
        tx.without_event("the event a notice spoke of stays");
        let before = tx.at().plus_us(-settings.int(KEPT_DAYS) * Instant::DAY_US);
        let swept = notice::sweep(&tx, before, SWEPT_AT_ONCE).await?;
        if swept == u64::from(SWEPT_AT_ONCE) {
            enqueue(&tx, SWEEP, &Json_::Null, None, tx.at()).await?;
        }
        tx.commit().await
    })
}

/// The bell of every page: one look into an index.
pub(crate) async fn bell(ctx: &Ctx) -> kernel::Result<Option<ui::Bell>> {
    let Some(account) = ctx.actor().account_id else { return Ok(None) };
    let count = notice::unread(ctx.db(), account).await?;
    let count_text = match count {
        0 => String::new(),
        count if count > notice::MOST_COUNTED => format!("{}+", notice::MOST_COUNTED),
        count => count.to_string(),
    };
    Ok(Some(ui::Bell { href: PATH.into(), count_text }))
}

fn own(ctx: &Ctx) -> kernel::Result<Uuid> {
    ctx.actor().account_id.ok_or_else(Error::sign_in)
}

pub(super) async fn show(ctx: Ctx) -> Outcome {
    let account = own(&ctx)?;
    let page = notice::page(ctx.db(), account, Cursor::parse(ctx.param("sonra")), PAGE).await?;
    let unread = page.lines.iter().filter(|line| !line.is_read());
    let view = ui::NoticesView {
        action: format!("{PATH}/okundu"),
        csrf: ctx.csrf.clone(),
        mark_all: unread.map(|line| line.event_id).max().map(|id| id.to_string()),
        sections: sections(&ctx, &page.lines),
        next_href: page.next.map(|next| format!("{PATH}?sonra={}", next.text())),
        choices: choices(&ctx, &notice::muted(ctx.db(), account).await?),
    };
    ctx.page(Frame::new("Bildirimler"), ui::notices(&view)).await
}

/// Unread ones and read ones, each by days; what is about one record on one day stands together.
fn sections(ctx: &Ctx, lines: &[Line]) -> Vec<ui::NoticeSection> {
    let mut sections = Vec::new();
    for (is_read, title) in [(false, "Okunmamışlar"), (true, "Okunanlar")] {
        let mut days: Vec<(ui::NoticeDay, Vec<&Line>)> = Vec::new();
        for line in lines.iter().filter(|line| line.is_read() == is_read) {
            let title = tr::date_long(line.at.day().0);
            if days.last().is_none_or(|(day, _)| day.title != title) {
                days.push((ui::NoticeDay { title, items: Vec::new() }, Vec::new()));
            }
            let Some((day, firsts)) = days.last_mut() else { continue };
            let same = |first: &&Line| {
                (&first.subject_kind, first.subject_id) == (&line.subject_kind, line.subject_id)
            };
            match firsts.iter().position(same) {
                Some(place) => day.items[place].earlier.push(shown(ctx, line)),
                None => {
                    firsts.push(line);
                    day.items.push(item(ctx, line));
                }
            }
        }
        let days: Vec<_> = days.into_iter().map(|(day, _)| day).collect();
        if !days.is_empty() {
            sections.push(ui::NoticeSection { title: title.into(), days });
        }
    }
    sections
}

fn item(ctx: &Ctx, line: &Line) -> ui::NoticeItem {
    ui::NoticeItem {
        id: line.event_id.to_string(),
        is_unread: !line.is_read(),
        href: destination(ctx, line).map(|_| format!("{PATH}/{}", line.event_id)),
        newest: shown(ctx, line),
        earlier: Vec::new(),
    }
}

/// What the person may read of it now: nothing of a record they may no longer see.
fn shown(ctx: &Ctx, line: &Line) -> ui::NoticeLine {
    let is_readable = line.is_readable(ctx.registry(), ctx.actor());
    let excerpt = if is_readable && line.verb == "commented" { excerpt(&line.note) } else { String::new() };
    ui::NoticeLine {
        sentence: sentence(ctx, line),
        excerpt,
        at_text: tr::past(line.at.0, ctx.act.now().0),
        at_title: tr::instant(line.at.0),
        at_iso: line.at.iso(),
    }
}

fn sentence(ctx: &Ctx, line: &Line) -> String {
    if !line.is_readable(ctx.registry(), ctx.actor()) {
        return "Artık görme yetkiniz olmayan bir kayıtla ilgili.".into();
    }
    let who = kernel::access::signed(&line.actor_name, line.acting_for_name.as_deref());
    let more = u64::try_from(line.more).unwrap_or(0);
    match ctx.registry().notice(&line.key) {
        Some(notice) if more > 0 => {
            let noun = ctx.registry().kind(&line.subject_kind).map_or("kayıt", |kind| kind.name_tr);
            notice.sentence_of_many(&who, line.title(), more, noun)
        }
        Some(notice) => notice.sentence(&who, line.title()),
        // Given by another version of the product.
        None => format!("{who}: {} – {}", line.title(), ctx.registry().verb_label(&line.verb)),
    }
}

fn excerpt(note: &str) -> String {
    let line = tr::clean_line(note).text;
    if line.chars().count() <= EXCERPT {
        return line;
    }
    format!("{}…", line.chars().take(EXCERPT).collect::<String>().trim_end())
}

fn choices(ctx: &Ctx, muted: &[String]) -> ui::NoticeChoices {
    let asked = ctx.registry().notices().filter(|notice| notice.about != About::Account);
    let choices = asked.map(|notice| ui::NoticeChoice {
        key: notice.key.into(),
        label: notice.label_tr.into(),
        is_wanted: !muted.iter().any(|key| key == notice.key),
    });
    ui::NoticeChoices { action: format!("{PATH}/tercihler"), choices: choices.collect() }
}

/// Where a notice leads; `None` when it leads nowhere for this person.
fn destination(ctx: &Ctx, line: &Line) -> Option<String> {
    let notice = ctx.registry().notice(&line.key);
    if line.more > 0 {
        let kind = ctx.registry().kind(&line.subject_kind).filter(|kind| ctx.actor().may(kind.view));
        let of_many = notice.and_then(|notice| notice.many.and_then(|many| many.path).or(notice.path));
        return of_many.or(kind.map(|kind| kind.path)).map(str::to_string);
    }
    let path = notice.and_then(|notice| notice.path);
    if let Some(path) = path.filter(|_| line.is_readable(ctx.registry(), ctx.actor())) {
        return Some(path.to_string());
    }
    let kind = ctx.registry().kind(&line.subject_kind)?;
    line.is_visible(ctx.registry(), ctx.actor()).then(|| kind.address(line.subject_id))
}

/// A link that marks what it leads to as read. It changes nothing but that, so a GET may do it; it works without
/// script and in a new tab.
pub(super) async fn open(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let account = own(&ctx)?;
    let line = notice::line(ctx.db(), account, id).await?.ok_or_else(Error::not_found)?;
    if !line.is_read() {
        read(&ctx, account, &about(&line)).await?;
    }
    match destination(&ctx, &line) {
        Some(to) => Ok(see_other(&to)),
        None => Ok(redirect(PATH, "Bu bildirim, artık görme yetkiniz olmayan bir kayıtla ilgiliydi.")),
    }
}

fn about(line: &Line) -> MarkedBy {
    MarkedBy::Record(Ref::new(line.subject_kind.clone(), line.subject_id))
}

async fn read(ctx: &Ctx, account: Uuid, by: &MarkedBy) -> kernel::Result<u64> {
    let tx = ctx.db().begin(&ctx.act).await?;
    let count = notice::mark_read(&tx, account, by).await?;
    tx.commit().await?;
    Ok(count)
}

/// One notice, or all that were on the screen.
pub(super) async fn mark(ctx: Ctx, form: Form) -> Outcome {
    let account = own(&ctx)?;
    let id = |name: &str| form.get(name).parse::<Uuid>().ok();
    let by = match (id(ui::names::IDS), id(ui::names::UP_TO)) {
        (Some(event), _) => {
            about(&notice::line(ctx.db(), account, event).await?.ok_or_else(Error::not_found)?)
        }
        (None, Some(newest)) => MarkedBy::UpTo(newest),
        (None, None) => {
            return Err(Error::rule("BLD-001", "", "Okundu sayılacak bildirimi seçin.").into());
        }
    };
    let count = read(&ctx, account, &by).await?;
    Ok(redirect(PATH, &format!("Okundu sayılan bildirim: {}.", tr::grouped(count as i64))))
}

pub(super) async fn choose(ctx: Ctx, form: Form) -> Outcome {
    let account = own(&ctx)?;
    let wanted: Vec<&str> = form.all(ui::names::WANTED).collect();
    let asked = ctx.registry().notices().filter(|notice| notice.about != About::Account);
    let muted: Vec<&str> = asked.map(|notice| notice.key).filter(|key| !wanted.contains(key)).collect();
    let tx = ctx.db().begin(&ctx.act).await?;
    notice::set_muted(&tx, account, &muted).await?;
    tx.commit().await?;
    Ok(redirect(PATH, "Bildirim tercihleriniz kaydedildi."))
}

fn object(ctx: &Ctx, line: &Line) -> Json_ {
    json!({
        "id": line.event_id,
        "key": line.key,
        "at": line.at.iso(),
        "read_at": line.read_at.map(|at| Instant(at).iso()),
        "sentence": sentence(ctx, line),
        "more": line.more,
        "path": destination(ctx, line),
        "subject": line.is_visible(ctx.registry(), ctx.actor()).then(|| json!({ "kind": line.subject_kind, "id": line.subject_id })),
    })
}

/// `{"items": […], "next": cursor or null, "unread": up to 100}`, unread ones first.
pub(super) async fn api_list(ctx: Ctx) -> Outcome {
    let account = own(&ctx)?;
    let page = notice::page(ctx.db(), account, Cursor::parse(ctx.param("sonra")), PAGE).await?;
    let items: Vec<Json_> = page.lines.iter().map(|line| object(&ctx, line)).collect();
    let unread = notice::unread(ctx.db(), account).await?;
    let next = page.next.map(Cursor::text);
    Ok(Json(json!({ "items": items, "next": next, "unread": unread })).into_response())
}

/// Marks a notice, and all others about the same record, as read.
pub(super) async fn api_read(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    require_token(&ctx)?;
    let account = own(&ctx)?;
    let line = notice::line(ctx.db(), account, id).await?.ok_or_else(Error::not_found)?;
    let count = read(&ctx, account, &about(&line)).await?;
    Ok(Json(json!({ "read": count })).into_response())
}
