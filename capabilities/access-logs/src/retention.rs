//! How long lines are kept: whole days go when their time is up, with an entry in the chain that says what and why, unless they are
//! held. The law says two years, and KVKK that it is not longer than needed.

mod store;

use journal::{Hold, Journal};
use kernel::job::{Job, JobContext};
use kernel::migrate::{Migration, create};
use kernel::schema::Table;
use kernel::setting::{Setting, SettingKind, Settings};
use kernel::{Day, Error, Instant, NewEvent, Ref, Result, Violation, tr};
use maud::{Markup, html};
use web::{Ctx, Form, Frame, Outcome};

use crate::keeping::AccessLogs;
use crate::search::{SUBJECT_ID, absent, logs};
use crate::{HOLD, SUBJECT, standing};

pub(crate) const PATH: &str = "/erisim-kayitlari/saklama";
pub(crate) const HOLD_PATH: &str = "/erisim-kayitlari/saklama/durdur";
pub(crate) const RELEASE_PATH: &str = "/erisim-kayitlari/saklama/birak";

const DAYS: &str = "access_logs.keep_days";
/// Two years, for which law 5651 wants the record kept; nobody sets less, nor did in an older version.
const LEAST_DAYS: i64 = 730;
const DAY_US: i64 = 24 * 60 * 60 * Instant::SECOND_US;
/// Days that one act holds.
const MOST_DAYS: i64 = 800;

pub(crate) fn settings() -> Vec<Setting> {
    vec![Setting {
        key: DAYS,
        group_tr: "Erişim kayıtları",
        label_tr: "Erişim kayıtları kaç gün saklansın?",
        hint_tr: "5651 sayılı Kanun’a göre iki yıl (731 gün); daha azı yazılamaz. Süresi dolan günler tutanağıyla silinir; durdurulan günler silinmez.",
        kind: SettingKind::Int { min: LEAST_DAYS, max: 3_660 },
        default: "731",
    }]
}

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0013_log_deletion", up: |backend| create(backend, &[table_of_deletions()]) }
}

fn table_of_deletions() -> Table {
    Table::new("log_deletion", "days of the record that were deleted because their time was up")
        .id()
        .at("deleted_at", "when")
        .int("first_day", "first day, counted from 1970-01-01 in UTC")
        .int("last_day", "last day; days between them that were held stayed")
        .int("lines", "that were in them")
        .int("bytes", "of their segments")
        .text("reason", "why, as the chain says it")
        .text("entry", "node and number of the entry of the chain that says so")
        .index(&["deleted_at"])
}

pub(crate) fn job() -> Job {
    Job {
        name: "access_logs.delete_old_days",
        label_tr: "Saklama süresi dolan erişim kayıtlarını silme",
        every_seconds: Some(6 * 60 * 60),
        max_attempts: 3,
        limit_seconds: 3_600,
        run: |context, _| Box::pin(delete(context)),
    }
}

/// The first day, in UTC, that is not yet over for as long as lines are kept.
fn first_kept(now: Instant, days: i64) -> i32 {
    let days = days.max(LEAST_DAYS);
    i32::try_from((now.0 - days * DAY_US).div_euclid(DAY_US)).unwrap_or(0)
}

/// Whether lines of this instant may be gone because their time is up.
pub(crate) fn is_over(settings: &Settings, at: Instant, now: Instant) -> bool {
    at.0.div_euclid(DAY_US) < i64::from(first_kept(now, settings.int(DAYS)))
}

async fn kept_days(context: &JobContext) -> Result<i64> {
    Ok(Settings::load(&context.db, &context.registry.settings()).await?.int(DAYS))
}

/// Deletes the days whose time is up, and writes it down.
pub(crate) async fn delete(context: &JobContext) -> Result<()> {
    // A node that has no journal open leaves it to those that have.
    let Ok(journal) = context.services.get::<AccessLogs>().and_then(AccessLogs::journal) else {
        return Ok(());
    };
    let days = kept_days(context).await?;
    let before = first_kept(context.clock.now(), days);
    let reason = format!("saklama süresi {} gün", days.max(LEAST_DAYS));
    let deleted = journal.delete_before(before, &reason).await.map_err(refused)?;
    if deleted.segments == 0 {
        return Ok(());
    }
    let note = format!(
        "{} gününden önceki {} bölüm, {} satır silindi ({}). Durdurulduğu için kalan gün: {}.",
        day_text(before),
        tr::grouped(deleted.segments.cast_signed()),
        tr::grouped(deleted.rows.cast_signed()),
        tr::file_size(deleted.bytes),
        deleted.held.len()
    );
    let node = context.services.get::<AccessLogs>()?.node().to_owned();
    let heads = journal.heads().await.map_err(refused)?.heads;
    let entry = heads.iter().find(|(known, ..)| *known == node).map(|(_, no, _)| format!("{node}:{no}"));
    let tx = context.db.begin(&context.act("saklama süresi")).await?;
    let (first_day, last_day) = deleted.days.unwrap_or_default();
    let deletion = store::Deletion {
        deleted_at: tx.at(),
        first_day: first_day.into(),
        last_day: last_day.into(),
        lines: deleted.rows.cast_signed(),
        bytes: deleted.bytes.cast_signed(),
        reason,
        entry: entry.unwrap_or_default(),
    };
    store::insert(&tx, &deletion).await?;
    tx.record(event("log_days_deleted").note(note)).await?;
    tx.commit().await
}

fn event(verb: &'static str) -> NewEvent {
    NewEvent::new(Ref::new(SUBJECT, SUBJECT_ID), "Erişim kayıtları", verb)
}

fn refused(error: journal::Error) -> Error {
    Error::new(kernel::ErrorKind::Unavailable, "Kayıtların deposu bu işlemi geri çevirdi; yeniden deneyin.")
        .with_context(error)
}

/// A day of the journal, counted from 1970-01-01 in UTC.
fn day_text(day: i32) -> String {
    tr::date(Instant(i64::from(day) * DAY_US).utc().date())
}

/// How days are held and let go: one form, two acts.
struct Act {
    path: &'static str,
    title: &'static str,
    lead: &'static str,
    submit: &'static str,
}

const HOLDING: Act = Act {
    path: HOLD_PATH,
    title: "Silmeyi durdur",
    lead: "Soruşturma ya da dava sürerken bu günlerin kayıtları, süreleri dolsa da silinmez.",
    submit: "Durdur",
};

const RELEASING: Act = Act {
    path: RELEASE_PATH,
    title: "Durdurmayı kaldır",
    lead: "Bu günler yeniden saklama süresine bağlanır; süreleri dolduysa ilk silmede silinir.",
    submit: "Kaldır",
};

pub(crate) async fn show(ctx: Ctx) -> Outcome {
    let Ok(logs) = logs(&ctx) else { return absent(&ctx, "Kayıtların saklanması").await };
    page(&ctx, logs).await
}

pub(crate) async fn ask_hold(ctx: Ctx) -> Outcome {
    ask(&ctx, &HOLDING, &Asked::default()).await
}

pub(crate) async fn ask_release(ctx: Ctx) -> Outcome {
    ask(&ctx, &RELEASING, &Asked::default()).await
}

/// What was typed into the form that holds days.
#[derive(Default)]
struct Asked {
    from: String,
    to: String,
    reason: String,
    violations: Vec<Violation>,
}

impl Asked {
    fn of(form: &Form) -> Self {
        let get = |name: &str| tr::clean_line(form.get(name)).text;
        Self { from: get("ilk"), to: get("son"), reason: get("gerekce"), violations: Vec::new() }
    }

    /// First and last day of Türkiye; what is wrong is noted.
    fn days(&mut self) -> Option<(Day, Day)> {
        let mut wrong =
            |field: &str, text: &str| self.violations.push(Violation::new("KAY-004", field, text));
        let read = |text: &str| text.parse::<Day>().ok().or_else(|| tr::parse_date(text).ok().map(Day));
        let (from, to) = (read(&self.from), read(&self.to));
        if from.is_none() {
            wrong("ilk", "İlk günü 5.11.2026 biçiminde yazın.");
        }
        if to.is_none() {
            wrong("son", "Son günü 5.11.2026 biçiminde yazın.");
        }
        if self.reason.is_empty() {
            wrong("gerekce", "Neden durdurulduğunu yazın: savcılık yazısının sayısı gibi.");
        }
        let (from, to) = from.zip(to)?;
        let days = (to.0 - from.0).whole_days();
        if !(0..MOST_DAYS).contains(&days) {
            wrong("son", "Son gün ilk günden önce olamaz; bir seferde en çok 800 gün durdurulur.");
        }
        self.violations.is_empty().then_some((from, to))
    }
}

/// The journal's days that have a part of these days of Türkiye.
fn journal_days((from, to): (Day, Day)) -> std::ops::RangeInclusive<i32> {
    let day = |us: i64| i32::try_from(us.div_euclid(DAY_US)).unwrap_or(0);
    day(from.start().0)..=day(to.next().start().0 - 1)
}

pub(crate) async fn hold(ctx: Ctx, form: Form) -> Outcome {
    let logs = logs(&ctx)?;
    let mut asked = Asked::of(&form);
    let Some(days) = asked.days() else { return ask(&ctx, &HOLDING, &asked).await };
    let journal = logs.journal()?;
    for day in journal_days(days) {
        journal.hold(day, &asked.reason).await.map_err(refused)?;
    }
    journal.hand_over().await.map_err(refused)?;
    let note = format!("{} – {}: {}", tr::date(days.0.0), tr::date(days.1.0), asked.reason);
    noted(&ctx, "log_days_held", &note).await?;
    Ok(web::redirect(PATH, "Bu günlerin silinmesi durduruldu."))
}

pub(crate) async fn release(ctx: Ctx, form: Form) -> Outcome {
    let logs = logs(&ctx)?;
    let mut asked = Asked::of(&form);
    let Some(days) = asked.days() else { return ask(&ctx, &RELEASING, &asked).await };
    let journal = logs.journal()?;
    let held: Vec<i32> = journal.holds().await.map_err(refused)?.iter().map(|hold| hold.day).collect();
    let freed: Vec<i32> = journal_days(days).filter(|day| held.contains(day)).collect();
    for day in &freed {
        journal.release(*day, &asked.reason).await.map_err(refused)?;
    }
    journal.hand_over().await.map_err(refused)?;
    let note = format!("{} – {}: {}", tr::date(days.0.0), tr::date(days.1.0), asked.reason);
    noted(&ctx, "log_days_released", &note).await?;
    Ok(web::redirect(PATH, &format!("{} gün yeniden saklama süresine bağlandı.", freed.len())))
}

async fn noted(ctx: &Ctx, verb: &'static str, note: &str) -> Result<()> {
    let tx = ctx.db().begin(&ctx.act).await?;
    tx.record(event(verb).note(note)).await?;
    tx.commit().await
}

async fn page(ctx: &Ctx, logs: &AccessLogs) -> Outcome {
    let days = ctx.app.settings().await?.int(DAYS);
    let first = first_kept(ctx.act.now(), days);
    let held = match logs.journal() {
        Ok(journal) => Some(spans(&holds(&journal).await?)),
        Err(_) => None,
    };
    let content = html! {
        div.top {
            h1 { "Kayıtların saklanması" }
            @if ctx.actor().may_in_whole(HOLD) {
                div.top-end {
                    a.btn href=(RELEASE_PATH) { (RELEASING.title) }
                    a.btn.is-primary href=(HOLD_PATH) { (HOLDING.title) }
                }
            }
        }
        p.lead {
            "Erişim kayıtları " (tr::grouped(days)) " gün saklanır; " (day_text(first)) " gününden öncekiler silinir. "
            "Ne zaman neyin neden silindiği mühür zincirine yazılır."
        }
        @match &held {
            None => (ui::notice(ui::FlashKind::Error, html! { p { "Kayıtlar şu anda açık değil; durdurulan günler gösterilemiyor." } })),
            Some(held) => (table(held)),
        }
        (deletions(&store::last(ctx.db()).await?))
    };
    ctx.page(Frame::new("Kayıtların saklanması").crumb("Kayıtların durumu", standing::PATH), content).await
}

async fn ask(ctx: &Ctx, act: &Act, asked: &Asked) -> Outcome {
    let view = ui::FormView {
        title: act.title.into(),
        lead: act.lead.into(),
        action: act.path.into(),
        csrf: ctx.csrf.clone(),
        sections: vec![ui::FormSection { fields: fields(asked), ..ui::FormSection::default() }],
        submit: act.submit.into(),
        cancel_href: Some(PATH.into()),
        errors: asked
            .violations
            .iter()
            .map(|one| ui::FieldError {
                field: one.field.clone(),
                label: label(&one.field).into(),
                text: one.text.clone(),
            })
            .collect(),
        ..ui::FormView::default()
    };
    let frame = Frame::new(act.title).crumb("Kayıtların saklanması", PATH);
    let content = ui::form(&view);
    if asked.violations.is_empty() {
        ctx.page(frame, content).await
    } else {
        ctx.refused(frame, content).await
    }
}

async fn holds(journal: &Journal) -> Result<Vec<Hold>> {
    let mut holds = journal.holds().await.map_err(refused)?;
    holds.sort_by_key(|hold| hold.day);
    Ok(holds)
}

/// Days that follow each other for the same reason, as one.
fn spans(holds: &[Hold]) -> Vec<(i32, i32, String)> {
    let mut spans: Vec<(i32, i32, String)> = Vec::new();
    for hold in holds {
        match spans.last_mut() {
            Some((_, last, reason)) if *last + 1 == hold.day && *reason == hold.reason => *last = hold.day,
            _ => spans.push((hold.day, hold.day, hold.reason.clone())),
        }
    }
    spans
}

fn table(held: &[(i32, i32, String)]) -> Markup {
    let rows: Vec<Vec<Markup>> = held
        .iter()
        .map(|(from, to, reason)| {
            vec![html! { (day_text(*from)) }, html! { (day_text(*to)) }, html! { (reason) }]
        })
        .collect();
    html! {
        section {
            h2 { "Silinmesi durdurulan günler" }
            @if rows.is_empty() { p { "Silinmesi durdurulan gün yok." } }
            @else {
                (ui::table("Silinmesi durdurulan günler", &ui::heads(&["İlk gün (UTC)", "Son gün (UTC)", "Gerekçe"]), &rows))
            }
        }
    }
}

/// What was deleted: which days, how many lines, why, and where the chain says so.
fn deletions(all: &[store::Deletion]) -> Markup {
    let day = |day: i64| day_text(i32::try_from(day).unwrap_or(0));
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|one| {
            vec![
                html! { (tr::instant(one.deleted_at.0)) },
                html! { (day(one.first_day)) " – " (day(one.last_day)) },
                html! { (tr::grouped(one.lines)) },
                html! { (tr::file_size(one.bytes.unsigned_abs())) },
                html! { (one.reason) },
                html! { code { (one.entry) } },
            ]
        })
        .collect();
    let heads = ["Ne zaman", "Günler (UTC)", "Satır", "Boyu", "Neden", "Zincirdeki kaydı (sunucu:sıra)"];
    html! {
        section {
            h2 { "Silinen günler" }
            @if rows.is_empty() { p { "Süresi dolduğu için silinen gün yok." } }
            @else { (ui::table("Silinen günler", &ui::heads(&heads), &rows)) }
        }
    }
}

fn label(field: &str) -> &'static str {
    match field {
        "ilk" => "İlk gün",
        "son" => "Son gün",
        _ => "Gerekçe",
    }
}

fn fields(asked: &Asked) -> Vec<ui::FieldView> {
    let field = |name: &str, value: &str, kind: ui::Input| ui::FieldView {
        name: name.into(),
        label: label(name).into(),
        value: value.into(),
        kind,
        error: asked.violations.iter().find(|one| one.field == name).map(|one| one.text.clone()),
        ..ui::FieldView::default()
    };
    vec![
        field("ilk", &asked.from, ui::Input::Date),
        field("son", &asked.to, ui::Input::Date),
        ui::FieldView { width: ui::Width::Long, ..field("gerekce", &asked.reason, ui::Input::Text) },
    ]
}
