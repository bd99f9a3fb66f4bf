//! The tables. One text serves both databases: integers are `BIGINT` (a whole primary key `{ID}`), times are microseconds in `BIGINT`, what a thing is made of
//! is JSON in `body` (text that SQL never looks into), and only what a query needs stands in a column of its own.

use crate::Migration;

/// All migrations this program knows, oldest first, numbered from one without gaps.
pub fn migrations() -> &'static [Migration] {
    MIGRATIONS
}

static MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "journal",
        sql: "CREATE TABLE journal (
        first {ID} PRIMARY KEY,
        count BIGINT NOT NULL,
        at BIGINT NOT NULL,
        body {BYTES} NOT NULL
    );",
    },
    Migration { number: 2, name: "records", sql: RECORDS },
    Migration { number: 3, name: "vault", sql: VAULT },
    Migration { number: 4, name: "group counts", sql: GROUP_COUNTS },
    Migration { number: 5, name: "retention", sql: RETENTION },
];

const RECORDS: &str = "
CREATE TABLE checkpoint (
    number {ID} PRIMARY KEY,
    version TEXT NOT NULL,
    at BIGINT NOT NULL,
    body {BYTES} NOT NULL
);
CREATE TABLE playbook (
    id {ID} PRIMARY KEY,
    body TEXT NOT NULL
);
CREATE TABLE alert (
    id {ID} PRIMARY KEY,
    is_open BOOLEAN NOT NULL,
    service TEXT NOT NULL,
    integration TEXT NOT NULL,
    alert_group BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX alert_open ON alert (id) WHERE is_open;
CREATE TABLE alert_group (
    id {ID} PRIMARY KEY,
    is_open BOOLEAN NOT NULL,
    acknowledged BOOLEAN NOT NULL,
    incident BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX alert_group_open ON alert_group (id) WHERE is_open;
CREATE TABLE trail (
    alert_group BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (alert_group, seq)
);
CREATE TABLE letter (
    id {ID} PRIMARY KEY,
    state TEXT NOT NULL,
    incident BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX letter_state ON letter (state, id);
CREATE INDEX letter_incident ON letter (incident, id) WHERE incident IS NOT NULL;
CREATE TABLE letter_group (
    alert_group BIGINT NOT NULL,
    letter BIGINT NOT NULL,
    PRIMARY KEY (alert_group, letter)
);
CREATE TABLE pager (
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (person, channel)
);
CREATE TABLE incident (
    number {ID} PRIMARY KEY,
    is_open BOOLEAN NOT NULL,
    drill BOOLEAN NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX incident_open ON incident (number) WHERE is_open;
CREATE TABLE timeline (
    incident BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (incident, seq)
);
CREATE INDEX timeline_promise ON timeline (happened_at) WHERE kind IN ('promise_kept', 'promise_broken');
CREATE TABLE incident_update (
    id {ID} PRIMARY KEY,
    incident BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX incident_update_of ON incident_update (incident, id);
CREATE TABLE review (
    incident BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (incident, revision)
);
CREATE TABLE pull (
    id {ID} PRIMARY KEY,
    body TEXT NOT NULL
);
CREATE TABLE idempotency (
    actor TEXT NOT NULL,
    idem TEXT NOT NULL,
    at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (actor, idem)
);
";

/// Apart from the text, so that an alert that joins a group does not rewrite the group.
const GROUP_COUNTS: &str = "
ALTER TABLE alert_group ADD COLUMN firing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert_group ADD COLUMN alerts BIGINT NOT NULL DEFAULT 0;
UPDATE alert_group SET firing = c.firing, alerts = c.alerts
    FROM (SELECT alert_group AS id, COUNT(*) FILTER (WHERE is_open) AS firing, COUNT(*) AS alerts FROM alert GROUP BY alert_group) c
    WHERE alert_group.id = c.id;
";

const RETENTION: &str = "
ALTER TABLE checkpoint ADD COLUMN base BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE retention (
    id {ID} PRIMARY KEY,
    below BIGINT NOT NULL,
    swept_at BIGINT NOT NULL
);
";

const VAULT: &str = "
CREATE TABLE contact (
    owner TEXT NOT NULL,
    channel TEXT NOT NULL,
    sealed {BYTES} NOT NULL,
    PRIMARY KEY (owner, channel)
);
CREATE TABLE integration_key (
    hash {BYTES} PRIMARY KEY,
    integration TEXT NOT NULL
);
CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    sealed {BYTES} NOT NULL
);
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    person TEXT,
    access TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE session (
    hash {BYTES} PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE TABLE token (
    hash {BYTES} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    access TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used BIGINT,
    expires_at BIGINT
);
CREATE TABLE setup (
    id {ID} PRIMARY KEY,
    hash {BYTES} NOT NULL,
    expires_at BIGINT NOT NULL
);
";
