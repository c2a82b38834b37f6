//! The list that goes with the paper and is signed under: on the delivery's page, and as PDF with the number to be read by a
//! telephone or a reader.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, Kind, Record};
use kernel::{Boxed, Error, Result, tr};
use maud::{Markup, html};
use printing::{Align, Block, Column, Width};
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::{kind, lines, store};
use crate::document;

const HEADS: [&str; 4] = ["Sıra", "Evrak no", "Konusu", "Ek"];

pub(super) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let of = document::kind();
        let rows: Vec<Vec<Markup>> = (1..)
            .zip(store::of(ctx.db(), one.id).await?)
            .map(|(place, document)| {
                vec![
                    html! { (place) },
                    html! { a href=(of.address(document.id)) { (document.number) } },
                    html! { (document.subject()) },
                    html! { (document.sheets) },
                ]
            })
            .collect();
        let table = html! {
            section aria-label="Evrak" {
                h2 { "Evrak" }
                (ui::table("Teslimdeki evrak", &ui::heads(&HEADS), &rows))
            }
        };
        let way = |label: &str, href: String| ui::Verb { label: label.into(), href, ..ui::Verb::default() };
        let day = one.get("carried_on").text();
        let verbs = vec![
            way("Teslim listesi (PDF)", format!("{}/fis", kind.address(one.id))),
            way("Günün zimmet defteri", format!("{}/defter?gun={day}", kind.path)),
        ];
        Ok(Extras { before_timeline: vec![table], verbs, ..Extras::default() })
    })
}

/// `GET /evrak-teslimleri/{id}/fis`
pub(super) async fn print(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    let text = record::statement(ctx.db(), &kind, id).await?.filter(|text| !text.is_empty());
    let text = text.ok_or_else(Error::not_found)?;
    let people = record::names(ctx.db(), &record::references(&kind, std::slice::from_ref(&one))).await?;
    let name = |column: &str| {
        let id = one.get(column).id();
        people.iter().find(|known| Some(known.id) == id).map_or(String::new(), |known| known.title.clone())
    };
    let number = one.number(&kind);
    let taker =
        if one.get("staff_id").is_null() { one.get("taken_by").text().into() } else { name("staff_id") };
    let signing = vec![format!("Teslim eden\n{}", name("carrier_id")), format!("Teslim alan\n{taker}")];
    let mut blocks = vec![
        Block::Qr(number.clone()),
        Block::Facts(facts(&one, &name("carrier_id"))),
        Block::Paragraph(text.lines().next().unwrap_or_default().into()),
        Block::Table { columns: columns(), rows: lines::cells(&text) },
        Block::Paragraph(text.lines().last().unwrap_or_default().into()),
    ];
    blocks.push(web::signatories(&ctx, &kind, id, signing).await?);
    let document = ctx.paper(format!("Evrak teslim listesi {number}"), blocks).await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(one.reference(&kind), one.title(&kind), "delivery_taken");
    tx.record(event.scope(one.unit_id(&kind), one.owner_id(&kind))).await?;
    tx.commit().await?;
    Ok(web::download(&format!("evrak-teslim-{number}.pdf"), "application/pdf", bytes))
}

fn facts(one: &Record, carrier: &str) -> Vec<(String, String)> {
    let at = |column: &str| one.get(column).int().map(tr::instant).unwrap_or_default();
    let state = super::STATES.iter().find(|state| state.code == one.get("state").text());
    let all = [
        ("Kime", one.get("receiver").text().to_string()),
        ("Götüren", carrier.to_string()),
        ("Durum", state.map_or(String::new(), |state| state.label_tr.into())),
        ("Yola çıktığı an", at("left_at")),
        ("Sonuçlandığı an", at("ended_at")),
        ("Not", one.get("note").text().to_string()),
    ];
    all.into_iter().filter(|(_, said)| !said.is_empty()).map(|(label, said)| (label.into(), said)).collect()
}

fn columns() -> Vec<Column> {
    let column = |(label, share): (&str, u8)| Column {
        label: label.into(),
        align: Align::Left,
        width: Width::Share(share),
    };
    HEADS.into_iter().zip([1, 3, 8, 1]).map(column).collect()
}
