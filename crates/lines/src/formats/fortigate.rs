//! FortiGate: `key=value` and `key="value with blanks"` in an order that differs by version. `date`, `time` and
//! `eventtime` (of 10 or 19 digits) are one moment; `tz`, where there is one, says the offset of the first two.

use crate::columns::{Column, Keys};
use crate::instant::{self, Civil, Moment, SECOND};
use crate::taken::{Cut, Offset, end_of};
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy)]
enum Key {
    /// Few values: they stay in the layout.
    Few,
    Into(Column),
    EventTime,
    Zone,
}

static KEYS: LazyLock<Keys<Key>> = LazyLock::new(|| {
    let few = ["type", "subtype", "eventtype", "level", "vd", "policytype", "trandisp", "crlevel"];
    let mut keys: Vec<(&'static str, Key)> = few.map(|key| (key, Key::Few)).to_vec();
    keys.extend([("eventtime", Key::EventTime), ("tz", Key::Zone)]);
    keys.extend(INTO.map(|(key, column)| (key, Key::Into(column))));
    Keys::new(&keys)
});

const INTO: [(&str, Column); 55] = [
    ("devname", Column::DEVICE),
    ("logid", Column::LOG_ID),
    ("action", Column::ACTION),
    ("logdesc", Column::EVENT),
    ("dhcp_msg", Column::EVENT),
    ("srcip", Column::SRC_IP),
    ("srcport", Column::SRC_PORT),
    ("src_port", Column::SRC_PORT),
    ("dstip", Column::DST_IP),
    ("dstport", Column::DST_PORT),
    ("dst_port", Column::DST_PORT),
    ("transip", Column::NAT_SRC_IP),
    ("transport", Column::NAT_SRC_PORT),
    ("tranip", Column::NAT_DST_IP),
    ("tranport", Column::NAT_DST_PORT),
    ("srcintf", Column::INTERFACE_IN),
    ("dstintf", Column::INTERFACE_OUT),
    ("interface", Column::INTERFACE_IN),
    ("proto", Column::PROTO),
    ("sessionid", Column::SESSION),
    ("session_id", Column::SESSION),
    ("policyid", Column::RULE),
    ("policyname", Column::RULE_NAME),
    ("duration", Column::DURATION_SECONDS),
    ("sentbyte", Column::SENT_BYTES),
    ("rcvdbyte", Column::RECEIVED_BYTES),
    ("sentpkt", Column::SENT_PACKETS),
    ("rcvdpkt", Column::RECEIVED_PACKETS),
    ("srcmac", Column::MAC),
    ("mac", Column::MAC),
    ("dstmac", Column::DST_MAC),
    ("srcname", Column::HOST),
    ("hostname", Column::HOST),
    ("user", Column::USER),
    ("unauthuser", Column::USER),
    ("dstuser", Column::DST_USER),
    ("domain", Column::DOMAIN),
    ("service", Column::SERVICE),
    ("app", Column::APPLICATION),
    ("appcat", Column::CATEGORY),
    ("catdesc", Column::CATEGORY),
    ("url", Column::URL),
    ("qname", Column::SITE),
    ("srccountry", Column::SRC_COUNTRY),
    ("dstcountry", Column::DST_COUNTRY),
    ("ip", Column::IP),
    ("assignip", Column::IP),
    ("lease", Column::LEASE_SECONDS),
    ("reason", Column::REASON),
    ("direction", Column::DIRECTION),
    ("msg", Column::REST),
    ("remip", Column::SRC_IP),
    ("locip", Column::DST_IP),
    ("remport", Column::SRC_PORT),
    ("locport", Column::DST_PORT),
];

/// The bytes of keys.
static IS_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Does the message begin with a pair, and does it have what FortiGate's have?
pub(crate) fn is_one(message: &[u8]) -> bool {
    let head = &message[..message.len().min(400)];
    let key = head.iter().take(24).take_while(|it| it.is_ascii_lowercase() || **it == b'_').count();
    key > 0
        && head.get(key) == Some(&b'=')
        && (memchr::memmem::find(head, b" devid=").is_some()
            || memchr::memmem::find(head, b"logid=").is_some())
}

/// The moment of the line, as far as it is known.
#[derive(Debug, Default)]
struct When {
    /// Seconds of the local clock by `date` and `time`.
    local_seconds: Option<i64>,
    offsets: Option<[Offset; 2]>,
    offset_minutes: i32,
    is_zone_known: bool,
}

/// Cuts the pairs; false when the message does not begin with one.
pub(crate) fn read(cut: &mut Cut, start: usize, moment: Moment) -> bool {
    let line = cut.line;
    let end = end_of(line);
    let keys = &*KEYS;
    let mut when = When { offset_minutes: moment.offset_minutes, ..When::default() };
    let mut at = start;
    let mut pairs = 0;
    while at < end {
        if line[at] == b' ' {
            at += 1;
            continue;
        }
        if let Some(after) = date_and_time(cut, at, end, &mut when) {
            at = after;
            pairs += 1;
            continue;
        }
        let Some((key_end, from, to, after)) = pair(line, at, end) else {
            // A word that is no pair: what follows an unterminated quote, or a line that was cut.
            if pairs > 0 {
                cut.put_rest(Column::REST, at);
            }
            break;
        };
        match keys.get(&line[at..key_end]) {
            Some(Key::Few) => {}
            // What a filter of the web looked at has a site there, and no device.
            Some(Key::Into(Column::HOST)) if is_looked_into(&line[start..at], &line[at..key_end]) => {
                cut.put(Column::SITE, from, to);
            }
            Some(Key::Into(column)) => cut.put(column, from, to),
            Some(Key::EventTime) => event_time(cut, from, to, after, &mut when),
            Some(Key::Zone) => zone(cut, from, to, &mut when),
            None => cut.put_named("fortigate", (at, key_end), (from, to)),
        }
        pairs += 1;
        at = after;
    }
    pairs > 0
}

/// Is it the `hostname` of a line about what a session carried (`type="utm"`)?
fn is_looked_into(before: &[u8], key: &[u8]) -> bool {
    key == b"hostname" && memchr::memmem::find(before, b" type=\"utm\"").is_some()
}

/// The end of the key, the value without its quotes, and where the next pair may begin.
#[inline]
fn pair(line: &[u8], at: usize, end: usize) -> Option<(usize, usize, usize, usize)> {
    let rest = &line[at..end];
    let key = rest.iter().position(|it| !IS_KEY[usize::from(*it)])?;
    if key == 0 || key > 40 || rest[key] != b'=' {
        return None;
    }
    let from = at + key + 1;
    if line.get(from) != Some(&b'"') || from >= end {
        let to = from + line[from..end].iter().position(|it| *it == b' ').unwrap_or(end - from);
        return Some((at + key, from, to, to));
    }
    // A quote within the value is not followed by a blank; one that is never closed takes what is left.
    let mut to = from + 1;
    loop {
        let Some(found) = quote(&line[to..end]) else { return Some((at + key, from + 1, end, end)) };
        to += found;
        if to + 1 == end || line[to + 1] == b' ' {
            return Some((at + key, from + 1, to, to + 1));
        }
        to += 1;
    }
}

/// The next quote. Most values are short: the first bytes are looked at one by one.
#[inline]
fn quote(rest: &[u8]) -> Option<usize> {
    let (near, far) = rest.split_at(rest.len().min(16));
    match near.iter().position(|it| *it == b'"') {
        Some(found) => Some(found),
        None => memchr::memchr(b'"', far).map(|found| near.len() + found),
    }
}

/// `date=2026-11-30 time=00:39:50`: where it ends.
fn date_and_time(cut: &mut Cut, at: usize, end: usize, when: &mut When) -> Option<usize> {
    let line = cut.line;
    let text = line.get(at..at + 29).filter(|_| at + 29 <= end)?;
    if !text.starts_with(b"date=") || text[15..21] != *b" time=" || text[9] != b'-' || text[12] != b'-' {
        return None;
    }
    if cut.has(Column::TIME) || !matches!(line.get(at + 29), None | Some(b' ' | b'\r' | b'\n' | 0)) {
        return None;
    }
    let year = instant::four(text, 5)?;
    let mut civil =
        Civil { year, month: instant::two(text, 10)?, day: instant::two(text, 13)?, ..Civil::default() };
    instant::clock(text, 21, &mut civil)?;
    let ns = civil.ns(when.offset_minutes)?;
    when.local_seconds = civil.local_seconds();
    let offset = when.offset_minutes;
    let first = cut.place_time(Column::TIME, at + 5, at + 15, offset, b"%Y-%m-%d");
    cut.push_time(Column::TIME, ns);
    let second = cut.place_time(Column::TIME, at + 21, at + 29, offset, b"%H:%M:%S");
    when.offsets = Some([first, second]);
    Some(at + 29)
}

/// `eventtime`: the same moment as `date` and `time`, to the nanosecond, if they agree.
fn event_time(cut: &mut Cut, from: usize, to: usize, after: usize, when: &mut When) {
    let Some(found) = cut.epoch(from, to) else { return cut.spare(from, to) };
    if !when.is_zone_known
        && let Some(minutes) = zone_of(cut.line.get(after..).unwrap_or_default())
    {
        learn(cut, minutes, when);
    }
    let seconds = found.ns.div_euclid(SECOND);
    let agrees = when.local_seconds.is_some_and(|local| {
        let minutes =
            if when.is_zone_known { i64::from(when.offset_minutes) } else { (local - seconds) / 60 };
        let is_offset = minutes.abs() <= 15 * 60 && minutes % 15 == 0 && local - seconds == minutes * 60;
        if is_offset && !when.is_zone_known {
            learn(cut, minutes as i32, when);
        }
        is_offset
    });
    if agrees {
        cut.place_time(Column::TIME, from, to, 0, found.pattern.as_bytes());
        cut.correct_time(Column::TIME, found.ns);
    } else if !cut.put_time(Column::EVENT_TIME, from, &found) {
        cut.spare(from, to);
    }
}

/// The minutes of ` tz="+0300"`, if that is what follows.
fn zone_of(rest: &[u8]) -> Option<i32> {
    offset(rest.strip_prefix(b" tz=\"")?.get(..5)?)
}

fn offset(text: &[u8]) -> Option<i32> {
    let [sign @ (b'+' | b'-'), _, _, _, _] = text else { return None };
    let (hours, minutes) = (instant::two(text, 1)?, instant::two(text, 3)?);
    let size = (hours * 60 + minutes) as i32;
    (hours <= 15 && minutes < 60).then_some(if *sign == b'-' { -size } else { size })
}

/// `tz`: the offset of `date` and `time`, unless it was known already.
fn zone(cut: &mut Cut, from: usize, to: usize, when: &mut When) {
    match offset(&cut.line[from..to]) {
        Some(minutes) if !when.is_zone_known => learn(cut, minutes, when),
        Some(minutes) if minutes == when.offset_minutes => {}
        _ => cut.spare(from, to),
    }
}

/// The clock of the device turns out to have this offset.
fn learn(cut: &mut Cut, minutes: i32, when: &mut When) {
    when.is_zone_known = true;
    when.offset_minutes = minutes;
    if let (Some(local), Some([first, second])) = (when.local_seconds, when.offsets) {
        cut.correct_offset(first, minutes);
        cut.correct_offset(second, minutes);
        cut.correct_time(Column::TIME, (local - i64::from(minutes) * 60) * SECOND);
    }
}
