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
    PUT_ACCOUNT = "INSERT INTO account (id, person, access, password, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE SET person = excluded.person, access = excluded.access, password = excluded.password";
    END_SESSIONS_UNLESS_SAME = "DELETE FROM session WHERE account = $1 AND NOT EXISTS
        (SELECT 1 FROM account a WHERE a.id = $1 AND a.password = $2 AND a.access = $3)";
    DELETE_ACCOUNT = "DELETE FROM account WHERE id = $1";
    PUT_SESSION = "INSERT INTO session (hash, account, created_at, seen_at, expires_at, agent) VALUES ($1, $2, $3, $4, $5, $6)";
    SESSION = "SELECT s.account, s.created_at, s.seen_at, s.expires_at, s.agent, a.person, a.access, a.password, a.created_at
        FROM session s JOIN account a ON a.id = s.account WHERE s.hash = $1";
    TOUCH_SESSION = "UPDATE session SET seen_at = $1, expires_at = $2 WHERE hash = $3";
    END_SESSION = "DELETE FROM session WHERE hash = $1";
    END_SESSIONS = "DELETE FROM session WHERE account = $1";
    SESSIONS = "SELECT account, created_at, seen_at, expires_at, agent FROM session WHERE account = $1 ORDER BY created_at DESC";
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
