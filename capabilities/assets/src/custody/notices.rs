//! What people are told about custody without looking.

use kernel::event::Event;
use kernel::notice::{About, Notice, Reach};
use kernel::{Boxed, Result, Tx};
use uuid::Uuid;

use super::GIVE;

pub(crate) fn notices() -> Vec<Notice> {
    let notice = |key, label_tr, on, sentence_tr, about| {
        let receivers: kernel::notice::Receivers = if about == About::Person { holder } else { givers };
        Notice { key, label_tr, on, receivers, sentence_tr, path: None, many: None, about }
    };
    let own = |key, label_tr, on, sentence_tr| notice(key, label_tr, on, sentence_tr, About::Person);
    let all = |key, label_tr, on, sentence_tr| notice(key, label_tr, on, sentence_tr, About::Record);
    vec![
        own(
            "assets.custody_given",
            "Adıma zimmet fişi düzenlendiğinde",
            &[("custody", "created")],
            "Adınıza zimmet fişi düzenlendi, teyidinizi bekliyor: {title}.",
        ),
        own(
            "assets.custody_ended",
            "Zimmetimdeki varlıklar iade alındığında ya da devredildiğinde",
            &[
                ("custody", "custody_returned"),
                ("custody", "custody_transferred"),
                ("custody", "custody_withdrawn"),
            ],
            "Zimmetinizden düşüldü: {title}.",
        ),
        own(
            "assets.custody_return",
            "Adıma iade tutanağı düzenlendiğinde",
            &[("custody_return", "created")],
            "İade ettikleriniz için tutanak düzenlendi: {title}.",
        ),
        own(
            "assets.custody_check",
            "Zimmetimi teyit etmem istendiğinde",
            &[("custody_check", "created")],
            "Üzerinizdeki varlıkların listesi teyidinizi bekliyor: {title}.",
        ),
        all(
            "assets.campaign_begun",
            "Zimmet teyit dönemi başladığında",
            &[("custody_campaign", "created")],
            "Zimmet teyit dönemi başladı, üzerinde varlık olan herkese soruluyor: {title}.",
        ),
        all(
            "assets.custody_disputed",
            "Bir zimmet fişine itiraz edildiğinde",
            &[("custody", "custody_disputed")],
            "{who} zimmet fişine itiraz etti: {title}.",
        ),
        all(
            "assets.custody_return_disputed",
            "Bir iade tutanağına itiraz edildiğinde",
            &[("custody_return", "return_disputed")],
            "{who} iade tutanağına itiraz etti: {title}.",
        ),
        all(
            "assets.custody_check_disputed",
            "Bir zimmet teyidinde fark bildirildiğinde",
            &[("custody_check", "check_disputed")],
            "{who} üzerindekilerin farklı olduğunu bildirdi: {title}.",
        ),
    ]
}

fn holder<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

fn givers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let units = match event.unit_id {
            Some(unit) => directory::store::with_units_above(tx, unit).await?,
            None => Vec::new(),
        };
        let holders = access::who_may(tx, GIVE, &units).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
