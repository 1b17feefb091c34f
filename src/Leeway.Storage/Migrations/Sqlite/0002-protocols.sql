-- Virtual keys and teams.

-- Team 0 owns what was made while no key was asked for, which is all there was before this script.
CREATE TABLE teams (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    CONSTRAINT teams_unique UNIQUE (name)
);

INSERT INTO teams (id, name) VALUES (0, 'default');

CREATE TABLE keys (
    id            BLOB    NOT NULL,
    team_id       INTEGER NOT NULL,
    owner         TEXT    NOT NULL,
    hash          BLOB    NOT NULL,
    hint          TEXT    NOT NULL,
    earlier_hash  BLOB,
    earlier_hint  TEXT,
    earlier_until INTEGER,
    models        TEXT,
    default_wait  TEXT,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER,
    revoked_at    INTEGER,
    last_used_at  INTEGER,
    CONSTRAINT keys_key PRIMARY KEY (id),
    CONSTRAINT keys_hash_unique UNIQUE (hash)
) WITHOUT ROWID;

ALTER TABLE requests ADD COLUMN team_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX requests_of_team ON requests (team_id, id) WHERE team_id <> 0;

-- A run's id is made by its client, so two teams may use the same one.
ALTER TABLE request_details ADD COLUMN team_id INTEGER NOT NULL DEFAULT 0;
DROP INDEX request_details_run_line;
CREATE UNIQUE INDEX request_details_run_line ON request_details (run_id, custom_id, team_id) WHERE run_id IS NOT NULL AND custom_id IS NOT NULL;

ALTER TABLE webhooks ADD COLUMN team_id INTEGER NOT NULL DEFAULT 0;

-- Files and uploads.
-- Contents lie beside the database, in files/, under the ids of files and parts.
CREATE TABLE files (
    id             BLOB    NOT NULL,
    team           TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    purpose        TEXT    NOT NULL,
    bytes          INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    deleted_at     INTEGER,
    status         INTEGER NOT NULL,
    status_details TEXT,
    CONSTRAINT files_key PRIMARY KEY (id),
    CONSTRAINT files_status_known CHECK (status BETWEEN 1 AND 3)
) WITHOUT ROWID;

CREATE INDEX files_of_team ON files (team, id);
CREATE INDEX files_expiring ON files (expires_at) WHERE expires_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX files_deleted ON files (deleted_at) WHERE deleted_at IS NOT NULL;

-- What the check of a batch file found, as JSON.
CREATE TABLE file_reports (
    file_id BLOB NOT NULL,
    report  TEXT NOT NULL,
    CONSTRAINT file_reports_key PRIMARY KEY (file_id)
);

-- Whoever still reads a file: its content stays though its owner deleted it.
CREATE TABLE file_holds (
    file_id   BLOB NOT NULL,
    holder_id BLOB NOT NULL,
    CONSTRAINT file_holds_key PRIMARY KEY (file_id, holder_id)
) WITHOUT ROWID;

CREATE TABLE uploads (
    id            BLOB    NOT NULL,
    team          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    purpose       TEXT    NOT NULL,
    bytes         INTEGER NOT NULL,
    mime_type     TEXT    NOT NULL,
    file_lifetime INTEGER,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    file_id       BLOB,
    CONSTRAINT uploads_key PRIMARY KEY (id),
    CONSTRAINT uploads_state_known CHECK (state = 1 OR state BETWEEN 10 AND 12),
    CONSTRAINT uploads_complete_have_file CHECK ((file_id IS NOT NULL) = (state = 10))
) WITHOUT ROWID;

CREATE INDEX uploads_pending ON uploads (expires_at) WHERE state = 1;

CREATE TABLE upload_parts (
    id         BLOB    NOT NULL,
    upload_id  BLOB    NOT NULL,
    bytes      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT upload_parts_key PRIMARY KEY (id)
) WITHOUT ROWID;

CREATE INDEX upload_parts_of_upload ON upload_parts (upload_id, id);

-- Client batches. Deliveries tell of more than requests: by the name of an event and the printed id of what it happened to.
CREATE TABLE event_deliveries (
    id              BLOB    NOT NULL,
    event           TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    webhook_id      BLOB    NOT NULL,
    occurred_at     INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    last_error      TEXT,
    CONSTRAINT event_deliveries_key PRIMARY KEY (id),
    CONSTRAINT event_deliveries_state_known CHECK (state BETWEEN 1 AND 2 OR state BETWEEN 10 AND 11)
) WITHOUT ROWID;

INSERT INTO event_deliveries
SELECT id, CASE request_state WHEN 10 THEN 'request.succeeded' WHEN 11 THEN 'request.failed' WHEN 12 THEN 'request.expired' ELSE 'request.cancelled' END,
       'req_' || lower(hex(request_id)), webhook_id, occurred_at, state, attempts, next_attempt_at, last_error
FROM deliveries;

DROP TABLE deliveries;
ALTER TABLE event_deliveries RENAME TO deliveries;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at, id) WHERE state < 10;
CREATE INDEX deliveries_of_subject ON deliveries (subject);

ALTER TABLE webhooks ADD COLUMN events TEXT NOT NULL DEFAULT '';

-- The bodies of batch lines stay in the file they came in; body_id is 0 then.
ALTER TABLE requests ADD COLUMN body_file BLOB;
ALTER TABLE requests ADD COLUMN body_offset INTEGER;

-- The id is also the run_id of its lines.
CREATE TABLE client_batches (
    id               BLOB    NOT NULL,
    dialect          INTEGER NOT NULL,
    state            INTEGER NOT NULL,
    team             TEXT    NOT NULL,
    caller           TEXT    NOT NULL,
    endpoint         TEXT    NOT NULL,
    input_file       BLOB    NOT NULL,
    window           TEXT    NOT NULL,
    expires_at       INTEGER NOT NULL,
    priority         INTEGER NOT NULL,
    fixed            INTEGER NOT NULL,
    pinned_lane      INTEGER,
    max_cost         TEXT,
    metadata         TEXT,
    partly           INTEGER NOT NULL,
    output_lifetime  INTEGER,
    webhook_id       BLOB,
    created_at       INTEGER NOT NULL,
    in_progress_at   INTEGER,
    finalizing_at    INTEGER,
    cancelling_at    INTEGER,
    ended_at         INTEGER,
    model            TEXT,
    lines            INTEGER NOT NULL,
    succeeded        INTEGER NOT NULL,
    failed           INTEGER NOT NULL,
    expired          INTEGER NOT NULL,
    cancelled        INTEGER NOT NULL,
    bad              INTEGER NOT NULL,
    input_tokens     INTEGER NOT NULL,
    cached_tokens    INTEGER NOT NULL,
    written_tokens   INTEGER NOT NULL,
    output_tokens    INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    output_file      BLOB    NOT NULL,
    error_file       BLOB    NOT NULL,
    CONSTRAINT client_batches_key PRIMARY KEY (id),
    CONSTRAINT client_batches_state_known CHECK (state BETWEEN 1 AND 4 OR state BETWEEN 10 AND 13),
    CONSTRAINT client_batches_end_has_instant CHECK ((ended_at IS NOT NULL) = (state >= 10))
) WITHOUT ROWID;

CREATE INDEX client_batches_open ON client_batches (id) WHERE state < 10;
CREATE INDEX client_batches_of_team ON client_batches (team, dialect, id);
CREATE INDEX client_batches_of_output ON client_batches (output_file);
CREATE INDEX client_batches_of_errors ON client_batches (error_file);

-- Lines that cannot be accepted; line 0 is the file as a whole.
CREATE TABLE client_batch_problems (
    batch_id  BLOB    NOT NULL,
    line      INTEGER NOT NULL,
    position  INTEGER,
    custom_id TEXT,
    code      TEXT    NOT NULL,
    param     TEXT,
    message   TEXT    NOT NULL,
    remedy    TEXT    NOT NULL,
    CONSTRAINT client_batch_problems_key PRIMARY KEY (batch_id, line)
) WITHOUT ROWID;

-- Responses.

-- What a response has beside its request: whether nobody waits for it, the previous response as its client named it, and whether it was deleted.
CREATE TABLE response_notes (
    request_id BLOB    NOT NULL,
    background INTEGER NOT NULL DEFAULT 0,
    previous   TEXT,
    deleted_at INTEGER,
    CONSTRAINT response_notes_key PRIMARY KEY (request_id)
) WITHOUT ROWID;

-- Keys that the gateway made for itself, by name.
CREATE TABLE secrets (
    name  TEXT NOT NULL,
    value BLOB NOT NULL,
    CONSTRAINT secrets_key PRIMARY KEY (name)
) WITHOUT ROWID;
