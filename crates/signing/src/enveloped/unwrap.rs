//! The private key that opens what was encrypted for a certificate, from a file. On a module the module does it (`token`).

use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Oaep, Pkcs1v15Encrypt, PrivateKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::{Wrapped, Wrapping};
use crate::algorithm::{Hash, public_key};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::key::KeyError;
use crate::pem;

/// An RSA key from a file, with the certificate that others encrypt for.
pub struct OpeningKey {
    certificate: Certificate,
    private: PrivateKey,
}

impl OpeningKey {
    /// Takes an unencrypted PKCS #8 PEM and the certificate as PEM.
    ///
    /// # Errors
    /// [`KeyError::NotReadable`], [`KeyError::DoesNotFit`] if they do not belong together.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Self, KeyError> {
        let certificate = Certificate::from_pem_or_der(certificate.as_bytes())?.swap_remove(0);
        let blocks = pem::blocks(key, "PRIVATE KEY")?;
        let pkcs8 = blocks.first().ok_or(KeyError::NotReadable("PKCS #8 bekleniyordu"))?;
        let private = PrivateKey::from_pkcs8_der(pkcs8)
            .map_err(|_| KeyError::NotReadable("şifre çözmek için RSA anahtarı gerekir"))?;
        // What was encrypted for the certificate must come out again, or key and certificate are strangers.
        let trial = Zeroizing::new([7_u8; 32]);
        let wrapped = super::write::wrap(&certificate, &trial[..])?;
        let own = Self { certificate, private };
        match own.unwrap(&wrapped) {
            Ok(back) if back[..] == trial[..] => Ok(own),
            _ => Err(KeyError::DoesNotFit),
        }
    }

    /// The certificate that others encrypt for.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The content key. ring's and the operating system's chance blinds the key; it shows in nothing that is decided.
    ///
    /// # Errors
    /// [`Error::CannotDecrypt`].
    pub fn unwrap(&self, wrapped: &Wrapped) -> Result<Zeroizing<Vec<u8>>, Error> {
        let bytes = &wrapped.bytes;
        let found = match wrapped.wrapping {
            Wrapping::Pkcs1 => self.private.decrypt(Pkcs1v15Encrypt, bytes),
            Wrapping::Oaep { hash, mask } => match (hash, mask) {
                (Hash::Sha1, Hash::Sha1) => self.private.decrypt(Oaep::<Sha1>::new(), bytes),
                (Hash::Sha256, Hash::Sha1) => {
                    self.private.decrypt(Oaep::<Sha256, Sha1>::new_with_mgf_hash(), bytes)
                }
                (Hash::Sha256, Hash::Sha256) => self.private.decrypt(Oaep::<Sha256>::new(), bytes),
                (Hash::Sha384, Hash::Sha384) => self.private.decrypt(Oaep::<Sha384>::new(), bytes),
                (Hash::Sha512, Hash::Sha512) => self.private.decrypt(Oaep::<Sha512>::new(), bytes),
                _ => return Err(Error::Unsupported("OAEP özetleri")),
            },
        };
        found.map(Zeroizing::new).map_err(|_| Error::CannotDecrypt)
    }
}

/// The RSA key of a certificate as PKCS #1.
pub(super) fn rsa_key(certificate: &Certificate) -> Result<Vec<u8>, Error> {
    match public_key(&certificate.spki())? {
        (crate::algorithm::KeyKind::Rsa, bytes) => Ok(bytes.to_vec()),
        _ => Err(Error::Unsupported("şifreleme için RSA sertifikası gerekir")),
    }
}
