//! Encrypted content (CMS EnvelopedData, RFC 5652, 6) as e-Yazışma packages carry it: AES in CBC mode under a key that is wrapped
//! with RSA for each addressee. Content runs through as a stream; only what stands before it is held in memory.
//!
//! Nothing in such a file says that it was not changed: what comes out is believed for its own signatures alone. Wrong keys, broken
//! keys and broken ends are told with one sentence, so that nobody learns of a key by asking.

mod source;
mod unwrap;
mod write;

use std::io::{Read, Write};

use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use aes::{Aes128, Aes192, Aes256};
use zeroize::Zeroizing;

use self::source::{Content, Source};
pub use self::unwrap::OpeningKey;
pub use self::write::{IV_BYTES, KEY_BYTES, Secrets, can_encrypt_for, encrypt};
use crate::algorithm::Hash;
use crate::asn1::{INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET, Tlv, context, context_primitive};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::oids;

/// Everything before the content.
const MAX_HEADER_BYTES: usize = 256 * 1024;
/// Addressees of one file.
const MAX_RECIPIENTS: usize = 256;
const CHUNK_BYTES: usize = 64 * 1024;
const BLOCK_BYTES: usize = 16;

/// How a content key is wrapped with RSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// RFC 8017, 7.2.
    Pkcs1,
    /// RFC 8017, 7.1.
    Oaep { hash: Hash, mask: Hash },
}

/// The content key for one addressee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    pub wrapping: Wrapping,
    pub bytes: Vec<u8>,
}

/// For whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Recipient {
    /// Issuer and serial number, as they stand in the certificate.
    Issued {
        issuer: Vec<u8>,
        serial: Vec<u8>,
        key: Option<Wrapped>,
    },
    Keyed {
        subject_key: Vec<u8>,
        key: Option<Wrapped>,
    },
    /// Keys that were agreed on, passwords, and whatever comes later.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
}

impl Cipher {
    fn key_bytes(self) -> usize {
        match self {
            Cipher::Aes128 => 16,
            Cipher::Aes192 => 24,
            Cipher::Aes256 => 32,
        }
    }
}

/// An encrypted file that was read up to its content.
#[derive(Debug)]
pub struct Envelope<R> {
    recipients: Vec<Recipient>,
    cipher: Cipher,
    iv: [u8; BLOCK_BYTES],
    content: Content<R>,
}

impl<R: Read> Envelope<R> {
    /// Reads up to the content.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Unsupported`] for other ciphers and for content that stands elsewhere.
    pub fn open(reader: R) -> Result<Self, Error> {
        let mut source = Source::new(reader, MAX_HEADER_BYTES);
        source.enter(SEQUENCE)?;
        let kind = source.element(OID)?;
        if !Tlv::only(&kind)?.is_oid(&oids::ENVELOPED_DATA) {
            return Err(Error::Unsupported("CMS EnvelopedData değil"));
        }
        source.enter(context(0))?;
        source.enter(SEQUENCE)?;
        source.element(INTEGER)?;
        source.skip_optional(context(0))?;
        let recipients = recipients(&source.element(SET)?)?;
        source.enter(SEQUENCE)?;
        source.element(OID)?;
        let (cipher, iv) = cipher(&source.element(SEQUENCE)?)?;
        let content = source.content(context_primitive(0), context(0))?;
        Ok(Self { recipients, cipher, iv, content })
    }

    /// How many addressees it names.
    pub fn recipient_count(&self) -> usize {
        self.recipients.len()
    }

    /// The content key as it was wrapped for a certificate.
    ///
    /// # Errors
    /// [`Error::NotForThisKey`]; [`Error::Unsupported`] if it was wrapped in a way that is not read.
    pub fn wrapped_for(&self, certificate: &Certificate) -> Result<Wrapped, Error> {
        let serial = certificate.serial();
        let is_it = |one: &&Recipient| match one {
            Recipient::Issued { issuer, serial: other, .. } => {
                issuer == certificate.issuer() && other == serial
            }
            Recipient::Keyed { subject_key, .. } => {
                certificate.facts().subject_key.as_ref() == Some(subject_key)
            }
            Recipient::Other => false,
        };
        match self.recipients.iter().find(is_it) {
            Some(Recipient::Issued { key, .. } | Recipient::Keyed { key, .. }) => {
                key.clone().ok_or(Error::Unsupported("anahtarın şifrelenme biçimi"))
            }
            _ => Err(Error::NotForThisKey),
        }
    }

    /// Decrypts the content into `writer` with the content key that `unwrapped` holds, and gives its size in bytes. What was written
    /// is of no use when an error follows.
    ///
    /// # Errors
    /// [`Error::CannotDecrypt`]; [`Error::TooLarge`] past `limit_bytes`; [`Error::Io`] of the writer.
    pub fn decrypt(self, unwrapped: &[u8], writer: &mut impl Write, limit_bytes: u64) -> Result<u64, Error> {
        if unwrapped.len() != self.cipher.key_bytes() {
            return Err(Error::CannotDecrypt);
        }
        let iv = self.iv;
        let fit = |_| Error::CannotDecrypt;
        match self.cipher {
            Cipher::Aes128 => {
                let cipher = cbc::Decryptor::<Aes128>::new_from_slices(unwrapped, &iv).map_err(fit)?;
                stream(self.content, cipher, writer, limit_bytes)
            }
            Cipher::Aes192 => {
                let cipher = cbc::Decryptor::<Aes192>::new_from_slices(unwrapped, &iv).map_err(fit)?;
                stream(self.content, cipher, writer, limit_bytes)
            }
            Cipher::Aes256 => {
                let cipher = cbc::Decryptor::<Aes256>::new_from_slices(unwrapped, &iv).map_err(fit)?;
                stream(self.content, cipher, writer, limit_bytes)
            }
        }
    }
}

/// Block by block; the last one is held back until it is known to be the last, for its padding.
fn stream<R: Read, C: BlockModeDecrypt<BlockSize = aes::cipher::consts::U16>>(
    mut content: Content<R>,
    mut cipher: C,
    writer: &mut impl Write,
    limit_bytes: u64,
) -> Result<u64, Error> {
    let mut buffer = Zeroizing::new(vec![0; CHUNK_BYTES]);
    let mut held: Option<[u8; BLOCK_BYTES]> = None;
    let mut written = 0_u64;
    loop {
        let count = content.fill(&mut buffer)?;
        if count % BLOCK_BYTES != 0 {
            return Err(Error::CannotDecrypt);
        }
        if count == 0 {
            break;
        }
        for chunk in buffer[..count].chunks_exact_mut(BLOCK_BYTES) {
            let mut block = aes::Block::default();
            block.copy_from_slice(chunk);
            cipher.decrypt_block(&mut block);
            chunk.copy_from_slice(&block);
        }
        if let Some(before) = held {
            put(writer, &before, &mut written, limit_bytes)?;
        }
        put(writer, &buffer[..count - BLOCK_BYTES], &mut written, limit_bytes)?;
        let mut last = [0; BLOCK_BYTES];
        last.copy_from_slice(&buffer[count - BLOCK_BYTES..count]);
        held = Some(last);
    }
    let last = held.ok_or(Error::CannotDecrypt)?;
    let padding = usize::from(last[BLOCK_BYTES - 1]);
    let is_padding = (1..=BLOCK_BYTES).contains(&padding)
        && last[BLOCK_BYTES - padding..].iter().all(|byte| usize::from(*byte) == padding);
    if !is_padding {
        return Err(Error::CannotDecrypt);
    }
    put(writer, &last[..BLOCK_BYTES - padding], &mut written, limit_bytes)?;
    Ok(written)
}

fn put(writer: &mut impl Write, bytes: &[u8], written: &mut u64, limit: u64) -> Result<(), Error> {
    *written += bytes.len() as u64;
    if *written > limit {
        return Err(Error::TooLarge("şifreli içerik"));
    }
    writer.write_all(bytes).map_err(|error| Error::Io(error.to_string()))
}

fn recipients(set: &[u8]) -> Result<Vec<Recipient>, Error> {
    let all = Reader::new(Tlv::only(set)?.expect(SET)?.body).all(MAX_RECIPIENTS)?;
    if all.is_empty() {
        return Err(Error::Malformed("EnvelopedData"));
    }
    all.iter().map(recipient).collect()
}

fn recipient(one: &Tlv) -> Result<Recipient, Error> {
    if one.tag != SEQUENCE {
        return Ok(Recipient::Other);
    }
    let mut fields = one.inside();
    fields.expect(INTEGER)?;
    let id = fields.next()?;
    let wrapping = wrapping(&fields.expect(SEQUENCE)?);
    let bytes = fields.expect(OCTET_STRING)?.body.to_vec();
    let key = match wrapping {
        Ok(wrapping) => Some(Wrapped { wrapping, bytes }),
        Err(_) => None,
    };
    if id.tag == context_primitive(0) {
        return Ok(Recipient::Keyed { subject_key: id.body.to_vec(), key });
    }
    let mut issued = id.expect(SEQUENCE)?.inside();
    let issuer = issued.expect(SEQUENCE)?.raw.to_vec();
    Ok(Recipient::Issued { issuer, serial: issued.expect(INTEGER)?.body.to_vec(), key })
}

fn wrapping(algorithm: &Tlv) -> Result<Wrapping, Error> {
    let mut fields = algorithm.inside();
    let id = fields.next()?;
    if id.is_oid(&oids::RSA) {
        return Ok(Wrapping::Pkcs1);
    }
    if !id.is_oid(&oids::RSA_OAEP) {
        return Err(Error::Unsupported("anahtarın sarılma biçimi"));
    }
    // RFC 4055, 4.1: SHA-1 where nothing is said; a label is not used with CMS.
    let (mut hash, mut mask) = (Hash::Sha1, Hash::Sha1);
    if let Some(parameters) = fields.optional(SEQUENCE)? {
        let mut fields = parameters.inside();
        if let Some(one) = fields.optional(context(0))? {
            hash = Hash::read(&Tlv::only(one.body)?)?;
        }
        if let Some(one) = fields.optional(context(1))? {
            let mut function = Tlv::only(one.body)?.expect(SEQUENCE)?.inside();
            if !function.next()?.is_oid(&oids::MGF1) {
                return Err(Error::Unsupported("maske işlevi"));
            }
            mask = Hash::read(&function.expect(SEQUENCE)?)?;
        }
        if fields.optional(context(2))?.is_some() {
            return Err(Error::Unsupported("OAEP etiketi"));
        }
    }
    Ok(Wrapping::Oaep { hash, mask })
}

fn cipher(algorithm: &[u8]) -> Result<(Cipher, [u8; BLOCK_BYTES]), Error> {
    let mut fields = Tlv::only(algorithm)?.expect(SEQUENCE)?.inside();
    let id = fields.next()?;
    let cipher = match () {
        () if id.is_oid(&oids::AES256_CBC) => Cipher::Aes256,
        () if id.is_oid(&oids::AES192_CBC) => Cipher::Aes192,
        () if id.is_oid(&oids::AES128_CBC) => Cipher::Aes128,
        () => return Err(Error::Unsupported("AES-CBC dışında bir şifreleme")),
    };
    let iv = fields.expect(OCTET_STRING)?.body;
    Ok((cipher, iv.try_into().map_err(|_| Error::Malformed("EnvelopedData"))?))
}
