//! Passwords: long enough, not one of those everybody tries first, hashed with argon2id off the event loop.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

use super::random;
use crate::problem::Problem;

const SHORTEST: usize = 12;
const LONGEST: usize = 128;
/// More than this many people waiting for a hash are an attack, or a fault; either way the wait helps nobody.
const MOST_WAITING: usize = 64;

/// Hashes passwords on the blocking pool, no more at once than there are cores.
pub struct Hasher {
    places: std::sync::Arc<Semaphore>,
    waiting: Semaphore,
    /// Somebody's hash of something: verified when there is no account, so that both answers take the same time.
    decoy: String,
}

impl Hasher {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let decoy = "$argon2id$v=19$m=19456,t=2,p=1$Y2FuZG9yLWRlY295LXNhbHQ$\
                     6fvCgVgpX4JNvwDTAmyJmwZDy8a2ch1OX0c4cT4mQ7k";
        Self { places: std::sync::Arc::new(Semaphore::new(cores)), waiting: Semaphore::new(MOST_WAITING), decoy: decoy.into() }
    }

    /// The PHC string to keep for `password`.
    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        self.run(move || {
            let salt: [u8; 16] = random::bytes().ok()?;
            let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
            hash.ok().map(|hash| hash.to_string())
        })
        .await?
        .ok_or_else(Problem::internal)
    }

    /// Whether `password` is the one that was hashed; `None` = there is no such account, which takes as long to find out.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let right = self.run(move || hasher().is_some_and(|h| h.verify_password(password.as_bytes(), &*hash).is_ok())).await?;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let busy = || {
            let status = http::StatusCode::TOO_MANY_REQUESTS;
            Problem::new(status, "too_many_sign_ins", "Too many sign-ins at once. Try again soon.").retry_after(5)
        };
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let place = self.places.clone().acquire_owned().await.map_err(|_| busy())?;
        // The place goes with the work: a client that hangs up does not make room for more hashing than there are cores.
        let job = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        job.await.map_err(|_| Problem::internal())
    }
}

/// OWASP's figures: 19 MiB, two passes, one lane.
fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Why `password` cannot be taken for `account`, in words for its owner. No rules of composition: length is what counts.
pub fn refusal(password: &str, account: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let plain: String = password.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if length < SHORTEST {
        Some("use at least 12 characters; a sentence is fine")
    } else if length > LONGEST {
        Some("use at most 128 characters")
    } else if letters.len() < 5 {
        Some("use more different characters")
    } else if COMMON.iter().any(|common| stem(&plain) == *common || plain == *common) {
        Some("this password is on the lists that attackers try first")
    } else if !account.is_empty() && stem(&plain) == account.to_lowercase() {
        Some("do not use your own name")
    } else {
        None
    }
}

/// Without the figures people put at the end to please a rule.
fn stem(plain: &str) -> &str {
    plain.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Common passwords of twelve characters and more, or what is left of them without their figures.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789123",
    "1234567890qwerty",
    "0123456789012",
    "abcdefghijkl",
    "abcdefghijklm",
    "abcdefghijklmnopqrstuvwxyz",
    "administrator",
    "adminadmin",
    "adminadminadmin",
    "adminpassword",
    "candor",
    "candoradmin",
    "candorpassword",
    "changeme",
    "changemenow",
    "changemeplease",
    "changethispassword",
    "charlie",
    "computer",
    "correcthorsebatterystaple",
    "default",
    "defaultpassword",
    "dragon",
    "football",
    "footballfootball",
    "iloveyou",
    "iloveyouforever",
    "iloveyousomuch",
    "incident",
    "incidents",
    "internet",
    "iwillneverforget",
    "letmein",
    "letmeinletmein",
    "letmeinplease",
    "liverpool",
    "liverpoolfc",
    "manchester",
    "manchesterunited",
    "master",
    "masterpassword",
    "michael",
    "monkey",
    "mypassword",
    "newpassword",
    "oncall",
    "opensesame",
    "password",
    "passwordpassword",
    "passw0rd",
    "passw0rdpassw0rd",
    "princess",
    "q1w2e3r4t5y6",
    "qazwsxedcrfv",
    "qwerty",
    "qwertyqwerty",
    "qwertyuiop",
    "qwertyuiopasdf",
    "qwertyuiopasdfghjkl",
    "qwertyuiopasdfghjklzxcvbnm",
    "asdfghjkl",
    "asdfghjklasdfghjkl",
    "rootroot",
    "rootpassword",
    "secret",
    "secretpassword",
    "starwars",
    "summer",
    "winter",
    "sunshine",
    "superman",
    "superadmin",
    "supersecret",
    "test",
    "testpassword",
    "testtesttest",
    "thisisapassword",
    "thisismypassword",
    "trustno",
    "trustnoone",
    "unbelievable",
    "user",
    "userpassword",
    "verysecret",
    "welcome",
    "welcomewelcome",
    "welcometothejungle",
    "whatever",
    "yourpassword",
    "zxcvbnm",
    "zxcvbnmasdfghjkl",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "a1b2c3d4e5f6",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_common_and_own_names_are_refused() {
        for bad in ["short", "password1234", "Password-1234567", "aaaaaaaaaaaa", "anastasia2026", "qwertyuiop12"] {
            assert!(refusal(bad, "anastasia").is_some(), "{bad}");
        }
        assert!(refusal(&"long ".repeat(26), "ana").is_some());
        assert_eq!(refusal("vier pferde trinken tee", "ana"), None);
        assert_eq!(refusal("ümläute zählen auch", "ana"), None);
    }

    #[tokio::test]
    async fn the_right_password_and_only_that() {
        let hasher = Hasher::new();
        let hash = hasher.hash("vier pferde trinken tee".into()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = |p: &str, h: Option<String>| hasher.verify(p.into(), h);
        assert!(verify("vier pferde trinken tee", Some(hash.clone())).await.expect("ran"));
        assert!(!verify("vier pferde trinken", Some(hash)).await.expect("ran"));
        assert!(!verify("anything", None).await.expect("ran"));
    }

    #[test]
    fn the_decoy_costs_as_much_as_a_real_hash() {
        let decoy = Hasher::new().decoy;
        let parsed = argon2::password_hash::phc::PasswordHash::new(&decoy).expect("a PHC string");
        assert_eq!(parsed.params.to_string(), "m=19456,t=2,p=1");
        assert!(parsed.hash.is_some() && parsed.salt.is_some());
    }
}
