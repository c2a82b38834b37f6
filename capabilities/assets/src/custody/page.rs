//! A slip's page beyond its facts: the assets on it, the way to bring some of them back or hand them on, its paper.

use axum::extract::Path;
use kernel::record::{Kind, Record};
use kernel::{Boxed, Result};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras, Outcome};

use super::{GIVE, kind, return_slip, store};
use crate::paper::{Paper, print};

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, slip: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let lines = store::of(ctx.db(), slip.id).await?;
        let rows: Vec<Vec<Markup>> = lines
            .iter()
            .map(|one| {
                let line = &one.line;
                vec![
                    html! { a href={ "/varliklar/" (line.id) } { (line.number) } },
                    html! { (line.name) },
                    html! { (line.manufacturer) " " (line.model) },
                    html! { (line.serial) },
                    html! { @if one.returned_at.is_some() { "Düşüldü" } @else { "Üzerinde" } },
                ]
            })
            .collect();
        let heads = ui::heads(&["Envanter no", "Adı", "Markası ve modeli", "Seri no", "Zimmet"]);
        let table = html! {
            h2 { "Fişteki varlıklar" }
            (ui::table("Fişteki varlıklar", &heads, &rows))
        };
        let left: Vec<&str> = lines
            .iter()
            .filter(|one| one.returned_at.is_none())
            .map(|one| one.line.number.as_str())
            .collect();
        let mut verbs = Vec::new();
        if !left.is_empty() && ctx.actor().may(GIVE) {
            verbs.extend(ways_on(slip, &left));
        }
        verbs.push(paper(kind, slip));
        Ok(Extras { before_timeline: vec![table], verbs, ..Extras::default() })
    })
}

/// Forms with the numbers filled in; whoever returns or hands on less takes lines out.
fn ways_on(slip: &Record, left: &[&str]) -> Vec<ui::Verb> {
    let Some(holder) = slip.get("holder_id").id() else { return Vec::new() };
    let way = |label: &str, href: String| ui::Verb { label: label.into(), href, ..ui::Verb::default() };
    let [(back, _), (on, _)] = ways_of(holder, &left.join("%0A"));
    vec![way("Bir kısmını iade al", back), way("Başkasına devret", on)]
}

/// The forms that take these assets back from a person and hand them on, each with what it is called where one asset is meant.
pub(crate) fn ways_of(holder: Uuid, numbers: &str) -> [(String, &'static str); 2] {
    [
        (format!("/zimmet-iadeleri/yeni?holder_id={holder}&asset_numbers={numbers}"), "İade al"),
        (format!("/zimmetler/yeni?from_id={holder}&asset_numbers={numbers}"), "Devret"),
    ]
}

fn paper(kind: &Kind, slip: &Record) -> ui::Verb {
    ui::Verb {
        label: "Kâğıdı indir (PDF)".into(),
        href: format!("{}/fis", kind.address(slip.id)),
        ..ui::Verb::default()
    }
}

/// The return slip's page has its paper.
pub(crate) fn return_extras<'a>(
    _ctx: &'a Ctx,
    kind: &'a Kind,
    slip: &'a Record,
) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move { Ok(Extras { verbs: vec![paper(kind, slip)], ..Extras::default() }) })
}

/// `GET /zimmetler/{id}/fis`
pub(crate) async fn slip(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let paper = Paper {
        kind: kind(),
        title_tr: "Zimmet fişi",
        file: "zimmet",
        facts: &[
            "holder_id",
            "unit_id",
            "from_id",
            "given_to",
            "room",
            "given_at",
            "confirmed_at",
            "returned_at",
        ],
        signing: &[("Devreden", "from_id"), ("Teslim alan", "holder_id")],
        maker_signs: true,
        event: "slip_taken",
    };
    print(&ctx, id, paper).await
}

/// `GET /zimmet-iadeleri/{id}/fis`
pub(crate) async fn returned_slip(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let paper = Paper {
        kind: return_slip::kind(),
        title_tr: "İade tutanağı",
        file: "iade",
        facts: &["holder_id", "unit_id", "returned_at", "signed_at", "note"],
        signing: &[("İade eden", "holder_id")],
        maker_signs: true,
        event: "slip_taken",
    };
    print(&ctx, id, paper).await
}
