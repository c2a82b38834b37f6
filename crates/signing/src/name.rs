//! Names of subjects and issuers as people read them. Comparing is done over bytes, elsewhere.

use crate::asn1::Tlv;
use crate::certificate::name_parts;
use crate::oids;

/// More parts than this no name has.
const MAX_PARTS: usize = 32;

/// What a name tells a reader.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Name {
    pub common_name: Option<String>,
    pub organisation: Option<String>,
    pub serial_number: Option<String>,
    /// Every value, with commas.
    pub whole: String,
}

impl Name {
    /// The common name, or everything if there is none.
    pub fn display(&self) -> String {
        self.common_name.clone().unwrap_or_else(|| self.whole.clone())
    }

    /// Eleven digits of serialNumber, bare or after a prefix of EN 319 412-1.
    pub fn tckn(&self) -> Option<String> {
        let number = self.serial_number.as_deref()?.trim();
        let number =
            ["PNOTR-", "TCTR-", "IDCTR-"].iter().find_map(|p| number.strip_prefix(p)).unwrap_or(number);
        let is_tckn = number.len() == 11 && number.bytes().all(|byte| byte.is_ascii_digit());
        is_tckn.then(|| number.to_owned())
    }
}

/// Reads what can be read; a name in an odd form is shorter, not an error.
pub(crate) fn read(der: &[u8]) -> Name {
    let mut name = Name::default();
    let parts = Tlv::only(der).and_then(|whole| name_parts(&whole, MAX_PARTS)).unwrap_or_default();
    let mut values = Vec::new();
    for part in parts {
        let mut fields = part.inside();
        let (Ok(kind), Ok(value)) = (fields.next(), fields.next()) else { continue };
        let value = text(&value);
        if kind.is_oid(&oids::COMMON_NAME) {
            name.common_name = Some(value.clone());
        } else if kind.is_oid(&oids::ORGANISATION) {
            name.organisation = Some(value.clone());
        } else if kind.is_oid(&oids::SERIAL_NUMBER) {
            name.serial_number = Some(value.clone());
        }
        values.push(value);
    }
    name.whole = values.join(", ");
    name
}

/// Text of the string types that names use: UTF-8, BMPString (UTF-16) and Latin-1 in the rest.
/// Control characters are dropped, so that a name cannot write on somebody's terminal.
fn text(value: &Tlv) -> String {
    let text = match value.tag {
        0x1E => {
            let units = value.body.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
        }
        _ => match std::str::from_utf8(value.body) {
            Ok(text) => text.to_owned(),
            Err(_) => value.body.iter().map(|byte| char::from(*byte)).collect(),
        },
    };
    text.chars().filter(|c: &char| !c.is_control()).take(256).collect()
}
