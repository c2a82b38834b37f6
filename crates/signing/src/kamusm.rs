//! What KamuSM's time stamp service asks for beyond RFC 3161: a header that proves whose credits are
//! spent, and the question how many are left. The service's addresses are `http://zd.kamusm.gov.tr` and,
//! for trials, `http://tzd.kamusm.gov.tr`; requests go by POST as `application/timestamp-query`.

use std::num::NonZeroU32;

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use ring::pbkdf2;

use crate::algorithm::Hash;
use crate::asn1;
use crate::error::Error;
use crate::time_stamp::refusal;

/// How the official client names itself; the service was seen to look at it.
pub const USER_AGENT: &str = "UEKAE TSS Client";

/// Rounds of the key derivation. Few, but the service fixes them.
const ROUNDS: u32 = 100;

/// A customer of the service. Not printable, because of the password.
pub struct Account<'a> {
    pub customer: u64,
    pub password: &'a str,
}

/// Chance for one request: it must be new each time.
#[derive(Debug, Clone, Copy)]
pub struct Chance {
    pub salt: [u8; 8],
    pub iv: [u8; 16],
}

/// The value of the header `identity` of a request that stamps `imprint` (the digest's own bytes):
/// hexadecimal DER of `SEQUENCE { userid, salt, iterationCount, iv, encryptedMessageImprint }`.
pub fn identity(account: &Account, imprint: &[u8], chance: Chance) -> String {
    let mut key = [0; 32];
    let rounds = NonZeroU32::new(ROUNDS).expect("a hundred is not zero");
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &chance.salt, account.password.as_bytes(), &mut key);
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &chance.iv.into());
    let encrypted = cipher.encrypt_padded_vec::<Pkcs7>(imprint);
    hex::encode(asn1::sequence(&[
        &asn1::number(account.customer),
        &asn1::octets(&chance.salt),
        &asn1::number(u64::from(ROUNDS)),
        &asn1::octets(&chance.iv),
        &asn1::octets(&encrypted),
    ]))
}

/// The headers of a POST with an empty body that asks how many stamps are left. `at_ms` is the time in
/// milliseconds since 1970; the service allows some minutes of difference.
pub fn credit_headers(account: &Account, at_ms: u64, chance: Chance) -> [(&'static str, String); 3] {
    let digest = Hash::Sha1.digest(format!("{}{at_ms}", account.customer).as_bytes());
    [
        ("identity", identity(account, &digest, chance)),
        ("credit_req", account.customer.to_string()),
        ("credit_req_time", at_ms.to_string()),
    ]
}

/// How many stamps are left, from the body of the answer: digits as text. Anything else is read as a
/// refusal in the form of a time stamp answer.
///
/// # Errors
/// [`Error::TimeStampRefused`] with the service's words, [`Error::Malformed`].
pub fn read_credit(answer: &[u8]) -> Result<u64, Error> {
    const LONGEST: usize = 4096;
    if answer.len() > LONGEST {
        return Err(Error::TooLarge("kredi yanıtı"));
    }
    let number = std::str::from_utf8(answer).ok().and_then(|text| text.trim().parse().ok());
    match (number, refusal(answer)) {
        (Some(number), _) => Ok(number),
        (None, Some(words)) => Err(Error::TimeStampRefused(words)),
        (None, None) => Err(Error::Malformed("credit answer")),
    }
}
