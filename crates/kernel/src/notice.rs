//! Notices: what a person must know without looking. Declared by capabilities beside verbs, given in the transaction of
//! the event they are about, and nothing but a reference to it (docs/adr/0017). What a person reads of them is `inbox`.

mod inbox;
mod tables;

pub use inbox::{
    Cursor, Line, MOST_COUNTED, MarkedBy, Page, is_followed, line, mark_read, muted, page, set_followed,
    set_muted, sweep, unread,
};
pub(crate) use tables::{gathered, tables};

use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::capability::Registry;
use crate::db::{Sql, placeholders};
use crate::error::Result;
use crate::event::Event;
use crate::job::{JobContext, enqueue};
use crate::tx::Tx;
use crate::{Boxed, event, tr};

/// Who is told, by account or by staff member; both kinds of id may be mixed and doubled. A function that may name
/// many answers at most `limit` whose id is greater than `after`, in the order of ids; one that names few may answer
/// all of them.
pub type Receivers = for<'a> fn(&'a Tx, &'a Event, Reach) -> Boxed<'a, Result<Vec<Uuid>>>;

/// The open accounts among these accounts and staff members, and those of closed ones left out. Answered by whoever
/// keeps accounts.
pub type AccountsOf = for<'a> fn(&'a Tx, &'a [Uuid]) -> Boxed<'a, Result<Vec<Uuid>>>;

/// The part of the receivers that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub after: Uuid,
    pub limit: u32,
}

/// One kind of notice.
#[derive(Clone)]
pub struct Notice {
    /// `capability.what_happened`: what a person mutes.
    pub key: &'static str,
    /// Said in the list of those that can be muted: "Size vekâlet verildiğinde".
    pub label_tr: &'static str,
    /// Events it is about, as record kind and verb; the kind `*` is any.
    pub on: &'static [(&'static str, &'static str)],
    pub receivers: Receivers,
    /// What the person reads; `{who}` is who acted, `{title}` the record as it is called now.
    pub sentence_tr: &'static str,
    /// Where it leads, when not to the record.
    pub path: Option<&'static str>,
    /// What one says that stands for several of the same act; without it the sentence with how many more there are.
    pub many: Option<Many>,
    pub about: About,
}

/// A notice that stands for several.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// `{count}` is how many, `{who}` who acted.
    pub sentence_tr: &'static str,
    /// The list where they are found; without it that of their kind.
    pub path: Option<&'static str>,
}

/// Whom a notice is about; decides who may read it later, whether it can be muted and whether one's own acts count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A record: read by whoever may see the record at that moment.
    Record,
    /// What happened to the person told: they may read it whatever they may see. The record it leads to asks for itself.
    Person,
    /// The person's own account: as [`Person`](Self::Person), but it cannot be muted, and one's own acts count, for they
    /// may be a stranger's.
    Account,
}

impl Notice {
    pub(crate) fn is_about(&self, kind: &str, verb: &str) -> bool {
        self.on.iter().any(|(of, on)| *on == verb && (*of == kind || *of == "*"))
    }

    /// The sentence with the names filled in.
    pub fn sentence(&self, who: &str, title: &str) -> String {
        self.sentence_tr.replace("{who}", who).replace("{title}", title)
    }

    /// What one says that stands for `more` others of this noun: "görev".
    pub fn sentence_of_many(&self, who: &str, title: &str, more: u64, noun: &str) -> String {
        match self.many {
            Some(many) => {
                let count = tr::grouped(i64::try_from(more.saturating_add(1)).unwrap_or(i64::MAX));
                many.sentence_tr.replace("{count}", &count).replace("{who}", who)
            }
            None => format!("{} Aynı anda {} daha.", self.sentence(who, title), tr::count(noun, more)),
        }
    }
}

/// More people than this are told by a job, so that the write they hear of stays short however many they are.
pub const AT_ONCE: u32 = 100;
/// People told in one transaction of the job.
const IN_ONE_RUN: u32 = 500;
/// The job that goes on telling; its argument is made by `Given::later`.
pub const DELIVER: &str = "house.deliver_notices";

/// Gives the notices an event declares, in its transaction. An import brings what was known before: nobody is called to each
/// of its thousand rows.
pub(crate) async fn tell(tx: &Tx, registry: &Registry, event: &Event) -> Result<()> {
    if event.source == "import" {
        return Ok(());
    }
    let mut told = Vec::new();
    for notice in registry.notices_about(&event.subject_kind, &event.verb) {
        let people = reached(tx, notice, event, Uuid::nil(), AT_ONCE).await?;
        let given = Given { notice, event, act: tx.first_told(event.id) };
        if people.len() > AT_ONCE as usize {
            enqueue(tx, DELIVER, &given.later(Uuid::nil()), None, tx.at()).await?;
        } else {
            told.extend(given.give(tx, registry, &people, &told).await?);
        }
    }
    Ok(())
}

/// The receivers behind `after`, at most one more than `limit`, in the order of ids.
async fn reached(tx: &Tx, notice: &Notice, event: &Event, after: Uuid, limit: u32) -> Result<Vec<Uuid>> {
    let reach = Reach { after, limit: limit + 1 };
    let mut people = (notice.receivers)(tx, event, reach).await?;
    people.retain(|id| *id > after);
    people.sort_unstable();
    people.dedup();
    people.truncate(limit as usize + 1);
    Ok(people)
}

/// A notice of an event, given in an act.
struct Given<'a> {
    notice: &'a Notice,
    event: &'a Event,
    /// The first event of the transaction that told anybody: what is told in one act is gathered under it.
    act: Uuid,
}

impl Given<'_> {
    fn later(&self, after: Uuid) -> Json {
        json!({ "notice": self.notice.key, "event": self.event.id, "act": self.act, "after": after })
    }

    /// One notice to each person, however often and by whichever name they were named, but for those who were told of the event
    /// already; answers whom. Who had the same notice in the same act has one more of it.
    async fn give(&self, tx: &Tx, registry: &Registry, people: &[Uuid], told: &[Uuid]) -> Result<Vec<Uuid>> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let mut accounts = match registry.accounts_of() {
            Some(accounts_of) => accounts_of(tx, people).await?,
            None => people.to_vec(),
        };
        if self.notice.about != About::Account {
            let muted = inbox::muted_among(tx, self.notice.key, &accounts).await?;
            accounts.retain(|account| Some(*account) != self.event.actor_id && !muted.contains(account));
        }
        accounts.retain(|account| !told.contains(account));
        accounts.sort_unstable();
        accounts.dedup();
        if accounts.is_empty() {
            return Ok(accounts);
        }
        let rows: Vec<String> = (0..accounts.len()).map(|row| format!("(${})", row + 4)).collect();
        // A second notice about the same event, or a second run of the job, changes nothing.
        let sql = format!(
            "INSERT INTO notice (account_id, event_id, key, act_id) \
             WITH told (account_id) AS (VALUES {}) SELECT told.account_id, $1, $2, $3 FROM told \
             WHERE NOT EXISTS (SELECT 1 FROM notice AS n WHERE n.account_id = told.account_id AND n.event_id = $1) \
             ON CONFLICT (account_id, act_id, key) DO UPDATE SET more = notice.more + 1",
            rows.join(", ")
        );
        let mut values = vec![self.event.id.into(), self.notice.key.into(), self.act.into()];
        values.extend(accounts.iter().map(|account| sea_orm::Value::from(*account)));
        tx.run(&sql, values).await?;
        Ok(accounts)
    }
}

/// The job [`DELIVER`]: tells the next part of the people and leaves the rest to a next run.
pub fn deliver<'a>(context: &'a JobContext, payload: &'a Json) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let id = |name: &str| payload[name].as_str().and_then(|text| text.parse::<Uuid>().ok());
        let (Some(event_id), Some(after)) = (id("event"), id("after")) else { return Ok(()) };
        // A later version may not have the notice any more; then nobody waits for it.
        let key = payload["notice"].as_str().unwrap_or_default();
        let Some(notice) = context.registry.notice(key) else { return Ok(()) };
        let tx = context.db.begin(&context.act("bildirimler")).await?;
        tx.without_event("a notice only repeats an event");
        let sql = format!("SELECT {} FROM event WHERE id = $1", event::COLUMNS);
        let Some(event) = tx.row::<Event>(&sql, vec![event_id.into()]).await? else { return Ok(()) };
        let mut people = reached(&tx, notice, &event, after, IN_ONE_RUN).await?;
        let has_more = people.len() > IN_ONE_RUN as usize;
        people.truncate(IN_ONE_RUN as usize);
        // A job that an earlier version left has no act; then its event is one.
        let given = Given { notice, event: &event, act: id("act").unwrap_or(event_id) };
        given.give(&tx, &context.registry, &people, &[]).await?;
        if let Some(last) = people.last().filter(|_| has_more) {
            enqueue(&tx, DELIVER, &given.later(*last), None, tx.at()).await?;
        }
        tx.commit().await
    })
}

/// Receivers of a remark about a record: its owner, who follows it, and who acted on it lately.
pub fn concerned<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let subject = vec![event.subject_kind.clone().into(), event.subject_id.into()];
        let sql = format!(
            "SELECT DISTINCT person FROM (\
               SELECT person FROM (SELECT actor_id AS person FROM event WHERE subject_kind = $1 AND subject_id = $2 \
                 ORDER BY id DESC LIMIT {LATELY}) AS late WHERE person IS NOT NULL \
               UNION ALL SELECT account_id AS person FROM follow WHERE kind = $1 AND record_id = $2) AS people"
        );
        let mut people: Vec<Uuid> = tx.column(&sql, subject).await?;
        people.extend(event.owner_id);
        Ok(people)
    })
}

/// Acts on a record that are looked through for who has to do with it.
const LATELY: u32 = 100;

/// The account an event is about: for notices of one's own account.
pub fn own_account<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(vec![event.subject_id]) })
}

/// `$from, …` with the ids as values.
fn listed(from: usize, ids: &[Uuid]) -> (String, Vec<sea_orm::Value>) {
    (placeholders(from, ids.len()), ids.iter().map(|id| sea_orm::Value::from(*id)).collect())
}
