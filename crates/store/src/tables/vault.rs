//! The vault's statements.

crate::queries! {
    CLEAR_CONTACTS = "DELETE FROM contact";
    PUT_CONTACT = "INSERT INTO contact (owner, channel, sealed) VALUES ($1, $2, $3)";
    CONTACT = "SELECT sealed FROM contact WHERE owner = $1 AND channel = $2";
    CLEAR_KEYS = "DELETE FROM integration_key";
    PUT_KEY = "INSERT INTO integration_key (hash, integration) VALUES ($1, $2)";
    KEYS = "SELECT hash, integration FROM integration_key ORDER BY hash";
    SECRET = "SELECT sealed FROM secret WHERE name = $1";
    PUT_SECRET = "INSERT INTO secret (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed";
    ACCOUNT = "SELECT id, person, access, password, created_at FROM account WHERE id = $1";
    ACCOUNTS = "SELECT id, person, access, password, created_at FROM account ORDER BY id";
    ACCOUNTS_SEEN = "SELECT a.id, a.person, a.access, a.password, a.created_at,
            (SELECT COUNT(*) FROM session s WHERE s.account = a.id AND s.expires_at > $1),
            (SELECT MAX(s.seen_at) FROM session s WHERE s.account = a.id)
        FROM account a ORDER BY a.id";
    ADD_ACCOUNT = "INSERT INTO account (id, person, access, password, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING";
    SET_PASSWORD = "UPDATE account SET password = $1 WHERE id = $2";
    /// Changes nothing and locks every administrator until the commit: of two transactions that would each take away the other's
    /// last administrator, the second waits here and then sees what the first has done.
    HOLD_ADMINISTRATORS = "UPDATE account SET access = access WHERE access = 'administrator'";
    SET_ACCESS = "UPDATE account SET access = $1 WHERE id = $2 AND ($1 = 'administrator' OR access <> 'administrator'
        OR EXISTS (SELECT 1 FROM account other WHERE other.id <> $2 AND other.access = 'administrator'))";
    /// Its sessions go with it.
    DELETE_ACCOUNT = "DELETE FROM account WHERE id = $1 AND (access <> 'administrator'
        OR EXISTS (SELECT 1 FROM account other WHERE other.id <> $1 AND other.access = 'administrator'))";
    /// What is over, and what is more than anybody has devices.
    CLEAR_SESSIONS = "DELETE FROM session WHERE account = $1 AND (expires_at <= $2 OR hash NOT IN
        (SELECT hash FROM session WHERE account = $1 ORDER BY seen_at DESC, created_at DESC LIMIT 49))";
    /// Only while the password is the one that was shown: whoever signs in takes a while, and it may have changed meanwhile.
    PUT_SESSION = "INSERT INTO session (hash, account, created_at, seen_at, expires_at, agent)
        SELECT $1, id, $2, $3, $4, $5 FROM account WHERE id = $6 AND password = $7";
    SESSION = "SELECT s.account, s.created_at, s.seen_at, s.expires_at, s.agent, a.person, a.access, a.password, a.created_at
        FROM session s JOIN account a ON a.id = s.account WHERE s.hash = $1";
    TOUCH_SESSION = "UPDATE session SET seen_at = $1, expires_at = $2 WHERE hash = $3";
    END_SESSION = "DELETE FROM session WHERE hash = $1";
    END_SESSIONS = "DELETE FROM session WHERE account = $1";
    END_OTHER_SESSIONS = "DELETE FROM session WHERE account = $1 AND hash <> $2";
    SESSIONS = "SELECT account, created_at, seen_at, expires_at, agent, hash FROM session
        WHERE account = $1 AND expires_at > $2 ORDER BY seen_at DESC, created_at DESC";
    PUT_TOKEN = "INSERT INTO token (hash, name, access, created_at, last_used, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    TOKEN = "SELECT name, access, created_at, last_used, expires_at FROM token WHERE hash = $1";
    TOUCH_TOKEN = "UPDATE token SET last_used = $1 WHERE hash = $2";
    TOKENS = "SELECT name, access, created_at, last_used, expires_at FROM token ORDER BY name";
    REVOKE_TOKEN = "DELETE FROM token WHERE name = $1";
    PUT_SETUP = "INSERT INTO setup (id, hash, expires_at) VALUES (1, $1, $2)
        ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at";
    SETUP = "SELECT expires_at FROM setup WHERE hash = $1 AND expires_at >= $2";
    TAKE_SETUP = "DELETE FROM setup WHERE hash = $1 AND expires_at >= $2";
}
