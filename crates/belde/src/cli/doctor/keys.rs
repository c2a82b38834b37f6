//! The municipality's own keys: its seal, and what opens packages that were encrypted for it. No PIN is entered here: a module locks
//! itself after a few wrong ones.

use documents::{Opening, Seal, Trusted};
use kernel::setting::Settings;
use kernel::{Error, Result};
use signing::token::{ServerKey, TokenUri};
use signing::{Certificate, KeyError};

use super::Findings;
use crate::start::House;

/// A new certificate takes weeks to get.
const RENEW_DAYS: i64 = 30;

pub(super) async fn look(house: &House, findings: &mut Findings) -> Result<()> {
    let mode = Settings::load(&house.db, &house.registry.settings()).await?.text(documents::SIGNING);
    let trusted = house.services.get::<Trusted>()?;
    let standing = documents::examine_keys(&house.db).await?;
    match trusted.seal.clone() {
        None => {
            let hint = "letters are signed electronically and their packages wait for it: set seal_key";
            findings.say(mode == "off", "seal: none is configured", hint);
        }
        Some(seal) => {
            let module = match &*seal {
                Seal::File(_) => None,
                Seal::Module(key) => Some(kept(key)),
            };
            let found = blocking(move || seal.certificate()).await?;
            key(house, findings, ("seal", &mode), (module, found));
            said(findings, "seal", &standing.seal_error);
        }
    }
    let waiting = format!("{} package(s) wait for the seal", standing.waiting);
    findings.say(standing.waiting == 0, &waiting, "Yönetim › Mühür says why");
    if let Some(opening) = trusted.opening.clone() {
        let module = match &*opening {
            Opening::File(_) => None,
            Opening::Module(key) => Some(kept(key)),
        };
        let found = blocking(move || opening.certificate()).await?;
        key(house, findings, ("decryption key", &mode), (module, found));
        said(findings, "decryption key", &standing.opening_error);
    }
    let refused = format!("{} PIN(s) refused by a module", standing.refused_pins);
    let hint = "write the right PIN into its file, or say “Şimdi dene” at Yönetim › Mühür; no server tries it again by itself";
    findings.say(standing.refused_pins == 0, &refused, hint);
    Ok(())
}

/// A module may take its time.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// Where a key on a module is, and whether the file of its PIN may be used.
fn kept(key: &ServerKey) -> (String, std::result::Result<(), KeyError>) {
    (place(key.uri()), key.pin_file())
}

/// Without the file of the PIN.
fn place(uri: &TokenUri) -> String {
    let name = uri.token.as_ref().or(uri.serial.as_ref()).cloned().unwrap_or_default();
    format!("{name} over {}", uri.module_path.display())
}

type Module = Option<(String, std::result::Result<(), KeyError>)>;

fn key(
    house: &House,
    findings: &mut Findings,
    (name, mode): (&str, &str),
    (module, found): (Module, std::result::Result<Certificate, KeyError>),
) {
    let is_file = module.is_none();
    if let Some((place, pin_file)) = module {
        let why = found.as_ref().err().map(ToString::to_string).unwrap_or_default();
        findings.say(found.is_ok(), &format!("{name}: reached at {place}"), &why);
        let why = pin_file.as_ref().err().map(ToString::to_string).unwrap_or_default();
        findings.say(pin_file.is_ok(), &format!("{name}: the file of its PIN is its own (not tried)"), &why);
    }
    let Ok(certificate) = found else { return };
    let until = certificate.valid_until();
    let days = (until - house.clock.now().utc()).whole_days();
    let what = format!("{name}: certificate valid until {}, {days} day(s) left", until.date());
    findings.say(days >= RENEW_DAYS, &what, "have it renewed; what is sealed after that day proves nothing");
    let is_trial = is_file || certificate.looks_like_trial();
    let what = format!("{name}: {}", if is_trial { "a key for trials" } else { "a key on a module" });
    findings.say(
        !is_trial || mode != "on",
        &what,
        "letters are signed in earnest; such a key proves nothing",
    );
}

/// How the last use went, as a server wrote it down.
fn said(findings: &mut Findings, name: &str, error: &str) {
    findings.say(error.is_empty(), &format!("{name}: its last use went well"), error);
}
