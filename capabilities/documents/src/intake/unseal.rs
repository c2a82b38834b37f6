//! Encrypted packages (.eyps): opened with the municipality's own key as a stream into a file that vanishes. Nothing of a package
//! that does not open is lost: the item keeps the file and says what is needed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use package::Package;
use signing::enveloped::{Envelope, OpeningKey, Wrapped};
use signing::token::ServerKey;
use signing::{Certificate, KeyError};

use super::parcel::MOST_BYTES;
use super::signatures::Judge;
use crate::letter::esign::sealing::Trouble;
use crate::letter::esign::sealing::pins::Gate;

/// With what packages are opened that were encrypted for the municipality.
pub enum Opening {
    /// For trials.
    File(Box<OpeningKey>),
    Module(Box<ServerKey>),
}

impl Opening {
    /// Blocks; enters no PIN.
    ///
    /// # Errors
    /// As [`ServerKey::certificate`].
    pub fn certificate(&self) -> Result<Certificate, KeyError> {
        match self {
            Opening::File(key) => Ok(key.certificate().clone()),
            Opening::Module(key) => key.encryption_certificate(),
        }
    }

    fn unwrap(&self, wrapped: &Wrapped, gate: &Gate) -> Result<Vec<u8>, KeyError> {
        match self {
            Opening::File(key) => Ok(key.unwrap(wrapped)?.to_vec()),
            Opening::Module(key) => {
                key.to_decrypt(gate, |token| token.decrypt(wrapped.wrapping, &wrapped.bytes))
            }
        }
    }
}

/// What became of an envelope.
pub(super) struct Unsealed {
    /// The package inside, or why there is none, for whoever reads the item.
    pub inside: Result<File, String>,
    /// How the use of the key went; `None` where it was not used.
    pub tried: Option<Result<(), Trouble>>,
}

/// Opens an envelope. Blocks.
pub(super) fn unseal<R: Read + Seek>(outer: &mut Package<R>, judge: &Judge) -> Unsealed {
    let mut tried = None;
    let inside = inside(outer, judge, &mut tried);
    Unsealed { inside, tried }
}

fn inside<R: Read + Seek>(
    outer: &mut Package<R>,
    judge: &Judge,
    tried: &mut Option<Result<(), Trouble>>,
) -> Result<File, String> {
    let content = outer.encrypted_content().map_err(|refusal| refusal.to_string())?;
    let envelope = Envelope::open(content).map_err(|error| format!("Şifreli içerik okunamadı. {error}"))?;
    let Some(key) = judge.opening.as_deref() else {
        return Err("Açmak için belediyenin şifre çözme anahtarı gerekir: sunucunun yapılandırma dosyasında decrypt_key yok. Tanımlanınca “Paketi yeniden oku” deyin.".into());
    };
    let certificate = key.certificate().map_err(|error| {
        let trouble = Trouble::of(&error);
        let text = trouble.text.clone();
        *tried = Some(Err(trouble));
        text
    })?;
    let wrapped = envelope.wrapped_for(&certificate).map_err(|error| error.to_string())?;
    let unwrapped = key.unwrap(&wrapped, &judge.gate);
    let unwrapped = match unwrapped {
        Ok(bytes) => {
            *tried = Some(Ok(()));
            bytes
        }
        // What was encrypted wrongly says nothing of the key.
        Err(KeyError::Other(error)) => return Err(error.to_string()),
        Err(KeyError::Refused(_)) => return Err(signing::Error::CannotDecrypt.to_string()),
        Err(error) => {
            let trouble = Trouble::of(&error);
            let text = trouble.text.clone();
            *tried = Some(Err(trouble));
            return Err(text);
        }
    };
    let mut file = tempfile::tempfile().map_err(|error| format!("Geçici dosya açılamadı: {error}"))?;
    let mut writer = std::io::BufWriter::new(&mut file);
    envelope.decrypt(&unwrapped, &mut writer, MOST_BYTES).map_err(|error| error.to_string())?;
    let written = std::io::Write::flush(&mut writer);
    drop(writer);
    written
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .map_err(|error| format!("Geçici dosya yazılamadı: {error}"))?;
    Ok(file)
}
