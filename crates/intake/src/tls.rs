//! TLS for syslog (RFC 5425): the server's certificate from PEM files, and, where an authority is named, clients that
//! show a certificate of it.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ServerConnection, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the files make no server.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    #[error("{}: {why}", path.display())]
    File { path: PathBuf, why: String },
    #[error("certificate and key are no server's: {0}")]
    Pair(#[from] rustls::Error),
}

/// A server's side of TLS 1.2 and 1.3. With `client_authority`, a connection without a certificate of that authority is
/// refused. The paths are of PEM files; the first certificate is the server's, those that issued it follow.
///
/// # Errors
/// A file that cannot be read or holds nothing of the kind, a key that is not the certificate's.
pub fn tls_config(
    certificates: &Path,
    key: &Path,
    client_authority: Option<&Path>,
) -> Result<Arc<ServerConfig>, TlsFault> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let builder = match client_authority {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in read_certificates(path)? {
                roots.add(certificate)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().map_err(|error| fault(path, &error))?)
        }
    };
    let chain = read_certificates(certificates)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| fault(key, &error))?;
    Ok(Arc::new(builder.with_single_cert(chain, private)?))
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let found = CertificateDer::pem_file_iter(path).map_err(|error| fault(path, &error))?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(|error| fault(path, &error))?;
    if found.is_empty() {
        return Err(fault(path, &"it holds no certificate"));
    }
    Ok(found)
}

fn fault(path: &Path, why: &dyn std::fmt::Display) -> TlsFault {
    TlsFault::File { path: path.to_owned(), why: why.to_string() }
}

/// The name in the certificate that the client showed and the authority vouched for.
pub(crate) fn client_name(connection: &ServerConnection) -> Option<String> {
    let certificate = connection.peer_certificates()?.first()?;
    common_name(certificate.as_ref())
}

/// The object identifier of a common name (2.5.4.3) as DER has it.
const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];

/// The common name of the subject (RFC 5280, 4.1): version, serial number, algorithm, issuer, validity, subject. The
/// certificate was verified before, so this only looks for its place.
fn common_name(certificate: &[u8]) -> Option<String> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut rest, _) = element(certificate)?;
    let (tag, _, behind) = element(rest)?;
    if tag == 0xa0 {
        rest = behind;
    }
    for _ in ["serial number", "algorithm", "issuer", "validity"] {
        rest = element(rest)?.2;
    }
    let (_, mut subject, _) = element(rest)?;
    let mut found = None;
    while let Some((_, names, behind)) = element(subject) {
        subject = behind;
        let Some((_, pair, _)) = element(names) else { continue };
        if let Some(value) = pair.strip_prefix(&COMMON_NAME) {
            let (_, text, _) = element(value)?;
            found = String::from_utf8(text.to_vec()).ok();
        }
    }
    found
}

/// Tag, content and what is behind it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let (digits, rest) = rest.split_at_checked(count)?;
        (digits.iter().fold(0, |sum, it| sum << 8 | usize::from(*it)), rest)
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((tag, content, behind))
}
