//! Hardware of the municipality: what there is, told by inventory agents or entered by hand, and in whose charge it is.
//! Only the table of contents.

mod agents;
mod agreement;
mod asset;
mod custody;
mod demo;
mod dependency;
mod ending;
mod evidence;
mod licence;
mod line;
mod network;
mod paper;
mod software;
mod stocktake;
#[cfg(test)]
mod tests;
mod voucher;
mod wire;
mod write_off;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::{Reaction, VerbLabel};
use web::{Allow, Routes};

pub use network::SnmpAccess;

/// What the capability declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "assets",
        name_tr: "Envanter ve zimmet",
        menu: vec![
            entry("Varlıklar", "/varliklar", asset::VIEW),
            entry("Programlar", "/programlar", software::VIEW),
            entry("Program kuralları", software::rule::PATH, software::VIEW),
            entry("Yazılım lisansları", "/lisanslar", licence::VIEW),
            entry("Hatlar", "/hatlar", line::VIEW),
            entry("Envanter ajanları", "/ajanlar", agents::VIEW),
        ],
        permissions: permissions(),
        migrations: vec![
            asset::migration(),
            agents::migration(),
            software::migration(),
            licence::migration(),
            line::migration(),
            agents::migration_of_packed(),
            software::rule::migration(),
            licence::key::migration(),
            asset::merging::migration(),
            licence::migration_of_imports(),
        ],
        kinds: vec![
            asset::kind(),
            agents::kind(),
            software::kind(),
            software::rule::kind(),
            licence::kind(),
            line::kind(),
        ],
        subjects: vec![(software::audit::SUBJECT, "program denetimi")],
        verbs: VERBS.to_vec(),
        reactions: vec![
            Reaction { subject_kind: "licence", verb: "created", run: licence::written },
            Reaction { subject_kind: "licence", verb: "changed", run: licence::written },
            Reaction { subject_kind: "software_rule", verb: "created", run: software::rule::written },
            Reaction { subject_kind: "software_rule", verb: "changed", run: software::rule::written },
        ],
        jobs: vec![
            asset::warranty::job(),
            software::counting::job(),
            software::counting::job_of_unjudged(),
            licence::job(),
        ],
        notices: agents::notices()
            .into_iter()
            .chain([asset::warranty::notice(), software::counting::notice(), licence::notice()])
            .collect(),
        settings: agents::settings().into_iter().chain(software::settings()).collect(),
        cards_of: Some(custody::cards_of),
        evidence: evidence::all(),
        my_day: vec![evidence::waiting],
        demo: Some(demo::load),
        ..Capability::default()
    }
    .and(software::report::part())
    .and(agreement::part())
    .and(network::part())
    .and(dependency::part())
    .and(custody::part())
    .and(stocktake::part())
    .and(write_off::part())
    .and(voucher::part())
}

/// Every route: the kit's for each kind, the agents' door, the slip on paper.
pub fn routes() -> Routes {
    web::kind_routes(&asset::kind(), Some(asset::page::extras))
        .get("/varliklar/{id}/etiket", Allow::SignedIn, asset::labels::scanned::open)
        .get(asset::merging::page::PATH, Allow::Permission(asset::EDIT), asset::merging::page::show)
        .post(asset::merging::page::PATH, Allow::Permission(asset::EDIT), asset::merging::page::change)
        .get("/varliklar/etiketler", Allow::Permission(asset::VIEW), asset::labels::sheet)
        .get("/varliklar/tasinir-cetveli", Allow::Whole(asset::VIEW), asset::register::show)
        .get("/varliklar/tasinir-cetveli/pdf", Allow::Whole(asset::VIEW), asset::register::sheet)
        .and(software::report::routes())
        .and(agreement::routes())
        .and(network::routes())
        .and(dependency::routes())
        .and(custody::routes())
        .and(stocktake::routes())
        .and(write_off::routes())
        .and(voucher::routes())
        .and(web::kind_routes(&agents::kind(), Some(agents::page::extras)))
        .get(agents::file::PATH, Allow::Whole(agents::APPROVE), agents::file::ask)
        .post(agents::file::PATH, Allow::Whole(agents::APPROVE), agents::file::take)
        .post("/ajanlar/{id}/bagla", Allow::Whole(agents::APPROVE), agents::page::join)
        .get("/programlar/denetim", Allow::Whole(software::VIEW), software::audit::show)
        .get("/programlar/denetim/pdf", Allow::Whole(software::VIEW), software::audit::pdf)
        .and(web::kind_routes(&software::kind(), Some(software::audit::extras)))
        .and(web::kind_routes(&software::rule::kind(), Some(software::rule::extras)))
        .and(web::kind_routes(&licence::kind(), Some(licence::key::extras)))
        .get(licence::key::WRITE_PATH, Allow::Whole(licence::EDIT), licence::key::form)
        .post(licence::key::WRITE_PATH, Allow::Whole(licence::EDIT), licence::key::write)
        .get(licence::key::READ_PATH, Allow::Whole(licence::key::READ), licence::key::why)
        .post(licence::key::READ_PATH, Allow::Whole(licence::key::READ), licence::key::show)
        .get("/hatlar/bedel", Allow::Whole(line::VIEW), line::costs)
        .and(web::kind_routes(&line::kind(), None))
        .and(agents::door::routes())
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Varlık", label_tr, path, permission }
}

type Roles = &'static [(&'static str, &'static str)];

const fn permission(code: &'static str, sentence_tr: &'static str, roles: Roles) -> Permission {
    Permission { code, sentence_tr, roles }
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const VERBS: [VerbLabel; 31] = [
    verb("repair_begun", "Onarıma alındı", false),
    verb("repair_ended", "Onarımdan döndü", false),
    verb("asset_merged", "Kayıtları birleştirdi", true),
    verb("asset_parted", "Birleştirilen kayıtları ayırdı", true),
    verb("warranty_ending", "Garantisi bitmek üzere", false),
    verb("warranty_ended", "Garantisi bitti", false),
    verb("part_lost", "Parçası eksildi", false),
    verb("protection_lost", "Virüs koruması kalktı", false),
    verb("agent_reported", "Ajan ilk kez bildirdi", false),
    verb("agent_approved", "Ajan onaylandı", false),
    verb("agent_refused", "Ajan reddedildi", false),
    verb("agent_joined", "Ajan varlığa bağlandı", false),
    verb("agent_parted", "Ajan varlıktan ayrıldı", false),
    verb("agent_parted_by_hand", "Varlıktan ayırdı", true),
    verb("software_allowed", "Serbest bıraktı", true),
    verb("software_licenced", "Lisans istediğine karar verdi", true),
    verb("software_forbidden", "Yasakladı", true),
    verb("software_found", "Yasak program bulundu", false),
    verb("software_short", "Lisans yetmiyor", false),
    verb("software_settled", "Bulgu ortadan kalktı", false),
    verb("software_audited", "Program denetimi raporu alındı", true),
    verb("software_rule_stopped", "Kuralı durdurdu", true),
    verb("software_rule_resumed", "Kuralı yeniden uyguladı", true),
    verb("licence_cancelled", "Lisans iptal edildi", false),
    verb("licence_key_written", "Lisans anahtarını yazdı", true),
    verb("licence_key_read", "Lisans anahtarını gördü", true),
    verb("licence_ending", "Lisansı bitmek üzere", false),
    verb("licence_ended", "Lisansı bitti", false),
    verb("line_suspended", "Hattı dondurdu", false),
    verb("line_opened", "Hattı açtı", false),
    verb("line_closed", "Hattı kapattı", false),
];

const SOFTWARE: Roles =
    &[("admin", "all"), ("deputy_mayor", "all"), ("technician", "all"), ("clerk", "all"), ("auditor", "all")];

/// Everybody sees their own, those who answer for a unit what is its.
const EVERYBODY: Roles = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "unit_tree"),
    ("chief", "unit"),
    ("staff", "own"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];

const KEEPERS: Roles = &[("admin", "all"), ("technician", "all"), ("clerk", "all")];

fn permissions() -> Vec<Permission> {
    vec![
        permission(asset::VIEW, "Varlıkları, kimde olduklarını ve özelliklerini görür.", EVERYBODY),
        permission(asset::EDIT, "Varlık kaydeder, değiştirir, onarıma alır.", KEEPERS),
        permission(
            agents::VIEW,
            "Envanter ajanlarını ve bildirdiklerini görür.",
            &[("admin", "all"), ("technician", "all"), ("clerk", "all"), ("auditor", "all")],
        ),
        permission(agents::APPROVE, "Envanter ajanlarını onaylar, reddeder, varlıklara bağlar.", KEEPERS),
        permission(
            software::VIEW,
            "Kurulu programları, nerede kurulu olduklarını ve denetim raporunu görür.",
            SOFTWARE,
        ),
        permission(
            software::JUDGE,
            "Programların serbest, lisanslı ya da yasak olduğuna karar verir.",
            &[("admin", "all"), ("technician", "all")],
        ),
        permission(line::VIEW, "Telefon ve veri hatlarını görür.", EVERYBODY),
        permission(line::EDIT, "Hat kaydeder, değiştirir, kapatır.", KEEPERS),
        permission(licence::VIEW, "Yazılım lisanslarını görür.", SOFTWARE),
        permission(
            licence::key::READ,
            "Lisans anahtarlarını gerekçesini yazarak görür.",
            &[("admin", "all")],
        ),
        permission(licence::EDIT, "Lisans kaydeder, değiştirir, iptal eder.", KEEPERS),
    ]
}
