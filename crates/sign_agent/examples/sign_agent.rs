//! Runs the signing program: `cargo run -p sign_agent --example sign_agent -- https://belde.ornek.bel.tr [trial.pem]`.
//! The module of the card comes from `BELDE_PKCS11` if it is set.

use std::sync::Arc;
use std::time::SystemTime;

use sign_agent::{Options, Result, run};
use time::OffsetDateTime;

#[tokio::main]
async fn main() -> Result<()> {
    // An example stands below the kernel, whose clock the real command line hands over.
    let clock = || OffsetDateTime::UNIX_EPOCH + SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let mut arguments = std::env::args().skip(1);
    let mut options = Options::new(Arc::new(clock));
    options.origins.extend(arguments.next());
    options.trial_key = arguments.next().map(Into::into);
    options.module = std::env::var_os("BELDE_PKCS11").map(Into::into);
    let stopped = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    run(options, stopped).await
}
