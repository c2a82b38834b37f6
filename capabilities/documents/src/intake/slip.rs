//! The list of a delivery that was signed on paper and scanned: its QR code says which delivery it belongs to, so that it hangs
//! there and nobody has to look for it. Who took the paper is said by whoever reads the signature.

use kernel::Result;
use kernel::job::JobContext;
use kernel::record::{self, Record};

use super::kind;
use super::separator::Codes;
use crate::delivery;

/// Hands the scan over to the delivery that it is the list of; answers whether it is one.
pub(super) async fn take(context: &JobContext, item: &Record, codes: &Codes) -> Result<bool> {
    let tx = context.db.begin(&context.act("tarama okuma")).await?;
    for number in codes.values().flatten().take(MOST_CODES) {
        let Some(id) = delivery::store::on_the_way(&tx, number).await? else { continue };
        let deliveries = delivery::kind();
        let one = record::get(&tx, &deliveries, id).await?;
        let files = web::attached(&tx, &item.reference(&kind())).await?;
        web::attach(&tx, &deliveries, &one, &files).await?;
        let why = format!("{number} sayılı teslim listesinin taraması; teslimin eklerine kondu.");
        record::run_verb(&tx, &kind(), item.id, "ayir", &why).await?;
        tx.commit().await?;
        return Ok(true);
    }
    tx.rollback().await?;
    Ok(false)
}

/// Codes of one scan that are looked up.
const MOST_CODES: usize = 50;
