//! Writing rows. Everything the engine changes is one of these statements, each run inside the desk's transaction.

crate::queries! {
    PLAYBOOK = "INSERT INTO playbook (id, body) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
    ALERT = "INSERT INTO alert (id, is_open, service, integration, alert_group, body) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, body = excluded.body";
    GROUP = "INSERT INTO alert_group (id, is_open, acknowledged, incident, firing, alerts, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, acknowledged = excluded.acknowledged,
        incident = excluded.incident, firing = excluded.firing, alerts = excluded.alerts, body = excluded.body";
    GROUP_COUNTS = "UPDATE alert_group SET firing = $1, alerts = $2 WHERE id = $3";
    TRAIL = "INSERT INTO trail (alert_group, seq, body) VALUES ($1, $2, $3)";
    LETTER = "INSERT INTO letter (id, state, incident, body) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body";
    LETTER_GROUP = "INSERT INTO letter_group (alert_group, letter) VALUES ($1, $2) ON CONFLICT (alert_group, letter) DO NOTHING";
    PAGER = "INSERT INTO pager (person, channel, body) VALUES ($1, $2, $3)
        ON CONFLICT (person, channel) DO UPDATE SET body = excluded.body";
    INCIDENT = "INSERT INTO incident (number, is_open, drill, body) VALUES ($1, $2, $3, $4)
        ON CONFLICT (number) DO UPDATE SET is_open = excluded.is_open, body = excluded.body";
    TIMELINE = "INSERT INTO timeline (incident, seq, happened_at, kind, body) VALUES ($1, $2, $3, $4, $5)";
    UPDATE = "INSERT INTO incident_update (id, incident, body) VALUES ($1, $2, $3)";
    REVIEW = "INSERT INTO review (incident, revision, body) VALUES ($1, $2, $3)";
    PULL = "INSERT INTO pull (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
    IDEMPOTENCY = "INSERT INTO idempotency (actor, idem, at, answer) VALUES ($1, $2, $3, $4)";
    FORGET_IDEMPOTENCY = "DELETE FROM idempotency WHERE at < $1";
}
