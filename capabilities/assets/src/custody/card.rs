//! Whose device a network card is in and who uses a mobile number, told to whoever found them in a record of the network.

use kernel::capability::KnownCard;
use kernel::{Boxed, Db, Instant, Ref, Result, record, tr};
use uuid::Uuid;

use super::store::{self, Charge};
use crate::line::store::Line;

pub(crate) fn cards_of<'a>(db: &'a Db, sought: &'a str, at: Instant) -> Boxed<'a, Result<Vec<KnownCard>>> {
    Box::pin(async move {
        if sought.len() == MOBILE_DIGITS && sought.bytes().all(|it| it.is_ascii_digit()) {
            return lines_of(db, sought).await;
        }
        let assets = store::with_card(db, sought).await?;
        let ids: Vec<Uuid> = assets.iter().map(|asset| asset.id).collect();
        let charges = store::charges_at(db, &ids, at).await?;
        let known = assets.iter().map(|asset| {
            let charge = charges.iter().find(|charge| charge.asset_id == asset.id);
            KnownCard { device_tr: asset.in_words(), custody_tr: charge.map(in_words) }
        });
        Ok(known.collect())
    })
}

/// Without the nought or the country before it.
const MOBILE_DIGITS: usize = 10;

async fn lines_of(db: &Db, digits: &str) -> Result<Vec<KnownCard>> {
    let lines = crate::line::store::of_mobile(db, digits).await?;
    let of =
        |line: &Line| [Some(Ref::new("unit", line.unit_id)), line.holder_id.map(|id| Ref::new("staff", id))];
    let refs: Vec<Ref> = lines.iter().flat_map(of).flatten().collect();
    let named = record::names(db, &refs).await?;
    let name = |id: Uuid| named.iter().find(|one| one.id == id).map(|one| one.title.clone());
    let known = lines.iter().map(|line| {
        let unit = name(line.unit_id).map(|unit| format!(" ({unit})")).unwrap_or_default();
        let holder = line.holder_id.and_then(name);
        KnownCard {
            device_tr: format!("{} numaralı hat, {}{unit}", line.number, line.operator),
            custody_tr: holder.map(|holder| format!("{holder}, hattın bugünkü kullananı")),
        }
    });
    Ok(known.collect())
}

/// "Ali Kaya (Fen İşleri Müdürlüğü), 05.11.2026 tarihinden beri, zimmet fişi 2026-ZF-000012".
fn in_words(charge: &Charge) -> String {
    let holder = charge.holder.as_deref().unwrap_or("adı bilinmiyor");
    let unit = charge.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    let since = tr::date(charge.given_at.day().0);
    format!("{holder}{unit}, {since} tarihinden beri, zimmet fişi {}", charge.number)
}
