//! The kind `route_step`: one person's turn to initial or to sign (CO-3). Only that person may, or whoever acts for them then;
//! the step keeps who it was.

mod store;

use kernel::capability::DayItem;
use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{self, Choice, Direction, Field, FieldKind, Kind, ListQuery, Record, Tone, Verb, View};
use kernel::schema::Table;
use kernel::{Actor, Boxed, Db, Error, Instant, Ref, Result, Tx};
use uuid::Uuid;
use web::{Ctx, Extras};

/// Sees steps within a scope; everybody sees their own.
pub const VIEW: &str = "routing.step.view";
/// Initials, signs, returns.
pub const SIGN: &str = "routing.step.sign";

pub const PATH: &str = "/imza-klasoru";

/// The verb of a signature that is made with a card. Whoever begins routes with [`Means::Card`] has the routes that begin it:
/// `PATH/{id}/BY_CARD` and, of many, `PATH/BY_CARD`.
pub const BY_CARD: &str = "e-imzala";

/// What a person does in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Initial,
    Sign,
}

impl Role {
    fn code(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Sign => "sign",
        }
    }
}

/// With what a turn is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A button here says that it was done, on paper or with that.
    Button,
    /// A card in the person's own computer; without its signature the turn is not done.
    Card,
}

impl Means {
    fn code(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Card => "card",
        }
    }
}

/// The state in which it is the turn of a step. Initials are made with the button, whatever the signatures are made with.
fn turn_state(role: &str, means: &str) -> &'static str {
    match (role, means) {
        ("sign", "card") => "to_sign_by_card",
        ("sign", _) => "to_sign",
        _ => "to_initial",
    }
}

const ROLES: [Choice; 2] =
    [Choice::new("initial", "Paraf", Tone::Wait), Choice::new("sign", "İmza", Tone::Doing)];

const STATES: [Choice; 7] = [
    Choice::new("waiting", "Sırası gelmedi", Tone::Wait),
    Choice::new("to_initial", "Paraf bekliyor", Tone::New),
    Choice::new("to_sign", "İmza bekliyor", Tone::New),
    Choice::new("to_sign_by_card", "Elektronik imza bekliyor", Tone::New),
    Choice::new("done", "Yapıldı", Tone::Done),
    Choice::new("returned", "İade edildi", Tone::Late),
    Choice::new("ended", "Gerek kalmadı", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "routing/0001_step", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("route_step", "turns of people to initial or sign a record, in their order")
        .id()
        .int("version", "for concurrent edits")
        .text("subject_kind", "kind of what is signed")
        .uuid("subject_id", "what is signed")
        .text("subject_path", "where it is read")
        .text("title", "what is signed, for people")
        .int("place", "order; the same place is at the same time")
        .text("role", "initial, sign")
        .uuid("staff_id", "whose turn")
        .references("staff")
        .uuid("unit_id", "unit of that person then")
        .references("unit")
        .text("means", "button, card; the turn to sign with a card is to_sign_by_card")
        .default("'button'")
        .text("state", "waiting, to_initial, to_sign, to_sign_by_card, done, returned, ended")
        .uuid_null("done_by_id", "who did it, if not the person: who acted for them")
        .references("staff")
        .text("note", "why it was returned; may be empty")
        .at("created_at", "when the route began")
        .at_null("done_at", "when it was done or returned")
        .index(&["subject_id", "place"])
        .listing(&["state", "role", "staff_id", "unit_id"], &["created_at"])
}

/// States in which it is somebody's turn.
pub const TURNS: &[&str] = &["to_initial", "to_sign", "to_sign_by_card"];

/// At `/imza-klasoru`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("route_step", "imza adımı", "İmza klasörü", PATH, VIEW);
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.fields = vec![
        Field::text("title", "Yazının konusu", 300).listed().searched().read_only(),
        Field::choice("role", "Paraf mı, imza mı?", &ROLES).listed().filtered().read_only(),
        Field::reference("staff_id", "İmzalayacak", "staff").listed().filtered().read_only(),
        Field::reference("unit_id", "Birimi", "unit").filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("place", "Sırası", FieldKind::Int { min: 1, max: 100 }).read_only(),
        Field::reference("done_by_id", "Vekâleten yapan", "staff").read_only(),
        Field::new("note", "Not", FieldKind::LongText { max_length: 2_000 }).read_only(),
        Field::new("created_at", "Sunulduğu an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("done_at", "Yapıldığı an", FieldKind::Instant).read_only(),
    ];
    kind.views = vec![
        View { id: "imzam", label_tr: "İmzamı bekleyen", query: "staff_id={me}&state=to_sign" },
        View {
            id: "e-imzam",
            label_tr: "Elektronik imzamı bekleyen",
            query: "staff_id={me}&state=to_sign_by_card",
        },
        View { id: "parafim", label_tr: "Parafımı bekleyen", query: "staff_id={me}&state=to_initial" },
        View { id: "yapilan", label_tr: "Yapılanlar", query: "state=done" },
    ];
    kind.verbs = vec![
        Verb::new("parafla", "Parafla", SIGN, &["to_initial"], "done", "initialled")
            .official()
            .bulk()
            .run(|tx, step, _| Box::pin(done(tx, step))),
        Verb::new("imzala", "İmzala", SIGN, &["to_sign"], "done", "signed")
            .official()
            .danger()
            .bulk()
            .run(|tx, step, _| Box::pin(done(tx, step))),
        Verb::new(BY_CARD, "Elektronik imzala", SIGN, &["to_sign_by_card"], "done", "signed")
            .official()
            .bulk()
            .elsewhere()
            .run(|tx, step, _| Box::pin(done(tx, step))),
        Verb::new("iade", "İade et", SIGN, TURNS, "returned", "route_returned")
            .official()
            .asking("İade gerekçesi")
            .run(|tx, step, said| Box::pin(returned(tx, step, said))),
    ];
    kind
}

/// For whoever runs a step's verb, as signing with a card does.
pub fn step_kind() -> Kind {
    kind()
}

/// What goes round, as people see it.
pub struct Routed<'a> {
    pub subject: Ref,
    pub title: &'a str,
    /// Where it is read.
    pub path: &'a str,
}

/// One turn, in the order of their places from 1.
#[derive(Clone, Copy, Debug)]
pub struct NewStep {
    pub place: u32,
    pub role: Role,
    pub means: Means,
    pub staff: Uuid,
}

/// Turns of one route.
const MOST: usize = 50;

/// Begins a route; the first turn is there at once.
pub async fn begin(tx: &Tx, routed: &Routed<'_>, steps: &[NewStep]) -> Result<()> {
    if steps.is_empty() || steps.len() > MOST {
        return Err(Error::rule("IMZ-001", "", "Bir imza yolunda en az bir, en çok 50 kişi olabilir."));
    }
    for step in steps {
        store::insert(tx, routed, step).await?;
    }
    advance(tx, &routed.subject).await?;
    Ok(())
}

/// Takes back what is still ahead: the text goes back to who wrote it.
pub async fn end(tx: &Tx, subject: &Ref) -> Result<()> {
    store::end(tx, subject).await
}

/// What is signed changed: whoever signed it in this route signs once more, in their order, before those who are still to come.
/// Initials stay; `why` stands with the turns that count no longer.
pub async fn sign_again(tx: &Tx, subject: &Ref, why: &str) -> Result<()> {
    store::sign_again(tx, subject, why).await?;
    advance(tx, subject).await
}

/// A turn as others show it.
pub use store::Turn;

/// All turns of a record, the last route's behind those before.
pub async fn of(db: &impl kernel::db::Sql, subject: &Ref) -> Result<Vec<Turn>> {
    store::of(db, subject).await
}

/// Of all turns, those of the route that began last: those before it came back or were taken back.
pub fn last_route(turns: &[Turn]) -> &[Turn] {
    let begun = turns.last().map(|turn| turn.created_at);
    let first = turns.iter().position(|turn| Some(turn.created_at) == begun).unwrap_or(turns.len());
    &turns[first..]
}

/// What is signed in these turns; those that are none are left out.
pub async fn subjects(db: &impl kernel::db::Sql, steps: &[Uuid]) -> Result<Vec<(Uuid, Ref)>> {
    store::subjects(db, steps).await
}

/// Those of these steps whose turn it is.
pub async fn waiting_among(db: &impl kernel::db::Sql, steps: &[Uuid]) -> Result<Vec<Uuid>> {
    store::waiting_among(db, steps).await
}

/// The turn is done: the card signed, and whoever calls has checked what it signed. The actor must be the person themselves or who
/// stands in for them. A route that began before cards were told apart has the button's state.
pub async fn done_by_card(tx: &Tx, step: Uuid) -> Result<()> {
    let kind = kind();
    let state = record::get(tx, &kind, step).await?.get("state").text().to_string();
    let verb = if state == "to_sign" { "imzala" } else { BY_CARD };
    record::run_verb(tx, &kind, step, verb, "").await
}

/// Whether a route has anything left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    Somebody,
    Nobody,
}

/// What a step's event says to who listens: the record it is about and whether somebody's turn is still to come.
pub async fn turn_of(tx: &Tx, step: Uuid) -> Result<(Ref, Ahead)> {
    let subject = store::subject(tx, step).await?.ok_or_else(Error::not_found)?;
    let ahead = if store::is_ahead(tx, &subject).await? { Ahead::Somebody } else { Ahead::Nobody };
    Ok((subject, ahead))
}

/// The person themselves, or who stands in for them at this moment (vekâlet).
async fn done(tx: &Tx, step: &Record) -> Result<()> {
    let substitute = who_for(tx, step).await?;
    store::set_done(tx, step.id, substitute, "").await?;
    if let Some(subject) = store::subject(tx, step.id).await? {
        advance(tx, &subject).await?;
    }
    Ok(())
}

async fn returned(tx: &Tx, step: &Record, said: &str) -> Result<()> {
    let substitute = who_for(tx, step).await?;
    store::set_done(tx, step.id, substitute, said).await?;
    if let Some(subject) = store::subject(tx, step.id).await? {
        store::end(tx, &subject).await?;
    }
    Ok(())
}

/// `None` for the person themselves, somebody for who acts for them; refused to all others, whatever they may otherwise.
async fn who_for(tx: &Tx, step: &Record) -> Result<Option<Uuid>> {
    let (own, wanted) = (tx.act().actor.staff_id, step.get("staff_id").id());
    if own.is_some() && own == wanted {
        return Ok(None);
    }
    let standing: Vec<Uuid> = wanted.into_iter().collect();
    let substitutes = directory::store::substitutes_of(tx, &standing, tx.at()).await?;
    match own.filter(|own| substitutes.contains(own)) {
        Some(substitute) => Ok(Some(substitute)),
        None => {
            Err(Error::rule("IMZ-002", "", "Bunu yalnız sırası gelen kişi ya da o anda vekili yapabilir."))
        }
    }
}

/// Gives the next place its turn when everybody of the one before is done.
async fn advance(tx: &Tx, subject: &Ref) -> Result<()> {
    for next in store::next(tx, subject).await? {
        let id = next.id;
        store::set_turn(tx, id, turn_state(&next.role, &next.means)).await?;
        let step = record::get(tx, &kind(), id).await?;
        record::index(tx, &kind(), &step).await?;
        let event = NewEvent::new(step.reference(&kind()), step.title(&kind()), "step_turn")
            .related(subject.clone())
            .scope(step.unit_id(&kind()), step.owner_id(&kind()));
        tx.record(event).await?;
    }
    Ok(())
}

pub(crate) fn notice() -> Notice {
    Notice {
        key: "routing.turn",
        label_tr: "Parafım ya da imzam beklendiğinde",
        on: &[("route_step", "step_turn")],
        receivers,
        sentence_tr: "Parafınızı ya da imzanızı bekliyor: {title}.",
        path: None,
        many: None,
        about: About::Record,
    }
}

/// Whoever's turn it is, and who stands in for them.
fn receivers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let own: Vec<Uuid> = event.owner_id.into_iter().collect();
        let mut all = directory::store::substitutes_of(tx, &own, tx.at()).await?;
        all.extend(own);
        Ok(all)
    })
}

/// What waits on somebody's day: for their own hand, and for their hand in place of whoever they stand in for.
const WAITING: [(&str, &str, &str); 3] = [
    ("to_sign", "İmzanızı bekleyen yazı", "imzanızı bekleyen yazı"),
    ("to_sign_by_card", "Elektronik imzanızı bekleyen yazı", "elektronik imzanızı bekleyen yazı"),
    ("to_initial", "Parafınızı bekleyen yazı", "parafınızı bekleyen yazı"),
];

pub(crate) fn waiting<'a>(db: &'a Db, actor: &'a Actor, now: Instant) -> Boxed<'a, Result<Vec<DayItem>>> {
    Box::pin(async move {
        let Some(staff) = actor.staff_id else { return Ok(Vec::new()) };
        let item = |whose: Uuid, state: &str, label_tr: String, count: i64| {
            let path = format!("{PATH}?staff_id={whose}&state={state}");
            (count > 0).then_some(DayItem { label_tr, count, path, is_late: false })
        };
        let mut items = Vec::new();
        for (state, label, _) in WAITING {
            let count = store::waiting(db, staff, state).await?;
            items.extend(item(staff, state, label.into(), count));
        }
        // As many as the list will show them: it may be narrower than what waits.
        let kind = kind();
        for absent in directory::store::principals_of(db, staff, now).await? {
            for (state, _, label) in WAITING {
                let asked = [("staff_id".into(), absent.id.to_string()), ("state".into(), state.into())];
                let (query, _) = ListQuery::parse(&kind, &asked);
                let count = record::count(db, &kind, &query, actor, kind.view).await?.0;
                let label = format!("{} yerine vekâleten {label}", absent.name);
                items.extend(item(absent.id, state, label, count));
            }
        }
        Ok(items)
    })
}

/// What is signed is read first.
pub(crate) fn extras<'a>(ctx: &'a Ctx, _kind: &'a Kind, step: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let Some(path) = store::path(ctx.db(), step.id).await? else { return Ok(Extras::default()) };
        let read = ui::Verb { label: "Metni oku".into(), href: path, ..ui::Verb::default() };
        Ok(Extras { verbs: vec![read], ..Extras::default() })
    })
}
