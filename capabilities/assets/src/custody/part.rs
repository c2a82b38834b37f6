//! What custody adds to the table of contents.

use kernel::Capability;
use kernel::capability::{Holding, Permission};
use kernel::event::{Reaction, VerbLabel};
use web::{Allow, Routes};

use super::{
    CONFIRM, GIVE, VIEW, campaign, check, extras, given, kind, migration, notices, return_extras,
    return_slip, returned_slip, slip,
};
use crate::evidence;
use crate::{EVERYBODY, KEEPERS, entry, permission, verb};

pub(crate) fn part() -> Capability {
    Capability {
        menu: vec![
            entry("Zimmet fişleri", "/zimmetler", VIEW),
            entry("Zimmet iadeleri", "/zimmet-iadeleri", VIEW),
            entry("Zimmet teyitleri", "/zimmet-teyitleri", VIEW),
            entry("Zimmet teyit dönemleri", "/zimmet-teyit-donemleri", campaign::VIEW),
        ],
        permissions: permissions(),
        migrations: vec![migration(), return_slip::migration(), campaign::migration(), check::migration()],
        kinds: vec![kind(), return_slip::kind(), campaign::kind(), check::kind()],
        verbs: VERBS.to_vec(),
        reactions: vec![
            Reaction { subject_kind: "custody", verb: "created", run: given },
            Reaction { subject_kind: "custody_return", verb: "created", run: return_slip::taken_back },
            Reaction { subject_kind: "custody_campaign", verb: "created", run: campaign::begun },
        ],
        jobs: vec![campaign::job(), campaign::job_of_beginning()],
        settings: campaign::settings(),
        notices: notices(),
        holdings: vec![Holding {
            noun_tr: "zimmetli varlık",
            way_out_tr: "ayrılışı işlemeden önce kişinin sayfasından iade alın ya da başkasına devredin.",
            count: evidence::held,
        }],
        ..Capability::default()
    }
}

pub(crate) fn routes() -> Routes {
    web::kind_routes(&kind(), Some(extras))
        .get("/zimmetler/{id}/fis", Allow::Permission(VIEW), slip)
        .and(web::kind_routes(&return_slip::kind(), Some(return_extras)))
        .get("/zimmet-iadeleri/{id}/fis", Allow::Permission(VIEW), returned_slip)
        .and(web::kind_routes(&campaign::kind(), None))
        .and(web::kind_routes(&check::kind(), None))
}

const VERBS: [VerbLabel; 19] = [
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
    verb("slip_taken", "Zimmet fişi indirildi", false),
];

fn permissions() -> Vec<Permission> {
    vec![
        permission(VIEW, "Zimmet fişlerini, iadeleri ve teyitleri görür.", EVERYBODY),
        permission(
            campaign::VIEW,
            "Zimmet teyit dönemlerini ve kaç kişinin yanıt verdiğini görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(
            GIVE,
            "Zimmet fişi düzenler, imzalatır, zimmeti iade alır, devreder, yıllık teyidi başlatır.",
            KEEPERS,
        ),
        permission(
            CONFIRM,
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
