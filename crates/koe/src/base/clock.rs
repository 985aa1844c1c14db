//! Time is an argument: everything that needs "now" asks this clock, so that
//! tests decide what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The clock of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds since 1970, moved by tests and by the demo generator.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Now, in whole milliseconds since 1970 (UTC).
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where the ambient clock is read"
            )]
            Source::System => Timestamp::now().as_millisecond(),
            Source::Fixed(ms) => ms.load(Ordering::SeqCst),
        }
    }

    /// Now, cut to milliseconds, as stored times are.
    pub fn now(&self) -> Timestamp {
        from_ms(self.now_ms())
    }

    /// Moves a fixed clock; the system clock cannot be moved and ignores it.
    pub fn advance_ms(&self, by: i64) {
        if let Source::Fixed(ms) = &self.0 {
            ms.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// A stored time (milliseconds since 1970, UTC) as a timestamp. Values outside
/// the representable range are clamped to it.
pub fn from_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}
