//! The kind `appointment`: responsible persons, proposed by the director and approved by the deputy mayor (ORG-3).
//! Moves and rules are in `crate::appointment`; here they meet the record.

use kernel::db::Sql;
use kernel::record::{
    Choice, Direction, Draft, Field, FieldKind, FieldValue, Kind, Record, Tone, Verb, VerbRun, View,
};
use kernel::{Boxed, Error, Result, Tx, Violation};
use uuid::Uuid;

use super::{PHASES, set_text, text_of, verb, violations};
use crate::appointment::{Appointment, MOVES, Move, PROPOSE, State, Verb as Step, check};
use crate::store::{self, AppointmentRow, day};

const STATES: &[Choice] = &[
    Choice::new("draft", "Taslak", Tone::New),
    Choice::new("proposed", "Önerildi", Tone::Doing),
    Choice::new("approved", "Onaylandı", Tone::Done),
    Choice::new("rejected", "Reddedildi", Tone::Late),
    Choice::new("ended", "Sona erdi", Tone::Wait),
];

/// Responsible persons, at `/teskilat/sorumlular`.
pub fn kind() -> Kind {
    let mut kind = Kind::new(
        "appointment",
        "görevlendirme",
        "Sorumlular",
        "/teskilat/sorumlular",
        "directory.appointment.view",
    );
    kind.title = "subject";
    kind.unit = Some("unit_id");
    kind.owner = Some("staff_id");
    kind.create = Some(PROPOSE);
    kind.edit = Some(PROPOSE);
    kind.default_sort = ("subject", Direction::Ascending);
    kind.editable_in = &["draft"];
    kind.locked_tr = "Yalnız taslak görevlendirme değiştirilebilir; önce öneriyi geri çekin.";
    kind.prepare = Some(prepare);
    kind.fields = vec![
        Field::text("subject", "Sorumluluğun konusu", 200)
            .required()
            .hint("Kişinin neden sorumlu olacağı; örneğin “Ağ ve Sistem Sorumlusu”.")
            .listed()
            .sorted_by("subject_key")
            .searched(),
        Field::reference("staff_id", "Görevlendirilen", "staff")
            .among(&["active"])
            .required()
            .listed()
            .filtered(),
        Field::reference("unit_id", "Birim", "unit").among(&["open"]).required().listed().filtered(),
        Field::choice("state", "Durum", STATES).listed().filtered().read_only(),
        Field::choice("phase", "Bugün", PHASES).listed().filtered().read_only(),
        Field::new("starts_on", "Başlangıç", FieldKind::Day).required().listed().sorted(),
        Field::new("ends_on", "Bitiş", FieldKind::Day).hint("Süresizse boş bırakın."),
        Field::text("decision_no", "Olur sayısı", 60).hint("Yazılı olur varsa sayısı."),
        Field::new("proposed_at", "Önerildiği an", FieldKind::Instant).read_only(),
        Field::new("approved_at", "Onaylandığı an", FieldKind::Instant).read_only(),
    ];
    kind.views = vec![
        View { id: "gorevde", label_tr: "Görevde", query: "phase=current" },
        View { id: "baslayacak", label_tr: "Başlayacak", query: "phase=coming" },
        View { id: "doldu", label_tr: "Süresi doldu", query: "phase=over" },
        View { id: "onay", label_tr: "Onay bekleyen", query: "state=proposed" },
        View { id: "benim", label_tr: "Benim", query: "staff_id={me}" },
    ];
    kind.verbs = MOVES.iter().map(row).collect();
    kind
}

/// A row of the pure table of moves as the kit's verb.
fn row(step: &Move) -> Verb {
    let (id, event, run, done_tr): (_, _, VerbRun, _) = match step.verb {
        Step::Propose => ("oner", "appointment_proposed", propose, "Görevlendirme onaya sunuldu."),
        Step::Withdraw => ("geri-cek", "appointment_withdrawn", nothing, "Öneri geri çekildi."),
        Step::Approve => ("onayla", "appointment_approved", approve, "Görevlendirme onaylandı."),
        Step::Reject => ("reddet", "appointment_rejected", nothing, "Görevlendirme reddedildi."),
        Step::Revise => (
            "yeniden-duzenle",
            "appointment_revised",
            nothing,
            "Görevlendirme yeniden taslak; düzeltip önerin.",
        ),
        Step::End => ("sona-erdir", "appointment_ended", end, "Görevlendirme sona erdirildi."),
    };
    let from: &'static [&'static str] = match step.from {
        State::Draft => &["draft"],
        State::Proposed => &["proposed"],
        State::Approved => &["approved"],
        State::Rejected => &["rejected"],
        State::Ended => &["ended"],
    };
    Verb {
        needs_reason: step.is_reason_required,
        reason_tr: "Gerekçe",
        is_danger: matches!(step.verb, Step::Reject | Step::End),
        in_bulk: matches!(step.verb, Step::Approve),
        done_tr,
        run: Some(run),
        ..verb(id, step.label, step.permission, from, step.to.code(), event)
    }
}

fn seen(row: &AppointmentRow) -> Result<Appointment> {
    Ok(Appointment {
        id: row.id,
        person_id: row.staff_id,
        unit_id: row.unit_id,
        subject: row.subject.clone(),
        state: State::from_code(&row.state).unwrap_or(State::Rejected),
        starts_on: day(&row.starts_on)?,
        ends_on: row.ends_on.as_deref().map(day).transpose()?,
    })
}

async fn others(tx: &Tx, staff: Uuid) -> Result<Vec<Appointment>> {
    store::appointments_of(tx, staff).await?.iter().map(seen).collect()
}

fn prepare<'a>(
    tx: &'a Tx,
    draft: &'a mut Draft,
    before: Option<&'a Record>,
) -> Boxed<'a, Result<Vec<Violation>>> {
    Box::pin(async move {
        if before.is_none() {
            set_text(draft, "state", "draft");
        }
        let ids = (draft.or("staff_id", before).id(), draft.or("unit_id", before).id());
        let (Some(staff), Some(unit)) = ids else { return Ok(Vec::new()) };
        // First, so that of two drafts at once the second sees the first.
        store::lock_person(tx, staff).await?;
        let mut found = Vec::new();
        let ends_on = draft.or("ends_on", before);
        let candidate = Appointment {
            id: before.map_or(Uuid::nil(), |before| before.id),
            person_id: staff,
            unit_id: unit,
            subject: text_of(draft, "subject", before),
            state: State::Draft,
            starts_on: day(draft.or("starts_on", before).text())?,
            ends_on: if ends_on.is_null() { None } else { Some(day(ends_on.text())?) },
        };
        found.extend(violations(check(&candidate, &others(tx, staff).await?), |field| match field {
            "subject" => "subject",
            "ends_on" => "ends_on",
            _ => "",
        }));
        Ok(found)
    })
}

fn nothing<'a>(_tx: &'a Tx, _record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async { Ok(()) })
}

fn propose<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let sql =
            "UPDATE appointment SET proposed_at = $1, proposed_by_id = $2, approved_at = NULL WHERE id = $3";
        tx.run(sql, vec![tx.at().into(), tx.act().actor.account_id.into(), record.id.into()]).await?;
        Ok(())
    })
}

/// The second step is another person's: whoever proposed cannot approve.
fn approve<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        refuse_own_proposal(tx, "appointment", record.id).await?;
        if let FieldValue::Id(staff) = record.get("staff_id")
            && (tx.act().actor.staff_id == Some(*staff))
        {
            return Err(Error::rule("appointment.self", "", "Kişi kendi görevlendirmesini onaylayamaz."));
        }
        let sql = "UPDATE appointment SET approved_at = $1 WHERE id = $2";
        tx.run(sql, vec![tx.at().into(), record.id.into()]).await?;
        store::set_phases(tx, Some(record.id)).await?;
        Ok(())
    })
}

/// Fails when the one who acts is the one who asked; the system itself has no account.
pub(crate) async fn refuse_own_proposal(tx: &Tx, table: &str, id: Uuid) -> Result<()> {
    let sql = format!("SELECT proposed_by_id FROM {table} WHERE id = $1");
    let proposer: Option<Uuid> = tx.scalar(&sql, vec![id.into()]).await?;
    if proposer.is_some() && proposer == tx.act().actor.account_id {
        return Err(Error::rule(
            "proposal.own",
            "",
            "Öneren kişi kendi önerisini onaylayamaz; onay başka bir yetkilinindir.",
        ));
    }
    Ok(())
}

/// Ends today at the latest; an earlier last day stays.
fn end<'a>(tx: &'a Tx, record: &'a Record, _reason: &'a str) -> Boxed<'a, Result<()>> {
    Box::pin(async move {
        let sql = "UPDATE appointment SET ends_on = $1 WHERE id = $2 AND (ends_on IS NULL OR ends_on > $1)";
        tx.run(sql, vec![tx.at().day().to_string().into(), record.id.into()]).await?;
        store::set_phases(tx, Some(record.id)).await?;
        Ok(())
    })
}
