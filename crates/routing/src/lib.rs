//! Routes: who initials and who signs, one after the other, for any record. What is routed and what becomes of it when the last
//! has signed is the business of whoever begins the route and listens to its events.

mod step;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::VerbLabel;
use web::Routes;

pub use step::{
    Ahead, BY_CARD, Means, NewStep, PATH, Role, Routed, SIGN, TURNS, Turn, VIEW, begin, done_by_card, end,
    last_route, of, sign_again, step_kind, subjects, turn_of, waiting_among,
};

/// What the crate declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "routing",
        name_tr: "Paraf ve imza",
        menu: vec![MenuEntry {
            group_tr: "Evrak",
            label_tr: "İmza klasörü",
            path: step::PATH,
            permission: VIEW,
        }],
        permissions: permissions(),
        migrations: vec![step::migration()],
        kinds: vec![step::kind()],
        verbs: VERBS.to_vec(),
        notices: vec![step::notice()],
        my_day: vec![step::waiting],
        ..Capability::default()
    }
}

pub fn routes() -> Routes {
    web::kind_routes(&step::kind(), Some(step::extras))
}

const VERBS: [VerbLabel; 5] = [
    VerbLabel { verb: "step_turn", label_tr: "Sırası geldi", is_official: false },
    VerbLabel { verb: "initialled", label_tr: "Parafladı", is_official: true },
    VerbLabel { verb: "signed", label_tr: "İmzaladı", is_official: true },
    VerbLabel { verb: "route_returned", label_tr: "İade etti", is_official: true },
    VerbLabel { verb: "route_ended", label_tr: "İmza yolu kapandı", is_official: false },
];

// What reaches no further than a person's own does not pass to who stands in for them; a deputy mayor's reaches their unit.
const OWN: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "unit_tree"),
    ("director", "unit_tree"),
    ("chief", "unit"),
    ("staff", "own"),
    ("technician", "own"),
    ("clerk", "all"),
    ("auditor", "all"),
];

fn permissions() -> Vec<Permission> {
    vec![
        Permission { code: step::VIEW, sentence_tr: "Paraf ve imza bekleyen işleri görür.", roles: OWN },
        Permission {
            code: step::SIGN,
            sentence_tr: "Sırası gelince paraflar, imzalar ya da iade eder; yokluğunda vekili yapar.",
            roles: &[
                ("admin", "own"),
                ("deputy_mayor", "unit_tree"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "own"),
                ("clerk", "own"),
            ],
        },
    ]
}
