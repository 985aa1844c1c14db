//! Rate limits by key (an address, an account), kept in memory per process.

use std::num::NonZeroU32;

use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::base::config::Limits;
use crate::base::problem::{Outcome, Problem};

/// The limiters of one process.
pub struct Limiters {
    /// Sign-in attempts, by address and by account.
    pub sign_in: Limiter,
    /// Pages sent to public links, by address.
    pub answers: Limiter,
}

/// So many per minute for each key.
pub struct Limiter {
    inner: DefaultKeyedRateLimiter<String>,
    clock: governor::clock::DefaultClock,
}

impl Limiters {
    /// Limiters as configured.
    pub fn new(limits: &Limits) -> Self {
        Self {
            sign_in: Limiter::per_minute(limits.sign_in_per_minute),
            answers: Limiter::per_minute(limits.answers_per_minute),
        }
    }
}

impl Limiter {
    fn per_minute(count: u32) -> Self {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self {
            inner: RateLimiter::keyed(Quota::per_minute(count)),
            clock: governor::clock::DefaultClock::default(),
        }
    }

    /// Counts one attempt of `key`.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check(&self, key: &str) -> Outcome<()> {
        self.inner.check_key(&key.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            Problem::too_many(wait.as_secs().max(1))
        })
    }
}
