//! -X-L: what certificates' own addresses say about revocation, put into the signature. Only certificates that lead to a trusted root
//! are asked about, so that nobody makes this server call addresses of their choice.

use kernel::{Error, Result};
use signing::{
    Certificate, Crl, Level, MAX_CRL_BYTES, MAX_OCSP_BYTES, Ocsp, Report, Trust, ValidationData, Wanted,
};

use super::{Raised, Stamper, lowest};

/// Questions for one file.
const MOST_QUESTIONS: usize = 16;
/// Path after path: what an answer brings may need an answer itself.
const ROUNDS: usize = 4;

/// What was already asked about a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Ocsp,
    Crl,
}

impl Stamper<'_> {
    /// The file at level X-L where everything that was needed came, otherwise as it was, with what did not come.
    pub async fn completed(&self, cms: Vec<u8>) -> Result<Raised> {
        let (data, mut notes) = self.gathered(&cms).await?;
        let mut raised = cms.clone();
        for (index, signer) in self.report(&cms).signers.iter().enumerate() {
            if signer.level < Level::Xl {
                raised = signing::add_validation_data(&raised, index, &data).map_err(Error::internal)?;
            }
        }
        let level = lowest(&self.report(&raised));
        if level >= Level::Xl {
            return Ok(Raised { cms: raised, level, notes });
        }
        notes.push("İptal bilgileri tamamlanamadığı için imza zaman damgası düzeyinde kaldı.".into());
        let level = lowest(&self.report(&cms));
        Ok(Raised { cms, level, notes })
    }

    pub async fn gathered(&self, cms: &[u8]) -> Result<(ValidationData, Vec<String>)> {
        let (mut data, mut notes) = (ValidationData::default(), Vec::new());
        let mut asked: Vec<(Certificate, Asked)> = Vec::new();
        for _ in 0..ROUNDS {
            let trust = Trust { evidence: data.clone(), ..self.trust.clone() };
            let wanted = wanted(&self.judged(cms, &trust));
            let before = asked.len();
            for (certificate, issuer) in &wanted {
                if asked.len() >= MOST_QUESTIONS {
                    break;
                }
                let has = |how| asked.iter().any(|(one, was)| one == certificate && *was == how);
                let outcome = if !has(Asked::Ocsp) {
                    asked.push((certificate.clone(), Asked::Ocsp));
                    self.ask_responder(certificate, issuer, &mut data).await
                } else if !has(Asked::Crl) {
                    asked.push((certificate.clone(), Asked::Crl));
                    self.fetch_list(certificate, &mut data).await
                } else {
                    continue;
                };
                if let Err(error) = outcome {
                    notes.push(format!("{}: {}", certificate.holder(), error.message_tr));
                }
                if !data.certificates.contains(issuer) {
                    data.certificates.push(issuer.clone());
                }
            }
            if asked.len() == before {
                break;
            }
        }
        Ok((data, notes))
    }

    async fn ask_responder(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        data: &mut ValidationData,
    ) -> Result<()> {
        let Some(url) = certificate.ocsp_urls().first() else { return Ok(()) };
        let nonce = self.context.clock.random_bytes::<16>();
        let question = signing::ocsp_request(certificate, issuer, Some(&nonce));
        let who = ("OCSP sunucusu", MAX_OCSP_BYTES);
        let answer = self.authority.http.post(url, ("application/ocsp-request", question), who).await?;
        let ocsp = Ocsp::from_der(&answer).map_err(|error| unreadable("OCSP yanıtı", &error))?;
        // Many responders leave it out; one that is there must be ours.
        if ocsp.nonce().is_some_and(|other| other != nonce) {
            return Err(Error::conflict("OCSP yanıtı başka bir isteğin yanıtı."));
        }
        data.ocsps.push(ocsp);
        Ok(())
    }

    async fn fetch_list(&self, certificate: &Certificate, data: &mut ValidationData) -> Result<()> {
        let url = certificate.crl_urls().iter().find(|url| url.starts_with("http"));
        let url = url.ok_or_else(|| Error::conflict("Sertifikada iptal listesinin adresi yok."))?;
        let list = self.authority.http.get(url, ("İptal listesinin sunucusu", MAX_CRL_BYTES)).await?;
        data.crls.push(Crl::from_der(&list).map_err(|error| unreadable("İptal listesi", &error))?);
        Ok(())
    }
}

fn unreadable(what: &str, error: &signing::Error) -> Error {
    Error::conflict(format!("{what} okunamadı.")).with_context(error)
}

/// Certificates whose issuer is known, each once: signers' and stamps'.
fn wanted(report: &Report) -> Vec<(Certificate, Certificate)> {
    let signers = report.signers.iter().flat_map(|one| &one.wanted);
    let stamps = report.signers.iter().flat_map(|one| &one.stamps).flat_map(|stamp| &stamp.wanted);
    let mut found: Vec<(Certificate, Certificate)> = Vec::new();
    for Wanted { certificate, issuer } in signers.chain(stamps) {
        if let Some(issuer) = issuer
            && !found.iter().any(|(one, _)| one == certificate)
        {
            found.push((certificate.clone(), issuer.clone()));
        }
    }
    found
}
