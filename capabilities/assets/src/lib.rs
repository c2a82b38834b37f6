//! Hardware of the municipality: what there is, told by inventory agents or entered by hand, and in whose charge it is.
//! Only the table of contents.

mod agents;
mod asset;
mod custody;
mod demo;
mod evidence;
mod licence;
mod line;
mod software;
#[cfg(test)]
mod tests;
mod wire;

use kernel::Capability;
use kernel::capability::{Holding, MenuEntry, Permission};
use kernel::event::{Reaction, VerbLabel};
use web::{Allow, Routes};

/// What the capability declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "assets",
        name_tr: "Envanter ve zimmet",
        menu: vec![
            entry("Varlıklar", "/varliklar", asset::VIEW),
            entry("Zimmet fişleri", "/zimmetler", custody::VIEW),
            entry("Zimmet iadeleri", "/zimmet-iadeleri", custody::VIEW),
            entry("Zimmet teyitleri", "/zimmet-teyitleri", custody::VIEW),
            entry("Zimmet teyit dönemleri", "/zimmet-teyit-donemleri", custody::GIVE),
            entry("Programlar", "/programlar", software::VIEW),
            entry("Yazılım lisansları", "/lisanslar", licence::VIEW),
            entry("Hatlar", "/hatlar", line::VIEW),
            entry("Envanter ajanları", "/ajanlar", agents::VIEW),
        ],
        permissions: permissions(),
        migrations: vec![
            asset::migration(),
            agents::migration(),
            custody::migration(),
            software::migration(),
            licence::migration(),
            line::migration(),
            custody::return_slip::migration(),
            custody::campaign::migration(),
            custody::check::migration(),
        ],
        kinds: vec![
            asset::kind(),
            agents::kind(),
            custody::kind(),
            custody::return_slip::kind(),
            custody::campaign::kind(),
            custody::check::kind(),
            software::kind(),
            licence::kind(),
            line::kind(),
        ],
        subjects: vec![(software::audit::SUBJECT, "program denetimi")],
        verbs: VERBS.to_vec(),
        reactions: vec![
            Reaction { subject_kind: "custody", verb: "created", run: custody::given },
            Reaction {
                subject_kind: "custody_return",
                verb: "created",
                run: custody::return_slip::taken_back,
            },
            Reaction { subject_kind: "custody_campaign", verb: "created", run: custody::campaign::begun },
            Reaction { subject_kind: "licence", verb: "created", run: licence::written },
            Reaction { subject_kind: "licence", verb: "changed", run: licence::written },
        ],
        jobs: vec![
            asset::warranty::job(),
            software::counting::job(),
            licence::job(),
            custody::campaign::job(),
        ],
        notices: custody::notices()
            .into_iter()
            .chain(agents::notices())
            .chain([asset::warranty::notice(), software::counting::notice(), licence::notice()])
            .collect(),
        settings: agents::settings(),
        evidence: evidence::all(),
        holdings: vec![Holding {
            noun_tr: "zimmetli varlık",
            way_out_tr: "ayrılışı işlemeden önce kişinin sayfasından iade alın ya da başkasına devredin.",
            count: evidence::held,
        }],
        my_day: vec![evidence::waiting],
        demo: Some(demo::load),
        ..Capability::default()
    }
}

/// Every route: the kit's for each kind, the agents' door, the slip on paper.
pub fn routes() -> Routes {
    web::kind_routes(&asset::kind(), Some(asset::page::extras))
        .get("/varliklar/etiketler", Allow::Permission(asset::VIEW), asset::labels::sheet)
        .and(web::kind_routes(&custody::kind(), Some(custody::extras)))
        .get("/zimmetler/{id}/fis", Allow::Permission(custody::VIEW), custody::slip)
        .and(web::kind_routes(&custody::return_slip::kind(), Some(custody::return_extras)))
        .get("/zimmet-iadeleri/{id}/fis", Allow::Permission(custody::VIEW), custody::returned_slip)
        .and(web::kind_routes(&custody::campaign::kind(), None))
        .and(web::kind_routes(&custody::check::kind(), None))
        .and(web::kind_routes(&agents::kind(), Some(agents::page::extras)))
        .get(agents::file::PATH, Allow::Whole(agents::APPROVE), agents::file::ask)
        .post(agents::file::PATH, Allow::Whole(agents::APPROVE), agents::file::take)
        .post("/ajanlar/{id}/bagla", Allow::Whole(agents::APPROVE), agents::page::join)
        .get("/programlar/denetim", Allow::Whole(software::VIEW), software::audit::show)
        .get("/programlar/denetim/pdf", Allow::Whole(software::VIEW), software::audit::pdf)
        .and(web::kind_routes(&software::kind(), Some(software::audit::extras)))
        .and(web::kind_routes(&licence::kind(), None))
        .get("/hatlar/bedel", Allow::Whole(line::VIEW), line::costs)
        .and(web::kind_routes(&line::kind(), None))
        .and(agents::door::routes())
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Varlık", label_tr, path, permission }
}

const fn verb(verb: &'static str, label_tr: &'static str, is_official: bool) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official }
}

const VERBS: [VerbLabel; 43] = [
    verb("repair_begun", "Onarıma alındı", false),
    verb("repair_ended", "Onarımdan döndü", false),
    verb("written_off", "Kayıttan düşüldü", true),
    verb("warranty_ending", "Garantisi bitmek üzere", false),
    verb("warranty_ended", "Garantisi bitti", false),
    verb("part_lost", "Parçası eksildi", false),
    verb("protection_lost", "Virüs koruması kalktı", false),
    verb("agent_reported", "Ajan ilk kez bildirdi", false),
    verb("agent_approved", "Ajan onaylandı", false),
    verb("agent_refused", "Ajan reddedildi", false),
    verb("agent_joined", "Ajan varlığa bağlandı", false),
    verb("custody_begun", "Zimmet verildi", true),
    verb("custody_ended", "Zimmetten düşüldü", true),
    verb("custody_confirmed", "Teslim aldığını bildirdi", true),
    verb("custody_signed", "İmzalı fiş geldi", true),
    verb("custody_disputed", "Zimmete itiraz etti", false),
    verb("custody_returned", "İade alındı", true),
    verb("custody_withdrawn", "Fiş geri alındı", false),
    verb("custody_drawn", "Ekranda imzaladı", true),
    verb("custody_transferred", "Devredildi", true),
    verb("return_confirmed", "İadesini onayladı", true),
    verb("return_disputed", "İade tutanağına itiraz etti", false),
    verb("return_drawn", "İadeyi ekranda imzaladı", true),
    verb("return_signed", "İmzalı iade tutanağı geldi", true),
    verb("campaign_closed", "Teyit dönemini kapattı", true),
    verb("check_confirmed", "Üzerindekileri teyit etti", true),
    verb("check_disputed", "Fark bildirdi", false),
    verb("check_drawn", "Teyidi ekranda imzaladı", true),
    verb("check_settled", "Farkı giderdi", true),
    verb("software_allowed", "Serbest bıraktı", true),
    verb("software_licenced", "Lisans istediğine karar verdi", true),
    verb("software_forbidden", "Yasakladı", true),
    verb("software_found", "Yasak program bulundu", false),
    verb("software_short", "Lisans yetmiyor", false),
    verb("software_settled", "Bulgu ortadan kalktı", false),
    verb("software_audited", "Program denetimi raporu alındı", true),
    verb("licence_cancelled", "Lisans iptal edildi", false),
    verb("licence_ending", "Lisansı bitmek üzere", false),
    verb("licence_ended", "Lisansı bitti", false),
    verb("line_suspended", "Hattı dondurdu", false),
    verb("line_opened", "Hattı açtı", false),
    verb("line_closed", "Hattı kapattı", false),
    verb("slip_taken", "Zimmet fişi indirildi", false),
];

const SOFTWARE: &[(&str, &str)] =
    &[("admin", "all"), ("deputy_mayor", "all"), ("technician", "all"), ("clerk", "all"), ("auditor", "all")];

/// Everybody sees their own, those who answer for a unit what is its.
const EVERYBODY: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "unit_tree"),
    ("chief", "unit"),
    ("staff", "own"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];

const KEEPERS: &[(&str, &str)] = &[("admin", "all"), ("technician", "all"), ("clerk", "all")];

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(asset::VIEW, "Varlıkları, kimde olduklarını ve özelliklerini görür.", EVERYBODY),
        permission(asset::EDIT, "Varlık kaydeder, değiştirir, onarıma alır, kayıttan düşer.", KEEPERS),
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
        permission(licence::EDIT, "Lisans kaydeder, değiştirir, iptal eder.", KEEPERS),
        permission(custody::VIEW, "Zimmet fişlerini, iadeleri ve teyitleri görür.", EVERYBODY),
        permission(
            custody::GIVE,
            "Zimmet fişi düzenler, imzalatır, zimmeti iade alır, devreder, yıllık teyidi başlatır.",
            KEEPERS,
        ),
        permission(
            custody::CONFIRM,
            "Kendi adına düzenlenen zimmet fişini, iade tutanağını ve yıllık listeyi teyit eder ya da itiraz eder.",
            &[
                ("admin", "own"),
                ("deputy_mayor", "own"),
                ("director", "own"),
                ("chief", "own"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        ),
    ]
}
