//! Encrypts: AES-256-CBC, the key wrapped by RSA-OAEP with SHA-256 for every addressee (RFC 5754, RFC 4055). Lengths are definite.

use std::io::{Read, Write};

use aes::Aes256;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use rsa::PublicKey;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::unwrap::rsa_key;
use super::{BLOCK_BYTES, CHUNK_BYTES, Wrapped, Wrapping};
use crate::algorithm::Hash;
use crate::asn1::{self, sequence};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::oids;

pub const KEY_BYTES: usize = 32;
pub const IV_BYTES: usize = BLOCK_BYTES;

/// Chance for one file: it must be new each time, and nobody may know the key.
pub struct Secrets {
    pub key: Zeroizing<[u8; KEY_BYTES]>,
    pub iv: [u8; IV_BYTES],
}

/// Encrypts `plain_bytes` bytes of `reader` for all `certificates` into `writer`.
///
/// # Errors
/// [`Error::CertificateMissing`]; [`Error::Unsupported`] for a certificate that is not RSA or not for encryption; [`Error::Io`], also
/// if the reader holds another number of bytes.
pub fn encrypt(
    (reader, plain_bytes): (&mut impl Read, u64),
    writer: &mut impl Write,
    certificates: &[Certificate],
    secrets: &Secrets,
) -> Result<(), Error> {
    if certificates.is_empty() {
        return Err(Error::CertificateMissing);
    }
    let mut recipients = Vec::new();
    for one in certificates {
        if !one.is_for_encryption() {
            return Err(Error::Unsupported("sertifika şifreleme için verilmemiş"));
        }
        recipients.push(recipient(one, &secrets.key[..])?);
    }
    let cipher_bytes = (plain_bytes / BLOCK_BYTES as u64 + 1) * BLOCK_BYTES as u64;
    let recipients = asn1::set_of(asn1::SET, recipients);
    let algorithm = sequence(&[&asn1::oid(&oids::AES256_CBC), &asn1::octets(&secrets.iv)]);
    let content_type = asn1::oid(&oids::DATA);
    let content = head(asn1::context_primitive(0), cipher_bytes);
    let content_info =
        content_type.len() as u64 + algorithm.len() as u64 + content.len() as u64 + cipher_bytes;
    let info_head = head(asn1::SEQUENCE, content_info);
    let version = asn1::number(0);
    let enveloped = version.len() as u64 + recipients.len() as u64 + info_head.len() as u64 + content_info;
    let enveloped_head = head(asn1::SEQUENCE, enveloped);
    let explicit = enveloped_head.len() as u64 + enveloped;
    let explicit_head = head(asn1::context(0), explicit);
    let kind = asn1::oid(&oids::ENVELOPED_DATA);
    let whole = kind.len() as u64 + explicit_head.len() as u64 + explicit;
    let mut put = |bytes: &[u8]| writer.write_all(bytes).map_err(|error| Error::Io(error.to_string()));
    let parts = [
        &head(asn1::SEQUENCE, whole),
        &kind,
        &explicit_head,
        &enveloped_head,
        &version,
        &recipients,
        &info_head,
        &content_type,
        &algorithm,
        &content,
    ];
    for part in parts {
        put(part)?;
    }
    stream((reader, plain_bytes), secrets, &mut put)
}

fn stream(
    (reader, plain_bytes): (&mut impl Read, u64),
    secrets: &Secrets,
    put: &mut impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut cipher = cbc::Encryptor::<Aes256>::new(&(*secrets.key).into(), &secrets.iv.into());
    let mut buffer = Zeroizing::new(vec![0; CHUNK_BYTES + BLOCK_BYTES]);
    let mut left = plain_bytes;
    loop {
        let mut count = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK_BYTES);
        reader.read_exact(&mut buffer[..count]).map_err(|error| Error::Io(error.to_string()))?;
        left -= count as u64;
        let is_last = left == 0;
        if is_last {
            let padding = BLOCK_BYTES - count % BLOCK_BYTES;
            buffer[count..count + padding].fill(padding as u8);
            count += padding;
        }
        for chunk in buffer[..count].chunks_exact_mut(BLOCK_BYTES) {
            let mut block = aes::Block::default();
            block.copy_from_slice(chunk);
            cipher.encrypt_block(&mut block);
            chunk.copy_from_slice(&block);
        }
        put(&buffer[..count])?;
        if is_last {
            return Ok(());
        }
    }
}

/// Whether [`encrypt`] takes this certificate.
pub fn can_encrypt_for(certificate: &Certificate) -> bool {
    certificate.is_for_encryption() && wrap(certificate, &[0; KEY_BYTES]).is_ok()
}

/// A key under a certificate.
pub(super) fn wrap(certificate: &Certificate, key: &[u8]) -> Result<Wrapped, Error> {
    let public =
        PublicKey::from_pkcs1_der(&rsa_key(certificate)?).map_err(|_| Error::Unsupported("RSA anahtarı"))?;
    // The operating system's chance fills the padding; it shows in nothing that is decided.
    let bytes = public.oaep_encrypt::<Sha256>(key).map_err(|_| Error::Unsupported("RSA anahtarı"))?;
    Ok(Wrapped { wrapping: Wrapping::Oaep { hash: Hash::Sha256, mask: Hash::Sha256 }, bytes })
}

fn recipient(certificate: &Certificate, key: &[u8]) -> Result<Vec<u8>, Error> {
    let wrapped = wrap(certificate, key)?;
    let id = sequence(&[certificate.issuer(), &asn1::encode(asn1::INTEGER, &[certificate.serial()])]);
    let sha256 = sequence(&[&asn1::oid(&oids::SHA256), &[5, 0]]);
    let mask = sequence(&[&asn1::oid(&oids::MGF1), &sha256]);
    let parameters =
        sequence(&[&asn1::encode(asn1::context(0), &[&sha256]), &asn1::encode(asn1::context(1), &[&mask])]);
    let algorithm = sequence(&[&asn1::oid(&oids::RSA_OAEP), &parameters]);
    Ok(sequence(&[&asn1::number(0), &id, &algorithm, &asn1::octets(&wrapped.bytes)]))
}

fn head(tag: u8, length: u64) -> Vec<u8> {
    if length < 0x80 {
        return vec![tag, length as u8];
    }
    let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
    let mut head = vec![tag, 0x80 | digits.len() as u8];
    head.extend(digits);
    head
}
