//! The kind `custody_check`: what one person was said to hold when they were asked, and what they answered (AS-2).

use kernel::event::NewEvent;
use kernel::migrate::{Migration, create};
use kernel::record::{self, Choice, Direction, Field, FieldKind, Kind, Record, Tone, Verb, View};
use kernel::schema::Table;
use kernel::{Ref, Result, Tx, tr};

use super::store::{self, NewCheck, NotAsked};
use super::{CONFIRM, GIVE, VIEW, campaign, lines, only_own};

const STATES: [Choice; 4] = [
    Choice::new("waiting", "Yanıt bekliyor", Tone::New),
    Choice::new("confirmed", "Teyit edildi", Tone::Done),
    Choice::new("disputed", "Fark bildirildi", Tone::Late),
    Choice::new("settled", "Fark giderildi", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0009_custody_check", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("custody_check", "one person asked what they hold")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "when and who, for people")
        .uuid("campaign_id", "at which time")
        .references("custody_campaign")
        .uuid("holder_id", "who was asked")
        .references("staff")
        .uuid("unit_id", "that person's unit then")
        .references("unit")
        .int("asset_count", "how many assets the list has")
        .text("statement", "the list, frozen when it was asked")
        .text("statement_digest", "SHA-256 of the statement")
        .text("state", "waiting, confirmed, disputed, settled")
        .at("asked_at", "when it was asked")
        .at_null("answered_at", "when the person answered")
        .unique(&["campaign_id", "holder_id"])
        .listing(&["state", "campaign_id", "unit_id", "holder_id"], &["asked_at"])
}

/// At `/zimmet-teyitleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("custody_check", "zimmet teyidi", "Zimmet teyitleri", "/zimmet-teyitleri", VIEW);
    kind.unit = Some("unit_id");
    kind.owner = Some("holder_id");
    kind.statement = Some("statement");
    kind.default_sort = ("asked_at", Direction::Descending);
    kind.fields = vec![
        Field::text("title", "Teyit", 300).listed().searched().read_only(),
        Field::reference("campaign_id", "Dönem", "custody_campaign").filtered().backlinked().read_only(),
        Field::reference("holder_id", "Zimmetli kişi", "staff").listed().filtered().backlinked().read_only(),
        Field::reference("unit_id", "Birimi", "unit").listed().filtered().read_only(),
        Field::new("asset_count", "Varlık sayısı", FieldKind::Int { min: 0, max: 1_000_000 })
            .listed()
            .read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("asked_at", "Sorulduğu an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("answered_at", "Yanıtlandığı an", FieldKind::Instant).read_only(),
        Field::text("statement_digest", "Metnin özeti (SHA-256)", 64).read_only(),
    ];
    kind.views = vec![
        View { id: "benim", label_tr: "Benimkiler", query: "holder_id={me}" },
        View { id: "bekleyen", label_tr: "Yanıt bekleyenler", query: "state=waiting" },
        View { id: "fark", label_tr: "Fark bildirilenler", query: "state=disputed" },
    ];
    kind.verbs = vec![
        Verb::new("hepsi-bende", "Hepsi üzerimde", CONFIRM, &["waiting"], "confirmed", "check_confirmed")
            .official()
            .run(|tx, check, _| Box::pin(answer(tx, check))),
        Verb::new("fark-var", "Fark var", CONFIRM, &["waiting"], "disputed", "check_disputed")
            .asking("Fark")
            .run(|tx, check, _| Box::pin(answer(tx, check))),
        Verb::new("imzalat", "Ekranda imzalat", GIVE, &["waiting"], "confirmed", "check_drawn")
            .drawn_by("holder_id")
            .official()
            .run(|tx, check, _| Box::pin(store::set_answered(tx, check.id))),
        Verb::new("giderildi", "Fark giderildi", GIVE, &["disputed"], "settled", "check_settled")
            .asking("Yapılan"),
    ];
    kind
}

async fn answer(tx: &Tx, check: &Record) -> Result<()> {
    only_own(tx, check)?;
    store::set_answered(tx, check.id).await
}

/// Asks these people; each list is what the person holds now.
pub(super) async fn ask(tx: &Tx, campaign: &Record, until: &str, holders: &[NotAsked]) -> Result<()> {
    let kind = kind();
    let campaigns = campaign::kind();
    let name = campaign.title(&campaigns);
    let held = store::held_by_all(tx, holders).await?;
    let mut new = Vec::with_capacity(holders.len());
    for holder in holders {
        let own: Vec<_> = held.iter().filter(|line| line.holder_id == Some(holder.id)).cloned().collect();
        let statement = format!(
            "{name}: {} üzerinde {} itibarıyla aşağıdaki {} kayıtlıdır. Yanıt için son gün {until}.\n{}",
            holder.name,
            tr::instant(tx.at().0),
            lines::counted(&own),
            lines::numbered(&own)
        );
        new.push(NewCheck {
            id: tx.new_id(),
            title: format!("{name}: {}", holder.name),
            holder: holder.id,
            unit: holder.unit_id,
            asset_count: own.len() as i64,
            digest: lines::digest(&statement),
            statement,
        });
    }
    store::insert_checks(tx, campaign.id, &new).await?;
    for one in new {
        let check = record::get(tx, &kind, one.id).await?;
        record::index(tx, &kind, &check).await?;
        let event = NewEvent::new(Ref::new(kind.id, one.id), one.title, "created");
        let event = event.related(campaign.reference(&campaigns)).scope(Some(one.unit), Some(one.holder));
        tx.record(event).await?;
    }
    Ok(())
}
