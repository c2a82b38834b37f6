//! A slip's page beyond its facts: the assets on it, and its paper.

use kernel::record::{Kind, Record};
use kernel::{Boxed, Result};
use maud::{Markup, html};
use web::{Ctx, Extras};

use super::store;

pub(crate) fn extras<'a>(ctx: &'a Ctx, kind: &'a Kind, slip: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let lines = store::of(ctx.db(), slip.id).await?;
        let row = |line: &store::Line| {
            vec![
                html! { a href={ "/varliklar/" (line.id) } { (line.number) } },
                html! { (line.name) },
                html! { (line.manufacturer) " " (line.model) },
                html! { (line.serial) },
            ]
        };
        let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
        let heads = ui::heads(&["Envanter no", "Adı", "Markası ve modeli", "Seri no"]);
        let frozen = store::frozen(ctx.db(), slip.id).await?;
        let table = html! {
            h2 { "Fişteki varlıklar" }
            (ui::table("Fişteki varlıklar", &heads, &rows))
            details {
                summary { "Fişin metni" }
                @for line in frozen.statement.lines() { p { (line) } }
                p { small { "SHA-256: " (frozen.statement_digest) } }
            }
        };
        let paper = ui::Verb {
            label: "Fişi indir (PDF)".into(),
            href: format!("{}/fis", kind.address(slip.id)),
            ..ui::Verb::default()
        };
        Ok(Extras { before_timeline: vec![table], verbs: vec![paper], ..Extras::default() })
    })
}
