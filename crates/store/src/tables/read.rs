//! Reading records. Lists go newest first and take what is older than a number, so that a page of them costs the same anywhere.

crate::queries! {
    PLAYBOOK = "SELECT body FROM playbook WHERE id = 1";
    ALERT = "SELECT a.body, g.acknowledged, g.incident FROM alert a LEFT JOIN alert_group g ON g.id = a.alert_group WHERE a.id = $1";
    ALERTS = "SELECT a.body, g.acknowledged, g.incident FROM alert a LEFT JOIN alert_group g ON g.id = a.alert_group
        WHERE a.id < $1 AND (CAST($2 AS TEXT) IS NULL OR a.service = CAST($2 AS TEXT))
        AND (CAST($3 AS TEXT) IS NULL OR a.integration = CAST($3 AS TEXT))
        AND (CAST($4 AS BIGINT) IS NULL OR g.incident = CAST($4 AS BIGINT))
        AND (CAST($5 AS BIGINT) IS NULL OR a.alert_group = CAST($5 AS BIGINT))
        ORDER BY a.id DESC LIMIT $6";
    OPEN_ALERTS = "SELECT a.body, g.acknowledged, g.incident FROM alert a LEFT JOIN alert_group g ON g.id = a.alert_group
        WHERE a.is_open AND a.id < $1 AND (CAST($2 AS TEXT) IS NULL OR a.service = CAST($2 AS TEXT))
        AND (CAST($3 AS TEXT) IS NULL OR a.integration = CAST($3 AS TEXT))
        AND (CAST($4 AS BIGINT) IS NULL OR g.incident = CAST($4 AS BIGINT))
        AND (CAST($5 AS BIGINT) IS NULL OR a.alert_group = CAST($5 AS BIGINT))
        AND (CAST($6 AS BOOLEAN) IS NULL OR g.acknowledged = CAST($6 AS BOOLEAN))
        ORDER BY a.id DESC LIMIT $7";
    RESOLVED_ALERTS = "SELECT a.body, g.acknowledged, g.incident FROM alert a LEFT JOIN alert_group g ON g.id = a.alert_group
        WHERE NOT a.is_open AND a.id < $1 AND (CAST($2 AS TEXT) IS NULL OR a.service = CAST($2 AS TEXT))
        AND (CAST($3 AS TEXT) IS NULL OR a.integration = CAST($3 AS TEXT))
        AND (CAST($4 AS BIGINT) IS NULL OR g.incident = CAST($4 AS BIGINT))
        AND (CAST($5 AS BIGINT) IS NULL OR a.alert_group = CAST($5 AS BIGINT))
        ORDER BY a.id DESC LIMIT $6";
    EVERY_OPEN_ALERT = "SELECT a.body, g.acknowledged, g.incident FROM alert a LEFT JOIN alert_group g ON g.id = a.alert_group
        WHERE a.is_open AND (CAST($1 AS TEXT) IS NULL OR a.integration = CAST($1 AS TEXT)) ORDER BY a.id";
    COUNT_ALERTS = "SELECT COUNT(*) FILTER (WHERE NOT g.acknowledged), COUNT(*) FILTER (WHERE g.acknowledged)
        FROM alert a JOIN alert_group g ON g.id = a.alert_group WHERE a.is_open";
    GROUP = "SELECT body, firing, alerts FROM alert_group WHERE id = $1";
    OPEN_GROUPS = "SELECT body, firing, alerts FROM alert_group WHERE is_open ORDER BY id LIMIT $1";
    TRAIL = "SELECT body FROM trail WHERE alert_group = $1 ORDER BY seq";
    LETTER = "SELECT body FROM letter WHERE id = $1";
    LETTERS = "SELECT body FROM letter WHERE id < $1 ORDER BY id DESC LIMIT $2";
    LETTERS_IN = "SELECT body FROM letter WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    UNFINISHED_LETTERS = "SELECT body FROM letter WHERE state IN ('waiting', 'sending') ORDER BY id";
    LETTERS_OF_GROUP = "SELECT l.body FROM letter_group g JOIN letter l ON l.id = g.letter WHERE g.alert_group = $1 ORDER BY l.id LIMIT 500";
    LETTERS_OF_INCIDENT = "SELECT body FROM letter WHERE incident = $1
        OR id IN (SELECT l.letter FROM letter_group l JOIN alert_group g ON g.id = l.alert_group WHERE g.incident = $1) ORDER BY id LIMIT 1000";
    PAGERS = "SELECT body FROM pager";
    INCIDENT = "SELECT body FROM incident WHERE number = $1";
    INCIDENTS = "SELECT body FROM incident WHERE number < $1 ORDER BY number DESC LIMIT $2";
    INCIDENTS_IN = "SELECT body FROM incident WHERE is_open = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    OPEN_INCIDENTS = "SELECT body FROM incident WHERE is_open ORDER BY number";
    LAST_INCIDENT = "SELECT COALESCE(MAX(number), 0) FROM incident";
    TIMELINE = "SELECT body FROM timeline WHERE incident = $1 AND seq > $2 ORDER BY seq LIMIT 10000";
    UPDATES = "SELECT body FROM incident_update WHERE incident = $1 ORDER BY id";
    REVIEW = "SELECT body FROM review WHERE incident = $1 ORDER BY revision DESC LIMIT 1";
    PROMISES = "SELECT t.kind, COUNT(*) FROM timeline t JOIN incident i ON i.number = t.incident
        WHERE t.kind IN ('promise_kept', 'promise_broken') AND t.happened_at >= $1 AND NOT i.drill GROUP BY t.kind";
    IDEMPOTENT_ANSWER = "SELECT answer FROM idempotency WHERE actor = $1 AND idem = $2";
    BODY_COUNTS = "SELECT CAST(firing AS TEXT) || ' ' || CAST(alerts AS TEXT) FROM alert_group WHERE id = $1";
    BODY_TRAIL = "SELECT body FROM trail WHERE alert_group = $1 AND seq = $2";
    BODY_ALERT = "SELECT body FROM alert WHERE id = $1";
    BODY_PAGER = "SELECT body FROM pager WHERE person = $1 AND channel = $2";
    BODY_TIMELINE = "SELECT body FROM timeline WHERE incident = $1 AND seq = $2";
    BODY_UPDATE = "SELECT body FROM incident_update WHERE id = $1";
    BODY_REVIEW = "SELECT body FROM review WHERE incident = $1 AND revision = $2";
    BODY_PULL = "SELECT body FROM pull WHERE id = $1";
    EVERY_INCIDENT = "SELECT body FROM incident ORDER BY number";
    EVERY_TIMELINE = "SELECT body FROM timeline ORDER BY incident, seq";
    EVERY_UPDATE = "SELECT body FROM incident_update ORDER BY id";
    EVERY_ALERT = "SELECT body FROM alert ORDER BY id";
    EVERY_GROUP = "SELECT body, firing, alerts FROM alert_group ORDER BY id";
    EVERY_LETTER = "SELECT body FROM letter ORDER BY id";
    EVERY_REVIEW = "SELECT body FROM review ORDER BY incident, revision";
}
