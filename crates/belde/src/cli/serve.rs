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
    serve(config, house, |address| tracing::info!(address, "listening")).await?;
    Ok(())
}
