//! What agreements add to the table of contents.

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::VerbLabel;
use web::{Allow, Routes};

use super::{EDIT, VIEW, calendar, job, kind, migration, migration_of_imports, notice};
use crate::{KEEPERS, SOFTWARE, entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Sözleşme ve süreler", "/sozlesmeler", VIEW)],
        permissions: permissions(),
        migrations: vec![migration(), migration_of_imports()],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        jobs: vec![job()],
        notices: vec![notice()],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/sozlesmeler/takvim", Allow::Whole(VIEW), calendar::show)
        .and(web::kind_routes(&kind(), None))
}

const VERBS: [VerbLabel; 4] = [
    verb("agreement_renewed", "Yenilendi", false),
    verb("agreement_cancelled", "Sonlandırdı", false),
    verb("agreement_ending", "Süresi bitmek üzere", false),
    verb("agreement_ended", "Süresi bitti", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(VIEW, "Sözleşme, sertifika ve alan adlarını, bütün sürelerin takvimini görür.", SOFTWARE),
        permission(EDIT, "Sözleşme, sertifika ve alan adı kaydeder, yeniler, sonlandırır.", KEEPERS),
    ]
}
