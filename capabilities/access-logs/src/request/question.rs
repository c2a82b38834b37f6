//! What is asked: checked and brought into one form when it is written down, made a question for the record when it is answered.

use std::net::IpAddr;

use access_stream::who::Question;
use kernel::record::{Draft, FieldValue, Record};
use kernel::{Instant, Violation, tr};
use time::PrimitiveDateTime;

use crate::search::moment;

const MOMENT: &str = "Anı saniyesiyle yazın: 30.11.2026 14:05:09. Saat UTC ise sonuna UTC ekleyin.";
const ADDRESS: &str = "IP adresini 198.51.100.7 ya da 2001:db8::7 biçiminde yazın.";

/// Checks addresses and the moment and spells them in one way.
pub(super) fn settle(draft: &mut Draft, before: Option<&Record>, now: Instant) -> Vec<Violation> {
    let mut wrong = Vec::new();
    for (name, code) in [("ip", "KTL-001"), ("other_ip", "KTL-002")] {
        let typed = draft.or(name, before).text().to_owned();
        match spelled(&typed) {
            Ok(text) => draft.set(name, FieldValue::Text(text)),
            // An empty one of a field that must have it is said by the kit.
            Err(()) => wrong.push(Violation::new(code, name, ADDRESS)),
        }
    }
    let typed = draft.or("moment", before).text().to_owned();
    match parse_moment(&typed) {
        Err(text) => wrong.push(Violation::new("KTL-003", "moment", text)),
        Ok(at_us) if at_us > now.0 => {
            wrong.push(Violation::new(
                "KTL-004",
                "moment",
                "Bu an henüz gelmedi; tarihi ve saati denetleyin.",
            ));
        }
        Ok(at_us) => draft.set("moment", FieldValue::Text(moment(at_us))),
    }
    for (name, code) in [("port", "KTL-007"), ("other_port", "KTL-008")] {
        let typed = draft.or(name, before).text().trim().to_owned();
        match typed.parse::<u16>() {
            Ok(port) => draft.set(name, FieldValue::Text(port.to_string())),
            Err(_) if typed.is_empty() => draft.set(name, FieldValue::Text(typed)),
            Err(_) => wrong.push(Violation::new(code, name, "Port 0 ile 65535 arasında bir sayıdır.")),
        }
    }
    let has = |draft: &Draft, name: &str| !draft.or(name, before).text().is_empty();
    if has(draft, "other_port") && !has(draft, "other_ip") {
        wrong.push(Violation::new("KTL-005", "other_ip", "Karşı tarafın portu yazılınca adresi de yazılır."));
    }
    if draft.or("proto", before).text() == "icmp" && has(draft, "port") {
        wrong.push(Violation::new(
            "KTL-006",
            "port",
            "ICMP’de port yoktur; portu silin ya da protokolü düzeltin.",
        ));
    }
    wrong
}

/// Every spelling of an address is the same one; nothing stays nothing.
fn spelled(typed: &str) -> Result<String, ()> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    typed.parse::<IpAddr>().map(|ip| ip.to_canonical().to_string()).map_err(|_| ())
}

/// `30.11.2026 14:05:09` in Türkiye's time, or with `UTC`, `GMT` or `Z` behind it in that; gives microseconds.
fn parse_moment(typed: &str) -> Result<i64, &'static str> {
    let upper = typed.trim().to_ascii_uppercase();
    let abroad = ["UTC", "GMT", "Z"].iter().find_map(|mark| upper.strip_suffix(mark));
    let text = abroad.unwrap_or(&upper).trim_end();
    let (day, clock) = text.rsplit_once(|c: char| c.is_whitespace() || c == 'T').ok_or(MOMENT)?;
    let mut parts = clock.split(':');
    let mut next = |most: u8| {
        let part = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|it| it.is_ascii_digit()));
        part.and_then(|part| part.parse::<u8>().ok()).filter(|number| *number <= most).ok_or(MOMENT)
    };
    let (hour, minute, second) = (next(23)?, next(59)?, next(59)?);
    if parts.next().is_some() {
        return Err(MOMENT);
    }
    let clock = time::Time::from_hms(hour, minute, second).map_err(|_| MOMENT)?;
    let at_us = tr::instant_us(PrimitiveDateTime::new(tr::parse_date(day)?, clock));
    Ok(if abroad.is_some() { at_us + kernel::value::TURKIYE_OFFSET_US } else { at_us })
}

/// The question of a request; `None` where it was written by something else than the form.
pub(super) fn of(request: &Record) -> Option<Question> {
    let ip = |name: &str| request.get(name).text().parse::<IpAddr>().ok();
    let port = |name: &str| request.get(name).text().parse::<u16>().ok();
    Some(Question {
        ip: ip("ip")?,
        port: port("port"),
        proto: match request.get("proto").text() {
            "tcp" => Some(6),
            "udp" => Some(17),
            "icmp" => Some(1),
            _ => None,
        },
        at_us: parse_moment(request.get("moment").text()).ok()?,
        tolerance_us: request.get("tolerance_seconds").int().unwrap_or(0) * Instant::SECOND_US,
        other_side: ip("other_ip").map(|ip| (ip, port("other_port"))),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_to_the_second_and_told_in_turkish_time() {
        let at_us = parse_moment("30.11.2026 14:05:09").unwrap();
        assert_eq!(moment(at_us), "30.11.2026 14:05:09");
        for same in [
            "30.11.2026 11:05:09 UTC",
            "2026-11-30T11:05:09Z",
            " 30 Kasım 2026 14:05:09 ",
            "30.11.2026 11:05:09 gmt",
        ] {
            assert_eq!(parse_moment(same), Ok(at_us), "{same}");
        }
        for wrong in
            ["30.11.2026 14:05", "30.11.2026", "14:05:09", "30.11.2026 24:00:00", "30.11.2026 1:5:9", ""]
        {
            assert!(parse_moment(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_are_spelled_in_one_way() {
        assert_eq!(spelled(" ::ffff:198.51.100.7 "), Ok("198.51.100.7".into()));
        assert_eq!(spelled("2001:DB8:0:0::7"), Ok("2001:db8::7".into()));
        assert_eq!((spelled(""), spelled("198.51.100")), (Ok(String::new()), Err(())));
    }
}
