//! What dependencies add to the table of contents.

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::VerbLabel;
use web::{Allow, Routes};

use super::{EDIT, PATH, SERVICES, VIEW, kind, migration, page, service_kind};
use crate::{entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Bilişim hizmetleri", SERVICES, VIEW), entry("Bağımlılıklar", PATH, VIEW)],
        permissions: permissions(),
        migrations: vec![migration()],
        kinds: vec![service_kind(), kind()],
        verbs: VERBS.to_vec(),
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&service_kind(), Some(page::extras)).and(web::kind_routes(&kind(), None)).get(
        "/bagimliliklar/sema",
        Allow::Whole(VIEW),
        page::show,
    )
}

const VERBS: [VerbLabel; 4] = [
    verb("it_service_retired", "Hizmeti kapattı", false),
    verb("it_service_restored", "Hizmeti yeniden açtı", false),
    verb("dependency_ended", "Bağımlılığı kaldırdı", false),
    verb("dependency_restored", "Bağımlılığı geri koydu", false),
];

fn permissions() -> Vec<Permission> {
    let seeing = &[
        ("admin", "all"),
        ("deputy_mayor", "all"),
        ("technician", "all"),
        ("clerk", "all"),
        ("auditor", "all"),
    ];
    let editing = &[("admin", "all"), ("technician", "all"), ("clerk", "all")];
    vec![
        permission(VIEW, "Bilişim hizmetlerini ve neyin neye bağlı olduğunu görür.", seeing),
        permission(EDIT, "Bilişim hizmeti ve bağımlılık yazar.", editing),
    ]
}
