//! The address of a key on a card or module (RFC 7512). A PIN in the address is refused: addresses are written into
//! configurations and logs.

use std::path::PathBuf;
use std::str::FromStr;

use super::super::KeyError;

/// Longest address that is read.
const MAX_LENGTH: usize = 2_048;

/// Where a key is, with which driver it is reached and in which file its PIN stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenUri {
    /// Label of the card.
    pub token: Option<String>,
    /// Serial number of the card.
    pub serial: Option<String>,
    /// Label of the certificate.
    pub object: Option<String>,
    /// CKA_ID of the certificate.
    pub id: Option<Vec<u8>>,
    /// The card maker's library.
    pub module_path: PathBuf,
    /// The file with the PIN.
    pub pin_source: PathBuf,
}

impl TokenUri {
    /// Whether a configured text is meant as such an address.
    pub fn is_one(text: &str) -> bool {
        text.trim_start().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkcs11:"))
    }
}

impl FromStr for TokenUri {
    type Err = KeyError;

    /// # Errors
    /// [`KeyError::Address`] with what is missing or not understood.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let wrong = |why: &'static str| KeyError::Address(why);
        let text = text.trim();
        if !Self::is_one(text) || text.len() > MAX_LENGTH {
            return Err(wrong("“pkcs11:” ile başlamalı ve 2048 karakteri geçmemeli"));
        }
        let (path, query) = text[7..].split_once('?').unwrap_or((&text[7..], ""));
        let (mut token, mut serial, mut object, mut id) = (None, None, None, None);
        for (name, value) in parts(path, ';') {
            let value = unescaped(value)?;
            match name {
                "token" => token = Some(utf8(value)?),
                "serial" => serial = Some(utf8(value)?),
                "object" => object = Some(utf8(value)?),
                "id" => id = Some(value),
                // They narrow nothing down that the ones above do not.
                "type"
                | "manufacturer"
                | "model"
                | "library-manufacturer"
                | "library-description"
                | "library-version" => {}
                _ => {
                    return Err(wrong(
                        "tanınmayan bir öznitelik var; token, serial, object ve id kullanılır",
                    ));
                }
            }
        }
        let (mut module_path, mut pin_source) = (None, None);
        for (name, value) in parts(query, '&') {
            let value = utf8(unescaped(value)?)?;
            match name {
                "module-path" => module_path = Some(PathBuf::from(value)),
                "pin-source" => pin_source = Some(file(&value)?),
                "pin-value" => return Err(wrong("PIN adrese yazılmaz; pin-source ile dosyası gösterilir")),
                _ => {}
            }
        }
        if token.is_none() && serial.is_none() {
            return Err(wrong("token ya da serial gerekir"));
        }
        let module_path = module_path.filter(|path| path.is_absolute());
        Ok(Self {
            token,
            serial,
            object,
            id,
            module_path: module_path.ok_or(wrong("module-path ile sürücünün tam yolu gerekir"))?,
            pin_source: pin_source.ok_or(wrong("pin-source ile PIN dosyası gerekir (file:/…)"))?,
        })
    }
}

fn parts(text: &str, between: char) -> impl Iterator<Item = (&str, &str)> {
    text.split(between).filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
}

/// `file:/etc/belde/pin` or a bare path; programs that print a PIN are not run.
fn file(value: &str) -> Result<PathBuf, KeyError> {
    let path = value.strip_prefix("file://").or(value.strip_prefix("file:")).unwrap_or(value);
    let path = PathBuf::from(path);
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(KeyError::Address("pin-source tam bir dosya yolu olmalı (file:/…)"))
    }
}

fn unescaped(text: &str) -> Result<Vec<u8>, KeyError> {
    let wrong = || KeyError::Address("% işaretinden sonra iki onaltılık rakam gerekir");
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [rest.next().ok_or_else(wrong)?, rest.next().ok_or_else(wrong)?];
        out.extend(hex::decode(digits).map_err(|_| wrong())?);
    }
    Ok(out)
}

fn utf8(bytes: Vec<u8>) -> Result<String, KeyError> {
    String::from_utf8(bytes).map_err(|_| KeyError::Address("yazılar UTF-8 olmalı"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_card_object_driver_and_the_file_of_the_pin() {
        let text = "pkcs11:token=Belediye%20HSM;object=m%C3%BCh%C3%BCr;id=%01%ff;type=private?module-path=/usr/lib/hsm.so&pin-source=file:/etc/belde/pin";
        let read: TokenUri = text.parse().unwrap();
        assert_eq!(read.token.as_deref(), Some("Belediye HSM"));
        assert_eq!(read.object.as_deref(), Some("mühür"));
        assert_eq!(read.id, Some(vec![1, 255]));
        assert_eq!(read.module_path, PathBuf::from("/usr/lib/hsm.so"));
        assert_eq!(read.pin_source, PathBuf::from("/etc/belde/pin"));
    }

    #[test]
    fn what_is_missing_dangerous_or_broken_is_refused_in_words() {
        let end = "?module-path=/a.so&pin-source=file:/p";
        for (text, why) in [
            ("/etc/belde/muhur.pem".to_owned(), "pkcs11:"),
            (format!("pkcs11:object=a{end}"), "token"),
            ("pkcs11:token=a?pin-source=file:/p".to_owned(), "module-path"),
            ("pkcs11:token=a?module-path=a.so&pin-source=file:/p".to_owned(), "module-path"),
            ("pkcs11:token=a?module-path=/a.so".to_owned(), "pin-source"),
            ("pkcs11:token=a?module-path=/a.so&pin-source=|cat%20/p".to_owned(), "pin-source"),
            (format!("pkcs11:token=a{end}&pin-value=1234"), "PIN adrese"),
            (format!("pkcs11:token=%f{end}"), "UTF-8"),
            (format!("pkcs11:token=%zz{end}"), "%"),
            (format!("pkcs11:token=a;slot-name=b{end}"), "tanınmayan"),
        ] {
            let said = text.parse::<TokenUri>().unwrap_err().to_string();
            let is_said = said.contains(why) || (why == "UTF-8" && said.contains('%'));
            assert!(is_said, "{text}: {said}");
        }
    }
}
