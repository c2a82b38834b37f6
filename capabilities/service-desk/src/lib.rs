//! The service desk: faults and requests from the first word to the satisfied person, and what was learnt on the way.
//! Only the table of contents.

mod assign_rule;
mod board;
mod change;
mod demo;
mod escalation;
mod evidence;
mod finding;
mod how_to;
mod levels;
mod mail_in;
mod mail_out;
mod maintenance;
mod part_move;
mod service;
mod short;
#[cfg(test)]
mod tests;
mod ticket;
mod vendor_job;
mod work_log;

use kernel::Capability;
use kernel::capability::{MenuEntry, Permission};
use kernel::event::{Reaction, VerbLabel};
use web::{Allow, Routes};

/// What the capability declares of itself.
pub fn capability() -> Capability {
    Capability {
        id: "service-desk",
        name_tr: "Destek masası",
        menu: vec![
            entry("Destek kayıtları", "/destek", ticket::VIEW),
            entry("Telefonla gelen arıza", short::phone::PATH, ticket::INTAKE),
            entry("Hizmet kataloğu", "/hizmet-katalogu", service::VIEW),
            entry("İş planı", board::PATH, ticket::WORK),
            entry("Bakım planları", "/bakim-planlari", maintenance::VIEW),
            entry("Değişiklikler", change::PATH, change::VIEW),
            entry("Firma işleri", "/firma-isleri", vendor_job::VIEW),
            entry("Parça aktarımları", "/parca-aktarimlari", part_move::VIEW),
            entry("Çalışma notları", "/calismalar", work_log::VIEW),
            entry("Atama kuralları", "/atama-kurallari", assign_rule::VIEW),
            entry("Yükseltme adımları", escalation::PATH, escalation::VIEW),
            entry("Ekip süreleri", escalation::TEAM_TIMES, escalation::VIEW),
            entry("Gelen e-postalar", "/destek-e-postalari", mail_in::VIEW),
            entry("Bilgi bankası", "/bilgi-bankasi", how_to::VIEW),
        ],
        permissions: permissions(),
        migrations: vec![
            service::migration(),
            maintenance::migration(),
            ticket::migration(),
            work_log::migration(),
            vendor_job::migration(),
            part_move::migration(),
            how_to::migration(),
            mail_in::migration(),
            assign_rule::migration(),
            change::migration(),
            escalation::migration(),
            ticket::migration_of_findings(),
            part_move::migration_of_serials(),
        ],
        kinds: vec![
            ticket::kind(),
            work_log::kind(),
            vendor_job::kind(),
            part_move::kind(),
            maintenance::kind(),
            how_to::kind(),
            mail_in::kind(),
            assign_rule::kind(),
            service::kind(),
            change::kind(),
            escalation::kind(),
            escalation::team_time_kind(),
        ],
        verbs: VERBS.to_vec(),
        reactions: reactions(),
        jobs: ticket::moved::jobs()
            .into_iter()
            .chain([maintenance::job(), mail_in::job(), mail_out::job(), finding::job()])
            .collect(),
        notices: ticket::notices::declared()
            .into_iter()
            .chain(change::notices())
            .chain([escalation::notice()])
            .collect(),
        settings: levels::settings(),
        evidence: evidence::all(),
        my_day: vec![evidence::waiting],
        demo: Some(demo::load),
        ..Capability::default()
    }
}

/// Every route: the kit's for each kind, and what a person says about a ticket or a how-to.
pub fn routes() -> Routes {
    Routes::new()
        .post(ticket::similar::PATH, Allow::Permission(ticket::REPORT), ticket::similar::show)
        .get(short::device::PATH, Allow::Permission(ticket::REPORT), short::device::ask)
        .post(short::device::PATH, Allow::Permission(ticket::REPORT), short::device::take)
        .get(short::phone::PATH, Allow::Permission(ticket::INTAKE), short::phone::ask)
        .post(short::phone::PATH, Allow::Permission(ticket::INTAKE), short::phone::take)
        .post(short::phone::CALLER_PATH, Allow::Permission(ticket::INTAKE), short::phone::found)
        .get(board::order::PATH, Allow::Permission(ticket::WORK), board::order::print)
        .and(web::kind_routes(&ticket::kind(), Some(ticket::page::extras)))
        .post("/destek/{id}/memnuniyet", Allow::Permission(ticket::REPORT), ticket::page::answer)
        .get("/hizmet-katalogu/{id}/iste", Allow::Permission(ticket::REPORT), service::page::ask)
        .post("/hizmet-katalogu/{id}/iste", Allow::Permission(ticket::REPORT), service::page::take)
        .and(web::kind_routes(&service::kind(), Some(service::page::extras)))
        .get(board::PATH, Allow::Whole(ticket::WORK), board::show)
        .post(board::PATH, Allow::Whole(ticket::INTAKE), board::planning::plan)
        .get(board::forecast::PATH, Allow::Whole(ticket::VIEW), board::forecast::show)
        .and(web::kind_routes(&change::kind(), None))
        .and(web::kind_routes(&work_log::kind(), None))
        .and(web::kind_routes(&vendor_job::kind(), None))
        .and(web::kind_routes(&part_move::kind(), None))
        .and(web::kind_routes(&maintenance::kind(), None))
        .and(web::kind_routes(&mail_in::kind(), None))
        .and(web::kind_routes(&assign_rule::kind(), Some(assign_rule::extras)))
        .and(web::kind_routes(&escalation::kind(), None))
        .and(web::kind_routes(&escalation::team_time_kind(), None))
        .and(web::kind_routes(&how_to::kind(), Some(how_to::page::extras)))
        .post("/bilgi-bankasi/{id}/yardim", Allow::Permission(ticket::REPORT), how_to::page::vote)
}

const fn entry(label_tr: &'static str, path: &'static str, permission: &'static str) -> MenuEntry {
    MenuEntry { group_tr: "Hizmet", label_tr, path, permission }
}

fn reactions() -> Vec<Reaction> {
    let on_ticket = |verb| Reaction { subject_kind: "ticket", verb, run: ticket::moved::follow };
    let on_settings =
        Reaction { subject_kind: "setting", verb: "changed", run: ticket::moved::settings_changed };
    let more = [
        on_settings,
        Reaction { subject_kind: "vendor_job", verb: "created", run: vendor_job::sent },
        Reaction { subject_kind: "part_move", verb: "created", run: part_move::moved },
        Reaction { subject_kind: "software", verb: "software_found", run: finding::found },
        Reaction { subject_kind: "ticket", verb: "ticket_solved", run: ticket::merging::solved },
        Reaction { subject_kind: "ticket", verb: "ticket_solved", run: ticket::problem::solved },
        Reaction { subject_kind: "network_device", verb: "pages_counted", run: maintenance::counted },
        Reaction { subject_kind: "software", verb: "software_short", run: finding::found },
        Reaction { subject_kind: "software", verb: "software_settled", run: finding::settled },
    ];
    let steps = escalation::CHANGED.into_iter().map(|(subject_kind, verb)| Reaction {
        subject_kind,
        verb,
        run: ticket::moved::steps_changed,
    });
    let letters = mail_out::on().map(|verb| Reaction { subject_kind: "ticket", verb, run: mail_out::told });
    ticket::moved::ON.into_iter().map(on_ticket).chain(more).chain(steps).chain(letters).collect()
}

const fn verb(verb: &'static str, label_tr: &'static str) -> VerbLabel {
    VerbLabel { verb, label_tr, is_official: false }
}

const VERBS: [VerbLabel; 48] = [
    verb("ticket_agreed", "Uygun gördü"),
    verb("ticket_rejected", "Uygun görmedi"),
    verb("service_offered", "Kataloğa koydu"),
    verb("service_withdrawn", "Katalogdan kaldırdı"),
    verb("ticket_taken", "Üstlendi"),
    verb("ticket_resumed", "İşe dönüldü"),
    verb("ticket_solved", "Çözdü"),
    verb("ticket_question", "Bilgi istedi"),
    verb("ticket_at_vendor", "Firmaya verdi"),
    verb("ticket_part_awaited", "Parça bekliyor"),
    verb("ticket_answered", "Yanıtladı"),
    verb("ticket_confirmed", "Çözüldüğünü bildirdi"),
    verb("ticket_reopened", "Çözülmediğini bildirdi"),
    verb("ticket_closed", "Kapattı"),
    verb("ticket_cancelled", "Vazgeçti"),
    verb("ticket_rated", "Memnuniyetini bildirdi"),
    verb("ticket_near", "Süresi dolmak üzere"),
    verb("ticket_late", "Süresi geçti"),
    verb("finding_settled", "Bulgu ortadan kalktı"),
    verb("finding_again", "Bulgu yeniden görüldü"),
    verb("work_order_taken", "İş emri indirildi"),
    verb("vendor_job_back", "Firmadan geri geldi"),
    verb("vendor_job_lost", "Firma onaramadı"),
    verb("part_taken_out", "Parçası söküldü"),
    verb("part_fitted", "Parça takıldı"),
    verb("plan_stopped", "Planı durdurdu"),
    verb("plan_resumed", "Planı yürürlüğe aldı"),
    verb("ticket_merged", "Birleştirdi"),
    verb("ticket_joined", "Bir kayıt buna katıldı"),
    verb("ticket_solved_with", "Katıldığı kayıt çözüldü"),
    verb("rule_stopped", "Kuralı durdurdu"),
    verb("rule_resumed", "Kuralı yürürlüğe aldı"),
    verb("ticket_escalated", "Yükseltildi"),
    verb("step_stopped", "Durdurdu"),
    verb("step_resumed", "Yürürlüğe aldı"),
    verb("letter_sent", "E-posta gönderildi"),
    verb("mail_opened", "Kayıt açtı"),
    verb("mail_ignored", "Gerek yok dedi"),
    verb("change_proposed", "Onaya sundu"),
    verb("change_agreed", "Uygun gördü"),
    verb("change_rejected", "Uygun görmedi"),
    verb("change_begun", "Değişikliğe başladı"),
    verb("change_done", "Değişikliği yaptı"),
    verb("change_rolled_back", "Değişikliği geri aldı"),
    verb("change_cancelled", "Değişiklikten vazgeçti"),
    verb("how_to_published", "Yayımladı"),
    verb("how_to_reviewed", "Gözden geçirdi"),
    verb("how_to_withdrawn", "Yayından kaldırdı"),
];

/// Everybody reports for themselves and sees what they reported.
const OWN: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "own"),
    ("director", "own"),
    ("chief", "own"),
    ("staff", "own"),
    ("technician", "all"),
    ("clerk", "all"),
];

/// Those who run the desk or look on.
const DESK: &[(&str, &str)] =
    &[("admin", "all"), ("deputy_mayor", "all"), ("technician", "all"), ("clerk", "all"), ("auditor", "all")];

const DESK_AND_DIRECTORS: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "unit_tree"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];

const WORKERS: &[(&str, &str)] = &[("admin", "all"), ("technician", "all")];

const EVERYBODY: &[(&str, &str)] = &[
    ("admin", "all"),
    ("deputy_mayor", "all"),
    ("director", "all"),
    ("chief", "all"),
    ("staff", "all"),
    ("technician", "all"),
    ("clerk", "all"),
    ("auditor", "all"),
];

fn permissions() -> Vec<Permission> {
    let permission = |code, sentence_tr, roles| Permission { code, sentence_tr, roles };
    vec![
        permission(
            ticket::VIEW,
            "Destek kayıtlarını görür.",
            &[
                ("admin", "all"),
                ("deputy_mayor", "all"),
                ("director", "unit_tree"),
                ("chief", "unit"),
                ("staff", "own"),
                ("technician", "all"),
                ("clerk", "all"),
                ("auditor", "all"),
            ],
        ),
        permission(ticket::REPORT, "Arıza bildirir, istekte bulunur, çözülüp çözülmediğini söyler.", OWN),
        permission(
            ticket::INTAKE,
            "Başkası adına destek kaydı açar; önem, ekip ve görevli belirler.",
            &[("admin", "all"), ("technician", "all"), ("clerk", "all")],
        ),
        permission(
            ticket::WORK,
            "Destek kayıtlarını üstlenir, yürütür ve çözer.",
            &[("admin", "all"), ("technician", "all")],
        ),
        permission(work_log::VIEW, "Çalışma notlarını görür.", DESK),
        permission(work_log::WRITE, "Kendi yaptığı işi yazar.", &[("admin", "all"), ("technician", "own")]),
        permission(vendor_job::VIEW, "Firmaya verilen işleri görür.", DESK),
        permission(vendor_job::EDIT, "Firmaya iş verir, geri alır.", WORKERS),
        permission(part_move::VIEW, "Cihazlar arasında aktarılan parçaları görür.", DESK),
        permission(part_move::MOVE, "Bir cihazdan ötekine parça aktarır.", WORKERS),
        permission(maintenance::VIEW, "Bakım planlarını görür.", DESK),
        permission(maintenance::EDIT, "Bakım planı yapar, durdurur.", WORKERS),
        permission(
            ticket::APPROVE,
            "Biriminden gelen istekleri uygun görür ya da görmez.",
            &[("admin", "all"), ("deputy_mayor", "all"), ("director", "unit_tree"), ("chief", "unit")],
        ),
        permission(change::VIEW, "Planlanan değişiklikleri görür.", DESK_AND_DIRECTORS),
        permission(change::EDIT, "Değişiklik planlar ve yapar.", WORKERS),
        permission(
            change::AGREE,
            "Başkasının değişikliğini uygun görür ya da görmez.",
            &[("admin", "all"), ("deputy_mayor", "all"), ("director", "unit_tree")],
        ),
        permission(assign_rule::VIEW, "Atama kurallarını görür.", DESK),
        permission(assign_rule::EDIT, "Atama kuralı yazar, durdurur.", WORKERS),
        permission(escalation::VIEW, "Yükseltme adımlarını ve ekip sürelerini görür.", DESK),
        permission(escalation::EDIT, "Yükseltme adımı ve ekip süresi yazar, durdurur.", WORKERS),
        permission(mail_in::VIEW, "Destek posta kutusuna gelenleri görür.", DESK),
        permission(service::VIEW, "Hizmet kataloğunu görür.", EVERYBODY),
        permission(service::EDIT, "Hizmet kataloğunu düzenler.", WORKERS),
        permission(how_to::VIEW, "Bilgi bankasını okur.", EVERYBODY),
        permission(
            how_to::VIEW_ALL,
            "Taslak bilgi yazılarını ve destek ekibine yazılmış olanları da okur.",
            &[("admin", "all"), ("technician", "all"), ("clerk", "all"), ("auditor", "all")],
        ),
        permission(
            how_to::EDIT,
            "Bilgi yazısı yazar, yayımlar, yayından kaldırır.",
            &[("admin", "all"), ("technician", "all")],
        ),
    ]
}
