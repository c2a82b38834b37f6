//! `belde sign-agent`: the program on a signer's own computer. It listens on the loopback address alone, shows what is signed, asks
//! for the card's PIN itself and gives the signature, never the key, to the server that was named here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use kernel::Clock;
use sign_agent::Options;

use super::Outcome;

#[derive(clap::Args)]
pub struct Args {
    /// Server whose letters may be signed, such as https://belde.ornek.bel.tr. Repeatable.
    #[arg(long = "portal", value_name = "URL", required = true)]
    portals: Vec<String>,
    /// Driver of the card (PKCS #11 library); the usual places are looked at otherwise.
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// Loopback address to listen on; the pages of the server lead to 127.0.0.1:51515.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// PEM file with a software key and its certificates, for trials only; everything signed with it is marked.
    #[arg(long, value_name = "FILE")]
    trial_key: Option<PathBuf>,
}

pub async fn run(args: &Args) -> Outcome {
    let mut options = Options::new(Arc::new(|| Clock::System.now().utc()));
    options.origins.clone_from(&args.portals);
    options.module.clone_from(&args.module);
    options.trial_key.clone_from(&args.trial_key);
    if let Some(listen) = args.listen {
        options.listen = listen;
    }
    let stopped = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    Ok(sign_agent::run(options, stopped).await?)
}
