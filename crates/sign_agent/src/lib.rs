//! The signing program on a person's own computer (`belde sign-agent`): fetches what is to be signed from the
//! portal with a one-time token, shows it, has the card sign it and sends the signatures back. The portal sees
//! neither PIN nor key. No database, no clock of its own, nothing written to disk.
//!
//! The interface towards the portal is in [`portal`]'s file, the one towards the browser in `routes`.

mod card;
mod desk;
mod guard;
mod job;
mod options;
mod origin;
mod pages;
mod portal;
mod routes;
mod signers;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::future::Future;
use std::sync::Arc;

use tokio::net::TcpListener;

pub use options::{Clock, DRIVERS, Error, Options, Result};

/// Answers on the loopback address of `options` until `shutdown` ends. What is running then is let end.
///
/// # Errors
/// An address that is not loopback, a portal that is not an address, a trial key that cannot be read, a port
/// that is taken.
pub async fn run(options: Options, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    options.check()?;
    let listener = TcpListener::bind(options.listen).await.map_err(|error| {
        let listen = options.listen;
        Error::Listen { listen, error }
    })?;
    serve(listener, options, shutdown).await
}

/// The same on a socket that is already open.
///
/// # Errors
/// As [`run`].
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let listen = listener.local_addr().map_err(Error::Socket)?;
    let options = Options { listen, ..options };
    let portals = options.check()?;
    tracing::info!(%listen, portals = portals.len(), "the signing program answers");
    let agent = Arc::new(routes::Agent::new(options, portals)?);
    axum::serve(listener, routes::router(agent)).with_graceful_shutdown(shutdown).await.map_err(Error::Socket)
}
