//! `belde migrate`: brings the schema up to this version.

use super::Outcome;
use crate::config::Config;
use crate::start::House;

pub async fn run(config: &Config) -> Outcome {
    let house = House::open(config).await?;
    let applied = house.migrate().await?;
    for id in &applied {
        println!("{id}");
    }
    println!("{} migration(s) applied", applied.len());
    house.db.close().await?;
    Ok(())
}
