//! The state table of tickets. What a move does beyond the state is one line each; the clocks follow by themselves
//! (`moved`).

use kernel::record::{self, Record, Verb};
use kernel::{Error, Instant, Result, Tx};

use super::{APPROVE, REPORT, WORK, merging, store};
use crate::service;

/// Whoever was not helped says so within this time; later it is a new matter.
const REOPENED_WITHIN_US: i64 = 30 * Instant::DAY_US;

const OPEN: &[&str] =
    &["new", "assigned", "in_progress", "waiting_requester", "waiting_vendor", "waiting_part"];
const GIVEN_UP_FROM: &[&str] = &[
    "waiting_unit",
    "waiting_desk",
    "new",
    "assigned",
    "in_progress",
    "waiting_requester",
    "waiting_vendor",
    "waiting_part",
];
const AT_WORK: &[&str] = &["assigned", "in_progress"];
/// A device may go to the firm before anybody looked at it.
const HANDED_OVER_FROM: &[&str] = &["new", "assigned", "in_progress"];
const PAUSED: &[&str] = &["waiting_requester", "waiting_vendor", "waiting_part"];

pub(super) fn table() -> Vec<Verb> {
    let mut all = approvals();
    all.extend(work());
    all
}

/// A request that takes somebody's word; nobody agrees to their own.
fn approvals() -> Vec<Verb> {
    vec![
        Verb::new("birim-onayi", "Uygundur", APPROVE, &["waiting_unit"], "new", "ticket_agreed")
            .bulk()
            .run(|tx, ticket, _| Box::pin(agree(tx, ticket))),
        Verb::new("birim-reddi", "Uygun değildir", APPROVE, &["waiting_unit"], "rejected", "ticket_rejected")
            .asking("Gerekçe"),
        Verb::new("masa-onayi", "Bilgi işlemce uygundur", WORK, &["waiting_desk"], "new", "ticket_agreed")
            .bulk()
            .run(|tx, ticket, _| Box::pin(async move { not_own(tx, ticket) })),
        Verb::new(
            "masa-reddi",
            "Bilgi işlemce uygun değildir",
            WORK,
            &["waiting_desk"],
            "rejected",
            "ticket_rejected",
        )
        .asking("Gerekçe"),
    ]
}

fn work() -> Vec<Verb> {
    vec![
        Verb::new("ustlen", "Üstlen", WORK, &["new", "assigned"], "in_progress", "ticket_taken")
            .bulk()
            .run(|tx, ticket, _| Box::pin(take(tx, ticket))),
        Verb::new("surdur", "Sürdür", WORK, PAUSED, "in_progress", "ticket_resumed")
            .run(|tx, ticket, _| Box::pin(take_if_nobodys(tx, ticket))),
        Verb::new("coz", "Çözüldü", WORK, OPEN, "solved", "ticket_solved")
            .asking("Çözüm")
            .bulk()
            .run(|tx, ticket, solution| Box::pin(solve(tx, ticket, solution))),
        Verb::new("bilgi-iste", "Bilgi iste", WORK, AT_WORK, "waiting_requester", "ticket_question")
            .asking("Sorunuz"),
        Verb::new("firmaya-ver", "Firmaya ver", WORK, HANDED_OVER_FROM, "waiting_vendor", "ticket_at_vendor")
            .asking("Firma ve bekleme nedeni"),
        Verb::new("parca-bekle", "Parça bekle", WORK, AT_WORK, "waiting_part", "ticket_part_awaited")
            .asking("Beklenen parça"),
        Verb::new(
            "yanitla",
            "Yanıtladım, sürsün",
            REPORT,
            &["waiting_requester"],
            "in_progress",
            "ticket_answered",
        ),
        Verb::new("cozuldu", "Sorunum çözüldü", REPORT, &["solved"], "closed", "ticket_confirmed"),
        Verb::new(
            "cozulmedi",
            "Sorunum çözülmedi",
            REPORT,
            &["solved", "closed"],
            "in_progress",
            "ticket_reopened",
        )
        .asking("Ne eksik kaldı?")
        .run(|tx, ticket, _| Box::pin(async move { within_time(tx, ticket) })),
        Verb::new("kapat", "Kapat", WORK, &["solved"], "closed", "ticket_closed").bulk(),
        Verb::new("birlestir", "Birleştir", WORK, OPEN, "merged", "ticket_merged")
            .asking("Birleştirileceği kaydın numarası")
            .run(|tx, ticket, said| Box::pin(merging::merge(tx, ticket, said))),
        Verb {
            is_danger: true,
            ..Verb::new("vazgec", "Vazgeç", REPORT, GIVEN_UP_FROM, "cancelled", "ticket_cancelled")
                .asking("Gerekçe")
        },
    ]
}

/// The unit agreed; where the service wants the desk's word, too, it goes on to that.
async fn agree(tx: &Tx, ticket: &Record) -> Result<()> {
    not_own(tx, ticket)?;
    let Some(service) = ticket.get("service_id").id() else { return Ok(()) };
    let service = record::get(tx, &service::kind(), service).await?;
    if service.get("approval").text() == "unit_then_desk" {
        store::set_state(tx, ticket.id, "waiting_desk").await?;
    }
    Ok(())
}

fn not_own(tx: &Tx, ticket: &Record) -> Result<()> {
    let own = tx.act().actor.staff_id;
    if own.is_some() && ticket.get("requester_id").id() == own {
        return Err(Error::rule("DST-008", "", "Kendi isteğinizi onaylayamazsınız."));
    }
    Ok(())
}

/// Whoever takes a ticket works on it from now on.
async fn take(tx: &Tx, ticket: &Record) -> Result<()> {
    let Some(staff) = tx.act().actor.staff_id else {
        let text = "Hesabınız bir personele bağlı değil; kaydı üstlenemezsiniz. “Düzenle” ile birine atayın.";
        return Err(Error::rule("DST-005", "", text));
    };
    store::set_assignee(tx, ticket.id, staff).await
}

/// What nobody took before it went to the firm waits for somebody again where whoever took it back is no technician.
async fn take_if_nobodys(tx: &Tx, ticket: &Record) -> Result<()> {
    match (ticket.get("assignee_id").id(), tx.act().actor.staff_id) {
        (Some(_), _) => Ok(()),
        (None, Some(_)) => take(tx, ticket).await,
        (None, None) => store::set_state(tx, ticket.id, "new").await,
    }
}

async fn solve(tx: &Tx, ticket: &Record, solution: &str) -> Result<()> {
    let assignee = ticket.get("assignee_id").id().or(tx.act().actor.staff_id);
    store::set_solved(tx, ticket.id, solution, assignee).await
}

fn within_time(tx: &Tx, ticket: &Record) -> Result<()> {
    let solved_at = ticket.get("solved_at").int().unwrap_or(0);
    if tx.at().0 - solved_at <= REOPENED_WITHIN_US {
        return Ok(());
    }
    let text = "Çözümünün üzerinden 30 gün geçen kayıt yeniden açılmaz; yeni bir kayıt açın.";
    Err(Error::rule("DST-006", "", text))
}
