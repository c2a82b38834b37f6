//! The movable voucher of several lines on its page and on paper (AS-8).

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Result, tr};
use maud::{Markup, html};
use printing::Block;
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::{kind, store};
use crate::account;
use crate::item::page::quantity;
use crate::movement::{self, voucher};

const HEADS: [&str; 5] = ["Taşınır kodu", "Malzeme", "Miktarı", "Birim bedeli", "Tutarı"];

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let (rows, sum) = rows(ctx, one.id).await?;
        let rows: Vec<Vec<Markup>> =
            rows.into_iter().map(|row| row.into_iter().map(|cell| html! { (cell) }).collect()).collect();
        let lines = html! {
            h2 { "Satırlar" }
            (ui::table("Satırlar", &ui::heads(&HEADS), &rows))
            @if sum > 0 { p { "Toplam: " strong { (tr::money(sum)) " TL" } } }
        };
        let paper = ui::Verb {
            label: "Taşınır işlem fişi (PDF)".into(),
            href: format!("{}/pdf", kind.address(one.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { before_timeline: vec![lines], verbs: vec![paper], ..Extras::default() })
    })
}

/// Cells of each line, and the sum of what is valid.
async fn rows(ctx: &Ctx, id: Uuid) -> Result<(Vec<Vec<String>>, i64)> {
    let shown =
        |kurus: Option<i64>| kurus.map_or_else(|| "–".to_string(), |kurus| account::money(Some(kurus)));
    let (mut rows, mut total) = (Vec::new(), 0_i64);
    for line in store::printed(ctx.db(), id).await? {
        let sum = line.price_kurus.and_then(|price| price.checked_mul(line.quantity));
        let is_reversed = line.state == "reversed";
        let name = if is_reversed { format!("{} (ters kayıtla düzeltildi)", line.name) } else { line.name };
        total += sum.filter(|_| !is_reversed).unwrap_or(0);
        let many = quantity(line.quantity, &line.measure);
        rows.push(vec![line.code, name, many, shown(line.price_kurus), shown(sum)]);
    }
    Ok((rows, total))
}

/// `GET /tasinir-islem-fisleri/{id}/pdf`
pub(crate) async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let (rows, sum) = rows(&ctx, id).await?;
    let named = record::names(ctx.db(), &record::references(&kind, std::slice::from_ref(&one))).await?;
    let name = |column: &str| {
        let id = one.get(column).id()?;
        named.iter().find(|known| known.id == id).map(|known| known.title.clone())
    };
    let ground = movement::GROUNDS.iter().find(|known| known.code == one.get("ground").text());
    let day = one.get("moved_on").text().parse::<kernel::Day>().map(|day| tr::date(day.0));
    let number = one.number(&kind);
    let facts = [
        ("Fiş no", Some(number.clone())),
        ("Tarihi", day.ok()),
        ("İşlem çeşidi", ground.map(|ground| ground.label_tr.to_string())),
        ("Dayanağı", Some(one.get("document").text().to_string()).filter(|text| !text.is_empty())),
        ("Ambarı", name("store_room_id")),
        ("Gittiği ambar", name("to_room_id")),
        ("Birimi", name("unit_id")),
        ("Toplam", (sum > 0).then(|| format!("{} TL", tr::money(sum)))),
        (
            "Durumu",
            (one.get("state").text() == "reversed").then(|| "Ters kayıtla düzeltildi; geçersizdir.".into()),
        ),
    ];
    let facts = facts.into_iter().filter_map(|(label, value)| Some((label.to_string(), value?))).collect();
    let signing = voucher::signing(one.get("kind").text(), &name("staff_id").unwrap_or_default());
    let document = ctx
        .paper(
            format!("Taşınır işlem fişi {number}"),
            vec![
                Block::Facts(facts),
                Block::Table { columns: account::columns(&HEADS), rows },
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
