//! The socket's side of the server: connections with limits, and an end in order.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What one connection may take.
#[derive(Clone, Copy)]
pub struct Limits {
    /// From the opening, or the last answer, to the end of the next request's headers. Who sends a letter a second to
    /// hold connections open (slowloris) is closed then.
    pub header_wait: Duration,
    /// Bytes of request line and headers together; beyond that the answer is 431.
    pub header_bytes: usize,
    /// Open connections; others wait in the queue of the operating system.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { header_wait: Duration::from_secs(30), header_bytes: 64 * 1024, connections: 8_192 }
    }
}

/// Answers until `stopped` says so, then lets the running requests end.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let is_full = connections.len() >= limits.connections;
        tokio::select! {
            accepted = listener.accept(), if !is_full => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(talk(stream, peer, router.clone(), limits, stopped.clone()));
                }
                // No free file handle, most likely: those in use come back.
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            () = until(stopped.clone()) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Waits for the signal to stop.
pub async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
}

async fn talk(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    stopped: watch::Receiver<bool>,
) {
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = inner.call(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_wait)
        .max_buf_size(limits.header_bytes);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = until(stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server with a short patience, and what it answers to these bytes until it closes.
    async fn answer_to(pieces: &[&[u8]]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_stop, stopped) = watch::channel(false);
        let router = Router::new().route("/", axum::routing::get(async || "merhaba"));
        let limits = Limits { header_wait: Duration::from_millis(300), ..Limits::default() };
        let server = tokio::spawn(serve(listener, router, limits, stopped));
        let mut stream = TcpStream::connect(address).await.unwrap();
        for piece in pieces {
            if stream.write_all(piece).await.is_err() {
                break;
            }
        }
        let mut said = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await;
        let _ = read.expect("the server closes the connection");
        server.abort();
        String::from_utf8_lossy(&said).into_owned()
    }

    #[tokio::test]
    async fn a_connection_that_never_finishes_its_headers_is_closed() {
        assert!(!answer_to(&[]).await.contains("200 OK"));
        assert!(!answer_to(&[b"GET / HTTP/1.1\r\nHost: a\r\nX-"]).await.contains("200 OK"));
        assert!(answer_to(&[b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"]).await.ends_with("merhaba"));
    }

    #[tokio::test]
    async fn headers_without_end_are_refused() {
        let long = vec![b'a'; 200 * 1024];
        let said = answer_to(&[b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ", &long, b"\r\n\r\n"]).await;
        assert!(!said.contains("200 OK"), "{said}");
        let said = answer_to(&[b"GET /", &long, b" HTTP/1.1\r\nHost: a\r\n\r\n"]).await;
        assert!(!said.contains("200 OK"), "{said}");
    }

    #[tokio::test]
    async fn a_stopped_server_ends_its_open_connections() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(serve(listener, Router::new(), Limits::default(), stopped));
        let _idle = TcpStream::connect(address).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(5), server).await.expect("it stops").unwrap();
    }
}
