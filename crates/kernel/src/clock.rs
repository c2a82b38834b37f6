//! The only place that asks the machine for the time or for chance; tests hand in a clock they move themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use uuid::Uuid;

use crate::value::Instant;

/// Time and chance as an argument.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's own.
    System,
    /// A clock that stands still until a test moves it; its ids ascend, its bytes repeat from run to run.
    Test(Arc<TestClock>),
}

#[derive(Debug)]
pub struct TestClock {
    now_us: AtomicI64,
    counter: AtomicU64,
}

impl Clock {
    /// A test clock standing at `start`.
    pub fn at(start: Instant) -> Self {
        Self::Test(Arc::new(TestClock { now_us: AtomicI64::new(start.0), counter: AtomicU64::new(1) }))
    }

    #[allow(clippy::disallowed_methods)] // This is the place the rule points to.
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                let since = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .expect("the machine's clock is set after 1970");
                Instant(i64::try_from(since.as_micros()).expect("the year is below 290000"))
            }
            Self::Test(test) => Instant(test.now_us.load(Ordering::SeqCst)),
        }
    }

    /// For a copy of a database: a test clock that stands where this one stands and gives the ids that come next.
    #[must_use]
    pub fn copied(&self) -> Self {
        match self {
            Self::System => Self::System,
            Self::Test(test) => Self::Test(Arc::new(TestClock {
                now_us: AtomicI64::new(test.now_us.load(Ordering::SeqCst)),
                counter: AtomicU64::new(test.counter.load(Ordering::SeqCst)),
            })),
        }
    }

    /// Moves a test clock; a system clock ignores it.
    pub fn advance_us(&self, by_us: i64) {
        if let Self::Test(test) = self {
            test.now_us.fetch_add(by_us, Ordering::SeqCst);
        }
    }

    /// A new time-ordered id (RFC 9562, version 7).
    #[allow(clippy::disallowed_methods)]
    pub fn new_id(&self) -> Uuid {
        match self {
            Self::System => Uuid::now_v7(),
            Self::Test(test) => {
                let count = test.counter.fetch_add(1, Ordering::SeqCst);
                let mut random = [0u8; 10];
                // Version 7 has 74 free bits; the counter in front keeps one millisecond's ids ascending.
                random[..8].copy_from_slice(&(count << 2).to_be_bytes());
                let millis = u64::try_from(test.now_us.load(Ordering::SeqCst) / 1000).unwrap_or(0);
                uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
            }
        }
    }

    /// Unpredictable bytes for tokens and salts (repeatable under a test clock).
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        match self {
            Self::System => getrandom::fill(&mut bytes).expect("the operating system gives randomness"),
            Self::Test(test) => {
                let seed = test.counter.fetch_add(1, Ordering::SeqCst);
                for (index, chunk) in bytes.chunks_mut(32).enumerate() {
                    use sha2::Digest;
                    let digest = sha2::Sha256::digest(format!("{seed}/{index}"));
                    chunk.copy_from_slice(&digest[..chunk.len()]);
                }
            }
        }
        bytes
    }

    /// A token of 256 random bits as 64 hexadecimal digits.
    pub fn token(&self) -> String {
        hex::encode(self.random_bytes::<32>())
    }
}

/// A moment of a time that only passes, for what a node remembers a few seconds and that changes no answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(std::time::Instant);

impl Moment {
    pub fn now() -> Self {
        Self(std::time::Instant::now())
    }

    pub fn seconds_ago(self) -> u64 {
        self.0.elapsed().as_secs()
    }
}
