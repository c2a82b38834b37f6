//! How many stamps KamuSM has left for this municipality: asked once a day, told once when they run low.

use kernel::capability::DayItem;
use kernel::event::{Event, NewEvent};
use kernel::job::{Job, JobContext};
use kernel::notice::{About, Notice, Reach};
use kernel::setting::{SETTINGS_ID, Settings};
use kernel::{Actor, Boxed, Db, Instant, Ref, Result, Tx};
use uuid::Uuid;

use crate::client::Authority;
use crate::settings::LOW;
use crate::store;

/// Who looks after settings looks after credit.
const KEEPER: &str = "house.setting.edit";
const PATH: &str = "/yonetim/ayarlar";

pub(crate) fn job() -> Job {
    Job {
        // This name and that of the notice stand in databases; see the settings.
        name: "documents.ask_stamp_credit",
        label_tr: "Kalan zaman damgasını sorma",
        every_seconds: Some(86_400),
        max_attempts: 3,
        limit_seconds: 60,
        run: |context, _| Box::pin(run(context)),
    }
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "documents.stamp_credit_low",
        label_tr: "KamuSM’de kalan zaman damgası azaldığında",
        on: &[("setting", "stamp_credit_low")],
        receivers: keepers,
        sentence_tr: "KamuSM’de {title}; bitmeden yenisini alın, damgasız e-Yazışma paketi yapılmaz, erişim kayıtları damgalanmaz.",
        path: Some(PATH),
        many: None,
        about: About::Person,
    }
}

fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = access::who_may(tx, KEEPER, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}

async fn run(context: &JobContext) -> Result<()> {
    let asked = match Authority::of(context).await {
        Ok(Some(authority)) if authority.has_account() => authority.credit(&context.clock).await,
        Ok(_) => return forget(context).await,
        Err(error) => Err(error),
    };
    let settings = Settings::load(&context.db, &context.registry.settings()).await?;
    let tx = context.db.begin(&context.act("zaman damgası kredisi")).await?;
    tx.without_event("what is left is a number; that it is low is the event");
    match asked {
        Err(error) => {
            tracing::warn!(%error, "the credit for time stamps could not be asked for");
            store::note_no_credit(&tx, &error.message_tr).await?;
        }
        Ok(left) => {
            let left = i64::try_from(left).unwrap_or(i64::MAX);
            let is_low = left < settings.int(LOW);
            let was_low = store::credit(&tx).await?.is_some_and(|before| before.is_low);
            store::note_credit(&tx, left, is_low).await?;
            if is_low && !was_low {
                let about = Ref::new("setting", SETTINGS_ID);
                tx.record(NewEvent::new(about, format!("{left} zaman damgası kaldı"), "stamp_credit_low"))
                    .await?;
            }
        }
    }
    tx.commit().await
}

/// Without an account nothing is low.
async fn forget(context: &JobContext) -> Result<()> {
    let tx = context.db.begin(&context.act("zaman damgası kredisi")).await?;
    tx.without_event("there is no account any more");
    store::forget_credit(&tx).await?;
    tx.commit().await
}

/// For who keeps the settings: little or unknown credit.
pub(crate) fn day<'a>(db: &'a Db, actor: &'a Actor, _now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        if !actor.may_in_whole(KEEPER) {
            return Ok(Vec::new());
        }
        let item = |label_tr: &str, count| DayItem {
            label_tr: label_tr.into(),
            count,
            path: PATH.into(),
            is_late: true,
        };
        Ok(match store::credit(db).await? {
            Some(credit) if !credit.error.is_empty() => {
                vec![item("KamuSM’de kalan zaman damgası sorulamıyor", 1)]
            }
            Some(credit) if credit.is_low => vec![item("KamuSM’de kalan zaman damgası", credit.stamps_left)],
            _ => Vec::new(),
        })
    })
}
