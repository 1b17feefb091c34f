-- What several nodes must agree on.

-- Idempotency keys in use, so that of two nodes that are sent one key at once one makes the request.
CREATE TABLE idempotency_keys (
    attach_key  BLOB    NOT NULL,
    request_id  BLOB    NOT NULL,
    accepted_at INTEGER NOT NULL,
    CONSTRAINT idempotency_keys_key PRIMARY KEY (attach_key)
) WITHOUT ROWID;

-- What has been used of an allowance in a period: of rescues, billionths of a dollar by day.
CREATE TABLE allowances (
    name   TEXT    NOT NULL,
    period INTEGER NOT NULL,
    used   INTEGER NOT NULL,
    CONSTRAINT allowances_key PRIMARY KEY (name, period)
) WITHOUT ROWID;
