//! The correction screen: the text on the left, what was read from it on the right. Every correction is a form of its own.

use axum::extract::Path;
use http::StatusCode;
use kernel::{Error, tr};
use maud::{Markup, html};
use uuid::Uuid;
use web::{Ctx, Form, Frame, Outcome};

use super::super::correcting::{Item, KINDS, Refusal, is_done, keep, parse, sent, undo};
use super::super::opened::{Opened, open};
use super::super::{CONFIRM, store};
use crate::reading::{Certainty, Node, Reading, Span};

/// Items of one page.
const PAGE: usize = 50;
/// Texts up to this size are shown whole; of longer ones only what the items of the page were read from.
const WHOLE_BYTES: usize = 200_000;
/// Bytes shown before and after that.
const AROUND_BYTES: usize = 4_000;
/// Said wherever a reading without a single article is shown.
pub(super) const NO_ARTICLE: &str = "Metinde hiç madde bulunamadı. Doğru metni verdiğinizden emin olun; doğruysa maddeleri “Hepsi” sekmesinde \
                                     türünü “Madde” yaparak gösterin.";
/// Name of the field that carries the number of the last correction seen.
const SEEN: &str = "gorulen";

/// Which items are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Doubtful,
    All,
    Unplaced,
    Furniture,
}

impl Shown {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Doubtful, "kuskulu", "Kuşkulular"),
        (Self::All, "hepsi", "Hepsi"),
        (Self::Unplaced, "bosta", "Yeri bulunamayanlar"),
        (Self::Furniture, "duzen", "Sayfa düzeni"),
    ];

    fn parse(code: &str) -> Self {
        Self::ALL.iter().find(|(_, known, _)| *known == code).map_or(Self::Doubtful, |(shown, ..)| *shown)
    }

    fn code(self) -> &'static str {
        Self::ALL.iter().find(|(shown, ..)| *shown == self).map_or("", |(_, code, _)| code)
    }

    fn items(self, reading: &Reading, text: &str) -> Vec<Item> {
        let loose = |spans: &[Span]| {
            let said = spans.iter().filter(|span| !span.of(text).trim().is_empty());
            said.map(|span| Item::Loose(span.start)).collect()
        };
        match self {
            Self::Doubtful => {
                let doubtful = reading.nodes.iter().filter(|node| !node.certainty.is_certain());
                doubtful.map(|node| Item::Node(node.index)).collect()
            }
            Self::All => reading.nodes.iter().map(|node| Item::Node(node.index)).collect(),
            Self::Unplaced => loose(&reading.unplaced),
            Self::Furniture => loose(&reading.furniture),
        }
    }
}

/// What was refused: the sentence and what was typed.
struct Refused<'a> {
    status: StatusCode,
    text: String,
    form: &'a Form,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<Uuid>) -> Outcome {
    let opened = open(ctx.db(), id).await?;
    if opened.regulation.state != "draft" {
        let text = "Bu yönetmelik onaylanmış; okuması artık değişmez. Değişiklik için yeni metni ekleyin.";
        let next = ctx.guide.map_or_else(|| format!("/yonetmelik/{id}"), |guide| guide.next.to_owned());
        return Ok(web::redirect(&next, text));
    }
    let page = ctx.param("sayfa").parse().unwrap_or(1);
    draw(&ctx, &opened, Shown::parse(ctx.param("goster")), page, None).await
}

pub(crate) async fn correct(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let opened = open(ctx.db(), id).await?;
    let shown = Shown::parse(form.get("goster"));
    let page: usize = form.get("sayfa").parse().unwrap_or(1);
    let seen: i64 = form.get(SEEN).parse().unwrap_or(-1);
    let outcome = match parse(&opened, &form) {
        // Somebody else's correction may be why the item is gone: that is said first.
        _ if opened.seq() != seen => Err(Refusal::Overtaken(
            opened.corrections.last().map_or("Başkası".into(), |one| one.by_name.clone()),
        )),
        Err(text) => Err(Refusal::Asked(text)),
        Ok(corrections) => {
            let tx = ctx.db().begin(&ctx.act).await?;
            match keep(&tx, &opened, seen, corrections).await {
                Ok(()) => tx.commit().await.map_err(Refusal::Failed),
                Err(refusal) => Err(refusal),
            }
        }
    };
    let fresh = open(ctx.db(), id).await?;
    let outcome = match outcome {
        Err(Refusal::Overtaken(_)) if is_done(ctx.actor(), &fresh, seen, &form).await? => Ok(()),
        other => other,
    };
    let (status, text) = match outcome {
        Ok(()) => return Ok(web::redirect(&next((&opened, &fresh), shown, page, &form), "Düzeltildi.")),
        Err(Refusal::Failed(error)) => return Err(error.into()),
        Err(Refusal::Asked(text)) => (StatusCode::UNPROCESSABLE_ENTITY, text),
        Err(Refusal::Overtaken(who)) => {
            let text = format!(
                "{who} bu okumayı siz bakarken düzeltti. Sizin düzeltmeniz yapılmadı, yazdıklarınız duruyor; \
                 güncel okumaya bakıp gerekiyorsa yeniden gönderin."
            );
            (StatusCode::CONFLICT, text)
        }
    };
    draw(&ctx, &fresh, shown, page, Some(Refused { status, text, form: &form })).await
}

pub(crate) async fn take_back(ctx: Ctx, Path(id): Path<Uuid>, form: Form) -> Outcome {
    let regulation = store::regulation(ctx.db(), id).await?;
    let seen: i64 = form.get(SEEN).parse().map_err(|_| Error::conflict("Geri alınacak düzeltme yok."))?;
    let tx = ctx.db().begin(&ctx.act).await?;
    undo(&tx, id, &regulation.title, seen).await?;
    tx.commit().await?;
    let shown = Shown::parse(form.get("goster"));
    Ok(web::redirect(&address(id, shown, 1), "Son düzeltme geri alındı."))
}

fn address(id: Uuid, shown: Shown, page: usize) -> String {
    format!("/yonetmelik/{id}/duzelt?goster={}&sayfa={page}", shown.code())
}

/// The item behind the one just put right, on the page where it is now, so that the keyboard goes on.
fn next((before, now): (&Opened, &Opened), shown: Shown, page: usize, form: &Form) -> String {
    let items = shown.items(before.reading(), before.text());
    let left = shown.items(now.reading(), now.text());
    let here = Item::parse(form.get(ui::names::ITEM));
    let follower = items.iter().position(|item| Some(*item) == here).and_then(|at| items.get(at + 1));
    let place = follower.and_then(|item| left.iter().position(|one| one == item));
    match (place, follower) {
        (Some(place), Some(item)) => {
            format!("{}#{}", address(now.regulation.id, shown, place / PAGE + 1), item.id())
        }
        // Behind the last one there is nothing; the page may be gone with it.
        _ => address(now.regulation.id, shown, page.min(left.len().div_ceil(PAGE)).max(1)),
    }
}

async fn draw(
    ctx: &Ctx,
    opened: &Opened,
    shown: Shown,
    page: usize,
    refused: Option<Refused<'_>>,
) -> Outcome {
    let (reading, text) = (opened.reading(), opened.text());
    let items = shown.items(reading, text);
    let pages = items.len().div_ceil(PAGE).max(1);
    let page = page.clamp(1, pages);
    let here: Vec<Item> = items.iter().copied().skip((page - 1) * PAGE).take(PAGE).collect();
    let view = ui::ReviewView {
        source_title: "Yönetmelik metni".into(),
        source: source(reading, text, &here),
        items_title: "Okunanlar".into(),
        items: here
            .iter()
            .filter_map(|item| {
                let typed = refused.as_ref().map(|refused| refused.form);
                let typed = typed.filter(|form| form.get(ui::names::ITEM) == item.id());
                review_item(opened, *item, (shown, page), typed)
            })
            .collect(),
        action: format!("/yonetmelik/{}/duzelt", opened.regulation.id),
        csrf: ctx.csrf.clone(),
    };
    let content = html! {
        div.top { h1 { "Okumayı düzelt" } (head_buttons(ctx, opened, shown)) }
        @if let Some(refused) = &refused { (ui::notice(ui::FlashKind::Error, told(refused))) }
        @if opened.replayed.left_out > 0 {
            (ui::notice(ui::FlashKind::Warning, html! {
                "Program metni artık daha iyi okuyor; önceki düzeltmelerden " (opened.replayed.left_out)
                " tanesi bu okumaya uymadığı için uygulanmadı. Kuşkulu yerlere yeniden bakın."
            }))
        }
        @if !opened.has_articles() { (ui::notice(ui::FlashKind::Warning, html! { (NO_ARTICLE) })) }
        (ui::tabs("Gösterilenler", &tabs(opened, shown)))
        @if here.is_empty() { (empty(opened, shown)) } @else { (ui::review(&view)) }
        (pager(opened.regulation.id, shown, page, pages))
    };
    let frame = Frame::new("Okumayı düzelt")
        .crumb("Yönetmelikler", "/yonetmelik")
        .crumb(&opened.regulation.title, format!("/yonetmelik/{}", opened.regulation.id));
    match refused {
        Some(refused) => {
            let frame = Frame { title: format!("Hata: {}", frame.title), ..frame };
            ctx.page_with(refused.status, frame, content).await
        }
        None => ctx.page(frame, content).await,
    }
}

/// The sentence, and what was typed: the item may not be on the page any more.
fn told(refused: &Refused<'_>) -> Markup {
    let fields = [("etiket", "numara"), ("soz", "sözler"), ("yeni_etiket", "yeni ögenin numarası")];
    let typed: Vec<String> = fields
        .iter()
        .filter(|(name, _)| !refused.form.get(name).trim().is_empty())
        .map(|(name, label)| format!("{label}: {}", refused.form.get(name)))
        .collect();
    html! {
        (refused.text)
        @if !typed.is_empty() { " Yazdıklarınız: " (typed.join("; ")) "." }
    }
}

fn head_buttons(ctx: &Ctx, opened: &Opened, shown: Shown) -> Markup {
    let base = format!("/yonetmelik/{}", opened.regulation.id);
    html! {
        div.top-end {
            @if let Some(last) = opened.corrections.last() {
                form method="post" action={ (base) "/duzelt/geri-al" } {
                    input type="hidden" name=(ui::names::CSRF) value=(ctx.csrf);
                    input type="hidden" name=(SEEN) value=(last.seq);
                    input type="hidden" name="goster" value=(shown.code());
                    button.btn type="submit" { "Son düzeltmeyi geri al" }
                }
            }
            @if ctx.actor().may_in_whole(CONFIRM) {
                a.btn.is-primary href={ (base) "/onayla" } { "Onaya geç" }
            }
        }
    }
}

fn tabs(opened: &Opened, shown: Shown) -> Vec<ui::Tab> {
    let tab = |(one, _, label): &(Shown, &str, &str)| ui::Tab {
        label: (*label).to_owned(),
        href: address(opened.regulation.id, *one, 1),
        current: *one == shown,
        count: Some(tr::grouped(one.items(opened.reading(), opened.text()).len() as i64)),
    };
    Shown::ALL.iter().map(tab).collect()
}

fn empty(opened: &Opened, shown: Shown) -> Markup {
    let all = ui::Link::new("Okunanların hepsine bak", address(opened.regulation.id, Shown::All, 1));
    match shown {
        Shown::Doubtful if !opened.has_articles() => {
            ui::empty_state("Okunan satırlarda madde yok.", Some(&all))
        }
        Shown::Doubtful => ui::empty_state("Kuşkulu yer kalmadı.", Some(&all)),
        _ => ui::empty_state("Burada gösterilecek bir şey yok.", Some(&all)),
    }
}

fn pager(id: Uuid, shown: Shown, page: usize, pages: usize) -> Markup {
    html! {
        @if pages > 1 {
            nav.row-of aria-label="Sayfalar" {
                @if page > 1 { a.btn href=(address(id, shown, page - 1)) { "Önceki" } }
                span { (page) " / " (pages) }
                @if page < pages { a.btn href=(address(id, shown, page + 1)) { "Sonraki" } }
            }
        }
    }
}

fn review_item(
    opened: &Opened,
    item: Item,
    (shown, page): (Shown, usize),
    typed: Option<&Form>,
) -> Option<ui::ReviewItem> {
    let reading = opened.reading();
    let carried = html! {
        input type="hidden" name=(SEEN) value=(opened.seq());
        input type="hidden" name="goster" value=(shown.code());
        input type="hidden" name="sayfa" value=(page);
    };
    match item {
        Item::Node(index) => {
            let node = reading.node(index)?;
            let state = match &node.certainty {
                Certainty::Certain => (ui::Tone::Done, "Emin".to_owned()),
                Certainty::Uncertain { .. } => (ui::Tone::New, "Kuşkulu".to_owned()),
            };
            Some(ui::ReviewItem {
                id: item.id(),
                source_id: format!("yer-{index}"),
                title: node.address_tr.clone(),
                state: Some(state),
                body: html! { (carried) (node_body(node, reading, opened.text(), typed)) },
                choices: node_choices(),
            })
        }
        Item::Loose(offset) => {
            let span = reading.unplaced.iter().chain(&reading.furniture).find(|span| span.start == offset)?;
            let words = crate::reading::display::clean(span.of(opened.text()));
            Some(ui::ReviewItem {
                id: item.id(),
                source_id: format!("bos-yer-{offset}"),
                title: words.chars().take(60).collect(),
                state: None,
                body: html! { (carried) p { (words) } (kind_and_label(None, typed)) },
                choices: vec![
                    choice("oge", "Yeni öge yap", "g", true),
                    choice("ekle", "Önceki ögeye ekle", "e", false),
                ],
            })
        }
    }
}

fn choice(value: &str, label: &str, key: &str, primary: bool) -> ui::ReviewChoice {
    ui::ReviewChoice { value: value.into(), label: label.into(), key: key.into(), primary }
}

fn node_choices() -> Vec<ui::ReviewChoice> {
    vec![
        choice("dogru", "Doğru", "d", true),
        choice("iceri", "Bir düzey içeri", "i", false),
        choice("disari", "Bir düzey dışarı", "ı", false),
        choice("birlestir", "Öncekiyle birleştir", "b", false),
        choice("duzen", "Sayfa düzeni", "s", false),
        choice("yersiz", "Yeri belirsiz", "y", false),
    ]
}

fn node_body(node: &Node, reading: &Reading, text: &str, typed: Option<&Form>) -> Markup {
    let words = reading.display(node, text);
    let kept = |name: &str| typed.map_or("", |form| form.get(name)).to_owned();
    html! {
        @if let Certainty::Uncertain { why_tr } = &node.certainty { p.hint { (why_tr) } }
        @if let Some(heading) = &node.heading { p { strong { (heading) } } }
        @if !words.is_empty() { p { (words) } }
        (kind_and_label(Some(node), typed))
        // The first button of a form answers Enter: it must be the one beside the fields people type into.
        button.btn type="submit" name=(ui::names::VERB) value="degistir" data-key="t" {
            "Türü ve numarayı değiştir " kbd aria-hidden="true" { "t" }
        }
        details open[!kept("soz").is_empty()] {
            summary { "Böl ya da başlığını ayır" }
            p.hint { "Bölmek için yeni ögenin ilk sözlerini, başlık için başlığın son sözlerini metinde göründüğü gibi yazın." }
            label { "Sözler " input type="text" name="soz" value=(kept("soz")) maxlength="300"; }
            label { "Yeni ögenin türü " (kinds("yeni_tur", &kept("yeni_tur"), sent(node.kind))) }
            label { "Yeni numara ya da harf " input type="text" name="yeni_etiket" value=(kept("yeni_etiket")) maxlength="24"; }
            div.row-of {
                button.btn type="submit" name=(ui::names::VERB) value="bol" { "Böl" }
                button.btn type="submit" name=(ui::names::VERB) value="baslik" { "Başlığı ayır" }
            }
        }
    }
}

fn kind_and_label(node: Option<&Node>, typed: Option<&Form>) -> Markup {
    let kept = |name: &str| typed.map(|form| form.get(name)).filter(|value| !value.is_empty());
    let label = kept("etiket").or(node.map(|node| node.label.as_str())).unwrap_or_default();
    html! {
        div.row-of {
            label { "Türü " (kinds("tur", kept("tur").unwrap_or_default(), node.map_or("bent", |node| sent(node.kind)))) }
            label { "Numara ya da harf " input type="text" name="etiket" value=(label) maxlength="24"; }
        }
    }
}

fn kinds(name: &str, chosen: &str, otherwise: &str) -> Markup {
    let chosen = if chosen.is_empty() { otherwise } else { chosen };
    html! {
        select name=(name) {
            @for (_, code, label) in KINDS { option value=(code) selected[code == chosen] { (label) } }
        }
    }
}

/// A piece of the text with what it was read as.
struct Piece {
    span: Span,
    id: Option<String>,
    class: Option<&'static str>,
}

fn source(reading: &Reading, text: &str, here: &[Item]) -> Markup {
    let mut pieces: Vec<Piece> = Vec::new();
    for node in &reading.nodes {
        let is_here = here.contains(&Item::Node(node.index));
        let class = (!node.certainty.is_certain()).then_some("is-doubtful");
        let first = pieces.len();
        for leaf in &node.leaves {
            match pieces[first..].last_mut() {
                Some(last) if last.span.end == leaf.span.start => last.span.end = leaf.span.end,
                _ => pieces.push(Piece { span: leaf.span, id: None, class }),
            }
        }
        if let Some(piece) = pieces.get_mut(first).filter(|_| is_here) {
            piece.id = Some(format!("yer-{}", node.index));
        }
    }
    for span in reading.unplaced.iter().chain(&reading.furniture) {
        let id = here.contains(&Item::Loose(span.start)).then(|| format!("bos-yer-{}", span.start));
        pieces.push(Piece { span: *span, id, class: Some("is-outside") });
    }
    pieces.sort_by_key(|piece| piece.span);
    let (from, until) = window(&pieces, text);
    html! {
        div.review-text {
            @if from > 0 { p.hint { "Metnin bundan önceki bölümü öteki sayfalarda." } }
            @for piece in pieces.iter().filter(|piece| piece.span.start >= from && piece.span.end <= until) {
                @if piece.id.is_some() || piece.class.is_some() {
                    span id=[piece.id.as_deref()] class=[piece.class] { (piece.span.of(text)) }
                } @else { (piece.span.of(text)) }
            }
            @if until < text.len() { p.hint { "Metnin bundan sonraki bölümü öteki sayfalarda." } }
        }
    }
}

/// The bytes of a long text that the items of the page stand in.
fn window(pieces: &[Piece], text: &str) -> (usize, usize) {
    if text.len() <= WHOLE_BYTES {
        return (0, text.len());
    }
    let named = || pieces.iter().filter(|piece| piece.id.is_some());
    let first = named().map(|piece| piece.span.start).min().unwrap_or(0);
    let last = named().map(|piece| piece.span.end).max().unwrap_or(0);
    let last = last.min(first + WHOLE_BYTES);
    (first.saturating_sub(AROUND_BYTES), (last + AROUND_BYTES).min(text.len()))
}
