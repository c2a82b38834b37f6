//! How the time stamp server is doing, for an operator. No stamp is asked for: each costs one.

use kernel::job::JobContext;
use kernel::setting::Settings;
use kernel::{Error, Result};

use crate::client::Authority;
use crate::settings::LOW;

/// A time stamp server as it answers now.
#[derive(Debug)]
pub struct Stamps {
    pub url: String,
    pub answered: std::result::Result<(), Error>,
    /// Stamps that KamuSM has left, where they are counted.
    pub left: Option<u64>,
    /// Fewer are too few.
    pub least: i64,
}

/// Asks the server; `None` where no server is set. Fails where the settings do not fit together.
pub async fn examine(context: &JobContext) -> Result<Option<Stamps>> {
    let Some(authority) = Authority::of(context).await? else { return Ok(None) };
    let settings = Settings::load(&context.db, &context.registry.settings()).await?;
    let (answered, left) = match authority.has_account() {
        true => match authority.credit(&context.clock).await {
            Ok(left) => (Ok(()), Some(left)),
            Err(error) => (Err(error), None),
        },
        false => (authority.reach().await, None),
    };
    Ok(Some(Stamps { url: authority.url().to_owned(), answered, left, least: settings.int(LOW) }))
}
