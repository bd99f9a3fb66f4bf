//! The journal and its checkpoints.

crate::queries! {
    APPEND = "INSERT INTO journal (first, count, at, body) VALUES ($1, $2, $3, $4)";
    LAST = "SELECT first + count - 1 FROM journal ORDER BY first DESC LIMIT 1";
    AFTER = "SELECT body FROM journal WHERE first > $1 ORDER BY first LIMIT $2";
    CHECKPOINT = "INSERT INTO checkpoint (number, version, at, body) VALUES ($1, $2, $3, $4)
        ON CONFLICT (number) DO UPDATE SET version = excluded.version, at = excluded.at, body = excluded.body";
    FIRST_CHECKPOINT = "SELECT number, body FROM checkpoint WHERE version = $1 ORDER BY number LIMIT 1";
    CHECKPOINT_EXISTS = "SELECT number FROM checkpoint WHERE version = $1 ORDER BY number DESC LIMIT 1";
    PRUNE = "DELETE FROM checkpoint WHERE version <> $1 OR (NOT base AND number NOT IN
        (SELECT MIN(c.number) FROM checkpoint c WHERE c.version = $1 UNION SELECT MAX(d.number) FROM checkpoint d))";
}
