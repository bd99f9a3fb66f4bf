//! What lets old records go.

crate::queries! {
    ENDED_ALERTS = "SELECT a.body, a.id FROM alert a LEFT JOIN alert_group g ON g.id = a.alert_group
        WHERE NOT a.is_open AND a.id > $1 AND g.incident IS NULL ORDER BY a.id LIMIT $2";
    ENDED_GROUPS = "SELECT body, id FROM alert_group WHERE NOT is_open AND incident IS NULL AND id > $1 ORDER BY id LIMIT $2";
    DONE_LETTERS = "SELECT body, id FROM letter WHERE id > $1 AND incident IS NULL AND state NOT IN ('waiting', 'sending')
        ORDER BY id LIMIT $2";
    GROUP_IS_THERE = "SELECT id FROM alert_group WHERE id = $1";
    FORGET_ALERT = "DELETE FROM alert WHERE id = $1";
    FORGET_GROUP = "DELETE FROM alert_group WHERE id = $1";
    FORGET_TRAIL = "DELETE FROM trail WHERE alert_group = $1";
    FORGET_LETTERS_OF = "DELETE FROM letter_group WHERE alert_group = $1";
    FORGET_LETTER = "DELETE FROM letter WHERE id = $1";
    SWEPT = "INSERT INTO retention (id, below, swept_at) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE
        SET below = CASE WHEN excluded.below > retention.below THEN excluded.below ELSE retention.below END, swept_at = excluded.swept_at";
    RETENTION = "SELECT below, swept_at FROM retention WHERE id = 1";
    CHECKPOINTS = "SELECT number, at, base FROM checkpoint WHERE version = $1 ORDER BY number";
    SET_BASE = "UPDATE checkpoint SET base = (number = $1) WHERE version = $2";
    FORGET_CHECKPOINTS = "DELETE FROM checkpoint WHERE version = $1 AND number < $2";
    FORGET_JOURNAL = "DELETE FROM journal WHERE first IN (SELECT j.first FROM journal j WHERE j.first <= $1 AND j.at < $2
        AND j.first < (SELECT MAX(k.first) FROM journal k) ORDER BY j.first LIMIT $3)";
}
