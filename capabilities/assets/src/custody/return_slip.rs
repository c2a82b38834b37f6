//! The kind `custody_return`: assets a person brought back, some or all, signed by both sides like the slip by which they were
//! given (AS-2). They are out of the person's charge as soon as it is made out; the signature proves it.

use kernel::event::Event;
use kernel::migrate::{Migration, create};
use kernel::record::{
    self, Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, LineBy, Record, Tone, Verb, View,
};
use kernel::schema::Table;
use kernel::{Boxed, Error, Result, Tx, Violation, number, tr};
use uuid::Uuid;

use super::store::{self, Line};
use super::{CONFIRM, GIVE, VIEW, lessened, lines, only_own, scanned, set_holder};

const STATES: [Choice; 3] = [
    Choice::new("waiting", "İmza bekliyor", Tone::New),
    Choice::new("signed", "İmzalandı", Tone::Done),
    Choice::new("disputed", "İtiraz edildi", Tone::Late),
];

pub(crate) fn migration() -> Migration {
    Migration { id: "assets/0007_custody_return", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("custody_return", "slips by which assets came back out of a person's charge")
        .id()
        .int("version", "for concurrent edits")
        .text("number", "number of the slip, gapless in its year")
        .text("title", "who brought what, for people")
        .uuid("holder_id", "who brought them back")
        .references("staff")
        .uuid("unit_id", "unit of that person at that time")
        .references("unit")
        .text("asset_numbers", "numbers or serials as they were typed or scanned, one a line")
        .text("statement", "what the slip says, frozen when it was made out")
        .text("statement_digest", "SHA-256 of the statement")
        .text("note", "missing or broken parts, anything else; may be empty")
        .text("state", "waiting, signed, disputed")
        .at("returned_at", "when it was made out")
        .at_null("signed_at", "when whoever brought them signed or agreed")
        .unique(&["number"])
        .listing(&["state", "unit_id", "holder_id"], &["returned_at"])
}

/// At `/zimmet-iadeleri`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("custody_return", "iade tutanağı", "Zimmet iadeleri", "/zimmet-iadeleri", VIEW);
    kind.number = Some("number");
    kind.unit = Some("unit_id");
    kind.owner = Some("holder_id");
    kind.create = Some(GIVE);
    kind.edit = Some(GIVE);
    kind.statement = Some("statement");
    kind.default_sort = ("returned_at", Direction::Descending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("number", "Tutanak no", 40).listed().searched().read_only(),
        Field::text("title", "Konusu", 300).listed().searched().read_only(),
        Field::reference("holder_id", "İade eden", "staff")
            .required()
            .listed()
            .filtered()
            .backlinked()
            .on_create(),
        Field::new("asset_numbers", "İade edilen varlıklar", FieldKind::LongText { max_length: 20_000 })
            .each_line("asset", LineBy::Number)
            .among(&["in_use", "in_repair"])
            .hint("Her satıra bir envanter ya da seri numarası. Boş bırakırsanız kişinin üzerindeki her şey.")
            .on_create(),
        Field::reference("unit_id", "Birimi", "unit").listed().filtered().read_only(),
        Field::choice("state", "Durum", &STATES).listed().filtered().read_only(),
        Field::new("returned_at", "Teslim alındığı an", FieldKind::Instant).listed().sorted().read_only(),
        Field::new("signed_at", "İmzalandığı an", FieldKind::Instant).read_only(),
        Field::text("statement_digest", "Metnin özeti (SHA-256)", 64).read_only(),
        Field::new("note", "Açıklama", FieldKind::LongText { max_length: 4_000 })
            .hint("Eksik ya da bozuk olan varsa yazın."),
    ];
    kind.views = vec![
        View { id: "benim", label_tr: "İade ettiklerim", query: "holder_id={me}" },
        View { id: "bekleyen", label_tr: "İmza bekleyenler", query: "state=waiting" },
        View { id: "itiraz", label_tr: "İtiraz edilenler", query: "state=disputed" },
    ];
    kind.verbs = verbs();
    kind
}

fn verbs() -> Vec<Verb> {
    const OPEN: &[&str] = &["waiting", "disputed"];
    vec![
        Verb::new("onayla", "İade ettim", CONFIRM, OPEN, "signed", "return_confirmed")
            .official()
            .run(|tx, slip, _| Box::pin(sign_own(tx, slip))),
        Verb::new("itiraz", "İtiraz et", CONFIRM, &["waiting"], "disputed", "return_disputed")
            .asking("Gerekçe")
            .run(|tx, slip, _| Box::pin(async move { only_own(tx, slip) })),
        Verb::new("imzalat", "Ekranda imzalat", GIVE, OPEN, "signed", "return_drawn")
            .drawn_by("holder_id")
            .official()
            .run(|tx, slip, _| Box::pin(store::set_signed(tx, slip.id))),
        Verb::new("imzali-tutanak", "İmzalı tutanak geldi", GIVE, OPEN, "signed", "return_signed")
            .official()
            .run(|tx, slip, _| Box::pin(sign_scanned(tx, slip))),
    ]
}

async fn sign_own(tx: &Tx, slip: &Record) -> Result<()> {
    only_own(tx, slip)?;
    store::set_signed(tx, slip.id).await
}

async fn sign_scanned(tx: &Tx, slip: &Record) -> Result<()> {
    scanned(tx, &slip.reference(&kind())).await?;
    store::set_signed(tx, slip.id).await
}

/// Only what is in this person's charge comes back from them.
fn refusal(holder: Uuid) -> lines::Refusal {
    Box::new(move |line: &Line| match (line.holder_id, &line.holder_name) {
        (Some(known), _) if known == holder => None,
        (Some(_), Some(name)) => Some(format!("{name} adına zimmetli.")),
        _ => Some("kimsenin zimmetinde değil.".into()),
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
        let holder = match draft.get("holder_id").id() {
            Some(staff) => directory::store::person(tx, staff).await?.map(|person| (staff, person)),
            None => None,
        };
        let Some((staff, person)) = holder else {
            return Ok(vec![Violation::new("ZMT-001", "holder_id", "İade eden kişiyi seçin.")]);
        };
        let numbers = lines::typed_or_held(tx, draft.get(lines::FIELD).text(), Some(staff)).await?;
        let (lines, mut found) = lines::named(tx, &numbers, &refusal(staff)).await?;
        if lines.is_empty() && found.is_empty() {
            let text = "Kişinin üzerinde iade alınacak varlık yok.";
            found.push(Violation::new("ZMT-005", lines::FIELD, text));
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let year = tx.at().day().0.year();
        let number = number::format(year, "ZI", number::next(tx, "custody_return", year).await?);
        let statement = format!(
            "{number} sayılı tutanakla aşağıdaki {} {} tarafından {} tarihinde iade edilmiştir.\n{}Teslim alan: {}",
            lines::counted(&lines),
            person.name,
            tr::instant(tx.at().0),
            lines::numbered(&lines),
            tx.act().actor.signature()
        );
        for (column, text) in [
            ("number", number),
            ("title", lines::title(&person.name, &lines)),
            (lines::FIELD, numbers),
            ("statement_digest", lines::digest(&statement)),
            ("statement", statement),
            ("state", "waiting".into()),
        ] {
            draft.set(column, FieldValue::Text(text));
        }
        draft.set("unit_id", FieldValue::Id(person.unit_id));
        draft.set("returned_at", FieldValue::Int(tx.at().0));
        Ok(found)
    })
}

/// Made out: the assets lie in the store again, in the transaction that made it out.
pub(crate) fn taken_back<'a>(tx: &'a Tx, event: &'a Event) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let slip = record::get(tx, &kind(), event.subject_id).await?;
        let Some(staff) = slip.get("holder_id").id() else { return Ok(()) };
        let (lines, found) = lines::named(tx, slip.get(lines::FIELD).text(), &refusal(staff)).await?;
        // Somebody else took one back since the rules looked.
        if !found.is_empty() {
            return Err(Error::invalid(found));
        }
        let assets: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
        let this = slip.reference(&kind());
        let ended = store::end(tx, &assets).await?;
        lessened(tx, &ended, ("returned", "custody_returned"), &this).await?;
        for asset in assets {
            set_holder(tx, asset, None, this.clone(), "custody_ended").await?;
        }
        Ok(())
    })
}
