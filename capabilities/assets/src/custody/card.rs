//! Whose device a network card is in, told to whoever found the card in a record of the network.

use kernel::capability::KnownCard;
use kernel::{Boxed, Db, Instant, Result, tr};
use uuid::Uuid;

use super::store::{self, Charge};

pub(crate) fn cards_of<'a>(db: &'a Db, mac: &'a str, at: Instant) -> Boxed<'a, Result<Vec<KnownCard>>> {
    Box::pin(async move {
        let assets = store::with_card(db, mac).await?;
        let ids: Vec<Uuid> = assets.iter().map(|asset| asset.id).collect();
        let charges = store::charges_at(db, &ids, at).await?;
        let known = assets.iter().map(|asset| {
            let charge = charges.iter().find(|charge| charge.asset_id == asset.id);
            KnownCard { device_tr: asset.in_words(), custody_tr: charge.map(in_words) }
        });
        Ok(known.collect())
    })
}

/// "Ali Kaya (Fen İşleri Müdürlüğü), 05.11.2026 tarihinden beri, zimmet fişi 2026-ZF-000012".
fn in_words(charge: &Charge) -> String {
    let holder = charge.holder.as_deref().unwrap_or("adı bilinmiyor");
    let unit = charge.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    let since = tr::date(charge.given_at.day().0);
    format!("{holder}{unit}, {since} tarihinden beri, zimmet fişi {}", charge.number)
}
