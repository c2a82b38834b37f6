//! The commission's minutes and the certificate of erased data.

use axum::extract::Path;
use kernel::event::NewEvent;
use kernel::record::{self, FieldValue, Kind, Record};
use kernel::{Boxed, Error, Result};
use printing::Block;
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::{ERASURES, kind};
use crate::custody::lines;
use crate::paper::{self, Paper, print};

pub(crate) fn extras<'a>(_ctx: &'a Ctx, kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let link = |label: &str, part: &str| ui::Verb {
            label: label.into(),
            href: format!("{}/{part}", kind.address(one.id)),
            ..ui::Verb::default()
        };
        let mut verbs = Vec::new();
        if !["draft", "cancelled"].contains(&one.get("state").text()) {
            verbs.push(link("Tutanak (PDF)", "tutanak"));
        }
        if is_erased(one) {
            verbs.push(link("Veri silme belgesi (PDF)", "silme"));
        }
        Ok(Extras { verbs, ..Extras::default() })
    })
}

fn is_erased(one: &Record) -> bool {
    !["unknown", "none"].contains(&one.get("erasure").text())
}

/// `GET /kayittan-dusme/{id}/tutanak`
pub(crate) async fn minutes(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let paper = Paper {
        kind: kind(),
        title_tr: "Kayıttan düşme komisyon tutanağı",
        file: "kayittan-dusme",
        facts: &["number", "unit_id", "decision", "voucher"],
        signing: &[("Komisyon başkanı", "head_id"), ("Üye", "member_id"), ("Üye", "second_member_id")],
        maker_signs: false,
        event: "minutes_taken",
    };
    print(&ctx, id, paper).await
}

/// `GET /kayittan-dusme/{id}/silme`: what happened to the data on what leaves the house.
pub(crate) async fn erasure(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let kind = kind();
    let one = record::get_visible(ctx.db(), &kind, id, ctx.actor()).await?;
    if !is_erased(&one) {
        return Err(Error::not_found().into());
    }
    let method = ERASURES.iter().find(|way| way.code == one.get("erasure").text());
    let named = paper::named(&ctx, &kind, &one).await?;
    let said = |field: &str| named.iter().find(|(name, ..)| *name == field).map(|(.., value)| value.clone());
    let text = record::statement(ctx.db(), &kind, id).await?.unwrap_or_default();
    let number = one.number(&kind).to_string();
    let mut blocks = vec![Block::Facts(vec![
        ("İşlem no".into(), number.clone()),
        ("Yöntem".into(), method.map_or(String::new(), |way| way.label_tr.into())),
        ("Silindiği gün".into(), said("erased_on").unwrap_or_default()),
    ])];
    blocks.push(paper::table(assets(&text, one.get(lines::FIELD))));
    blocks.push(Block::Paragraph(
        "Yukarıda yazılı cihazların üzerindeki verilerin geri getirilemeyecek biçimde silindiğini bildiririm.".into(),
    ));
    blocks.extend(said("erasure_note").map(Block::Note));
    let signing = vec![format!("Veriyi silen\n{}", said("erased_by_id").unwrap_or_default())];
    blocks.push(Block::SignatureLines(signing.into_iter().map(Into::into).collect()));
    let document = ctx.paper(format!("Veri silme belgesi {number}"), blocks).await?;
    let bytes = ctx.pdf(document).await?;
    let tx = ctx.db().begin(&ctx.act).await?;
    let event = NewEvent::new(one.reference(&kind), one.title(&kind), "minutes_taken");
    tx.record(event.note("Veri silme belgesi").scope(one.unit_id(&kind), None)).await?;
    tx.commit().await?;
    Ok(web::download(&format!("veri-silme-{number}.pdf"), "application/pdf", bytes))
}

/// As the minutes name them; before there are minutes, by their numbers.
fn assets(minutes: &str, numbers: &FieldValue) -> Vec<Vec<String>> {
    let named: Vec<Vec<String>> = minutes.lines().skip(1).map_while(lines::cells).collect();
    if !named.is_empty() {
        return named;
    }
    (1..).zip(numbers.text().lines()).map(|(place, number)| vec![place.to_string(), number.into()]).collect()
}
