//! The one kind with texts that the tests and the measurement of this crate search.

use kernel::Capability;
use kernel::migrate::{Migration, create};
use kernel::record::{Direction, Field, FieldKind, Kind, Reserved, Texts};
use kernel::schema::Table;

pub const VIEW: &str = "probe.paper.view";
pub const SECRET: &str = "probe.paper.view_secret";

pub fn kind() -> Kind {
    let mut kind = Kind::new("paper", "kâğıt", "Kâğıtlar", "/kagitlar", VIEW);
    kind.unit = Some("unit_id");
    kind.owner = Some("owner_id");
    kind.default_sort = ("created_at", Direction::Descending);
    kind.reserved = &[Reserved { column: "state", values: &["secret"], to: SECRET, but_owner: true }];
    kind.fields = vec![
        Field::text("title", "Konu", 200).searched(),
        Field::new("body", "Metin", FieldKind::LongText { max_length: 40_000 }),
        Field::text("state", "Durum", 20),
        Field::reference("unit_id", "Birim", "unit"),
        Field::reference("owner_id", "Sahibi", "staff"),
        Field::new("created_at", "Ne zaman", FieldKind::Instant).sorted(),
    ];
    // A scan belongs to the paper of its own id, so that no table is needed to say so.
    kind.texts = Some(Texts {
        on: "created_at",
        of: None,
        with: &[("scan", |_, ids| Box::pin(async move { Ok(ids.to_vec()) }))],
    });
    kind
}

pub fn capability() -> Capability {
    let up = |backend| {
        let table = Table::new("paper", "papers that are searched")
            .id()
            .int("version", "for concurrent edits")
            .int("no", "counts them, as a peer's row number")
            .default("0")
            .text("title", "subject")
            .text("body", "text")
            .text("state", "open, secret")
            .uuid_null("unit_id", "unit")
            .uuid_null("owner_id", "owner")
            .at("created_at", "when")
            .index(&["no"]);
        create(backend, &[table])
    };
    Capability {
        id: "probe",
        kinds: vec![kind()],
        migrations: vec![Migration { id: "probe/0001_paper", up }],
        ..Capability::default()
    }
}
