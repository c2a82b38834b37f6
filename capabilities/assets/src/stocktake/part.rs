//! What counting adds to the table of contents.

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::VerbLabel;
use web::{Allow, Routes};

use super::{COUNT, VIEW, count, extras, keeper, kind, line_kind, migration, read, record};
use crate::{KEEPERS, entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Varlık sayımları", "/sayimlar", VIEW)],
        permissions: permissions(),
        migrations: vec![migration()],
        kinds: vec![kind(), line_kind()],
        verbs: VERBS.to_vec(),
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(extras))
        .and(web::kind_routes(&line_kind(), None))
        .get("/sayimlar/bekci.js", Allow::Permission(COUNT), keeper)
        .get("/sayimlar/{id}/say", Allow::Permission(COUNT), count)
        .post("/sayimlar/{id}/okumalar", Allow::Permission(COUNT), read)
        .get("/sayimlar/{id}/tutanak", Allow::Permission(VIEW), record)
}

const VERBS: [VerbLabel; 6] = [
    verb("labels_read", "Etiket okudu", false),
    verb("not_found", "Sayımda bulunamadı", false),
    verb("stocktake_closed", "Sayımı kapattı", true),
    verb("places_taken_over", "Okunan yerleri işledi", true),
    verb("stocktake_signed", "Sayım tutanağını imzaladı", true),
    verb("stocktake_scanned", "İmzalı sayım tutanağı geldi", true),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Varlık sayımlarını ve bulunan, bulunamayan varlıkları görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(COUNT, "Varlık sayımı başlatır, sayar, kapatır, imzalatır.", KEEPERS),
    ]
}
