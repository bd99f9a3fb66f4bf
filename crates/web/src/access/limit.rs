//! How often somebody may try a password: by account and by address, since attackers vary either.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter, clock::DefaultClock};

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Above this many remembered keys nothing new is let in until old ones have been forgotten.
const MOST_KEYS: usize = 100_000;
/// Forgetting walks over all keys, so it is done once in this many tries.
const SWEEP_EVERY: u32 = 256;

pub(super) struct Limits {
    accounts: Keyed<String>,
    addresses: Keyed<IpAddr>,
    tries: AtomicU32,
}

impl Limits {
    pub(super) fn new() -> Self {
        Self {
            accounts: RateLimiter::hashmap(per_minute(5, 10)),
            addresses: RateLimiter::hashmap(per_minute(20, 60)),
            tries: AtomicU32::new(0),
        }
    }

    /// Counts one try; false when there have been too many.
    pub(super) fn allow(&self, account: &str, address: IpAddr) -> bool {
        if self.tries.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.accounts.retain_recent();
            self.addresses.retain_recent();
        }
        if self.accounts.len() > MOST_KEYS || self.addresses.len() > MOST_KEYS {
            return false;
        }
        // Both are asked, so that a refused address still uses up the account's tries and the other way round.
        let address = self.addresses.check_key(&block_of(address)).is_ok();
        let account = account.chars().take(64).collect::<String>().to_lowercase();
        let account = self.accounts.check_key(&account).is_ok();
        address && account
    }
}

fn per_minute(rate: u32, burst: u32) -> Quota {
    let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(at_least_one(rate)).allow_burst(at_least_one(burst))
}

/// One customer of a provider owns a whole /64.
pub(crate) fn block_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let bits = v6.to_bits() & (u128::MAX << 64);
            IpAddr::V6(bits.into())
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_after_ten_tries_wherever_they_come_from() {
        let limits = Limits::new();
        let from = |n: u8| IpAddr::from([192, 0, 2, n]);
        assert!((0..10).all(|n| limits.allow("ana", from(n))));
        assert!(!limits.allow("Ana", from(11)));
        assert!(limits.allow("ben", from(12)));
    }

    #[test]
    fn an_address_is_closed_whatever_it_tries() {
        let limits = Limits::new();
        let from = |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 0, n, 0, 0, 1]);
        assert!((0..60).all(|n| limits.allow(&format!("a{n}"), from(n))));
        assert!(!limits.allow("another", from(77)));
    }
}
