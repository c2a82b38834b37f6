//! The kind `custody`: assets given into a person's charge (zimmet) on one slip, confirmed or disputed by the person, and
//! taken back (AS-2; Taşınır Mal Yönetmeliği). What the slip says is frozen when it is made out.

mod page;
mod paper;
pub(crate) mod store;

use kernel::event::{Event, NewEvent};
use kernel::migrate::{Migration, create};
use kernel::notice::{About, Notice, Reach};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Ref, Result, Tx, Violation, number, tr};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub(crate) use page::extras;
pub(crate) use paper::slip;
use store::Line;

use crate::asset;
use crate::wire::serial_key;

/// Sees custody slips within a scope; everybody sees their own.
pub const VIEW: &str = "assets.custody.view";
/// Makes slips out, takes assets back.
pub const GIVE: &str = "assets.custody.give";
/// Confirms or disputes a slip that is on one's own name.
pub const CONFIRM: &str = "assets.custody.confirm";

/// Assets on one slip.
const MOST_ON_A_SLIP: usize = 100;

const STATES: [Choice; 5] = [
    Choice::new("waiting", "Teyit bekliyor", Tone::New),
    Choice::new("held", "Zimmette", Tone::Done),
    Choice::new("disputed", "İtiraz edildi", Tone::Late),
    Choice::new("returned", "İade alındı", Tone::Wait),
    Choice::new("withdrawn", "Geri alındı", Tone::Wait),
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
        .uuid("holder_id", "who answers for the assets")
        .references("staff")
        .uuid("unit_id", "the holder's unit when the slip was made out")
        .references("unit")
        .text("asset_numbers", "numbers or serials as they were typed or scanned, one a line")
        .text("statement", "what the slip says, frozen when it was made out")
        .text("statement_digest", "SHA-256 of the statement")
        .text("note", "anything else; may be empty")
        .text("state", "waiting, held, disputed, returned, withdrawn")
        .at("given_at", "when it was made out")
        .at_null("confirmed_at", "when the holder confirmed it, or their signed paper came back")
        .at_null("returned_at", "when the assets came back")
        .unique(&["number"])
        .listing(&["state", "unit_id", "holder_id"], &["number", "given_at"])
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
    kind.default_sort = ("given_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("number", "Fiş no", 40).listed().sorted().searched().read_only(),
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        Field::reference("holder_id", "Zimmet alan", "staff")
            .among(&["active"])
            .required()
            .listed()
            .filtered()
            .on_create(),
        Field::new("asset_numbers", "Varlıklar", FieldKind::LongText { max_length: 6_000 })
            .required()
            .hint("Her satıra bir envanter numarası ya da seri numarası; etiketleri okuyucuyla art arda okutabilirsiniz.")
            .on_create(),
        Field::reference("unit_id", "Birimi", "unit").listed().filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("given_at", "Düzenlendiği an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("confirmed_at", "Teyit edildiği an", FieldKind::Instant).read_only(),
        Field::new("returned_at", "İade alındığı an", FieldKind::Instant).read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 }),
    ];
    kind.views = vec![
        View { id: "uzerimdeki", label_tr: "Benim zimmetim", query: "holder_id={me}" },
        View { id: "bekleyen", label_tr: "Teyit bekleyenler", query: "state=waiting" },
        View { id: "itiraz", label_tr: "İtiraz edilenler", query: "state=disputed" },
        View { id: "iade", label_tr: "İade alınanlar", query: "state=returned" },
    ];
    kind.verbs = verbs();
    kind
}

/// The state table. Only a counter-act ends an official one.
fn verbs() -> Vec<Verb> {
    let verb = |id, label_tr, permission, from, to, event| {
        Verb::new(id, label_tr, permission, from, to, event).official()
    };
    vec![
        Verb {
            run: Some(|tx, slip, _| Box::pin(confirm_own(tx, slip))),
            ..verb(
                "teslim-aldim",
                "Teslim aldım",
                CONFIRM,
                &["waiting", "disputed"],
                "held",
                "custody_confirmed",
            )
        },
        Verb {
            needs_reason: true,
            is_official: false,
            run: Some(|tx, slip, _| Box::pin(async move { only_own(tx, slip) })),
            ..verb("itiraz", "İtiraz et", CONFIRM, &["waiting", "held"], "disputed", "custody_disputed")
        },
        Verb {
            run: Some(|tx, slip, _| Box::pin(store::set_confirmed(tx, slip.id))),
            ..verb("imzali-fis", "İmzalı fiş geldi", GIVE, &["waiting"], "held", "custody_signed")
        },
        Verb {
            run: Some(|tx, slip, _| Box::pin(take_back(tx, slip))),
            ..verb("iade-al", "İade al", GIVE, &["held", "disputed"], "returned", "custody_returned")
        },
        Verb {
            needs_reason: true,
            is_danger: true,
            is_official: false,
            run: Some(|tx, slip, _| Box::pin(take_back(tx, slip))),
            ..verb(
                "geri-al",
                "Fişi geri al",
                GIVE,
                &["waiting", "disputed"],
                "withdrawn",
                "custody_withdrawn",
            )
        },
    ]
}

/// Nobody confirms for another, whatever they may see.
fn only_own(tx: &Tx, slip: &Record) -> Result<()> {
    if tx.act().actor.staff_id.is_some() && slip.get("holder_id").id() == tx.act().actor.staff_id {
        return Ok(());
    }
    Err(Error::rule("ZMT-004", "", "Fişi yalnız zimmet alan kişi teyit edebilir ya da ona itiraz edebilir."))
}

async fn confirm_own(tx: &Tx, slip: &Record) -> Result<()> {
    only_own(tx, slip)?;
    store::set_confirmed(tx, slip.id).await
}

async fn take_back(tx: &Tx, slip: &Record) -> Result<()> {
    for asset in store::end(tx, slip.id).await? {
        set_holder(tx, asset, None, slip.id, "custody_ended").await?;
    }
    Ok(())
}

/// The asset's own page tells whose it was and is.
async fn set_holder(
    tx: &Tx,
    asset: Uuid,
    holder: Option<(Uuid, Uuid)>,
    slip: Uuid,
    verb: &'static str,
) -> Result<()> {
    asset::store::set_holder(tx, asset, holder).await?;
    let kind = asset::kind();
    let record = record::get(tx, &kind, asset).await?;
    record::index(tx, &kind, &record).await?;
    let event = NewEvent::new(Ref::new("asset", asset), record.title(&kind), verb);
    let (unit, owner) = (record.unit_id(&kind), record.owner_id(&kind));
    tx.record(event.related(Ref::new("custody", slip)).scope(unit, owner)).await?;
    Ok(())
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
        let (lines, mut found) = lines(tx, draft.get("asset_numbers").text()).await?;
        let holder = match draft.get("holder_id").id() {
            Some(staff) => directory::store::person(tx, staff).await?,
            None => None,
        };
        let Some(holder) = holder else {
            found.push(Violation::new("ZMT-001", "holder_id", "Zimmet alacak kişiyi seçin."));
            return Ok(found);
        };
        if !found.is_empty() {
            return Ok(found);
        }
        let year = tx.at().day().0.year();
        let number = number::format(year, "ZF", number::next(tx, "custody", year).await?);
        let title = match lines.as_slice() {
            [one] => format!("{}: {}", holder.name, one.name),
            [one, rest @ ..] => format!("{}: {} ve {} varlık daha", holder.name, one.name, rest.len()),
            [] => holder.name.clone(),
        };
        let statement = statement(&number, &holder.name, &lines, tx);
        draft.set("number", FieldValue::Text(number));
        draft.set("title", FieldValue::Text(title));
        draft.set("unit_id", FieldValue::Id(holder.unit_id));
        draft.set("statement_digest", FieldValue::Text(hex::encode(Sha256::digest(statement.as_bytes()))));
        draft.set("statement", FieldValue::Text(statement));
        draft.set("state", FieldValue::Text("waiting".into()));
        draft.set("given_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// What both sides put their name to, word by word.
fn statement(number: &str, holder: &str, lines: &[Line], tx: &Tx) -> String {
    let mut text = format!(
        "{number} sayılı fişle aşağıdaki {} {holder} adına {} tarihinde zimmetlenmiştir. Zimmet alan, varlıkları \
         özenle kullanmayı ve görevden ayrılırken iade etmeyi kabul eder.\n",
        tr::count("varlık", lines.len() as u64),
        tr::instant(tx.at().0)
    );
    for (place, line) in (1..).zip(lines) {
        text.push_str(&format!("{place}. {}\n", line.in_words()));
    }
    text.push_str(&format!("Teslim eden: {}", tx.act().actor.signature()));
    text
}

/// The assets that the typed lines name, each once, and what is wrong with the others.
async fn lines(tx: &Tx, typed: &str) -> Result<(Vec<Line>, Vec<Violation>)> {
    let wrong = |text: String| Violation::new("ZMT-002", "asset_numbers", text);
    let mut asked: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    asked.dedup();
    if asked.len() > MOST_ON_A_SLIP {
        return Ok((
            Vec::new(),
            vec![wrong(format!("Bir fişe en çok {MOST_ON_A_SLIP} varlık yazılabilir."))],
        ));
    }
    let keys: Vec<String> = asked.iter().map(|line| serial_key(line)).collect();
    let all = store::named(tx, &asked, &keys).await?;
    let mut lines: Vec<Line> = Vec::new();
    let mut found = Vec::new();
    for (line, key) in asked.iter().zip(&keys) {
        let mut same =
            all.iter().filter(|one| one.number == *line || (!key.is_empty() && one.serial_key == *key));
        match (same.next(), same.next()) {
            (None, _) => found.push(wrong(format!("“{line}” numaralı bir varlık yok."))),
            (Some(_), Some(_)) => {
                found.push(wrong(format!("“{line}” birden çok varlığa uyuyor; envanter numarasını yazın.")));
            }
            (Some(one), None) => match one.refusal() {
                Some(why) => found.push(wrong(format!("{}: {why}", one.in_words()))),
                None if lines.iter().any(|known| known.id == one.id) => {}
                None => lines.push(one.clone()),
            },
        }
    }
    Ok((lines, found))
}

/// Made out: the assets are in the holder's charge from now on, in the transaction that made it out.
pub(crate) fn given<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let slip = record::get(tx, &kind(), event.subject_id).await?;
        let (lines, found) = lines(tx, slip.get("asset_numbers").text()).await?;
        // Somebody else's slip was committed since the rules looked.
        if !found.is_empty() {
            return Err(Error::invalid(found));
        }
        store::begin(tx, slip.id, &lines).await?;
        let holder = slip.get("holder_id").id().zip(slip.get("unit_id").id());
        for line in lines {
            set_holder(tx, line.id, holder, slip.id, "custody_begun").await?;
        }
        Ok(())
    })
}

pub(crate) fn notices() -> Vec<Notice> {
    vec![
        Notice {
            key: "assets.custody_given",
            label_tr: "Adıma zimmet fişi düzenlendiğinde",
            on: &[("custody", "created")],
            receivers: holder,
            sentence_tr: "Adınıza zimmet fişi düzenlendi, teyidinizi bekliyor: {title}.",
            path: None,
            about: About::Person,
        },
        Notice {
            key: "assets.custody_ended",
            label_tr: "Zimmetimdeki varlıklar iade alındığında",
            on: &[("custody", "custody_returned"), ("custody", "custody_withdrawn")],
            receivers: holder,
            sentence_tr: "Zimmetinizden düşüldü: {title}.",
            path: None,
            about: About::Person,
        },
        Notice {
            key: "assets.custody_disputed",
            label_tr: "Bir zimmet fişine itiraz edildiğinde",
            on: &[("custody", "custody_disputed")],
            receivers: givers,
            sentence_tr: "{who} zimmet fişine itiraz etti: {title}.",
            path: None,
            about: About::Record,
        },
    ]
}

fn holder<'a>(_tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move { Ok(event.owner_id.into_iter().collect()) })
}

fn givers<'a>(tx: &'a Tx, event: &'a Event, _reach: Reach) -> Boxed<'a, Result<Vec<Uuid>>> {
    Box::pin(async move {
        let units = match event.unit_id {
            Some(unit) => directory::store::with_units_above(tx, unit).await?,
            None => Vec::new(),
        };
        let holders = access::who_may(tx, GIVE, &units).await?;
        Ok(holders.iter().map(|holder| holder.id).collect())
    })
}
