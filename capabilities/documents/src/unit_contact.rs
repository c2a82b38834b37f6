//! The kind `unit_contact`: what stands in the number and at the foot of a unit's letters — its own number in the state's
//! register, address, telephone, who is asked (Resmî Yazışmalarda Uygulanacak Usul ve Esaslar Hakkında Yönetmelik, iletişim
//! bilgileri). Units without one write under the municipality's.

pub(crate) mod store;

use kernel::migrate::{Migration, create};
use kernel::record::{Direction, Draft, Field, FieldGroup, FieldKind, FieldValue, Kind, Record};
use kernel::schema::Table;
use kernel::{Boxed, Capability, Result, Tx, Violation};

use crate::correspondent::is_detsis;
use crate::{READERS, entry, permission};

pub const VIEW: &str = "documents.unit_contact.view";
pub const EDIT: &str = "documents.unit_contact.edit";

pub(crate) const PATH: &str = "/birim-iletisim";

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Birim iletişim bilgileri", PATH, VIEW)],
        permissions: vec![
            permission(VIEW, "Birimlerin yazılarının altındaki iletişim bilgilerini görür.", READERS),
            permission(
                EDIT,
                "Biriminin DETSİS numarasını ve yazılarının altındaki iletişim bilgilerini yazar.",
                &[("admin", "all"), ("deputy_mayor", "all"), ("director", "unit_tree"), ("clerk", "all")],
            ),
        ],
        kinds: vec![kind()],
        ..Capability::default()
    }
}

pub(crate) fn migration() -> Migration {
    Migration { id: "documents/0012_unit_contact", up: |backend| create(backend, &[table()]) }
}

fn table() -> Table {
    Table::new("unit_contact", "what stands in the number and at the foot of a unit's letters")
        .id()
        .int("version", "for concurrent edits")
        .text("title", "name of the unit when it was saved")
        .text("title_key", "for sorting in Turkish order")
        .uuid("unit_id", "whose")
        .references("unit")
        .text("detsis", "its own number in the state's register of institutions; may be empty")
        .text("address", "may be empty")
        .text("phone", "may be empty")
        .text("email", "may be empty")
        .text("website", "may be empty")
        .text("kep", "registered electronic mail address; may be empty")
        .uuid_null("informant_id", "who is asked about its letters")
        .references("staff")
        .unique(&["unit_id"])
        .listing(&["unit_id"], &["title_key"])
}

/// At `/birim-iletisim`.
pub(crate) fn kind() -> Kind {
    let mut kind =
        Kind::new("unit_contact", "birim iletişim bilgisi", "Birim iletişim bilgileri", PATH, VIEW);
    kind.unit = Some("unit_id");
    kind.create = Some(EDIT);
    kind.edit = Some(EDIT);
    kind.default_sort = ("title", Direction::Ascending);
    kind.prepare = Some(prepare);
    kind.groups = &GROUPS;
    kind.fields = vec![
        Field::text("title", "Birimin adı", 200).listed().sorted_by("title_key").searched().read_only(),
        Field::reference("unit_id", "Birim", "unit")
            .among(&["open"])
            .required()
            .filtered()
            .backlinked()
            .on_create(),
        Field::text("detsis", "DETSİS no", 20)
            .listed()
            .searched()
            .hint("Birimin kendi numarası, sekiz rakam. Boşsa yazıların sayısında belediyeninki yer alır."),
        Field::text("address", "Adres", 300).listed(),
        Field::new("phone", "Telefon", FieldKind::Phone).listed(),
        Field::new("email", "E-posta", FieldKind::Email),
        Field::text("website", "İnternet adresi", 160),
        Field::text("kep", "KEP adresi", 160),
        Field::reference("informant_id", "Bilgi için", "staff")
            .among(&["active"])
            .hint("Yazıların altında adı ve unvanı yazılacak kişi."),
    ];
    kind
}

const GROUPS: [FieldGroup; 2] = [
    FieldGroup::new("", &["unit_id", "detsis"]),
    FieldGroup::new("Yazıların altında", &["address", "phone", "email", "website", "kep", "informant_id"]),
];

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        let mut found = Vec::new();
        let typed = draft.or("detsis", before).text().chars();
        let detsis: String = typed.filter(|letter| !letter.is_whitespace()).collect();
        if !detsis.is_empty() && !is_detsis(&detsis) {
            let text = "DETSİS no sekiz rakamdır ve sıfırla başlamaz.";
            found.push(Violation::new("BIL-001", "detsis", text));
        }
        let unit = draft.or("unit_id", before).id().unwrap_or_default();
        if before.is_none() && store::of(tx, unit).await?.is_some() {
            let text = "Bu birimin bilgileri kayıtlı; listeden açıp değiştirin.";
            found.push(Violation::new("BIL-002", "unit_id", text));
        }
        let name = directory::store::name_of(tx, "unit", unit).await?.unwrap_or_default();
        draft.set("title", FieldValue::Text(name));
        draft.set("detsis", FieldValue::Text(detsis));
        for column in ["address", "phone", "email", "website", "kep"] {
            if draft.or(column, before).is_null() {
                draft.set(column, FieldValue::Text(String::new()));
            }
        }
        Ok(found)
    })
}
