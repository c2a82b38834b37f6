//! Appointment of a responsible person (Sorumlu): the director proposes, the deputy mayor approves.
//! States and moves as a table; nothing is stored here.

use time::Date;
use uuid::Uuid;

use kernel::tr;

use crate::Refusal;

/// Where an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Draft,
    Proposed,
    Approved,
    Rejected,
    Ended,
}

impl State {
    /// Every state, in the order of the flow.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Proposed, Self::Approved, Self::Rejected, Self::Ended];

    /// The stored word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Ended => "ended",
        }
    }

    /// The state of a stored word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The Turkish word on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Taslak",
            Self::Proposed => "Önerildi",
            Self::Approved => "Onaylandı",
            Self::Rejected => "Reddedildi",
            Self::Ended => "Sona erdi",
        }
    }
}

/// What a person can do with an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    Propose,
    Withdraw,
    Approve,
    Reject,
    Revise,
    End,
}

/// One row of the table of moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub from: State,
    pub verb: Verb,
    pub to: State,
    /// The permission that the act asks for.
    pub permission: &'static str,
    /// The Turkish word on the button.
    pub label: &'static str,
    /// True where a written reason must be given.
    pub is_reason_required: bool,
}

/// Held by the director.
pub const PROPOSE: &str = "directory.appointment.propose";
/// Held by the deputy mayor.
pub const APPROVE: &str = "directory.appointment.approve";

/// Every allowed move; what is not here is refused.
pub const MOVES: &[Move] = &[
    row(State::Draft, Verb::Propose, State::Proposed, PROPOSE, "Öner", false),
    row(State::Proposed, Verb::Withdraw, State::Draft, PROPOSE, "Geri çek", false),
    row(State::Proposed, Verb::Approve, State::Approved, APPROVE, "Onayla", false),
    row(State::Proposed, Verb::Reject, State::Rejected, APPROVE, "Reddet", true),
    row(State::Rejected, Verb::Revise, State::Draft, PROPOSE, "Yeniden düzenle", false),
    row(State::Approved, Verb::End, State::Ended, PROPOSE, "Sona erdir", true),
];

const fn row(
    from: State,
    verb: Verb,
    to: State,
    permission: &'static str,
    label: &'static str,
    is_reason_required: bool,
) -> Move {
    Move { from, verb, to, permission, label, is_reason_required }
}

/// The moves that a state allows, for the buttons of a page.
pub fn moves_from(state: State) -> impl Iterator<Item = &'static Move> {
    MOVES.iter().filter(move |row| row.from == state)
}

/// The row that a verb means in a state, or why the act is not possible now.
pub fn find_move(state: State, verb: Verb) -> Result<&'static Move, Refusal> {
    moves_from(state).find(|row| row.verb == verb).ok_or_else(|| {
        let label = MOVES.iter().find(|row| row.verb == verb).map_or("", |row| row.label);
        Refusal::new(
            "appointment.state",
            "",
            format!("“{label}” işlemi yapılamıyor: görevlendirmenin durumu “{}”.", state.label()),
        )
    })
}

/// One appointment as the rules see it. A person may hold several, but not the same one twice at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: Uuid,
    pub person_id: Uuid,
    pub unit_id: Uuid,
    /// What the person answers for, e.g. "Siber Olay Müdahale Sorumlusu".
    pub subject: String,
    pub state: State,
    pub starts_on: Date,
    /// The last day, when there is one.
    pub ends_on: Option<Date>,
}

impl Appointment {
    /// True when it is approved (or was, and ended later) and runs on this day.
    pub fn is_in_force(&self, on: Date) -> bool {
        matches!(self.state, State::Approved | State::Ended)
            && self.starts_on <= on
            && self.ends_on.is_none_or(|last| on <= last)
    }
}

/// Checks dates and doubles before an appointment is saved or proposed; gives every broken rule.
///
/// `others` are the person's other appointments; rejected ones do not count, nor does the candidate itself.
pub fn check(candidate: &Appointment, others: &[Appointment]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let subject = tr::fold(&candidate.subject);
    if subject.is_empty() {
        refusals.push(Refusal::new("appointment.subject", "subject", "Sorumluluğun konusunu yazın."));
    }
    if candidate.ends_on.is_some_and(|last| last < candidate.starts_on) {
        refusals.push(Refusal::new(
            "appointment.dates",
            "ends_on",
            "Bitiş tarihi başlangıç tarihinden önce olamaz.",
        ));
    }
    let double = others.iter().find(|other| {
        other.id != candidate.id
            && other.person_id == candidate.person_id
            && other.unit_id == candidate.unit_id
            && other.state != State::Rejected
            && tr::fold(&other.subject) == subject
            && shares_a_day(candidate, other)
    });
    if let Some(other) = double {
        refusals.push(Refusal::new(
            "appointment.double",
            "subject",
            format!(
                "Bu kişinin aynı konuda {} tarihinde başlayan bir görevlendirmesi var ({}).",
                tr::date(other.starts_on),
                other.state.label()
            ),
        ));
    }
    refusals
}

fn shares_a_day(left: &Appointment, right: &Appointment) -> bool {
    let ends_before = |a: &Appointment, b: &Appointment| a.ends_on.is_some_and(|last| last < b.starts_on);
    !ends_before(left, right) && !ends_before(right, left)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use time::macros::date;

    fn appointment() -> Appointment {
        Appointment {
            id: Uuid::from_u128(1),
            person_id: Uuid::from_u128(2),
            unit_id: Uuid::from_u128(3),
            subject: "Yedekleme Sorumlusu".to_owned(),
            state: State::Draft,
            starts_on: date!(2026 - 11 - 05),
            ends_on: None,
        }
    }

    fn codes(refusals: &[Refusal]) -> Vec<&'static str> {
        refusals.iter().map(|r| r.code).collect()
    }

    #[test]
    fn the_director_proposes_and_the_deputy_mayor_approves() {
        let propose = find_move(State::Draft, Verb::Propose).unwrap();
        assert_eq!((propose.to, propose.permission), (State::Proposed, PROPOSE));
        let approve = find_move(State::Proposed, Verb::Approve).unwrap();
        assert_eq!((approve.to, approve.permission), (State::Approved, APPROVE));
        assert!(find_move(State::Proposed, Verb::Reject).unwrap().is_reason_required);
    }

    #[test]
    fn nothing_is_approved_that_was_not_proposed() {
        let into_approved: Vec<State> =
            MOVES.iter().filter(|m| m.to == State::Approved).map(|m| m.from).collect();
        assert_eq!(into_approved, [State::Proposed]);
        let refusal = find_move(State::Draft, Verb::Approve).unwrap_err();
        assert_eq!(refusal.reason, "“Onayla” işlemi yapılamıyor: görevlendirmenin durumu “Taslak”.");
    }

    #[test]
    fn the_table_has_no_doubles_and_every_state_is_reachable() {
        for (index, row) in MOVES.iter().enumerate() {
            assert!(!MOVES[..index].iter().any(|other| (other.from, other.verb) == (row.from, row.verb)));
        }
        for state in State::ALL {
            assert!(state == State::Draft || MOVES.iter().any(|row| row.to == state), "{state:?}");
            assert_eq!(State::from_code(state.code()), Some(state));
        }
        assert_eq!(moves_from(State::Ended).count(), 0);
        assert_eq!(State::from_code("onaylandı"), None);
    }

    #[test]
    fn a_person_may_hold_several_but_not_the_same_twice() {
        let candidate = appointment();
        let other = Appointment { id: Uuid::from_u128(9), state: State::Approved, ..appointment() };
        let refusals = check(&candidate, std::slice::from_ref(&other));
        assert_eq!(codes(&refusals), ["appointment.double"]);
        assert!(refusals[0].reason.contains("05.11.2026"));
        let in_capitals = Appointment { subject: "YEDEKLEME SORUMLUSU".to_owned(), ..other.clone() };
        assert_eq!(codes(&check(&candidate, &[in_capitals])), ["appointment.double"]);
        let elsewhere = Appointment { unit_id: Uuid::from_u128(8), ..other.clone() };
        let another = Appointment { subject: "Ağ Sorumlusu".to_owned(), ..other.clone() };
        let rejected = Appointment { state: State::Rejected, ..other.clone() };
        let earlier = Appointment {
            starts_on: date!(2025 - 01 - 01),
            ends_on: Some(date!(2026 - 11 - 04)),
            state: State::Ended,
            ..other
        };
        assert_eq!(check(&candidate, &[elsewhere, another, rejected, earlier, candidate.clone()]), []);
    }

    #[test]
    fn dates_and_subject_are_checked() {
        let wrong =
            Appointment { ends_on: Some(date!(2026 - 11 - 04)), subject: " - ".to_owned(), ..appointment() };
        assert_eq!(codes(&check(&wrong, &[])), ["appointment.subject", "appointment.dates"]);
    }

    #[test]
    fn only_an_approved_appointment_is_in_force_within_its_days() {
        let approved =
            Appointment { state: State::Approved, ends_on: Some(date!(2026 - 12 - 01)), ..appointment() };
        assert!(!approved.is_in_force(date!(2026 - 11 - 04)));
        assert!(approved.is_in_force(date!(2026 - 11 - 05)));
        assert!(approved.is_in_force(date!(2026 - 12 - 01)));
        assert!(!approved.is_in_force(date!(2026 - 12 - 02)));
        assert!(!appointment().is_in_force(date!(2026 - 11 - 05)));
        let ended = Appointment { state: State::Ended, ..approved };
        assert!(ended.is_in_force(date!(2026 - 11 - 20)));
    }
}
