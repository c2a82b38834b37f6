//! What looking through the network adds to the table of contents.

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::VerbLabel;
use web::Routes;

use super::{EDIT, PATH, VIEW, device, kind, migration};
use crate::{entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Ağ cihazları", device::PATH, VIEW), entry("Ağ taramaları", PATH, VIEW)],
        permissions: permissions(),
        migrations: vec![migration()],
        kinds: vec![kind(), device::kind()],
        verbs: VERBS.to_vec(),
        notices: vec![device::notice()],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), None).and(web::kind_routes(&device::kind(), Some(device::extras)))
}

const VERBS: [VerbLabel; 8] = [
    verb("scan_paused", "Taramayı durdurdu", false),
    verb("scan_resumed", "Taramayı sürdürdü", false),
    verb("scan_wanted", "Tarama istedi", false),
    verb("device_found", "Ağda yeni bir cihaz bulundu", false),
    verb("device_entered", "Varlık olarak kaydetti", true),
    verb("device_ignored", "Yok saydı", false),
    verb("pages_counted", "Sayacı ilerledi", false),
    verb("toner_low", "Toneri azaldı", false),
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
        permission(
            VIEW,
            "Ağ taramalarını, bulunan cihazları, sayfa sayaçlarını ve toner durumunu görür.",
            seeing,
        ),
        permission(EDIT, "Ağ taraması kurar, bulunan cihazları varlık olarak kaydeder.", editing),
    ]
}
