//! Digests of streams: one pass, fixed buffers, one thread for each algorithm when the stream is long. Two digests
//! of SHA-2 cost far more than inflating, so that they run side by side.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::codes::Algorithm;

const CHUNK_BYTES: usize = 256 * 1024;
/// Chunks that wait for an algorithm that is slower than the reader.
const QUEUE: usize = 4;
/// Shorter streams are not worth the threads.
const INLINE_BYTES: usize = 4 * CHUNK_BYTES;

/// Digests of one stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Digests {
    /// Bytes of the stream.
    pub size_bytes: u64,
    values: Vec<(Algorithm, Vec<u8>)>,
}

impl Digests {
    /// The digest of that algorithm, if it was asked for.
    pub fn get(&self, algorithm: Algorithm) -> Option<&[u8]> {
        self.values.iter().find(|(known, _)| *known == algorithm).map(|(_, value)| value.as_slice())
    }

    /// As it is written in a package.
    pub fn base64(&self, algorithm: Algorithm) -> String {
        self.get(algorithm).map(|value| STANDARD.encode(value)).unwrap_or_default()
    }
}

/// Digests of bytes at hand.
pub(crate) fn of_bytes(bytes: &[u8], algorithms: &[Algorithm]) -> Digests {
    let mut states: Vec<State> = algorithms.iter().map(|algorithm| State::new(*algorithm)).collect();
    for state in &mut states {
        state.update(bytes);
    }
    finish(states, bytes.len() as u64)
}

/// Reads the stream to its end.
pub(crate) fn of_stream(reader: &mut impl Read, algorithms: &[Algorithm]) -> io::Result<Digests> {
    let mut states: Vec<State> = algorithms.iter().map(|algorithm| State::new(*algorithm)).collect();
    let mut size_bytes = 0;
    let mut chunk = Vec::new();
    while size_bytes < INLINE_BYTES {
        fill(reader, &mut chunk)?;
        size_bytes += chunk.len();
        for state in &mut states {
            state.update(&chunk);
        }
        if chunk.len() < CHUNK_BYTES {
            return Ok(finish(states, size_bytes as u64));
        }
    }
    in_parallel(reader, states, size_bytes as u64)
}

fn in_parallel(reader: &mut impl Read, states: Vec<State>, already: u64) -> io::Result<Digests> {
    thread::scope(|scope| {
        let mut senders = Vec::new();
        let mut workers = Vec::new();
        for state in states {
            let (sender, receiver) = sync_channel::<Arc<Vec<u8>>>(QUEUE);
            senders.push(sender);
            workers.push(scope.spawn(move || work(state, &receiver)));
        }
        let read = feed(reader, &senders, already);
        drop(senders);
        let states =
            workers.into_iter().map(|worker| worker.join().expect("hashing does not panic")).collect();
        read.map(|size_bytes| finish(states, size_bytes))
    })
}

fn feed(
    reader: &mut impl Read,
    senders: &[SyncSender<Arc<Vec<u8>>>],
    mut size_bytes: u64,
) -> io::Result<u64> {
    // Buffers that every thread is done with are filled again: queues are short, so that there are only a few.
    let mut buffers: Vec<Arc<Vec<u8>>> = Vec::new();
    loop {
        let free = buffers.iter().position(|buffer| Arc::strong_count(buffer) == 1);
        let mut chunk = free.map_or_else(|| Arc::new(Vec::new()), |at| buffers.swap_remove(at));
        let filled = Arc::get_mut(&mut chunk).expect("nobody else holds the buffer");
        fill(reader, filled)?;
        let length = filled.len();
        size_bytes += length as u64;
        for sender in senders {
            sender.send(Arc::clone(&chunk)).map_err(|_| io::Error::other("a hashing thread ended"))?;
        }
        if length < CHUNK_BYTES {
            return Ok(size_bytes);
        }
        buffers.push(chunk);
    }
}

fn work(mut state: State, receiver: &Receiver<Arc<Vec<u8>>>) -> State {
    while let Ok(chunk) = receiver.recv() {
        state.update(&chunk);
    }
    state
}

/// Reads a full chunk, or less at the end of the stream only.
fn fill(reader: &mut impl Read, chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.resize(CHUNK_BYTES, 0);
    let mut filled = 0;
    while filled < CHUNK_BYTES {
        match reader.read(&mut chunk[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    chunk.truncate(filled);
    Ok(())
}

fn finish(states: Vec<State>, size_bytes: u64) -> Digests {
    Digests { size_bytes, values: states.into_iter().map(State::finish).collect() }
}

enum State {
    Sha1(Sha1),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl State {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(Sha1::new()),
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha384 => Self::Sha384(Sha384::new()),
            Algorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(state) => state.update(bytes),
            Self::Sha256(state) => state.update(bytes),
            Self::Sha384(state) => state.update(bytes),
            Self::Sha512(state) => state.update(bytes),
        }
    }

    fn finish(self) -> (Algorithm, Vec<u8>) {
        match self {
            Self::Sha1(state) => (Algorithm::Sha1, state.finalize().to_vec()),
            Self::Sha256(state) => (Algorithm::Sha256, state.finalize().to_vec()),
            Self::Sha384(state) => (Algorithm::Sha384, state.finalize().to_vec()),
            Self::Sha512(state) => (Algorithm::Sha512, state.finalize().to_vec()),
        }
    }
}
