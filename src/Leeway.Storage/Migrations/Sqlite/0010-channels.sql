-- Deliveries travel by channels: a webhook endpoint's id, a queue's name and a mail address are each a target.
CREATE TABLE channel_deliveries (
    id              BLOB    NOT NULL,
    event           TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    channel         INTEGER NOT NULL,
    target          TEXT    NOT NULL,
    occurred_at     INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    last_error      TEXT,
    last_attempt_at INTEGER,
    CONSTRAINT channel_deliveries_key PRIMARY KEY (id),
    CONSTRAINT channel_deliveries_state_known CHECK (state BETWEEN 1 AND 2 OR state BETWEEN 10 AND 11),
    CONSTRAINT channel_deliveries_channel_known CHECK (channel BETWEEN 1 AND 3)
) WITHOUT ROWID;

INSERT INTO channel_deliveries
SELECT id, event, subject, 1, 'whk_' || lower(hex(webhook_id)), occurred_at, state, attempts, next_attempt_at, last_error, last_attempt_at
FROM deliveries;

DROP TABLE deliveries;
ALTER TABLE channel_deliveries RENAME TO deliveries;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at, id) WHERE state < 10;
CREATE INDEX deliveries_of_subject ON deliveries (subject);

-- Whom to tell of a request's end beside its webhook: a line for each, the channel's name before its target.
ALTER TABLE request_details ADD COLUMN tell TEXT;
