//! Until when makers mend their operating systems (AS-9). Dates are of the longest support that costs nothing: Microsoft's end of extended
//! support (learn.microsoft.com/lifecycle), Debian's LTS (wiki.debian.org/LTS), Ubuntu's standard support
//! (ubuntu.com/about/release-cycle), Red Hat's and CentOS's end of maintenance. What is not listed is not judged.

use kernel::job::JobContext;
use kernel::record::{Choice, Tone};
use kernel::{Day, Result};
use time::macros::date;
use time::{Date, Duration};

use super::store;

pub(crate) const STATES: [Choice; 4] = [
    Choice::new("unknown", "Bilinmiyor", Tone::Wait),
    Choice::new("supported", "Sürüyor", Tone::Done),
    Choice::new("ending", "Bitmek üzere", Tone::Late),
    Choice::new("ended", "Bitti", Tone::Late),
];

/// Half a year: a system is not exchanged in two months.
const WARNED_BEFORE: Duration = Duration::days(180);

/// Words that all stand in the system's name, in this order of trying, and the last day.
const ENDS: [(&[&str], Date); 31] = [
    (&["windows", "server 2003"], date!(2015 - 07 - 14)),
    (&["windows", "server", "2008"], date!(2020 - 01 - 14)),
    (&["windows", "server", "2012"], date!(2023 - 10 - 10)),
    (&["windows", "server", "2016"], date!(2027 - 01 - 12)),
    (&["windows", "server", "2019"], date!(2029 - 01 - 09)),
    (&["windows", "server", "2022"], date!(2031 - 10 - 14)),
    (&["windows", "server", "2025"], date!(2034 - 10 - 10)),
    (&["windows", "xp"], date!(2014 - 04 - 08)),
    (&["windows", "vista"], date!(2017 - 04 - 11)),
    (&["windows 7"], date!(2020 - 01 - 14)),
    (&["windows 8.1"], date!(2023 - 01 - 10)),
    (&["windows 8"], date!(2016 - 01 - 12)),
    (&["windows 10", "ltsc 2019"], date!(2029 - 01 - 09)),
    (&["windows 10", "ltsc"], date!(2027 - 01 - 12)),
    (&["windows 10"], date!(2025 - 10 - 14)),
    (&["debian", " 8"], date!(2020 - 06 - 30)),
    (&["debian", " 9"], date!(2022 - 06 - 30)),
    (&["debian", " 10"], date!(2024 - 06 - 30)),
    (&["debian", " 11"], date!(2026 - 08 - 31)),
    (&["debian", " 12"], date!(2028 - 06 - 30)),
    (&["debian", " 13"], date!(2030 - 06 - 30)),
    (&["ubuntu", "14.04"], date!(2019 - 04 - 30)),
    (&["ubuntu", "16.04"], date!(2021 - 04 - 30)),
    (&["ubuntu", "18.04"], date!(2023 - 05 - 31)),
    (&["ubuntu", "20.04"], date!(2025 - 05 - 31)),
    (&["ubuntu", "22.04"], date!(2027 - 04 - 30)),
    (&["ubuntu", "24.04"], date!(2029 - 05 - 31)),
    (&["centos", " 6"], date!(2020 - 11 - 30)),
    (&["centos", " 7"], date!(2024 - 06 - 30)),
    (&["centos", " 8"], date!(2021 - 12 - 31)),
    (&["red hat", " 7."], date!(2024 - 06 - 30)),
];

/// The last day on which the maker mends this system; `None` for what is not listed.
pub(crate) fn ends_on(os: &str) -> Option<Day> {
    // Not Turkish: "WINDOWS" is no word of ours.
    let name = os.to_lowercase();
    let fits = |words: &[&str]| words.iter().all(|word| stands_in(&name, word));
    ENDS.iter().find(|(words, _)| fits(words)).map(|(_, day)| Day(*day))
}

/// As a word of its own: "debian 1" is not in "debian 12".
fn stands_in(name: &str, word: &str) -> bool {
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    name.match_indices(word)
        .any(|(at, _)| !is_part(name[at + word.len()..].chars().next()) || word.ends_with('.'))
}

/// How a support with this last day stands on a day.
pub(crate) fn state_on(until: Option<Day>, today: Day) -> &'static str {
    match until {
        None => "unknown",
        Some(until) if until < today => "ended",
        Some(until) if until.0 <= today.0 + WARNED_BEFORE => "ending",
        Some(_) => "supported",
    }
}

/// Days pass without anybody changing a machine.
pub(super) async fn follow_days(context: &JobContext) -> Result<()> {
    let tx = context.db.begin(&context.act("sistem destekleri")).await?;
    let today = tx.at().day();
    tx.without_event("the state follows the day that stands beside it");
    store::set_support_states(&tx, today, Day(today.0 + WARNED_BEFORE)).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_known_as_agents_call_them() {
        for (os, expected) in [
            ("Microsoft Windows 10 Pro 10.0.19045", Some("2025-10-14")),
            ("Microsoft Windows 10 Enterprise LTSC 10.0.19044", Some("2027-01-12")),
            ("Microsoft Windows 11 Pro 10.0.22631", None),
            ("Microsoft Windows 7 Professional  6.1.7601", Some("2020-01-14")),
            ("Microsoft Windows Server 2012 R2 Standard 6.3.9600", Some("2023-10-10")),
            ("Microsoft® Windows Server® 2008 Standard", Some("2020-01-14")),
            ("Debian GNU/Linux 12 (bookworm)", Some("2028-06-30")),
            ("Debian GNU/Linux 11 (bullseye)", Some("2026-08-31")),
            ("Ubuntu 22.04.4 LTS", Some("2027-04-30")),
            ("CentOS Linux 7 (Core)", Some("2024-06-30")),
            ("Pardus 23.1", None),
            ("", None),
        ] {
            let found = ends_on(os).map(|day| day.to_string());
            assert_eq!(found.as_deref(), expected, "{os}");
        }
    }
}
