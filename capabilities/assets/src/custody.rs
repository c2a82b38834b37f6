//! The kind `custody`: assets given into a person's charge (zimmet) on one slip, confirmed, signed or disputed by the person,
//! taken back or handed on (AS-2; Taşınır Mal Yönetmeliği). A room or a unit has a person who answers for it. What the slip says is
//! frozen when it is made out.

pub(crate) mod campaign;
mod card;
pub(crate) mod check;
pub(crate) mod lines;
mod notices;
pub(crate) mod page;
mod part;
pub(crate) mod return_slip;
pub(crate) mod store;

use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Files, Kind, LineBy, Record, Tone, Verb,
    View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Ref, Result, Tx, Violation, number, tr};
use uuid::Uuid;

pub(crate) use card::cards_of;
use notices::notices;
use page::{extras, return_extras, returned_slip, slip};
pub(crate) use part::{part, routes};
use store::{Ended, Line};

use crate::asset;

/// Sees custody slips within a scope; everybody sees their own.
pub const VIEW: &str = "assets.custody.view";
/// Makes slips out, takes assets back.
pub const GIVE: &str = "assets.custody.give";
/// Confirms or disputes a slip that is on one's own name.
pub const CONFIRM: &str = "assets.custody.confirm";

const STATES: [Choice; 6] = [
    Choice::new("waiting", "Teyit bekliyor", Tone::New),
    Choice::new("held", "Zimmette", Tone::Done),
    Choice::new("disputed", "İtiraz edildi", Tone::Late),
    Choice::new("returned", "İade alındı", Tone::Wait),
    Choice::new("transferred", "Devredildi", Tone::Wait),
    Choice::new("withdrawn", "Geri alındı", Tone::Wait),
];

/// What it is for; a person answers in any case.
const GIVEN_TO: [Choice; 3] = [
    Choice::new("person", "Kişiye", Tone::Wait),
    Choice::new("room", "Odaya (ortak kullanım)", Tone::Wait),
    Choice::new("unit", "Birime", Tone::Wait),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0003_custody", up: |backend| create(backend, &[table(), item_table()]) }
}

fn table() -> Table {
    Table::new("custody", "slips by which assets are given into a person's charge")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the slip, gapless in its year")
        .text("title", "holder and first asset, for people")
        .text("given_to", "person, room, unit: what the holder answers for")
        .text("room", "room the assets stand in; may be empty")
        .uuid("holder_id", "who answers for the assets")
        .references("staff")
        .uuid_null("from_id", "who handed them on; null when they came out of the store")
        .references("staff")
        .uuid("unit_id", "the holder's unit when the slip was made out")
        .references("unit")
        .text("asset_numbers", "numbers or serials as they were typed or scanned, one a line")
        .text("statement", "what the slip says, frozen when it was made out")
        .text("statement_digest", "SHA-256 of the statement")
        .text("note", "anything else; may be empty")
        .text("state", "waiting, held, disputed, returned, transferred, withdrawn")
        .at("given_at", "when it was made out")
        .at_null("confirmed_at", "when the holder confirmed it, or signed it")
        .at_null("returned_at", "when the last asset on it was returned or handed on")
        .unique(&["number"])
        .listing(&["state", "given_to", "unit_id", "holder_id", "from_id"], &["number", "given_at"])
}

/// The partial index is what keeps one asset from being in two people's charge, whatever happens at the same moment.
fn item_table() -> Table {
    Table::new("custody_item", "assets of a slip")
        .uuid("custody_id", "which slip")
        .references("custody")
        .uuid("asset_id", "which asset")
        .references("asset")
        .at_null("returned_at", "when it came back; null while it is in the holder's charge")
        .key(&["custody_id", "asset_id"])
        .index(&["asset_id"])
        .unique_where(&["asset_id"], "returned_at IS NULL")
}

/// At `/zimmetler`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("custody", "zimmet fişi", "Zimmet fişleri", "/zimmetler", VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("holder_id");
    kind.create = Some(GIVE);
    kind.edit = Some(GIVE);
    kind.statement = Some("statement");
    kind.default_sort = ("given_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = fields();
    kind.views = vec![
        View { id: "uzerimdeki", label_tr: "Benim zimmetim", query: "holder_id={me}" },
        View { id: "bekleyen", label_tr: "Teyit bekleyenler", query: "state=waiting" },
        View { id: "itiraz", label_tr: "İtiraz edilenler", query: "state=disputed" },
        View { id: "oda", label_tr: "Odalara verilenler", query: "given_to=room" },
        View { id: "iade", label_tr: "İade alınanlar", query: "state=returned" },
    ];
    kind.verbs = verbs();
    kind.files_in = &[
        ("held", Files::Kept),
        ("disputed", Files::Kept),
        ("returned", Files::Kept),
        ("transferred", Files::Kept),
        ("withdrawn", Files::Kept),
    ];
    kind
}

fn fields() -> Vec<Field> {
    vec![
        Field::text("number", "Fiş no", 40).listed().sorted().searched().read_only(),
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        Field::reference("holder_id", "Zimmet alan", "staff")
            .among(&["active"])
            .required()
            .listed()
            .filtered()
            .backlinked()
            .hint("Odaya ya da birime verilende sorumlu kişi.")
            .on_create(),
        Field::choice("given_to", "Verildiği yer", &GIVEN_TO)
            .default("person")
            .required()
            .filtered()
            .on_create(),
        Field::text("room", "Oda", 120).hint("Odaya verilende yazılır: “Ana bina, 204”.").on_create(),
        Field::reference("from_id", "Devreden", "staff")
            .filtered()
            .backlinked()
            .hint("Varlıklar şimdi birinin üzerindeyse o kişi. Depodan verilende boş kalır.")
            .on_create(),
        Field::new("asset_numbers", "Varlıklar", FieldKind::LongText { max_length: 20_000 })
            .each_line("asset", LineBy::Number)
            .among(&["in_stock", "in_use", "in_repair"])
            .hint(
                "Her satıra bir envanter ya da seri numarası; etiketleri okuyucuyla art arda okutabilirsiniz. Devirde boş \
                 bırakırsanız devredenin üzerindeki her şey; depodan verilende boş bırakırsanız eski programda onun üzerinde \
                 görünenler.",
            )
            .on_create(),
        Field::reference("unit_id", "Birimi", "unit").listed().filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("given_at", "Düzenlendiği an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("confirmed_at", "Teyit edildiği an", FieldKind::Instant).read_only(),
        Field::new("returned_at", "Kapandığı an", FieldKind::Instant).read_only(),
        Field::text("statement_digest", "Metnin özeti (SHA-256)", 64).read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
    ]
}

/// The state table. Only a counter-act ends an official one.
fn verbs() -> Vec<Verb> {
    const CLOSABLE: &[&str] = &["waiting", "held", "disputed"];
    vec![
        Verb::new(
            "teslim-aldim",
            "Teslim aldım",
            CONFIRM,
            &["waiting", "disputed"],
            "held",
            "custody_confirmed",
        )
        .official()
        .run(|tx, slip, _| Box::pin(confirm_own(tx, slip))),
        Verb::new("itiraz", "İtiraz et", CONFIRM, &["waiting", "held"], "disputed", "custody_disputed")
            .asking("Gerekçe")
            .run(|tx, slip, _| Box::pin(async move { only_own(tx, slip) })),
        Verb::new("imzalat", "Ekranda imzalat", GIVE, &["waiting", "disputed"], "held", "custody_drawn")
            .drawn_by("holder_id")
            .official()
            .run(|tx, slip, _| Box::pin(store::set_confirmed(tx, slip.id))),
        Verb::new("imzali-fis", "İmzalı fiş geldi", GIVE, &["waiting"], "held", "custody_signed")
            .official()
            .run(|tx, slip, _| Box::pin(confirm_scanned(tx, slip))),
        Verb::new("iade-al", "Hepsini iade al", GIVE, CLOSABLE, "returned", "custody_returned")
            .official()
            .danger()
            .run(|tx, slip, _| Box::pin(return_rest(tx, slip))),
        Verb::new(
            "geri-al",
            "Fişi geri al",
            GIVE,
            &["waiting", "disputed"],
            "withdrawn",
            "custody_withdrawn",
        )
        .asking("Gerekçe")
        .danger()
        .run(|tx, slip, _| Box::pin(withdraw(tx, slip))),
    ]
}

/// Nobody confirms for another, whatever they may see.
pub(crate) fn only_own(tx: &Tx, slip: &Record) -> Result<()> {
    if tx.act().actor.staff_id.is_some() && slip.get("holder_id").id() == tx.act().actor.staff_id {
        return Ok(());
    }
    Err(Error::rule("ZMT-004", "", "Bunu yalnız zimmet alan kişi teyit edebilir ya da ona itiraz edebilir."))
}

async fn confirm_own(tx: &Tx, slip: &Record) -> Result<()> {
    only_own(tx, slip)?;
    store::set_confirmed(tx, slip.id).await
}

async fn confirm_scanned(tx: &Tx, slip: &Record) -> Result<()> {
    scanned(tx, &slip.reference(&kind())).await?;
    store::set_confirmed(tx, slip.id).await
}

/// Paper counts when it can be seen.
pub(crate) async fn scanned(tx: &Tx, subject: &Ref) -> Result<()> {
    if web::has_attachment(tx, subject).await? {
        return Ok(());
    }
    Err(Error::rule("ZMT-011", "", "Önce imzalanan kâğıdın taramasını ya da fotoğrafını “Ekler”e yükleyin."))
}

/// What is left on the slip comes back, on a return slip as always.
async fn return_rest(tx: &Tx, slip: &Record) -> Result<()> {
    let left = store::left_on(tx, slip.id).await?;
    let numbers: Vec<&str> = left.iter().map(|line| line.number.as_str()).collect();
    let mut draft = Draft::default();
    draft.set("holder_id", slip.get("holder_id").clone());
    draft.set(lines::FIELD, FieldValue::Text(numbers.join("\n")));
    draft.set("note", FieldValue::Text(String::new()));
    record::create(tx, &return_slip::kind(), draft).await?;
    Ok(())
}

/// A slip made out by mistake: the assets never left the store.
async fn withdraw(tx: &Tx, slip: &Record) -> Result<()> {
    if !slip.get("from_id").is_null() {
        let text = "Devir fişi geri alınmaz, çünkü devredenin fişi kapandı; varlıkları yeniden ona devredin.";
        return Err(Error::rule("ZMT-006", "", text));
    }
    let left: Vec<Uuid> = store::left_on(tx, slip.id).await?.iter().map(|line| line.id).collect();
    store::end(tx, &left).await?;
    store::set_closed(tx, slip.id, "withdrawn").await?;
    for asset in left {
        set_holder(tx, asset, None, Ref::new("custody", slip.id), "custody_ended").await?;
    }
    Ok(())
}

/// Who holds an asset from now on, and where it stands.
pub(crate) struct Holder<'a> {
    pub staff: Uuid,
    pub unit: Uuid,
    pub room: &'a str,
}

/// The asset's own page tells whose it was and is.
pub(crate) async fn set_holder(
    tx: &Tx,
    asset: Uuid,
    holder: Option<&Holder<'_>>,
    slip: Ref,
    verb: &'static str,
) -> Result<()> {
    asset::store::set_holder(tx, asset, holder).await?;
    let kind = asset::kind();
    let record = record::get(tx, &kind, asset).await?;
    record::index(tx, &kind, &record).await?;
    let event = NewEvent::new(Ref::new("asset", asset), record.title(&kind), verb);
    let (unit, owner) = (record.unit_id(&kind), record.owner_id(&kind));
    tx.record(event.related(slip).scope(unit, owner)).await?;
    Ok(())
}

/// Slips that lost assets: told on each of them, and closed where nothing is left.
pub(crate) async fn lessened(
    tx: &Tx,
    ended: &[Ended],
    (state, verb): (&'static str, &'static str),
    by: &Ref,
) -> Result<()> {
    let kind = kind();
    let mut slips: Vec<Uuid> = ended.iter().map(|one| one.custody_id).collect();
    slips.sort_unstable();
    slips.dedup();
    for id in slips {
        let slip = record::get(tx, &kind, id).await?;
        // Whoever closed it by its own verb tells it there.
        if slip.get("state").text() == state {
            store::set_closed(tx, id, state).await?;
            continue;
        }
        let gone = ended.iter().filter(|one| one.custody_id == id).count();
        let left = store::left_on(tx, id).await?.len();
        let mut note = tr::count("varlık", gone as u64);
        if left == 0 {
            store::set_closed(tx, id, state).await?;
        } else {
            note.push_str(&format!("; fişte {} kaldı", tr::count("varlık", left as u64)));
        }
        let event = NewEvent::new(slip.reference(&kind), slip.title(&kind), verb).note(format!("{note}."));
        let event = event.related(by.clone()).scope(slip.unit_id(&kind), slip.owner_id(&kind));
        tx.record(event).await?;
    }
    Ok(())
}

/// What stands in the way of giving an asset that should lie in the store, or be in `from`'s charge.
fn refusal(from: Option<Uuid>) -> lines::Refusal {
    Box::new(move |line: &Line| match (line.state.as_str(), line.holder_id, from) {
        ("written_off", ..) => Some("kayıttan düşmüş.".into()),
        ("condemned", ..) => Some("hurdaya ayrılmış.".into()),
        (_, Some(holder), Some(from)) if holder == from => None,
        (_, _, Some(_)) => Some("devredenin üzerinde değil.".into()),
        (_, Some(_), None) => {
            let name = line.holder_name.as_deref().unwrap_or("başkası");
            Some(format!("{name} adına zimmetli; önce iade alın ya da devreden olarak onu yazın."))
        }
        ("in_repair", ..) => Some("onarımda.".into()),
        _ => None,
    })
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if before.is_some() {
            return Ok(Vec::new());
        }
        let from = draft.get("from_id").id();
        let typed = draft.get(lines::FIELD).text();
        let numbers = match from {
            Some(_) => lines::typed_or_held(tx, typed, from).await?,
            None => lines::typed_or_former(tx, typed, draft.get("holder_id").id()).await?,
        };
        let (lines, mut found) = lines::named(tx, &numbers, &refusal(from)).await?;
        if lines.is_empty() && found.is_empty() {
            let text = if from.is_some() {
                "Devredenin üzerinde varlık yok."
            } else {
                "En az bir envanter ya da seri numarası yazın."
            };
            found.push(Violation::new("ZMT-005", lines::FIELD, text));
        }
        if draft.get("given_to").text() == "room" && draft.get("room").text().is_empty() {
            found.push(Violation::new("ZMT-007", "room", "Hangi oda olduğunu yazın."));
        }
        let holder = match draft.get("holder_id").id() {
            Some(staff) => directory::store::person(tx, staff).await?,
            None => None,
        };
        let Some(holder) = holder else {
            found.push(Violation::new("ZMT-001", "holder_id", "Zimmet alacak kişiyi seçin."));
            return Ok(found);
        };
        if from.is_some() && from == draft.get("holder_id").id() {
            found.push(Violation::new("ZMT-008", "from_id", "Devreden ile zimmet alan aynı kişi olamaz."));
        }
        let giver = match from {
            Some(staff) => directory::store::person(tx, staff).await?.map(|one| one.name),
            None => None,
        };
        if found.is_empty() {
            fill(tx, draft, &numbers, &Parties { holder: holder.name, unit: holder.unit_id, giver }, &lines)
                .await?;
        }
        Ok(found)
    })
}

/// Between whom it is.
struct Parties {
    holder: String,
    unit: Uuid,
    giver: Option<String>,
}

async fn fill(tx: &Tx, draft: &mut Draft, numbers: &str, parties: &Parties, lines: &[Line]) -> Result<()> {
    let year = tx.at().day().0.year();
    let number = number::format(year, "ZF", number::next(tx, "custody", year).await?);
    let statement = statement(tx, draft, &number, parties, lines);
    for (column, text) in [
        ("number", number),
        ("title", lines::title(&parties.holder, lines)),
        (lines::FIELD, numbers.to_string()),
        ("statement_digest", lines::digest(&statement)),
        ("statement", statement),
        ("state", "waiting".into()),
    ] {
        draft.set(column, FieldValue::Text(text));
    }
    draft.set("unit_id", FieldValue::Id(parties.unit));
    draft.set("given_at", FieldValue::Int(tx.at().0));
    if draft.get("given_to").text().is_empty() {
        draft.set("given_to", FieldValue::Text("person".into()));
    }
    if draft.get("room").is_null() {
        draft.set("room", FieldValue::Text(String::new()));
    }
    Ok(())
}

/// What both sides put their name to, word by word.
fn statement(tx: &Tx, draft: &Draft, number: &str, parties: &Parties, lines: &[Line]) -> String {
    let Parties { holder, giver, .. } = parties;
    let where_to = match draft.get("given_to").text() {
        "room" => format!(" {} odasında ortak kullanılmak üzere", draft.get("room").text()),
        "unit" => " biriminde ortak kullanılmak üzere".into(),
        _ => String::new(),
    };
    let counted = lines::counted(lines);
    let at = tr::instant(tx.at().0);
    let begun = match giver {
        Some(giver) => format!(
            "{number} sayılı fişle aşağıdaki {counted} {giver} tarafından{where_to} {at} tarihinde {holder} adına devredilmiştir."
        ),
        None => format!(
            "{number} sayılı fişle aşağıdaki {counted}{where_to} {at} tarihinde {holder} adına zimmetlenmiştir."
        ),
    };
    let care = "Zimmet alan, varlıkları özenle kullanmayı ve görevden ayrılırken iade etmeyi kabul eder.";
    let signed = tx.act().actor.signature();
    let role = if giver.is_some() { "Düzenleyen" } else { "Teslim eden" };
    format!("{begun} {care}\n{}{role}: {signed}", lines::numbered(lines))
}

/// Made out: the assets are in the holder's charge from now on, in the transaction that made it out.
pub(crate) fn given<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let slip = record::get(tx, &kind(), event.subject_id).await?;
        let from = slip.get("from_id").id();
        let (lines, found) = lines::named(tx, slip.get(lines::FIELD).text(), &refusal(from)).await?;
        // Somebody else's slip was committed since the rules looked.
        if !found.is_empty() {
            return Err(Error::invalid(found));
        }
        let this = slip.reference(&kind());
        let assets: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
        if from.is_some() {
            let ended = store::end(tx, &assets).await?;
            lessened(tx, &ended, ("transferred", "custody_transferred"), &this).await?;
        }
        store::begin(tx, slip.id, &assets).await?;
        let Some((staff, unit)) = slip.get("holder_id").id().zip(slip.get("unit_id").id()) else {
            return Ok(());
        };
        let holder = Holder { staff, unit, room: slip.get("room").text() };
        for asset in assets {
            set_holder(tx, asset, Some(&holder), this.clone(), "custody_begun").await?;
        }
        Ok(())
    })
}
