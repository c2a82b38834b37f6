//! What the detail pages of units, norms and people say beyond their fields.

use std::collections::HashMap;

use kernel::record::{Kind, Record, names};
use kernel::{Boxed, Day, Ref, Result, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Extras};

use super::{CHART_PATH, kind_label};
use crate::store::{self, ActingRow};

fn day_text(iso: &str) -> String {
    iso.parse::<Day>().map(|day| tr::date(day.0)).unwrap_or_else(|_| iso.to_string())
}

fn span(from: &str, to: Option<&str>) -> String {
    match to {
        Some(to) => format!("{} – {}", day_text(from), day_text(to)),
        None => format!("{} tarihinden beri", day_text(from)),
    }
}

async fn titles(ctx: &Ctx, refs: &[Ref]) -> Result<HashMap<Uuid, String>> {
    Ok(names(ctx.db(), refs).await?.into_iter().map(|named| (named.id, named.title)).collect())
}

/// Head, people, units below; the names it had.
pub(super) fn unit<'a>(ctx: &'a Ctx, _kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let today = ctx.act.now().day().0;
        let id = record.id;
        let head = store::head_on(ctx.db(), id, today).await?;
        let count = store::staff_count(ctx.db(), id).await?;
        let standing = store::versions_on(ctx.db(), today).await?;
        let mut below: Vec<_> = standing.iter().filter(|version| version.parent_id == Some(id)).collect();
        below.sort_by_cached_key(|version| tr::collation_key(&version.name));
        let summary = ui::facts(&[
            (
                "Yöneticisi".into(),
                match head {
                    Some(head) => {
                        html! { a href=(format!("/teskilat/personel/{}", head.staff_id)) { (head.name) } }
                    }
                    None => html! { "—" },
                },
            ),
            (
                "Personeli".into(),
                html! { a href=(format!("/teskilat/personel?unit_id={id}&state=active")) { (tr::count("kişi", u64::from(count))) } },
            ),
            (
                "Şema".into(),
                html! { a href=(format!("{CHART_PATH}?birim={id}")) { "Bu birimden başlayarak göster" } },
            ),
        ]);
        let below_list = html! {
            ul { @for version in &below {
                li { a href=(format!("/teskilat/birimler/{}", version.unit_id)) { (version.name) } }
            } }
        };
        let mut cards = vec![ui::Card { title: "Birim özeti".into(), edit_href: None, body: summary }];
        if !below.is_empty() {
            cards.push(ui::Card { title: "Alt birimleri".into(), edit_href: None, body: below_list });
        }
        let before_timeline = vec![versions(ctx, id).await?];
        Ok(Extras { before_timeline, cards, verbs: Vec::new() })
    })
}

async fn versions(ctx: &Ctx, unit: Uuid) -> Result<Markup> {
    let versions = store::versions_of(ctx.db(), unit).await?;
    let refs: Vec<Ref> =
        versions.iter().filter_map(|version| Some(Ref::new("unit", version.parent_id?))).collect();
    let names = titles(ctx, &refs).await?;
    let rows: Vec<Vec<Markup>> = versions
        .iter()
        .rev()
        .map(|version| {
            let from = Day(version.valid_from).to_string();
            let to = version.valid_to.map(|to| Day(to).to_string());
            let parent =
                version.parent_id.and_then(|parent| names.get(&parent)).cloned().unwrap_or("—".into());
            vec![
                html! { a href=(format!("{CHART_PATH}?tarih={from}")) { (span(&from, to.as_deref())) } },
                html! { (version.name) },
                html! { (kind_label(&version.kind)) },
                html! { (parent) },
            ]
        })
        .collect();
    Ok(html! {
        h2 { "Tarihçe" }
        (ui::table("Birimin sürümleri", &ui::heads(&["Dönem", "Adı", "Türü", "Bağlı olduğu birim"]), &rows))
    })
}

/// Who has the posts of a row of the norm table.
pub(super) fn norm<'a>(_ctx: &'a Ctx, _kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let ids = (record.get("unit_id").id(), record.get("title_id").id());
        let (Some(unit), Some(title)) = ids else { return Ok(Extras::default()) };
        let people = format!("/teskilat/personel?unit_id={unit}&title_id={title}&state=active");
        let body = html! { p { a href=(people) { "Bu kadroda çalışanlar" } } };
        let cards = vec![ui::Card { title: "Çalışanlar".into(), edit_href: None, body }];
        Ok(Extras { cards, ..Extras::default() })
    })
}

/// Account, responsibilities, actings and earlier posts of a person.
pub(super) fn staff<'a>(ctx: &'a Ctx, _kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let mut cards = Vec::new();
        if ctx.actor().may_in_whole("access.account.view") {
            let accounts = access::store::holders_of_staff(ctx.db(), &[record.id]).await?;
            let body = html! {
                @if accounts.is_empty() { p { "Bu kişiye bağlı hesap yok." } }
                ul { @for account in &accounts {
                    li { a href=(format!("/yonetim/hesaplar/{}", account.id)) { (account.name) } }
                } }
            };
            cards.push(ui::Card { title: "Hesabı".into(), edit_href: None, body });
        }
        let may_see =
            |permission: &str| ctx.actor().may_on(permission, record.get("unit_id").id(), Some(record.id));
        let mut sections = vec![posts(ctx, record.id).await?];
        if may_see("directory.appointment.view") {
            sections.push(responsibilities(ctx, record.id).await?);
        }
        if may_see("directory.acting.view") {
            sections.push(actings(&store::actings_of(ctx.db(), record.id).await?));
        }
        Ok(Extras { before_timeline: sections, cards, verbs: Vec::new() })
    })
}

async fn posts(ctx: &Ctx, staff: Uuid) -> Result<Markup> {
    let posts = store::positions_of(ctx.db(), staff).await?;
    let refs: Vec<Ref> = posts
        .iter()
        .flat_map(|post| [Ref::new("unit", post.unit_id), Ref::new("title", post.title_id)])
        .collect();
    let names = titles(ctx, &refs).await?;
    let name = |id: &Uuid| names.get(id).cloned().unwrap_or_default();
    let rows: Vec<Vec<Markup>> = posts
        .iter()
        .map(|post| {
            vec![
                html! { (span(&post.from_on, post.to_on.as_deref())) },
                html! { (name(&post.unit_id)) },
                html! { (name(&post.title_id)) },
            ]
        })
        .collect();
    Ok(
        html! { h2 { "Görev yerleri" } (ui::table("Görev yerleri", &ui::heads(&["Dönem", "Birim", "Unvan"]), &rows)) },
    )
}

async fn responsibilities(ctx: &Ctx, staff: Uuid) -> Result<Markup> {
    let all = store::appointments_of(ctx.db(), staff).await?;
    let state = |code: &str| crate::appointment::State::from_code(code).map_or("", |state| state.label());
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|row| {
            vec![
                html! { a href=(format!("/teskilat/sorumlular/{}", row.id)) { (row.subject) } },
                html! { (span(&row.starts_on, row.ends_on.as_deref())) },
                html! { (state(&row.state)) },
            ]
        })
        .collect();
    Ok(if rows.is_empty() {
        html! {}
    } else {
        html! { h2 { "Sorumlulukları" } (ui::table("Sorumlulukları", &ui::heads(&["Konu", "Dönem", "Durum"]), &rows)) }
    })
}

fn actings(all: &[ActingRow]) -> Markup {
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .map(|row| {
            vec![
                html! { a href=(format!("/teskilat/vekaletler/{}", row.id)) {
                    (row.principal_name) " yerine " (row.substitute_name)
                } },
                html! { (tr::instant(row.from_at.0)) " – " (tr::instant(row.until_at.0)) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    html! { h2 { "Vekâletler" } (ui::table("Vekâletler", &ui::heads(&["Vekâlet", "Süre"]), &rows)) }
}

/// Dates that are past already are said before anybody approves them.
pub(super) fn appointment<'a>(
    ctx: &'a Ctx,
    _kind: &'a Kind,
    record: &'a Record,
) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let today = ctx.act.now().day().to_string();
        let (starts, ends) = (record.get("starts_on").text(), record.get("ends_on").text());
        let is_open = matches!(record.get("state").text(), "draft" | "proposed");
        let text = match () {
            () if !is_open => None,
            () if !ends.is_empty() && ends < today.as_str() => {
                Some(format!("Bitiş tarihi ({}) geçmiş: onaylansa da görevde sayılmaz.", day_text(ends)))
            }
            () if !starts.is_empty() && starts < today.as_str() => Some(format!(
                "Başlangıç tarihi ({}) geçmişte: onaylanırsa o günden sayılır.",
                day_text(starts)
            )),
            () => None,
        };
        Ok(warning(text))
    })
}

/// The same of an acting, whose end is refused when it is past.
pub(super) fn acting<'a>(ctx: &'a Ctx, _kind: &'a Kind, record: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let from = record.get("from_at").int().filter(|from| *from < ctx.act.now().0);
        let from = from.filter(|_| record.get("state").text() == "proposed");
        Ok(warning(from.map(|from| {
            format!("Başlangıç anı ({}) geçmişte: yetkiler onaylandığı anda geçer.", tr::instant(from))
        })))
    })
}

fn warning(text: Option<String>) -> Extras {
    let before_timeline = text.map(|text| ui::notice(ui::FlashKind::Warning, html! { (text) }));
    Extras { before_timeline: before_timeline.into_iter().collect(), ..Extras::default() }
}
