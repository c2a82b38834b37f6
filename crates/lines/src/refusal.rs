//! Whether a device refused what it tells of, where no column of its own says so: packet filters of Linux and of MikroTik say it
//! in the prefix that their keeper gave the rule, Cisco ASA with the number of its message.

use crate::columns::Column;
use crate::format::Format;
use crate::taken::Taken;

/// Words of prefixes, in small letters, and what they are counted as.
const WORDS: [(&[u8], &str); 8] = [
    (b"drop", "drop"),
    (b"dropped", "drop"),
    (b"reject", "reject"),
    (b"rejected", "reject"),
    (b"deny", "deny"),
    (b"denied", "deny"),
    (b"block", "block"),
    (b"blocked", "block"),
];

/// Numbers of messages in which an ASA says that it let nothing through.
pub(crate) const ASA: [&[u8]; 7] =
    [b"106001", b"106006", b"106007", b"106014", b"106015", b"106021", b"106023"];

/// The word under which a refusal is counted, such as `drop`; nothing where the line says itself what was done, or tells of none.
pub fn refusal(line: &[u8], taken: &Taken) -> Option<&'static str> {
    if taken.text(line, Column::ACTION).is_some() {
        return None;
    }
    match taken.format() {
        Format::CiscoAsa => {
            let number = taken.text(line, Column::EVENT)?;
            ASA.contains(&number).then_some("deny")
        }
        Format::Netfilter | Format::Mikrotik => word(taken.text(line, Column::RULE_NAME)?),
        _ => None,
    }
}

/// The first word of a prefix that says so: `FW-DROP`, `[UFW BLOCK]`, `drop forward:`.
fn word(prefix: &[u8]) -> Option<&'static str> {
    prefix.split(|it| !it.is_ascii_alphanumeric()).find_map(|word| {
        WORDS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, counted)| *counted)
    })
}
