//! Warranties: the warning before one ends (AS-3).

use kernel::event::Event;
use kernel::job::Job;
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

use super::{EDIT, support};
use crate::ending::{self, Ending};

const WARRANTY: Ending = Ending {
    kind: super::kind,
    until: "warranty_until_on",
    column: "warranty",
    in_force: "state NOT IN ('written_off', 'merged')",
    act_tr: "garantiler",
    ending: "warranty_ending",
    ended: "warranty_ended",
    then: None,
};

pub(crate) fn job() -> Job {
    Job {
        name: "assets.watch_warranties",
        label_tr: "Biten garantileri bildirme, sistem desteklerini izleme",
        every_seconds: Some(3_600),
        max_attempts: 3,
        limit_seconds: 60,
        run: |context, _| {
            Box::pin(async move {
                support::follow_days(context).await?;
                ending::watch(context, &WARRANTY).await
            })
        },
    }
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "assets.warranty_ending",
        label_tr: "Bir varlığın garantisi bitmek üzere olduğunda",
        on: &[("asset", "warranty_ending")],
        receivers: keepers,
        sentence_tr: "Garantisi iki ay içinde bitiyor: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

/// Those who keep the inventory.
fn keepers<'a>(tx: &'a Tx, _event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let holders = ::access::who_may(tx, EDIT, &[]).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
