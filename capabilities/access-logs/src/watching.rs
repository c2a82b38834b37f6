//! The kind `log_finding`: a source fell silent, slowed down or changed shape. A gap in the record is a finding that stays in the
//! list until somebody says what it was (AC-1, AC-3). The job looks every minute.

mod store;

use directory::calendar::WorkingCalendar;
use kernel::event::Event;
use kernel::job::{Job, JobContext};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb,
};
use kernel::schema::Table;
use kernel::setting::Settings;
use kernel::{Boxed, Instant, NewEvent, Ref, Result, Tx, Violation, tr};
use std::collections::HashMap;
use uuid::Uuid;

use crate::source::store::{self as sources, Source};
use crate::{EDIT, VIEW, keeping, source};

pub(crate) const PATH: &str = "/kayit-bulgulari";
pub(crate) const KIND: &str = "log_finding";

const STATES: [Choice; 3] = [
    Choice::new("open", "Sürüyor", Tone::Late),
    Choice::new("ended", "Bitti, açıklanmadı", Tone::Doing),
    Choice::new("explained", "Açıklandı", Tone::Done),
];

const WHATS: [Choice; 7] = [
    Choice::new("skewed", "Saati yanlış", Tone::Doing),
    Choice::new("lost", "Satır kayboldu", Tone::Late),
    Choice::new("damaged", "Mühür uymuyor", Tone::Late),
    Choice::new("unstamped", "Zaman damgası alınamadı", Tone::Late),
    Choice::new("silent", "Kayıt gelmedi", Tone::Late),
    Choice::new("slow", "Kayıt çok azaldı", Tone::Doing),
    Choice::new("changed", "Satırların biçimi değişti", Tone::Doing),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0002_log_finding", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("log_finding", "times in which a source was silent, slow or unreadable")
        .id()
        .int("version", "for concurrent edits")
        .uuid_null("source_id", "which source; null: the record as a whole")
        .references("log_source")
        .text("what", "silent, slow, changed, unstamped, damaged")
        .text("title", "the finding in one line")
        .at("from_at", "since when")
        .at_null("to_at", "until when; null: it goes on")
        .text("state", "open, ended, explained")
        .listing(&["state", "what", "source_id"], &["from_at"])
        .unique_where(&["source_id", "what"], "to_at IS NULL")
}

/// At `/kayit-bulgulari`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new(KIND, "kayıt bulgusu", "Kayıt bulguları", PATH, VIEW);
    kind.title = "title";
    kind.default_sort = ("from_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("title", "Bulgu", 240).listed().searched().read_only(),
        Field::reference("source_id", "Kaynak", source::KIND).listed().filtered().read_only().backlinked(),
        Field::choice("what", "Ne oldu", &WHATS).listed().filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("from_at", "Başladığı an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("to_at", "Bittiği an", FieldKind::Instant).listed().read_only(),
    ];
    let explain = Verb::new("acikla", "Açıkla", EDIT, &["ended"], "explained", "log_finding_explained");
    kind.verbs = vec![explain.asking("Ne olmuştu?")];
    kind
}

fn prepare<'a>(
    _tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if before.is_none() {
            draft.set("state", FieldValue::Text("open".into()));
        }
        Ok(Vec::new())
    })
}

pub(crate) fn job() -> Job {
    Job {
        name: "access_logs.watch_sources",
        label_tr: "Susan ve değişen kayıt kaynaklarını bildirme",
        every_seconds: Some(60),
        max_attempts: 3,
        limit_seconds: 60,
        run: |context, _| Box::pin(watch(context)),
    }
}

pub(crate) fn notices() -> Vec<Notice> {
    let notice = |key, label_tr, on, sentence_tr| Notice {
        key,
        label_tr,
        on,
        receivers: keepers,
        sentence_tr,
        path: None,
        many: None,
        about: About::Record,
    };
    vec![
        notice(
            "access_logs.finding",
            "Bir kayıt kaynağı sustuğunda, yavaşladığında ya da satırları okunamaz olduğunda",
            &[(KIND, "created")],
            "Kayıt bulgusu: {title}.",
        ),
        notice(
            "access_logs.source_found",
            "Yeni bir cihaz kayıt göndermeye başladığında",
            &[(source::KIND, "created")],
            "Yeni bir cihaz kayıt gönderiyor: {title}. Adını yazın.",
        ),
    ]
}

fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, EDIT, &[]).await?;
        Ok(holders.into_iter().map(|holder| holder.id).collect())
    })
}

const MINUTE_US: i64 = 60 * Instant::SECOND_US;
const HOUR_US: i64 = 60 * MINUTE_US;
/// Hours in which a source is compared with itself.
const BEFORE_HOURS: i64 = 24 * 7;
/// Fewer lines in an hour say nothing of a pace: a DHCP server of one building has some dozen.
const LEAST_LINES: i64 = 20;
/// Days of the same kind that tell what is usual at an hour: working days, or days off.
const USUAL_DAYS: (usize, usize) = (3, 1);
/// Of lines that always said something, in percent; then none does any more.
const ALWAYS: i64 = 50;
/// A source that sends less than this part of its usual hour is slow,
const SLOW_PART: i64 = 10;
/// and so is one that sends less than this part of it hour after hour.
const SLOW_PART_LASTING: i64 = 3;
const LASTING_HOURS: i64 = 3;
/// Of its lines in the last hour that were not read, in percent; before, hardly any was.
const UNREAD_NOW: i64 = 30;
const UNREAD_BEFORE: i64 = 5;

/// Silence after which people are told; nothing where nobody wants to be.
fn silence_us(source: &Source) -> Option<i64> {
    let suggested = match source.found_format.as_str() {
        "fortigate" | "cisco_asa" | "mikrotik" | "filterlog" | "netfilter" | "conntrack" => 60,
        _ => 12 * 60,
    };
    Some(source.silence_minutes.unwrap_or(suggested))
        .filter(|minutes| *minutes > 0)
        .map(|minutes| minutes * MINUTE_US)
}

/// A clock that is so far off is a finding.
const SKEW_SECONDS: i64 = 300;

/// What is to be looked at of one source now.
struct Look<'a> {
    source: &'a Source,
    /// Of the last whole hour.
    hour: Sums,
    /// Of the week before it, in all.
    before: Sums,
    /// The last whole hours, the newest first.
    hours: Vec<Pace>,
    /// The beginning of the newest.
    at: Instant,
}

/// What came in an hour, beside what usually does.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    lines: i64,
    /// Nothing is usual where too few days alike are known.
    usual: Option<i64>,
}

impl Pace {
    fn is_below(self, part: i64) -> bool {
        self.usual.is_some_and(|usual| usual >= LEAST_LINES && self.lines * part < usual)
    }
}

/// What came of a source in a time.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    lines: i64,
    unread: i64,
    /// Lines that say a translated address, a hardware address, an account.
    named: [i64; 3],
}

/// What [`Sums::named`] are called.
const NAMED: [&str; 3] = ["çevrilmiş (NAT) adres", "MAC adresi", "kullanıcı adı"];

impl Sums {
    fn of(sums: &[sources::Hour], number: i64) -> Self {
        sums.iter().find(|one| one.source == number).map_or_else(Self::default, |one| Self {
            lines: one.lines,
            unread: one.unread,
            named: [one.translated, one.macs, one.users],
        })
    }
}

/// What is usual at an hour: the least of the last days of the same kind. `days` are the newest first.
fn usual(calendar: &WorkingCalendar, at: Instant, days: &[(Instant, i64)]) -> Option<i64> {
    let is_worked = |at: Instant| calendar.is_working_day(at.day().0);
    let wanted = if is_worked(at) { USUAL_DAYS.0 } else { USUAL_DAYS.1 };
    let alike = days.iter().filter(|(day, _)| is_worked(*day) == is_worked(at));
    let last: Vec<i64> = alike.take(wanted).map(|(_, lines)| *lines).collect();
    last.iter().min().copied().filter(|_| last.len() == wanted)
}

/// The last whole hours of each source, the newest first.
async fn paces(context: &JobContext, last_hour: Instant) -> Result<HashMap<i64, Vec<Pace>>> {
    let settings = Settings::load(&context.db, &context.registry.settings()).await?;
    let calendar = directory::working_calendar(&settings);
    let mut paces: HashMap<i64, Vec<Pace>> = HashMap::new();
    for at in (0..LASTING_HOURS).map(|back| Instant(last_hour.0 - back * HOUR_US)) {
        let sums = sources::sums(&context.db, at, Instant(at.0 + HOUR_US)).await?;
        let mut days: HashMap<i64, Vec<(Instant, i64)>> = HashMap::new();
        for one in sources::same_hours(&context.db, at).await? {
            days.entry(one.source).or_default().push((one.hour, one.lines));
        }
        for (source, days) in days {
            let pace = Pace { lines: Sums::of(&sums, source).lines, usual: usual(&calendar, at, &days) };
            paces.entry(source).or_default().push(pace);
        }
    }
    Ok(paces)
}

impl Look<'_> {
    /// Since when the source is silent.
    fn silent_since(&self, now: Instant) -> Option<Instant> {
        let (limit_us, last) = silence_us(self.source).zip(self.source.last_at)?;
        (now.0.saturating_sub(last.0) > limit_us).then_some(last)
    }

    /// Slow is a source by its own usual: hardly anything in the last hour, or much too little for hours.
    fn is_slow(&self) -> bool {
        let is_lasting = self.hours.len() as i64 == LASTING_HOURS
            && self.hours.iter().all(|hour| hour.is_below(SLOW_PART_LASTING));
        is_lasting || self.hours.first().is_some_and(|hour| hour.is_below(SLOW_PART))
    }

    fn is_unread(&self) -> bool {
        let share = |sums: Sums| sums.unread * 100 / sums.lines.max(1);
        self.hour.lines >= LEAST_LINES
            && share(self.hour) >= UNREAD_NOW
            && share(self.before) <= UNREAD_BEFORE
    }

    /// What most lines always said, and none does any more.
    fn gone(&self) -> Option<&'static str> {
        let share = |number: i64, lines: i64| number * 100 / lines.max(1);
        let is_gone = |at: &usize| {
            self.hour.named[*at] == 0 && share(self.before.named[*at], self.before.lines) >= ALWAYS
        };
        let is_enough = self.hour.lines >= LEAST_LINES && self.before.lines >= 10 * LEAST_LINES;
        (0..NAMED.len()).find(is_gone).filter(|_| is_enough).map(|at| NAMED[at])
    }

    /// How far the source's clock is off, when that is so much that its lines are looked for at the wrong time.
    fn skew(&self) -> Option<String> {
        let behind = self.source.skew_us? / Instant::SECOND_US;
        // What waited in a sender's queue looks as if its clock were behind.
        let words = if behind > 0 { "geri ya da satırları o kadar geç geliyor" } else { "ileri" };
        let minutes = tr::grouped((behind.abs() + 30) / 60);
        (behind.abs() >= SKEW_SECONDS)
            .then(|| format!("{}: saati {minutes} dakika {words}", self.source.name))
    }

    /// What is wrong with the source now, each with since when and the finding in one line.
    fn found(&self, now: Instant) -> [(&'static str, Option<(Instant, String)>); 4] {
        let titled = |what, since| (since, title(&self.source.name, what, since));
        let silent = self.silent_since(now).map(|since| titled("silent", since));
        // Who is silent is not called slow as well.
        let is_heard = silent.is_none();
        let slow = (is_heard && self.is_slow()).then(|| titled("slow", self.at));
        let unread = (is_heard && self.is_unread()).then(|| titled("changed", self.at));
        let gone = self.gone().filter(|_| is_heard).map(|what| {
            let at = tr::instant(self.at.0);
            (self.at, format!("{}: {at} saatinden beri satırlarda {what} yazmıyor", self.source.name))
        });
        let skewed =
            self.skew().filter(|_| is_heard).map(|title| (self.source.last_at.unwrap_or(now), title));
        [("silent", silent), ("slow", slow), ("changed", unread.or(gone)), ("skewed", skewed)]
    }
}

/// Opens findings and ends those that are over.
pub(crate) async fn watch(context: &JobContext) -> Result<()> {
    let now = context.clock.now();
    let hour = keeping::hour_of(now);
    let all = sources::all(&context.db).await?;
    let last = sources::sums(&context.db, Instant(hour.0 - HOUR_US), hour).await?;
    let before =
        sources::sums(&context.db, Instant(hour.0 - (BEFORE_HOURS + 1) * HOUR_US), Instant(hour.0 - HOUR_US))
            .await?;
    let last_hour = Instant(hour.0 - HOUR_US);
    let mut paces = paces(context, last_hour).await?;
    let known = store::open(&context.db).await?;
    for source in all.iter().filter(|one| matches!(one.state.as_str(), "heard" | "silent")) {
        let look = Look {
            source,
            hour: Sums::of(&last, source.number),
            before: Sums::of(&before, source.number),
            hours: paces.remove(&source.number).unwrap_or_default(),
            at: last_hour,
        };
        for (what, found) in look.found(now) {
            let open = known.iter().find(|one| one.source_id == Some(source.id) && one.what == what);
            match (open, found) {
                (None, Some(found)) => begin(context, source, what, found).await?,
                (Some(open), None) => end(context, source, open.id, what).await?,
                _ => {}
            }
        }
    }
    tell(context, "lost", lost(context, hour).await?).await?;
    for gone in &known {
        let source = all.iter().find(|it| Some(it.id) == gone.source_id && it.state == "retired");
        if let Some(source) = source {
            end(context, source, gone.id, &gone.what).await?;
        }
    }
    forget(context, now).await
}

/// Lines that were lost in this hour or the one before: since when, and what is to be said of it.
async fn lost(context: &JobContext, hour: Instant) -> Result<Option<(Instant, String)>> {
    let all = keeping::lost_since(&context.db, Instant(hour.0 - HOUR_US)).await?;
    let Some(first) = all.iter().min_by_key(|one| one.hour.0) else { return Ok(None) };
    let (lines, gaps) = all.iter().fold((0, 0), |(lines, gaps), one| (lines + one.lines, gaps + one.gaps));
    let mut doors: Vec<&str> = all.iter().filter(|one| one.lines > 0).map(|one| one.door.as_str()).collect();
    doors.sort_unstable();
    doors.dedup();
    let mut said = Vec::new();
    if lines > 0 {
        said.push(format!("{} kapısında en az {} satır alınamadı", doors.join(", "), tr::grouped(lines)));
    }
    if gaps > 0 {
        said.push(format!("izlenen dosya {} kez sonuna dek okunmadan değişti", tr::grouped(gaps)));
    }
    let title = format!("Satır kayboldu: {} saatinden beri {}", tr::instant(first.hour.0), said.join("; "));
    Ok(Some((first.hour, title)))
}

/// Where to look further, beside a finding's own facts.
pub(crate) fn extras<'a>(
    _ctx: &'a web::Ctx,
    _kind: &'a Kind,
    finding: &'a Record,
) -> Boxed<'a, Result<web::Extras>> {
    Box::pin(async move {
        let (path, text) = match finding.get("what").text() {
            "damaged" | "unstamped" => {
                (crate::seals::PATH, "Mühürler: zincirler, damgalar ve denetimlerin bulduğu dosyalar")
            }
            "lost" => (crate::standing::PATH, "Kayıtların durumu: saatlere göre kaybolan satırlar"),
            _ => return Ok(web::Extras::default()),
        };
        let part = maud::html! { p { a href=(path) { (text) } } };
        Ok(web::Extras { before_timeline: vec![part], ..web::Extras::default() })
    })
}

/// Figures of hours that no page and no comparison asks for any more.
async fn forget(context: &JobContext, now: Instant) -> Result<()> {
    const KEPT_DAYS: i64 = 800;
    let tx = context.db.begin(&context.act("kayıt kaynaklarını izleme")).await?;
    tx.without_event("figures of hours, older than any record that is kept");
    sources::forget_before(&tx, Instant(now.0 - KEPT_DAYS * 24 * HOUR_US)).await?;
    keeping::forget_lost(&tx, Instant(now.0 - KEPT_DAYS * 24 * HOUR_US)).await?;
    tx.commit().await
}

async fn begin(
    context: &JobContext,
    source: &Source,
    what: &'static str,
    (since, title): (Instant, String),
) -> Result<()> {
    let tx = context.db.begin(&context.act("kayıt kaynaklarını izleme")).await?;
    open(&tx, Some(source.id), what, &title, since).await?;
    if what == "silent" {
        sources::set_state(&tx, source.id, "silent").await?;
        tx.record(NewEvent::new(Ref::new(source::KIND, source.id), &source.name, "log_source_silent"))
            .await?;
    }
    tx.commit().await
}

/// The finding in one line.
pub(crate) fn title(name: &str, what: &str, since: Instant) -> String {
    let at = tr::instant(since.0);
    match what {
        "silent" => format!("{name}: {at} anından sonra kayıt gelmedi"),
        "slow" => format!("{name}: {at} saatinde olağandan çok az kayıt geldi"),
        _ => format!("{name}: {at} saatinden beri satırların çoğu okunamıyor"),
    }
}

/// Enters a finding; nobody does so by hand.
pub(crate) async fn open(
    tx: &Tx,
    source: Option<Uuid>,
    what: &'static str,
    title: &str,
    since: Instant,
) -> Result<Uuid> {
    let mut draft = Draft::default();
    if let Some(source) = source {
        draft.set("source_id", FieldValue::Id(source));
    }
    draft.set("what", FieldValue::Text(what.into()));
    draft.set("title", FieldValue::Text(title.into()));
    draft.set("from_at", FieldValue::Int(since.0));
    record::create(tx, &Kind { create: Some(EDIT), ..kind() }, draft).await
}

/// Of the record as a whole: opens the finding that is told, ends the one that is over. `told` is since when, and the title.
pub(crate) async fn tell(
    context: &JobContext,
    what: &'static str,
    told: Option<(Instant, String)>,
) -> Result<()> {
    let known = store::open(&context.db).await?;
    let open_one = known.iter().find(|one| one.source_id.is_none() && one.what == what);
    let tx = context.db.begin(&context.act("kayıtları izleme")).await?;
    match (open_one, told) {
        (None, Some((since, title))) => drop(open(&tx, None, what, &title, since).await?),
        (Some(known), None) => close(&tx, known.id, "Erişim kayıtları").await?,
        _ => return Ok(()),
    }
    tx.commit().await
}

/// Notes that a finding is over.
pub(crate) async fn close(tx: &Tx, finding: Uuid, name: &str) -> Result<()> {
    store::end(tx, finding, tx.at()).await?;
    tx.record(NewEvent::new(Ref::new(KIND, finding), name, "log_finding_ended")).await?;
    Ok(())
}

async fn end(context: &JobContext, source: &Source, finding: Uuid, what: &str) -> Result<()> {
    let tx = context.db.begin(&context.act("kayıt kaynaklarını izleme")).await?;
    close(&tx, finding, &source.name).await?;
    if what == "silent" && source.state == "silent" {
        sources::set_state(&tx, source.id, "heard").await?;
        tx.record(NewEvent::new(Ref::new(source::KIND, source.id), &source.name, "log_source_heard_again"))
            .await?;
    }
    tx.commit().await
}

/// Findings that nobody has explained.
pub(crate) async fn unexplained(db: &kernel::Db) -> Result<i64> {
    store::unexplained(db).await
}
