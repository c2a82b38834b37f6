//! `belde serve`: migrates what is missing, then serves.

use super::{Outcome, init_logs};
use crate::config::Config;
use crate::start::{House, serve};

pub async fn run(config: &Config) -> Outcome {
    init_logs(config);
    let house = House::open(config).await?;
    for id in house.migrate().await? {
        tracing::info!(id, "migrated");
    }
    if let Some(link) = crate::setup::link(&house, &config.public_url).await? {
        println!("Not set up yet. Open this link once, within 24 hours:\n\n  {link}\n");
    }
    serve(config, house, |address| tracing::info!(address, "listening")).await?;
    Ok(())
}
