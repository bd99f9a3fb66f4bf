//! Which open alert a signal means: the index from integration and dedup key to the alert.
//!
//! Every signal asks it, so it is a hash table and holds no copy of the keys: the alerts have them. Its seed is drawn at random,
//! so that nobody outside can choose keys that all fall into one place; nothing here can be gone through in order, so the seed
//! never shows in what is decided.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use model::AlertId;

#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    seed: RandomState,
    table: HashTable<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    hash: u64,
    alert: AlertId,
}

impl Identity {
    /// The alert of this identity. `has` says whether an alert's integration and key are truly these.
    pub(crate) fn find(&self, integration: &str, key: &str, has: impl Fn(AlertId) -> bool) -> Option<AlertId> {
        let hash = self.hash(integration, key);
        self.table.find(hash, |known| known.hash == hash && has(known.alert)).map(|known| known.alert)
    }

    /// There must be no other alert of this identity.
    pub(crate) fn insert(&mut self, integration: &str, key: &str, alert: AlertId) {
        let hash = self.hash(integration, key);
        self.table.insert_unique(hash, Known { hash, alert }, |known| known.hash);
    }

    pub(crate) fn remove(&mut self, integration: &str, key: &str, alert: AlertId) {
        let hash = self.hash(integration, key);
        if let Ok(entry) = self.table.find_entry(hash, |known| known.alert == alert) {
            entry.remove();
        }
    }

    fn hash(&self, integration: &str, key: &str) -> u64 {
        self.seed.hash_one((integration, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every hash the same: only the alerts themselves tell identities apart.
    #[test]
    fn equal_hashes_are_told_apart() {
        let mut identity = Identity::default();
        let hash = identity.hash("prometheus", "a");
        for alert in [1, 2, 3].map(AlertId) {
            identity.table.insert_unique(hash, Known { hash, alert }, |known| known.hash);
        }
        assert_eq!(identity.find("prometheus", "a", |alert| alert.0 == 2), Some(AlertId(2)));
        identity.remove("prometheus", "a", AlertId(2));
        assert_eq!(identity.find("prometheus", "a", |alert| alert.0 == 2), None);
        assert_eq!(identity.find("prometheus", "a", |alert| alert.0 == 3), Some(AlertId(3)));
    }

    #[test]
    fn an_integration_and_a_key_do_not_run_into_each_other() {
        let mut identity = Identity::default();
        identity.insert("ab", "c", AlertId(1));
        assert_eq!(identity.find("a", "bc", |_| true), None);
        assert_eq!(identity.find("ab", "c", |_| true), Some(AlertId(1)));
    }
}
