//! What writing off adds to the table of contents.

use kernel::Capability;
use kernel::capability::Permission;
use kernel::event::{Reaction, VerbLabel};
use web::{Allow, Routes};

use super::{EDIT, VIEW, erasure, extras, kind, migration, minutes, notice, proposed};
use crate::{KEEPERS, entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![entry("Kayıttan düşmeler", "/kayittan-dusme", VIEW)],
        permissions: permissions(),
        migrations: vec![migration()],
        kinds: vec![kind()],
        verbs: VERBS.to_vec(),
        reactions: vec![Reaction { subject_kind: "write_off", verb: "created", run: proposed }],
        notices: vec![notice()],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(extras))
        .get("/kayittan-dusme/{id}/tutanak", Allow::Permission(VIEW), minutes)
        .get("/kayittan-dusme/{id}/silme", Allow::Permission(VIEW), erasure)
}

const VERBS: [VerbLabel; 11] = [
    verb("written_off", "Kayıttan düşüldü", true),
    verb("scrap_proposed", "Hurdaya ayrılması önerildi", false),
    verb("condemned", "Hurdaya ayrıldı", true),
    verb("spared", "Hurdadan çıkarıldı", false),
    verb("write_off_submitted", "Komisyona sunuldu", true),
    verb("write_off_signed", "Komisyon üyesi imzaladı", true),
    verb("write_off_decided", "Karara bağlandı", true),
    verb("write_off_done", "Kayıttan düşüldü", true),
    verb("write_off_disposed", "Elden çıkarıldı", true),
    verb("write_off_cancelled", "Vazgeçildi", false),
    verb("minutes_taken", "Tutanak indirildi", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(
            VIEW,
            "Hurdaya ayrılan ve kayıttan düşen varlıkların işlemlerini görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(
            EDIT,
            "Hurda raporu yazar, komisyona sunar, kayıttan düşer, elden çıkarmayı işler.",
            KEEPERS,
        ),
    ]
}
