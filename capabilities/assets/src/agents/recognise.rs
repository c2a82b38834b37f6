//! Which asset is this machine? Pure: what the machine says of itself against assets that look alike. The host name
//! decides nothing: machines are renamed and set up anew, and custody must not move with a name.

use crate::asset::store::Candidate;

/// By what a machine was known again, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    UuidAndSerial,
    Serial,
    Uuid,
    Cards,
}

impl By {
    pub fn label_tr(self) -> &'static str {
        match self {
            Self::UuidAndSerial => "anakart kimliği ve seri numarası aynı",
            Self::Serial => "seri numarası aynı",
            Self::Uuid => "anakart kimliği aynı",
            Self::Cards => "ağ kartı aynı",
        }
    }
}

/// What the comparison says.
#[derive(Clone, Debug)]
pub(crate) enum Found<'a> {
    /// This one, without doubt.
    Same(&'a Candidate, By),
    /// A person decides among these.
    Perhaps(Vec<(&'a Candidate, By)>),
    /// None looks alike.
    New,
}

/// Two signs that contradict each other (same UUID, other serial) are no recognition: cloned disks and boards of one
/// batch share a UUID.
pub(crate) fn recognise<'a>(serial_key: &str, uuids: &[String], candidates: &'a [Candidate]) -> Found<'a> {
    let mut rated: Vec<(&Candidate, By, bool)> =
        candidates.iter().map(|one| rate(serial_key, uuids, one)).collect();
    rated.sort_by_key(|(_, by, _)| *by);
    let sure: Vec<_> = rated.iter().filter(|(.., is_sure)| *is_sure).collect();
    match (sure.as_slice(), rated.as_slice()) {
        ([(one, by, _)], _) => Found::Same(one, *by),
        (_, []) => Found::New,
        _ => Found::Perhaps(rated.iter().map(|(one, by, _)| (*one, *by)).collect()),
    }
}

fn rate<'a>(serial_key: &str, uuids: &[String], one: &'a Candidate) -> (&'a Candidate, By, bool) {
    let has_serial = !serial_key.is_empty() && one.serial_key == serial_key;
    let has_uuid = uuids.contains(&one.machine_uuid);
    let is_other_serial = !serial_key.is_empty() && !one.serial_key.is_empty() && !has_serial;
    let is_other_uuid = !uuids.is_empty() && !one.machine_uuid.is_empty() && !has_uuid;
    match (has_uuid, has_serial) {
        (true, true) => (one, By::UuidAndSerial, true),
        (false, true) => (one, By::Serial, !is_other_uuid),
        (true, false) => (one, By::Uuid, !is_other_serial),
        // A docking station or a card moved to another machine brings its address along.
        (false, false) => (one, By::Cards, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn asset(id: u128, serial: &str, uuid: &str) -> Candidate {
        let (number, name) = (format!("2026-VR-{id:06}"), format!("PC{id}"));
        Candidate {
            id: Uuid::from_u128(id),
            number,
            name,
            serial_key: serial.into(),
            machine_uuid: uuid.into(),
        }
    }

    fn said(found: &Found<'_>) -> String {
        match found {
            Found::Same(one, by) => format!("same {} {by:?}", one.name),
            Found::Perhaps(some) => some
                .iter()
                .map(|(one, by)| format!("perhaps {} {by:?}", one.name))
                .collect::<Vec<_>>()
                .join(", "),
            Found::New => "new".into(),
        }
    }

    #[test]
    fn a_machine_is_known_by_two_signs_or_one_that_nothing_contradicts() {
        let uuids = ["u1".to_string(), "1u".to_string()];
        for (serial, uuids, candidates, expected) in [
            ("S1", &uuids[..], vec![asset(1, "S1", "u1")], "same PC1 UuidAndSerial"),
            ("S1", &uuids[..], vec![asset(1, "S1", "1u")], "same PC1 UuidAndSerial"),
            ("S1", &uuids[..], vec![asset(1, "S1", "")], "same PC1 Serial"),
            ("S1", &uuids[..], vec![asset(1, "S1", "u9")], "perhaps PC1 Serial"),
            ("", &uuids[..], vec![asset(1, "S9", "u1")], "same PC1 Uuid"),
            ("S1", &uuids[..], vec![asset(1, "S9", "u1")], "perhaps PC1 Uuid"),
            ("S1", &uuids[..], vec![asset(1, "S9", "u9")], "perhaps PC1 Cards"),
            ("S1", &uuids[..], vec![asset(1, "S9", "u1"), asset(2, "S1", "u1")], "same PC2 UuidAndSerial"),
            (
                "S1",
                &uuids[..],
                vec![asset(1, "S1", "u1"), asset(2, "S1", "u1")],
                "perhaps PC1 UuidAndSerial, perhaps PC2 UuidAndSerial",
            ),
            ("S1", &[], vec![], "new"),
        ] {
            assert_eq!(said(&recognise(serial, uuids, &candidates)), expected, "{candidates:?}");
        }
    }
}
