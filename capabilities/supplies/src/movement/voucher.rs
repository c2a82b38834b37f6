//! The movable voucher (taşınır işlem fişi) of a movement on paper (AS-8).

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Ref, Result, tr};
use printing::Block;
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::{GROUNDS, kind, store};
use crate::account;
use crate::item::page::quantity;

pub(crate) fn extras<'a>(_ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let paper = ui::Verb {
            label: "Taşınır işlem fişi (PDF)".into(),
            href: format!("{}/fis", kind.address(one.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { verbs: vec![paper], ..Extras::default() })
    })
}

/// `GET /stok-hareketleri/{id}/fis`
pub(crate) async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let card = one.get("consumable_id").id().unwrap_or_default();
    let card = store::printed_card(ctx.db(), card).await?.unwrap_or_default();
    let named = record::names(ctx.db(), &referred(&one)).await?;
    let name = |column: &str| {
        let id = one.get(column).id()?;
        named.iter().find(|known| known.id == id).map(|known| known.title.clone())
    };
    let many = one.get("quantity").int().unwrap_or(0);
    let price = one.get("price_kurus").int();
    let sum = price.and_then(|price| price.checked_mul(many));
    let ground = GROUNDS.iter().find(|known| known.code == one.get("ground").text());
    let day = one.get("moved_on").text().parse::<kernel::Day>().map(|day| tr::date(day.0));
    let number = one.number(&kind).to_string();
    let facts = [
        ("Fiş no", Some(number.clone())),
        ("Tarihi", day.ok()),
        ("İşlem çeşidi", ground.map(|ground| ground.label_tr.to_string())),
        ("Dayanağı", Some(one.get("document").text().to_string()).filter(|text| !text.is_empty())),
        ("Ambarı", name("store_room_id")),
        ("Gittiği ambar", name("to_room_id")),
        ("Birimi", name("unit_id")),
        ("Hangi cihaz için", name("asset_id")),
        ("Destek kaydı", name("ticket_id")),
        (
            "Durumu",
            (one.get("state").text() == "reversed").then(|| "Ters kayıtla düzeltildi; geçersizdir.".into()),
        ),
    ];
    let facts = facts.into_iter().filter_map(|(label, value)| Some((label.to_string(), value?))).collect();
    let heads = ["Taşınır kodu", "Malzeme", "Miktarı", "Birim bedeli", "Tutarı"];
    let shown =
        |kurus: Option<i64>| kurus.map_or_else(|| "–".to_string(), |kurus| account::money(Some(kurus)));
    let row = vec![card.code, card.name, quantity(many, &card.measure), shown(price), shown(sum)];
    let person = name("staff_id").unwrap_or_default();
    let signing = signing(one.get("kind").text(), &person);
    let document = ctx
        .paper(
            format!("Taşınır işlem fişi {number}"),
            vec![
                Block::Facts(facts),
                Block::Table { columns: account::columns(&heads), rows: vec![row] },
                web::signatories(&ctx, &kind, id, signing).await?,
            ],
        )
        .await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(one.reference(&kind), one.title(&kind), "voucher_taken");
    tx.record(event.scope(one.unit_id(&kind), one.owner_id(&kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("tasinir-islem-fisi-{number}.pdf"), "application/pdf", bytes))
}

/// Whose hands a voucher of this kind of movement needs.
pub(crate) fn signing(kind: &str, person: &str) -> Vec<String> {
    match kind {
        "issue" => vec!["Taşınır kayıt yetkilisi\n".to_string(), format!("Teslim alan\n{person}")],
        "return" => vec![format!("Teslim eden\n{person}"), "Taşınır kayıt yetkilisi\n".to_string()],
        "receipt" => vec!["Teslim eden\n".to_string(), "Taşınır kayıt yetkilisi\n".to_string()],
        _ => vec!["Taşınır kayıt yetkilisi\n".to_string(), "Taşınır kontrol yetkilisi\n".to_string()],
    }
}

fn referred(one: &Record) -> Vec<Ref> {
    let columns = [
        ("store_room_id", "store_room"),
        ("to_room_id", "store_room"),
        ("unit_id", "unit"),
        ("staff_id", "staff"),
        ("asset_id", "asset"),
        ("ticket_id", "ticket"),
    ];
    columns.iter().filter_map(|(column, kind)| Some(Ref::new(*kind, one.get(column).id()?))).collect()
}
