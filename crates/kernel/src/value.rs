//! Values every table shares: instants, calendar days and the polymorphic reference.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Türkiye has kept UTC+3 all year since 2016 (Council of Ministers decision 2016/9154).
pub const TURKIYE_OFFSET_US: i64 = 3 * 3_600 * 1_000_000;

/// Microseconds since 1970-01-01 UTC; stored as BIGINT (docs/adr/0004).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
)]
pub struct Instant(pub i64);

impl Instant {
    pub const SECOND_US: i64 = 1_000_000;
    pub const MINUTE_US: i64 = 60 * Self::SECOND_US;
    pub const HOUR_US: i64 = 60 * Self::MINUTE_US;
    pub const DAY_US: i64 = 24 * Self::HOUR_US;

    pub fn plus_us(self, us: i64) -> Self {
        Self(self.0.saturating_add(us))
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_us(seconds.saturating_mul(Self::SECOND_US))
    }

    /// The instant as UTC, clamped to what `time` can express (years ±9999).
    pub fn utc(self) -> time::OffsetDateTime {
        time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
    }

    /// The calendar day in Türkiye.
    pub fn day(self) -> Day {
        Day(self.plus_us(TURKIYE_OFFSET_US).utc().date())
    }

    /// RFC 3339 in UTC, as the JSON API and `<time datetime>` want it.
    pub fn iso(self) -> String {
        self.utc()
            .format(&time::format_description::well_known::Rfc3339)
            .expect("years up to 9999 have an RFC 3339 form")
    }

    /// Reads RFC 3339.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let parsed =
            time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()?;
        i64::try_from(parsed.unix_timestamp_nanos() / 1_000).ok().map(Self)
    }
}

/// A calendar date without time or zone; stored as ISO text, which both databases sort alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Day(pub time::Date);

impl Day {
    /// First instant of the day in Türkiye.
    pub fn start(self) -> Instant {
        let seconds = self.0.midnight().assume_utc().unix_timestamp();
        Instant(seconds * Instant::SECOND_US - TURKIYE_OFFSET_US)
    }

    pub fn year(self) -> i32 {
        self.0.year()
    }

    pub fn next(self) -> Self {
        Self(self.0.next_day().unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let format = time::macros::format_description!("[year]-[month]-[day]");
        time::Date::parse(text, format).map(Self).map_err(|_| DayError)
    }
}

/// The text is not an ISO date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayError;

impl fmt::Display for DayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an ISO date")
    }
}

impl std::error::Error for DayError {}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A link to any record of any capability.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ref {
    pub kind: String,
    pub id: Uuid,
}

impl Ref {
    pub fn new(kind: impl Into<String>, id: Uuid) -> Self {
        Self { kind: kind.into(), id }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl FromStr for Ref {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        let (kind, id) = text.split_once(':').ok_or_else(crate::Error::not_found)?;
        Ok(Self::new(kind, id.parse().map_err(|_| crate::Error::not_found())?))
    }
}
