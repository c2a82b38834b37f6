//! The kind `log_query`: a search of lines that is wanted again, under a name. It keeps what is looked for and never why: that is asked
//! anew each time.

use kernel::migrate::{Migration, create};
use kernel::record::{Direction, Draft, Field, FieldKind, FieldValue, Kind, Record};
use kernel::schema::Table;
use kernel::{Boxed, Result, Tx, Violation};
use maud::html;
use web::{Ctx, Extras};

use crate::{READ, search};

pub(crate) const PATH: &str = "/kayitli-aramalar";

/// Letters of what is looked for, as it stands in an address.
const MOST_LETTERS: usize = 1_000;

pub(crate) fn migration() -> Migration {
    Migration { id: "access_logs/0004_log_query", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("log_query", "searches of log lines that are wanted again")
        .id()
        .int("version", "for concurrent edits")
        .text("name", "what people call it")
        .text("name_key", "Turkish sort key of the name")
        .text("query", "what is looked for, as in the address of the search; without the reason")
        .at("created_at", "when it was saved")
        .listing(&[], &["name_key", "created_at"])
}

/// At `/kayitli-aramalar`.
pub(crate) fn kind() -> Kind {
    let mut kind = Kind::new("log_query", "kayıtlı arama", "Kayıtlı aramalar", PATH, READ);
    kind.title = "name";
    kind.create = Some(READ);
    kind.edit = Some(READ);
    kind.default_sort = ("name", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("name", "Adı", 120).required().listed().sorted_by("name_key").searched(),
        Field::text("query", "Aranan", MOST_LETTERS)
            .required()
            .listed()
            .hint("Erişim kayıtları ekranındaki “Aramayı kaydet” bağlantısı doldurur: adres=10.0.0.5&tur=fortigate gibi."),
        Field::new("created_at", "Kaydedildiği an", FieldKind::Instant).sorted().read_only(),
    ];
    kind
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let query = search::without_reason(draft.or("query", before).text());
        let mut violations = Vec::new();
        if query.is_empty() {
            violations.push(Violation::new(
                "KAY-006",
                "query",
                "Aranan bir şey yok: adres=10.0.0.5 gibi yazın.",
            ));
        }
        draft.set("query", FieldValue::Text(query));
        if before.is_none() {
            draft.set("created_at", FieldValue::Int(tx.at().0));
        }
        Ok(violations)
    })
}

/// The way from a saved search to the search.
pub(crate) fn extras<'a>(_ctx: &'a Ctx, _kind: &'a Kind, one: &'a Record) -> Boxed<'a, Result<Extras>> {
    Box::pin(async move {
        let href = search::begun(one.get("query").text());
        let part = html! { p { a.btn.is-primary href=(href) { "Bu aramayı aç" } } };
        Ok(Extras { before_timeline: vec![part], ..Extras::default() })
    })
}
