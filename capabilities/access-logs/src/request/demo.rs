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
    let now_us = context.act.now().0;
    let one = Asked {
        authority: "prosecutor",
        name: "Örnekova Cumhuriyet Başsavcılığı",
        file: "2026/1453 Soruşturma",
        reason: "5651 sayılı Kanun ve CMK m. 160 uyarınca, hakaret suçuna ilişkin soruşturmada kullanılmak üzere.",
        ip: "198.51.100.1".into(),
        port: 2_048,
        at_us: now_us - 30 * Instant::HOUR_US,
    };
    let other = Asked {
        authority: "own",
        name: "Yazı İşleri Müdürlüğü",
        file: "E-12345678-622-88",
        reason: "Kurumsal hesaptan gönderilen iletinin hangi bilgisayardan çıktığının belirlenmesi.",
        ip: "203.0.113.1".into(),
        port: 1_500,
        at_us: now_us - 50 * Instant::HOUR_US,
    };
    let begun = Asked {
        authority: "court",
        name: "Örnekova Asliye Ceza Mahkemesi",
        file: "2026/88 E.",
        reason: "Mahkemenin yazısı üzerine; soruda geçen bağlantı noktası henüz bildirilmedi.",
        ip: "198.51.100.1".into(),
        port: 2_049,
        at_us: now_us - 26 * Instant::HOUR_US,
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

/// A session of the town that lasted some while, an hour ago or so.
fn somebody(town: &Town, now_us: i64) -> Option<Use> {
    let ip = std::net::Ipv4Addr::new(198, 51, 100, 1);
    let all = (0..60_000_i64).filter_map(|step| {
        let port = u16::try_from(1_024 + step % 2_000).ok()?;
        town.who(ip, port, now_us - Instant::HOUR_US - step / 2_000 * Instant::MINUTE_US)
    });
    all.into_iter().find(|used| used.ended_us - used.started_us > 40 * Instant::SECOND_US)
}
