-- What a timeline is drawn from.

-- Texts of plans, each stored once and named by many requests for a day; at is when it was first named.
CREATE TABLE plans (
    id   INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,
    text TEXT    NOT NULL
);

-- The plan at acceptance lies in the request's own row: it costs its way in next to nothing. Later ones are few.
ALTER TABLE requests ADD COLUMN plan_id INTEGER;
ALTER TABLE requests ADD COLUMN plan_dispatch_at INTEGER;

CREATE TABLE request_plans (
    request_id  BLOB    NOT NULL,
    at          INTEGER NOT NULL,
    plan_id     INTEGER NOT NULL,
    dispatch_at INTEGER NOT NULL,
    CONSTRAINT request_plans_key PRIMARY KEY (request_id, at)
) WITHOUT ROWID;

-- A status that the provider has not told is 0.
CREATE TABLE batch_steps (
    batch_id        BLOB    NOT NULL,
    at              INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    provider_status INTEGER NOT NULL,
    CONSTRAINT batch_steps_key PRIMARY KEY (batch_id, at, state, provider_status)
) WITHOUT ROWID;

ALTER TABLE attempts ADD COLUMN ended_at INTEGER;
ALTER TABLE deliveries ADD COLUMN last_attempt_at INTEGER;
