-- Registered mail addresses. digested_until: what ended before it has been told in a digest.
CREATE TABLE mail_endpoints (
    id                   BLOB    NOT NULL,
    team_id              INTEGER NOT NULL,
    address              TEXT    NOT NULL,
    digest               INTEGER NOT NULL,
    digested_until       INTEGER NOT NULL,
    created_at           INTEGER NOT NULL,
    disabled_reason      TEXT,
    consecutive_failures INTEGER NOT NULL,
    CONSTRAINT mail_endpoints_key PRIMARY KEY (id),
    CONSTRAINT mail_endpoints_once UNIQUE (team_id, address)
) WITHOUT ROWID;

-- Runs whose end is to be told by mail. A run has no row of its own: it has ended once none of its requests is open.
CREATE TABLE run_mails (
    run_id  BLOB    NOT NULL,
    team_id INTEGER NOT NULL,
    mail_id BLOB    NOT NULL,
    CONSTRAINT run_mails_key PRIMARY KEY (run_id, team_id, mail_id)
) WITHOUT ROWID;

ALTER TABLE client_batches ADD COLUMN mail_id BLOB;

-- The address that calls with the key are told by when they name none.
ALTER TABLE keys ADD COLUMN mail_id BLOB;
