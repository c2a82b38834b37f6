//! Object identifiers of the formats, each with the standard that gives it.

use const_oid::ObjectIdentifier as Oid;

const fn oid(text: &str) -> Oid {
    Oid::new_unwrap(text)
}

// RFC 5652.
pub(crate) const DATA: Oid = oid("1.2.840.113549.1.7.1");
pub(crate) const SIGNED_DATA: Oid = oid("1.2.840.113549.1.7.2");
pub(crate) const ENVELOPED_DATA: Oid = oid("1.2.840.113549.1.7.3");
pub(crate) const CONTENT_TYPE: Oid = oid("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: Oid = oid("1.2.840.113549.1.9.4");
pub(crate) const SIGNING_TIME: Oid = oid("1.2.840.113549.1.9.5");
pub(crate) const COUNTER_SIGNATURE: Oid = oid("1.2.840.113549.1.9.6");
pub(crate) const REVOCATION_OCSP: Oid = oid("1.3.6.1.5.5.7.16.2");

// RFC 5035, RFC 5126, EN 319 122-1.
pub(crate) const SIGNING_CERTIFICATE: Oid = oid("1.2.840.113549.1.9.16.2.12");
pub(crate) const SIGNING_CERTIFICATE_V2: Oid = oid("1.2.840.113549.1.9.16.2.47");
pub(crate) const SIGNATURE_POLICY: Oid = oid("1.2.840.113549.1.9.16.2.15");
pub(crate) const POLICY_URI: Oid = oid("1.2.840.113549.1.9.16.5.1");
pub(crate) const SIGNATURE_TIME_STAMP: Oid = oid("1.2.840.113549.1.9.16.2.14");
pub(crate) const CERTIFICATE_REFS: Oid = oid("1.2.840.113549.1.9.16.2.21");
pub(crate) const REVOCATION_REFS: Oid = oid("1.2.840.113549.1.9.16.2.22");
pub(crate) const CERTIFICATE_VALUES: Oid = oid("1.2.840.113549.1.9.16.2.23");
pub(crate) const REVOCATION_VALUES: Oid = oid("1.2.840.113549.1.9.16.2.24");
pub(crate) const CADES_C_TIME_STAMP: Oid = oid("1.2.840.113549.1.9.16.2.25");
pub(crate) const REFS_TIME_STAMP: Oid = oid("1.2.840.113549.1.9.16.2.26");
pub(crate) const ARCHIVE_TIME_STAMP_V2: Oid = oid("1.2.840.113549.1.9.16.2.48");
pub(crate) const ARCHIVE_TIME_STAMP_V3: Oid = oid("0.4.0.1733.2.4");
pub(crate) const ATS_HASH_INDEX: Oid = oid("0.4.0.1733.2.5");
pub(crate) const ATS_HASH_INDEX_V3: Oid = oid("0.4.0.19122.1.5");

// RFC 3161.
pub(crate) const TST_INFO: Oid = oid("1.2.840.113549.1.9.16.1.4");

// Digests and signatures.
pub(crate) const SHA1: Oid = oid("1.3.14.3.2.26");
pub(crate) const SHA256: Oid = oid("2.16.840.1.101.3.4.2.1");
pub(crate) const SHA384: Oid = oid("2.16.840.1.101.3.4.2.2");
pub(crate) const SHA512: Oid = oid("2.16.840.1.101.3.4.2.3");
pub(crate) const RSA: Oid = oid("1.2.840.113549.1.1.1");
pub(crate) const RSA_SHA1: Oid = oid("1.2.840.113549.1.1.5");
pub(crate) const RSA_OAEP: Oid = oid("1.2.840.113549.1.1.7");
pub(crate) const MGF1: Oid = oid("1.2.840.113549.1.1.8");
pub(crate) const RSA_PSS: Oid = oid("1.2.840.113549.1.1.10");
pub(crate) const RSA_SHA256: Oid = oid("1.2.840.113549.1.1.11");
pub(crate) const RSA_SHA384: Oid = oid("1.2.840.113549.1.1.12");
pub(crate) const RSA_SHA512: Oid = oid("1.2.840.113549.1.1.13");
pub(crate) const AES128_CBC: Oid = oid("2.16.840.1.101.3.4.1.2");
pub(crate) const AES192_CBC: Oid = oid("2.16.840.1.101.3.4.1.22");
pub(crate) const AES256_CBC: Oid = oid("2.16.840.1.101.3.4.1.42");
pub(crate) const EC_KEY: Oid = oid("1.2.840.10045.2.1");
pub(crate) const ECDSA_SHA256: Oid = oid("1.2.840.10045.4.3.2");
pub(crate) const ECDSA_SHA384: Oid = oid("1.2.840.10045.4.3.3");
pub(crate) const P256: Oid = oid("1.2.840.10045.3.1.7");
pub(crate) const P384: Oid = oid("1.3.132.0.34");

// Certificates: RFC 5280, RFC 6960, EN 319 412-5.
pub(crate) const COMMON_NAME: Oid = oid("2.5.4.3");
pub(crate) const SERIAL_NUMBER: Oid = oid("2.5.4.5");
pub(crate) const ORGANISATION: Oid = oid("2.5.4.10");
pub(crate) const SUBJECT_KEY_ID: Oid = oid("2.5.29.14");
pub(crate) const KEY_USAGE: Oid = oid("2.5.29.15");
pub(crate) const SUBJECT_ALT_NAME: Oid = oid("2.5.29.17");
pub(crate) const BASIC_CONSTRAINTS: Oid = oid("2.5.29.19");
pub(crate) const CRL_NUMBER: Oid = oid("2.5.29.20");
pub(crate) const CRL_REASON: Oid = oid("2.5.29.21");
pub(crate) const DELTA_CRL: Oid = oid("2.5.29.27");
pub(crate) const ISSUING_POINT: Oid = oid("2.5.29.28");
pub(crate) const CRL_POINTS: Oid = oid("2.5.29.31");
pub(crate) const CERTIFICATE_POLICIES: Oid = oid("2.5.29.32");
pub(crate) const USER_NOTICE: Oid = oid("1.3.6.1.5.5.7.2.2");
pub(crate) const AUTHORITY_KEY_ID: Oid = oid("2.5.29.35");
pub(crate) const EXTENDED_KEY_USAGE: Oid = oid("2.5.29.37");
pub(crate) const AUTHORITY_INFO: Oid = oid("1.3.6.1.5.5.7.1.1");
pub(crate) const QC_STATEMENTS: Oid = oid("1.3.6.1.5.5.7.1.3");
pub(crate) const ACCESS_OCSP: Oid = oid("1.3.6.1.5.5.7.48.1");
pub(crate) const ACCESS_ISSUERS: Oid = oid("1.3.6.1.5.5.7.48.2");
pub(crate) const OCSP_BASIC: Oid = oid("1.3.6.1.5.5.7.48.1.1");
pub(crate) const OCSP_NONCE: Oid = oid("1.3.6.1.5.5.7.48.1.2");
pub(crate) const OCSP_NO_CHECK: Oid = oid("1.3.6.1.5.5.7.48.1.5");
pub(crate) const USE_TIME_STAMPING: Oid = oid("1.3.6.1.5.5.7.3.8");
pub(crate) const USE_OCSP_SIGNING: Oid = oid("1.3.6.1.5.5.7.3.9");
pub(crate) const QC_COMPLIANCE: Oid = oid("0.4.0.1862.1.1");
/// The statement that Law 5070 asks for ("Bu sertifika, nitelikli elektronik sertifikadır").
pub(crate) const QC_TURKISH: Oid = oid("2.16.792.1.61.0.1.5070.1.1");

// Signature profiles of BTK ("Elektronik İmza Kullanım Profilleri Rehberi").
pub(crate) const PROFILE_P2: Oid = oid("2.16.792.1.61.0.1.5070.3.1.1");
pub(crate) const PROFILE_P3: Oid = oid("2.16.792.1.61.0.1.5070.3.2.1");
pub(crate) const PROFILE_P4: Oid = oid("2.16.792.1.61.0.1.5070.3.3.1");
