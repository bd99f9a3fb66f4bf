//! Who may sign in, on both databases.

use model::{Access, Time};

use super::{Account, Session};
use crate::testing::{PostgresServer, both};
use crate::vault::{SecretKey, Vault};
use crate::{Db, Place};

fn account(id: &str, access: Access) -> Account {
    Account { id: id.into(), person: None, access, password: format!("hash of {id}"), created_at: Time(7) }
}

fn session(id: &str, seen: i64, expires: i64) -> Session {
    let (seen_at, expires_at) = (Time(seen), Time(expires));
    Session { account: id.into(), created_at: seen_at, seen_at, expires_at, agent: "a browser".into() }
}

/// Two administrators and a responder.
async fn team(db: Db) -> Vault {
    let vault = Vault::new(db, SecretKey::new([7; 32]));
    for (id, access) in [("ana", Access::Administrator), ("ben", Access::Administrator), ("cleo", Access::Responder)] {
        assert!(vault.add_account(&account(id, access)).await.expect("added"));
    }
    vault
}

#[test]
fn a_name_is_taken_once() {
    both(async |db| {
        let vault = team(db).await;
        assert!(!vault.add_account(&account("cleo", Access::Administrator)).await.expect("asked"));
        assert_eq!(vault.account("cleo").await.expect("read"), Some(account("cleo", Access::Responder)));
        assert!(!vault.set_password("dan", "x").await.expect("asked"));
        assert_eq!(vault.account("dan").await.expect("read"), None, "a new password makes no account");
    });
}

#[test]
fn the_last_administrator_stays_one() {
    both(async |db| {
        let vault = team(db).await;
        assert!(vault.set_access("ana", Access::Viewer).await.expect("asked"));
        assert!(!vault.set_access("ben", Access::Responder).await.expect("asked"));
        assert!(!vault.delete_account("ben").await.expect("asked"));
        assert!(vault.set_access("ben", Access::Administrator).await.expect("asked"));
        assert!(vault.set_access("cleo", Access::Administrator).await.expect("asked"));
        assert!(vault.delete_account("ben").await.expect("asked"));
        assert!(!vault.delete_account("ben").await.expect("asked"), "there is none any more");
        assert!(vault.delete_account("ana").await.expect("asked"));
        assert_eq!(vault.accounts().await.expect("read"), [account("cleo", Access::Administrator)]);
    });
}

#[test]
fn of_two_who_remove_each_other_one_stays() {
    both(async |db| {
        let vault = Vault::new(db, SecretKey::new([7; 32]));
        remove_each_other(&vault, &vault).await;
    });
}

/// Within one program writes take turns; here nothing but the database is between the two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_remove_each_other_from_two_programs_one_stays() {
    let place = Place::Postgres(PostgresServer::shared().fresh().await);
    let open = async || Vault::new(Db::open(&place).await.expect("a store"), SecretKey::new([7; 32]));
    remove_each_other(&open().await, &open().await).await;
}

async fn remove_each_other(here: &Vault, there: &Vault) {
    for round in 0..20 {
        let pair = [format!("a{round}"), format!("b{round}")];
        for id in &pair {
            assert!(here.add_account(&account(id, Access::Administrator)).await.expect("added"));
        }
        for before in here.accounts().await.expect("read").iter().filter(|a| !pair.iter().any(|id| **id == *a.id)) {
            assert!(here.delete_account(&before.id).await.expect("asked"));
        }
        let [first, second] = pair;
        let remove = |vault: &Vault, id: String| {
            let vault = vault.clone();
            tokio::spawn(async move { vault.delete_account(&id).await.expect("asked") })
        };
        let both = [remove(here, first), remove(there, second)];
        let mut removed = 0;
        for one in both {
            removed += u32::from(one.await.expect("done"));
        }
        assert_eq!((removed, here.accounts().await.expect("read").len()), (1, 1));
    }
}

#[test]
fn sessions_are_counted_ended_and_never_many() {
    both(async |db| {
        let vault = team(db).await;
        let put = async |hash: u8, session: Session, password: &str| {
            vault.put_session(&[hash; 32], &session, password).await.expect("asked")
        };
        assert!(!put(1, session("ana", 10, 100), "an old hash").await);
        assert!(!put(1, session("dan", 10, 100), "hash of dan").await);
        assert!(put(1, session("ana", 10, 100), "hash of ana").await);
        assert!(put(2, session("ana", 20, 100), "hash of ana").await);
        assert!(put(3, session("ben", 30, 40), "hash of ben").await);
        let seen = vault.accounts_seen(Time(50)).await.expect("read");
        let figures: Vec<_> = seen.iter().map(|(a, open, last)| (&*a.id, *open, last.map(|t| t.0))).collect();
        assert_eq!(figures, [("ana", 2, Some(20)), ("ben", 0, Some(30)), ("cleo", 0, None)]);

        let open = vault.sessions("ana", Time(50)).await.expect("read");
        assert_eq!(open.iter().map(|(hash, _)| hash[0]).collect::<Vec<_>>(), [2, 1]);
        vault.end_other_sessions("ana", &[1; 32]).await.expect("ended");
        assert!(vault.session(&[2; 32]).await.expect("read").is_none());
        assert!(vault.set_access("ana", Access::Viewer).await.expect("asked"));
        let (_, account) = vault.session(&[1; 32]).await.expect("read").expect("a changed level ends no session");
        assert_eq!(account.access, Access::Viewer);
        assert!(vault.set_password("ana", "a new hash").await.expect("asked"));
        assert!(vault.session(&[1; 32]).await.expect("read").is_none());

        for hash in 10..70 {
            assert!(put(hash, session("cleo", i64::from(hash), 1_000), "hash of cleo").await);
        }
        let open = vault.sessions("cleo", Time(50)).await.expect("read");
        assert_eq!((open.len(), open[0].0[0], open[49].0[0]), (50, 69, 20));
        assert!(vault.delete_account("cleo").await.expect("asked"));
        assert!(vault.session(&[69; 32]).await.expect("read").is_none());
    });
}
