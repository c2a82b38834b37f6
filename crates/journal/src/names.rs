//! Names of objects: what they are made of and what they tell. A name that another program put there is passed over.

/// Whether a name may stand in a path and a column list: small ASCII letters, digits, `_` and inner `-`.
pub fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && !name.starts_with(['-', '_'])
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_')
}

/// Microseconds of a day.
pub const DAY_US: i64 = 86_400_000_000;

/// 9999-12-31: a later day could not be written in ten letters.
const LAST_DAY: i64 = 2_932_896;

/// The day of an instant, counted from 1970-01-01 (UTC). What lies outside of four-digit years since then counts
/// under the first or last day.
pub fn day_of(at_us: i64) -> i32 {
    at_us.div_euclid(DAY_US).clamp(0, LAST_DAY) as i32
}

/// The first and last instant that count under a day.
pub fn span_of(day: i32) -> (i64, i64) {
    let first = i64::from(day) * DAY_US;
    let last = if i64::from(day) == LAST_DAY { i64::MAX } else { first + DAY_US - 1 };
    (if day == 0 { i64::MIN } else { first }, last)
}

/// A day as `YYYY-MM-DD` (proleptic Gregorian calendar).
pub fn day_text(day: i32) -> String {
    // Days since 0000-03-01, so that a leap day is the last of its year.
    let shifted = i64::from(day) + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// The day of `YYYY-MM-DD`.
pub fn parse_day(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let of_month: i64 = parts.next()?.parse().ok()?;
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let (era, year_of_era) = (shifted_year.div_euclid(400), shifted_year.rem_euclid(400));
    let of_year = (153 * month_from_march + 2) / 5 + of_month - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    let day = i32::try_from(era * 146_097 + of_era - 719_468).ok()?;
    (day_text(day) == text).then_some(day)
}

/// Where a segment lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentName {
    pub stream: String,
    pub day: i32,
    pub node: String,
    pub log: u64,
}

impl SegmentName {
    /// `stream=NAME/day=YYYY-MM-DD/NODE-NUMBER.parquet`
    pub fn path(&self) -> String {
        format!("{}/{}-{:010}.parquet", partition(&self.stream, self.day), self.node, self.log)
    }

    pub fn parse(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let stream = parts.next()?.strip_prefix("stream=")?.to_owned();
        let day = parse_day(parts.next()?.strip_prefix("day=")?)?;
        let (node, log) = parts.next()?.strip_suffix(".parquet")?.rsplit_once('-')?;
        let name = Self { stream, day, node: node.to_owned(), log: log.parse().ok()? };
        (parts.next().is_none() && name.path() == path).then_some(name)
    }
}

/// The folder of a day of a stream.
pub fn partition(stream: &str, day: i32) -> String {
    format!("stream={stream}/day={}", day_text(day))
}

/// The folder of the chains of a stream; engines that read the tables pass over names that begin with `_`.
pub fn chains(stream: &str) -> String {
    format!("_seals/{stream}")
}

/// Where an entry of a node's chain lies.
pub fn entry(stream: &str, node: &str, no: u64) -> String {
    format!("{}/{node}/{no:010}.txt", chains(stream))
}

/// Where the hold of a day lies.
pub fn hold(stream: &str, day: i32) -> String {
    format!("_holds/{stream}/{}.txt", day_text(day))
}

/// The folder of the time stamps of a stream.
pub fn stamps(stream: &str) -> String {
    format!("_stamps/{stream}")
}

/// Where the stamp of an instant lies.
pub fn stamp(stream: &str, at_us: i64) -> String {
    format!("{}/{}", stamps(stream), instant_text(at_us))
}

const SECOND_US: i64 = 1_000_000;

/// An instant as `YYYY-MM-DDTHH-MM-SSZ`: names sort as instants do, and no file system refuses them.
pub fn instant_text(at_us: i64) -> String {
    let day = day_of(at_us);
    let of_day = (at_us - i64::from(day) * DAY_US).clamp(0, DAY_US - 1) / SECOND_US;
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}-{minute:02}-{second:02}Z", day_text(day))
}

/// The instant of `YYYY-MM-DDTHH-MM-SSZ`.
pub fn parse_instant(text: &str) -> Option<i64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = time.splitn(3, '-').map(|part| part.parse::<u8>().ok());
    let mut next = || parts.next().flatten().map(i64::from);
    let of_day = next()? * 3_600 + next()? * 60 + next()?;
    let at_us = i64::from(parse_day(day)?) * DAY_US + of_day.checked_mul(SECOND_US)?;
    (instant_text(at_us) == text).then_some(at_us)
}
