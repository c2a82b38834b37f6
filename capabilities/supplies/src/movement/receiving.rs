//! That what was given out arrived: said by whoever got it from their own account, drawn under the frozen text on the store's screen,
//! or signed on the printed voucher that is scanned back (AS-6, AS-8).

use kernel::event::Event;
use kernel::migrate::Migration;
use kernel::record::{self, Record, Verb};
use kernel::schema::Table;
use kernel::{Error, Ref, Result, Tx, tr};

use super::{ABOUT, kind, store};
use crate::{MOVE, RECEIVE};

/// State of what was given out and not yet received.
pub(super) const WAITING: &str = "waiting";

/// For which ticket it went, what the printer had counted then, and the text that is signed. What was given out before has a text,
/// too, and waits as it did.
pub(crate) fn migration() -> Migration {
    let up = |backend| {
        let mut all = Table::new("stock_movement", ABOUT)
            .uuid_null("ticket_id", "ticket it was used for, of whichever capability keeps tickets")
            .int_null(
                "counter",
                "pages the printer had counted when it was given out; null where nobody knows",
            )
            .text("statement", "what the receiver puts their name to, frozen; empty for what nobody receives")
            .default("''")
            .index(&["ticket_id", "moved_on", "id"])
            .index(&["ticket_id", "created_at", "id"])
            .add_columns(backend);
        all.extend(store::WHAT_WAITS.map(str::to_string));
        all
    };
    Migration { id: "supplies/0006_stock_movement_received", up }
}

/// Three ways to the same.
pub(super) fn verbs() -> [Verb; 3] {
    const FROM: &[&str] = &[WAITING];
    [
        Verb::new("teslim-aldim", "Teslim aldım", RECEIVE, FROM, "confirmed", "stock_received")
            .official()
            .run(|tx, movement, _| Box::pin(async move { only_own(tx, movement) })),
        Verb::new("imzalat", "Ekranda imzalat", MOVE, FROM, "confirmed", "stock_drawn")
            .drawn_by("staff_id")
            .official(),
        Verb::new("imzali-fis", "İmzalı fiş geldi", MOVE, FROM, "confirmed", "stock_signed")
            .official()
            .run(|tx, movement, _| Box::pin(scanned(tx, movement.reference(&kind())))),
    ]
}

/// Whoever signs for it is whoever got it.
pub(crate) fn only_own(tx: &Tx, movement: &Record) -> Result<()> {
    let own = tx.act().actor.staff_id;
    if own.is_some() && movement.get("staff_id").id() == own {
        return Ok(());
    }
    Err(Error::rule("STK-007", "", "Teslim alındığını yalnız malzemeyi alan kişi bildirebilir."))
}

/// Paper counts when it can be seen.
pub(crate) async fn scanned(tx: &Tx, subject: Ref) -> Result<()> {
    if web::has_attachment(tx, &subject).await? {
        return Ok(());
    }
    Err(Error::rule("STK-011", "", "Önce imzalanan fişin taramasını ya da fotoğrafını “Ekler”e yükleyin."))
}

/// Freezes what is received, once the movement has its number.
pub(super) async fn freeze(tx: &Tx, event: &Event, movement: &Record) -> Result<()> {
    if movement.get("kind").text() != "issue" {
        return Ok(());
    }
    let refs = [("staff_id", "staff"), ("store_room_id", "store_room"), ("consumable_id", "consumable")];
    let refs: Vec<Ref> =
        refs.iter().filter_map(|(column, kind)| Some(Ref::new(*kind, movement.get(column).id()?))).collect();
    let named = record::names(tx, &refs).await?;
    let name = |column: &str| {
        let id = movement.get(column).id();
        named.iter().find(|one| Some(one.id) == id).map(|one| one.title.clone()).unwrap_or_default()
    };
    let day = movement.get("moved_on").text().parse::<kernel::Day>();
    let day = day.map(|day| tr::date(day.0)).unwrap_or_default();
    let what = movement.title(&kind());
    let what = what.split_once(": ").map_or(what.as_str(), |(_, what)| what);
    let text = format!(
        "{} sayılı fişle çıkan malzemeyi {day} günü teslim aldım.\n1. {what}\nAmbar: {}\nTeslim alan: {}\nTeslim eden: {}",
        movement.number(&kind()),
        name("store_room_id"),
        name("staff_id"),
        event.actor_name,
    );
    store::set_statement(tx, movement.id, &text).await
}
