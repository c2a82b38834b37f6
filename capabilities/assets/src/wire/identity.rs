//! Signs by which a machine is known again, and what manufacturers leave in their place.

/// Serials that say nothing, as [`squeezed`] sees them.
const NO_SERIALS: [&str; 22] = [
    "TOBEFILLEDBYOEM",
    "SYSTEMSERIALNUMBER",
    "SYSTEMSERIALNUMB",
    "SERIALNUMBER",
    "CHASSISSERIALNUMBER",
    "BASEBOARDSERIALNUMBER",
    "NA",
    "NONE",
    "NULL",
    "INVALID",
    "UNKNOWN",
    "NOTSPECIFIED",
    "NOTAVAILABLE",
    "NOTAPPLICABLE",
    "DEFAULTSTRING",
    "OEM",
    "OEMSERIAL",
    "EVAL",
    "EMPTY",
    "MB1234567890",
    "XXXXXXXXXXX",
    "EMPTYSTRING",
];

/// UUIDs that whole batches of boards share.
const NO_UUIDS: [&str; 4] = [
    "03000200-0400-0500-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "fefefefe-fefe-fefe-fefe-fefefefefefe",
    "01010101-0101-0101-0101-010101010101",
];

/// Addresses of cards that exist in software only, as they begin.
const NO_MACS: [&str; 8] = [
    "00:00:00:00:00:00",
    "FF:FF:FF:FF:FF:FF",
    "00:50:56:C0:",
    "0A:00:27:00:00:",
    "02:00:4E:43:50:49",
    "20:41:53:59:4E:FF",
    "44:45:53:54:42:00",
    "50:50:54:50:30:30",
];

const NO_MODELS: [&str; 8] = [
    "SYSTEMPRODUCTNAME",
    "PRODUCTNAME",
    "ALLSERIES",
    "TOBEFILLEDBYOEM",
    "DEFAULTSTRING",
    "SYSTEMMANUFACTURER",
    "NOTSPECIFIED",
    "NA",
];

/// Letters and digits, upper case: how two spellings of one serial are compared.
fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// A serial as it is compared; empty for what is none: "To Be Filled By O.E.M.", 00000, 123456789.
pub(crate) fn serial_key(text: &str) -> String {
    let key = squeezed(text);
    let is_one_letter = key.bytes().all(|byte| Some(byte) == key.bytes().next());
    let is_counted = "0123456789012345678901234567890".contains(&key) || "ABCDEFGHIJ".contains(&key);
    if key.len() < 3 || is_one_letter || (is_counted && key.len() > 4) || NO_SERIALS.contains(&key.as_str()) {
        return String::new();
    }
    key
}

/// A name of a maker or model, unless it is what the maker forgot to fill in.
pub(super) fn model(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !NO_MODELS.contains(&squeezed(text).as_str())).then_some(text)
}

/// A UUID in small letters; nothing for those that say nothing.
pub(super) fn uuid(text: &str) -> Option<String> {
    let id: uuid::Uuid = text.trim().parse().ok()?;
    let said = id.to_string();
    let bytes = id.as_bytes();
    let is_empty = bytes.iter().all(|byte| *byte == bytes[0]);
    (!is_empty && !NO_UUIDS.contains(&said.as_str())).then_some(said)
}

/// The UUID with the bytes of its first three groups turned round: VMware tells it so from outside and otherwise from inside.
pub(crate) fn uuid_swapped(text: &str) -> Option<String> {
    let id: uuid::Uuid = text.parse().ok()?;
    Some(uuid::Uuid::from_bytes_le(*id.as_bytes()).to_string())
}

/// Upper case with colons; nothing for cards that exist in software only.
pub(super) fn mac(text: &str) -> Option<String> {
    let digits = squeezed(text);
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs: Vec<&str> = (0..6).map(|pair| &digits[pair * 2..pair * 2 + 2]).collect();
    let said = pairs.join(":");
    (!NO_MACS.iter().any(|begin| said.starts_with(begin))).then_some(said)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_manufacturers_leave_in_place_of_a_serial_is_none() {
        for none in [
            "",
            "To Be Filled By O.E.M.",
            "0000000",
            "1111",
            "123456789",
            "N/A",
            "System Serial Number",
            "Default string",
            "Not Specified",
            "xxxxxxxxxxx",
            "..",
            "INVALID",
            "12345",
        ] {
            assert_eq!(serial_key(none), "", "{none}");
        }
        for (typed, key) in [("5CG-9301 x7k", "5CG9301X7K"), ("VMware-56 4d", "VMWARE564D"), ("1234", "1234")]
        {
            assert_eq!(serial_key(typed), key);
        }
    }

    #[test]
    fn a_uuid_is_told_in_two_ways_and_shared_ones_are_none() {
        let said = uuid("4C4C4544-0042-3510-8052-B4C04F4E3732").unwrap();
        assert_eq!(said, "4c4c4544-0042-3510-8052-b4c04f4e3732");
        assert_eq!(uuid_swapped(&said).unwrap(), "44454c4c-4200-1035-8052-b4c04f4e3732");
        assert_eq!(uuid_swapped(&uuid_swapped(&said).unwrap()).unwrap(), said);
        for none in [
            "",
            "x",
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "03000200-0400-0500-0006-000700080009",
        ] {
            assert_eq!(uuid(none), None, "{none}");
        }
    }

    #[test]
    fn cards_that_exist_in_software_only_are_no_sign() {
        assert_eq!(mac("00-1a-2b-3c-4d-5e").as_deref(), Some("00:1A:2B:3C:4D:5E"));
        for none in
            ["", "00:00:00:00:00:00", "00:50:56:C0:00:08", "0a:00:27:00:00:12", "zz:1a:2b:3c:4d:5e", "1a:2b"]
        {
            assert_eq!(mac(none), None, "{none}");
        }
        assert_eq!(model("System Product Name"), None);
        assert_eq!(model(" OptiPlex 7010 "), Some("OptiPlex 7010"));
    }
}
