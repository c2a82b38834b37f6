//! The clocks of a ticket, computed from the log of its states and nothing else: a pause, a reopening, another priority or
//! another calendar come out right because nothing was counted before.

use directory::calendar::WorkingCalendar;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::levels::Allowed;

/// What time does in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Running {
    /// Whether it is wanted is not decided: nothing runs, and nobody answers yet.
    Unagreed,
    /// Nobody took it up: the time to the answer and to the solution run.
    Unanswered,
    Yes,
    /// It is somebody else's turn.
    Paused,
    Ended,
    /// Nobody needs it any more: it was neither in time nor late.
    GivenUp,
    /// It was in another program, by whose times nobody here was measured.
    Elsewhere,
}

const RUNNING: [(&str, Running); 14] = [
    ("elsewhere", Running::Elsewhere),
    ("waiting_unit", Running::Unagreed),
    ("waiting_desk", Running::Unagreed),
    ("new", Running::Unanswered),
    ("assigned", Running::Unanswered),
    ("in_progress", Running::Yes),
    ("waiting_requester", Running::Paused),
    ("waiting_vendor", Running::Paused),
    ("waiting_part", Running::Yes),
    ("solved", Running::Ended),
    ("closed", Running::Ended),
    ("cancelled", Running::GivenUp),
    ("rejected", Running::GivenUp),
    ("merged", Running::GivenUp),
];

fn running(state: &str) -> Running {
    RUNNING.iter().find(|(known, _)| *known == state).map_or(Running::Paused, |(_, running)| *running)
}

/// A row of the log: since `at` (µs UTC) it is in this state.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Moved {
    pub at: i64,
    pub state: String,
    pub priority: String,
    /// The team that has it.
    pub team_id: Option<Uuid>,
}

/// How a ticket's time stands at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub is_open: bool,
    /// Its time goes on now: nobody else's turn is waited for.
    pub is_running: bool,
    pub is_answered: bool,
    /// on_time, near, late, paused, met, missed, none
    pub deadline: &'static str,
    /// waiting, met, missed
    pub response: &'static str,
    /// Working minutes until somebody took it up, or until now.
    pub answered_after: i64,
    /// Working minutes that ran until now.
    pub worked: i64,
    /// µs UTC; of a paused one as if it went on now, of an ended one when it ended.
    pub due_at: i64,
    pub near_at: i64,
}

/// Three quarters of the time: who works on it is told.
const NEAR_PERCENT: i64 = 75;

/// Reads the log, oldest first, at `now` (µs UTC). `None` for no log, and where the calendar does not reach.
pub(crate) fn read(log: &[Moved], allowed: Allowed, calendar: &WorkingCalendar, now: i64) -> Option<Reading> {
    let last = log.last()?;
    let (mut answered_after, mut worked) = (0, 0);
    let mut is_answered = false;
    let here = log.iter().enumerate().filter(|(_, moved)| running(&moved.state) != Running::Elsewhere);
    for (place, moved) in here {
        let until = log.get(place + 1).map_or(now.max(moved.at), |next| next.at);
        let minutes = calendar.working_minutes_between(moved.at, until)?;
        let kind = running(&moved.state);
        is_answered |= !matches!(kind, Running::Unanswered | Running::Unagreed);
        if !is_answered && kind == Running::Unanswered {
            answered_after += minutes;
        }
        if matches!(kind, Running::Unanswered | Running::Yes) {
            worked += minutes;
        }
    }
    let state = running(&last.state);
    let ended_elsewhere = state == Running::Ended
        && log.iter().rev().skip(1).all(|row| running(&row.state) == Running::Elsewhere);
    let ended_elsewhere = ended_elsewhere && log.len() > 1;
    let response = match (answered_after > allowed.answer, is_answered) {
        _ if ended_elsewhere => "none",
        (true, _) => "missed",
        (false, true) => "met",
        (false, false) => "waiting",
    };
    let left = allowed.solution - worked;
    // What runs out first counts while nobody has answered.
    let next = if response == "waiting" { left.min(allowed.answer - answered_after) } else { left };
    let near_in = (left - allowed.solution * (100 - NEAR_PERCENT) / 100).min(next);
    let is_open = !matches!(state, Running::Ended | Running::GivenUp);
    let deadline = match state {
        Running::GivenUp | Running::Elsewhere => "none",
        Running::Ended if ended_elsewhere => "none",
        Running::Ended if worked > allowed.solution => "missed",
        Running::Ended => "met",
        Running::Paused | Running::Unagreed if left >= 0 => "paused",
        _ if left <= 0 || (response == "missed" && !is_answered) => "late",
        _ if near_in <= 0 => "near",
        _ => "on_time",
    };
    let (due_at, near_at) = if is_open {
        (calendar.add_working_minutes(now, next)?, calendar.add_working_minutes(now, near_in)?)
    } else {
        (last.at, last.at)
    };
    let is_running = matches!(state, Running::Unanswered | Running::Yes);
    Some(Reading {
        is_open,
        is_running,
        is_answered,
        deadline,
        response,
        answered_after,
        worked,
        due_at,
        near_at,
    })
}

/// Working minutes that ran while a team had the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub team_id: Option<Uuid>,
    pub minutes: i64,
}

/// What each team had it for, in the order in which it came to them. `None` where the calendar does not reach.
pub(crate) fn held(log: &[Moved], calendar: &WorkingCalendar, now: i64) -> Option<Vec<Held>> {
    let mut all: Vec<Held> = Vec::new();
    for (place, moved) in log.iter().enumerate() {
        if !matches!(running(&moved.state), Running::Unanswered | Running::Yes) {
            continue;
        }
        let until = log.get(place + 1).map_or(now.max(moved.at), |next| next.at);
        let minutes = calendar.working_minutes_between(moved.at, until)?;
        match all.iter_mut().find(|held| held.team_id == moved.team_id) {
            Some(held) => held.minutes += minutes,
            None => all.push(Held { team_id: moved.team_id, minutes }),
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use directory::calendar::{Holidays, WorkingHours};
    use kernel::tr::parse_instant;

    const ALLOWED: Allowed = Allowed { answer: 60, solution: 480 };

    fn calendar() -> WorkingCalendar {
        WorkingCalendar::new(Holidays::built_in(), &[], WorkingHours::usual())
    }

    fn at(text: &str) -> i64 {
        parse_instant(text).unwrap()
    }

    fn log(rows: &[(&str, &str)]) -> Vec<Moved> {
        let moved = |(when, state): &(&str, &str)| Moved {
            at: at(when),
            state: (*state).into(),
            priority: "normal".into(),
            team_id: None,
        };
        rows.iter().map(moved).collect()
    }

    fn reading(rows: &[(&str, &str)], now: &str) -> Reading {
        read(&log(rows), ALLOWED, &calendar(), at(now)).unwrap()
    }

    #[test]
    fn what_ran_in_another_program_is_not_counted() {
        // Years before the calendar begins, and for years.
        let closed =
            reading(&[("3.3.1999 10:00", "elsewhere"), ("6.11.2026 10:00", "closed")], "6.11.2026 10:00");
        assert_eq!((closed.deadline, closed.response, closed.is_open), ("none", "none", false));
        let open = reading(&[("3.3.1999 10:00", "elsewhere"), ("6.11.2026 10:00", "new")], "6.11.2026 10:30");
        assert_eq!((open.deadline, open.worked, open.answered_after), ("on_time", 30, 30));
        let ended = reading(
            &[("3.3.1999 10:00", "elsewhere"), ("6.11.2026 10:00", "new"), ("6.11.2026 10:20", "solved")],
            "6.11.2026 10:30",
        );
        assert_eq!((ended.deadline, ended.response), ("met", "met"));
    }

    #[test]
    fn nights_weekends_and_lunch_do_not_count() {
        // Friday afternoon to Monday morning: 16.00 to 17.00 and 8.00 to 9.00.
        let found = reading(&[("6.11.2026 16:00", "in_progress")], "9.11.2026 09:00");
        assert_eq!((found.worked, found.deadline), (120, "on_time"));
        assert_eq!(found.due_at, at("9.11.2026 16:00"), "six hours left, lunch between");
    }

    #[test]
    fn a_half_day_before_a_feast_counts_half() {
        // 28 October is a holiday from 13.00, the 29th a whole one; a Thursday follows as Friday the 30th.
        let found = reading(&[("28.10.2026 09:00", "in_progress")], "30.10.2026 09:00");
        assert_eq!(found.worked, 3 * 60 + 60);
    }

    #[test]
    fn while_others_are_awaited_time_stands_still() {
        let rows = [
            ("9.11.2026 09:00", "new"),
            ("9.11.2026 09:30", "in_progress"),
            ("9.11.2026 10:00", "waiting_requester"),
            ("11.11.2026 10:00", "in_progress"),
        ];
        let paused = reading(&rows[..3], "11.11.2026 09:00");
        assert_eq!((paused.worked, paused.deadline, paused.response), (60, "paused", "met"));
        let found = reading(&rows, "11.11.2026 11:00");
        assert_eq!((found.worked, found.answered_after, found.deadline), (120, 30, "on_time"));
    }

    #[test]
    fn an_unanswered_one_is_late_before_its_solution_is() {
        let rows = [("9.11.2026 09:00", "new")];
        let waiting = reading(&rows, "9.11.2026 09:40");
        assert_eq!((waiting.deadline, waiting.response), ("on_time", "waiting"));
        assert_eq!(waiting.due_at, at("9.11.2026 10:00"));
        let late = reading(&rows, "9.11.2026 10:30");
        assert_eq!((late.deadline, late.response), ("late", "missed"));
        let taken = [rows[0], ("9.11.2026 10:30", "in_progress")];
        let found = reading(&taken, "9.11.2026 11:00");
        assert_eq!((found.deadline, found.response), ("on_time", "missed"));
    }

    #[test]
    fn reopened_it_goes_on_where_it_stood() {
        let rows = [
            ("9.11.2026 08:00", "in_progress"),
            ("9.11.2026 12:00", "solved"),
            ("16.11.2026 08:00", "in_progress"),
        ];
        assert_eq!(reading(&rows[..2], "10.11.2026 08:00").deadline, "met");
        let found = reading(&rows, "16.11.2026 09:00");
        assert_eq!((found.worked, found.is_open), (300, true));
        let ended = [rows[0], rows[1], rows[2], ("17.11.2026 10:00", "solved")];
        assert_eq!(reading(&ended, "18.11.2026 10:00").deadline, "missed");
    }

    #[test]
    fn until_it_is_agreed_nothing_runs() {
        let rows = [("9.11.2026 08:00", "waiting_unit"), ("10.11.2026 08:00", "new")];
        let waiting = reading(&rows[..1], "9.11.2026 16:00");
        assert_eq!((waiting.deadline, waiting.response, waiting.worked), ("paused", "waiting", 0));
        let agreed = reading(&rows, "10.11.2026 08:30");
        assert_eq!((agreed.answered_after, agreed.deadline), (30, "on_time"));
    }

    #[test]
    fn another_priority_counts_from_the_beginning() {
        let rows = log(&[("9.11.2026 08:00", "in_progress")]);
        let now = at("9.11.2026 14:00");
        let of = |solution| read(&rows, Allowed { answer: 60, solution }, &calendar(), now).unwrap();
        assert_eq!(of(480).deadline, "on_time");
        assert_eq!(of(360).deadline, "near");
        assert_eq!(of(240).deadline, "late");
    }

    #[test]
    fn three_quarters_gone_is_near() {
        let rows = [("9.11.2026 08:00", "in_progress")];
        let found = reading(&rows, "9.11.2026 09:00");
        assert_eq!(found.near_at, at("9.11.2026 15:00"));
        assert_eq!(reading(&rows, "9.11.2026 15:00").deadline, "near");
    }

    #[test]
    fn every_state_has_its_clock() {
        let states = crate::ticket::STATES.map(|state| state.code);
        let here = RUNNING.iter().map(|(state, _)| *state).filter(|state| *state != "elsewhere");
        assert_eq!(here.collect::<Vec<_>>(), states);
    }
}
