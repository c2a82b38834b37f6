//! Requests of the demo town: one that is being written, one that waits for agreement, one that waits to be answered, and one that is answered once the town's
//! lines are there.

use kernel::access::Source;
use kernel::capability::DemoContext;
use kernel::db::Sql;
use kernel::job::JobContext;
use kernel::record::{self, Draft, FieldValue};
use kernel::setting::Settings;
use kernel::{Act, Actor, Db, Instant, Result, Tx};
use lines::made::{Town, Use};
use uuid::Uuid;

use super::answer::Making;
use super::kind;
use crate::demo;
use crate::search::moment;

const WRITER: &str = "yonetici";
const APPROVER: &str = "mudur";

/// What somebody asks in the demo.
struct Asked<'a> {
    authority: &'a str,
    name: &'a str,
    file: &'a str,
    reason: &'a str,
    ip: String,
    port: u16,
    at_us: i64,
}

pub(crate) async fn load(context: &DemoContext) -> Result<()> {
    let now = context.act.now();
    let town = demo::town(now);
    let used = |ip: [u8; 4], hours: i64| {
        let found = sessions(&town, ip.into(), now.0 - hours * Instant::HOUR_US).find(is_long);
        let at = |used: Use| (used.public.1, (used.started_us + used.ended_us) / 2);
        found.map_or((1_500, now.0 - hours * Instant::HOUR_US), at)
    };
    let [(port, at_us), (other_port, other_at_us), (begun_port, begun_at_us)] =
        [used([198, 51, 100, 1], 2), used([203, 0, 113, 1], 2), used([198, 51, 100, 1], 1)];
    let one = Asked {
        authority: "prosecutor",
        name: "Örnekova Cumhuriyet Başsavcılığı",
        file: "2026/1453 Soruşturma",
        reason: "5651 sayılı Kanun ve CMK m. 160 uyarınca, hakaret suçuna ilişkin soruşturmada kullanılmak üzere.",
        ip: "198.51.100.1".into(),
        port,
        at_us,
    };
    let other = Asked {
        authority: "own",
        name: "Yazı İşleri Müdürlüğü",
        file: "E-12345678-622-88",
        reason: "Kurumsal hesaptan gönderilen iletinin hangi bilgisayardan çıktığının belirlenmesi.",
        ip: "203.0.113.1".into(),
        port: other_port,
        at_us: other_at_us,
    };
    let begun = Asked {
        authority: "court",
        name: "Örnekova Asliye Ceza Mahkemesi",
        file: "2026/88 E.",
        reason: "Mahkemenin yazısı üzerine; taraflardan birinin bağlantı kaydı delil olarak istendi.",
        ip: "198.51.100.1".into(),
        port: begun_port,
        at_us: begun_at_us,
    };
    ask(&context.db, &context.act, &one).await?;
    let act = person(&context.db, &context.act, WRITER).await?;
    let tx = context.db.begin(&act).await?;
    write(&tx, &begun).await?;
    tx.commit().await?;
    let id = ask(&context.db, &context.act, &other).await?;
    approve(&context.db, &context.act, id).await
}

/// One of the demo's people, with every power.
async fn person(db: &impl Sql, act: &Act, username: &str) -> Result<Act> {
    let account = access::store::accounts::account_by_username(db, username).await?;
    let name = account.as_ref().map_or(username, |account| account.name.as_str());
    let actor = Actor { account_id: account.as_ref().map(|account| account.id), ..Actor::system(name) };
    Ok(Act { actor, ..act.clone() })
}

async fn ask(db: &Db, act: &Act, asked: &Asked<'_>) -> Result<Uuid> {
    let act = person(db, act, WRITER).await?;
    let tx = db.begin(&act).await?;
    let id = write(&tx, asked).await?;
    record::run_verb(&tx, &kind(), id, "gonder", "").await?;
    tx.commit().await?;
    Ok(id)
}

async fn write(tx: &Tx, asked: &Asked<'_>) -> Result<Uuid> {
    let mut draft = Draft::default();
    let port = asked.port.to_string();
    let at = moment(asked.at_us);
    for (column, text) in [
        ("authority", asked.authority),
        ("authority_name", asked.name),
        ("file_number", asked.file),
        ("reason", asked.reason),
        ("ip", &asked.ip),
        ("port", &port),
        ("proto", "any"),
        ("moment", &at),
        ("other_ip", ""),
        ("other_port", ""),
        ("note", ""),
    ] {
        draft.set(column, FieldValue::Text(text.into()));
    }
    let today = tx.at().day().to_string();
    draft.set("file_on", FieldValue::Text(today));
    draft.set("tolerance_seconds", FieldValue::Int(5));
    record::create(tx, &kind(), draft).await
}

async fn approve(db: &Db, act: &Act, id: Uuid) -> Result<()> {
    let act = person(db, act, APPROVER).await?;
    let tx = db.begin(&act).await?;
    record::run_verb(&tx, &kind(), id, "onayla", "").await?;
    tx.commit().await
}

/// Has a request about the town's own lines answered; the journal is open. A binary without the typesetter leaves it approved.
pub(crate) async fn answer(context: &JobContext, town: &Town, now_us: i64) -> Result<()> {
    let Some(used) = somebody(town, now_us) else { return Ok(()) };
    let act = Act::system(&context.clock, Source::CommandLine, "belde demo");
    let asked = Asked {
        authority: "police",
        name: "Örnekova İlçe Emniyet Müdürlüğü",
        file: "2026/307",
        reason: "Cumhuriyet savcısının yazılı emri üzerine; dolandırıcılık suçuna ilişkin soruşturma.",
        ip: used.public.0.to_string(),
        port: used.public.1,
        at_us: (used.started_us + used.ended_us) / 2,
    };
    let id = ask(&context.db, &act, &asked).await?;
    approve(&context.db, &act, id).await?;
    if context.services.get::<printing::Printer>().is_err() {
        return Ok(());
    }
    let settings = Settings::load(&context.db, &context.registry.settings()).await?;
    let head = web::letterhead(&settings, &context.services).await;
    let act = person(&context.db, &act, WRITER).await?;
    let making = Making { context, act: &act, head };
    let request = record::get(&context.db, &kind(), id).await?;
    making.answer(&request).await
}

/// The session that is asked about: of the notebook that the inventory knows, behind two translations, where it had one.
fn somebody(town: &Town, now_us: i64) -> Option<Use> {
    let all = || sessions(town, std::net::Ipv4Addr::new(198, 51, 100, 1), now_us - Instant::HOUR_US);
    let is_known = |used: &Use| used.mac == demo::NOTEBOOK && used.between.is_some();
    all().find(|used| is_known(used) && is_long(used)).or_else(|| all().find(is_long))
}

/// What used a public address in the half hour before a moment, looked at once a minute.
fn sessions(town: &Town, ip: std::net::Ipv4Addr, at_us: i64) -> impl Iterator<Item = Use> {
    let moments = (0..MINUTES).map(move |minute| at_us - minute * Instant::MINUTE_US);
    moments.flat_map(move |at_us| FIRST_PORTS.filter_map(move |port| town.who(ip, port, at_us)))
}

/// Ports of a town that is as small as this one.
const FIRST_PORTS: std::ops::Range<u16> = 1_024..3_024;
const MINUTES: i64 = 30;

/// Long enough that nobody doubts it was going on.
fn is_long(used: &Use) -> bool {
    used.ended_us - used.started_us > 40 * Instant::SECOND_US
}
