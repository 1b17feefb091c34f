-- Instants are Unix milliseconds UTC, ids are the 16 bytes of their UUID in network order, money is decimal text in USD,
-- enumerations are the numbers of their C# types.

CREATE TABLE names (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    CONSTRAINT names_unique UNIQUE (name)
);

CREATE TABLE request_groups (
    id         INTEGER PRIMARY KEY,
    deployment TEXT NOT NULL,
    endpoint   TEXT NOT NULL,
    model      TEXT NOT NULL,
    CONSTRAINT request_groups_unique UNIQUE (deployment, endpoint, model)
);

-- The narrow row: what scheduling reads and every step writes. Its checks are comparisons: SQLite builds a table for a longer IN list,
-- which takes more time than the insert.
CREATE TABLE requests (
    id               BLOB    NOT NULL,
    state            INTEGER NOT NULL,
    priority         INTEGER NOT NULL,
    lane             INTEGER NOT NULL,
    pinned_lane      INTEGER,
    accepted_at      INTEGER NOT NULL,
    deadline         INTEGER NOT NULL,
    finished_at      INTEGER,
    group_id         INTEGER NOT NULL,
    caller_id        INTEGER NOT NULL,
    batch_id         BLOB,
    run_id           BLOB,
    attempts         INTEGER NOT NULL,
    rescued          INTEGER NOT NULL,
    body_id          INTEGER NOT NULL,
    body_bytes       INTEGER NOT NULL,
    estimated_tokens INTEGER NOT NULL,
    CONSTRAINT requests_key PRIMARY KEY (id),
    CONSTRAINT requests_state_known CHECK (state BETWEEN 1 AND 4 OR state BETWEEN 10 AND 13),
    CONSTRAINT requests_end_has_instant CHECK ((finished_at IS NOT NULL) = (state >= 10)),
    CONSTRAINT requests_members_have_batch CHECK (batch_id IS NOT NULL OR (state <> 2 AND state <> 3)),
    CONSTRAINT requests_queued_have_none CHECK (state <> 1 OR batch_id IS NULL),
    CONSTRAINT requests_attempts_counted CHECK (attempts >= 0)
) WITHOUT ROWID;

CREATE INDEX requests_open ON requests (id) WHERE state < 10;
CREATE INDEX requests_ended ON requests (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX requests_of_run ON requests (run_id, id) WHERE run_id IS NOT NULL;

-- What few requests have and no step needs; written only when something is set.
CREATE TABLE request_details (
    request_id BLOB NOT NULL,
    run_id     BLOB,
    custom_id  TEXT,
    metadata   TEXT,
    attach_key BLOB,
    body_hash  BLOB,
    webhook_id BLOB,
    max_cost   TEXT,
    CONSTRAINT request_details_key PRIMARY KEY (request_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX request_details_run_line ON request_details (run_id, custom_id) WHERE run_id IS NOT NULL AND custom_id IS NOT NULL;
CREATE INDEX request_details_attach_key ON request_details (attach_key) WHERE attach_key IS NOT NULL;

-- Numbered rather than keyed by request: appending to the end of a table keeps whole bodies in its leaves.
CREATE TABLE bodies (
    id   INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

CREATE TABLE attempts (
    request_id    BLOB    NOT NULL,
    number        INTEGER NOT NULL,
    lane          INTEGER NOT NULL,
    deployment_id INTEGER NOT NULL,
    batch_id      BLOB,
    started_at    INTEGER NOT NULL,
    outcome       TEXT,
    CONSTRAINT attempts_key PRIMARY KEY (request_id, number),
    CONSTRAINT attempts_from_one CHECK (number >= 1)
) WITHOUT ROWID;

CREATE INDEX attempts_of_batch ON attempts (batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE results (
    request_id  BLOB    NOT NULL,
    status_code INTEGER NOT NULL,
    error_code  TEXT,
    body        BLOB    NOT NULL,
    CONSTRAINT results_key PRIMARY KEY (request_id)
);

CREATE TABLE entries (
    request_id       BLOB    NOT NULL,
    attempt          INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    lane             INTEGER NOT NULL,
    priority         INTEGER NOT NULL,
    deployment_id    INTEGER NOT NULL,
    model_id         INTEGER NOT NULL,
    caller_id        INTEGER NOT NULL,
    price_version_id INTEGER,
    input_tokens     INTEGER NOT NULL,
    cached_tokens    INTEGER NOT NULL,
    written_tokens   INTEGER NOT NULL,
    output_tokens    INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost             TEXT,
    list_cost        TEXT,
    duplicate        INTEGER NOT NULL,
    estimated        INTEGER NOT NULL,
    CONSTRAINT entries_once PRIMARY KEY (request_id, attempt)
) WITHOUT ROWID;

CREATE INDEX entries_at ON entries (at);

CREATE TABLE batches (
    id                BLOB    NOT NULL,
    state             INTEGER NOT NULL,
    group_id          INTEGER NOT NULL,
    priority          INTEGER NOT NULL,
    seal_reason       TEXT    NOT NULL,
    sealed_at         INTEGER NOT NULL,
    earliest_deadline INTEGER NOT NULL,
    requests          INTEGER NOT NULL,
    bytes             INTEGER NOT NULL,
    estimated_tokens  INTEGER NOT NULL,
    create_attempt    INTEGER NOT NULL,
    intended_at       INTEGER,
    input_file        TEXT,
    provider_batch    TEXT,
    provider_status   INTEGER,
    submitted_at      INTEGER,
    next_poll_at      INTEGER,
    quiet_polls       INTEGER NOT NULL,
    completed         INTEGER NOT NULL,
    failed            INTEGER NOT NULL,
    output_file       TEXT,
    error_file        TEXT,
    collected_at      INTEGER,
    files_deleted     INTEGER NOT NULL,
    note              TEXT,
    CONSTRAINT batches_key PRIMARY KEY (id),
    CONSTRAINT batches_state_known CHECK (state BETWEEN 1 AND 7 OR state BETWEEN 10 AND 11),
    CONSTRAINT batches_not_empty CHECK (requests >= 1)
) WITHOUT ROWID;

CREATE INDEX batches_open ON batches (id) WHERE state < 10;
CREATE INDEX batches_with_files ON batches (collected_at) WHERE files_deleted = 0 AND state >= 10;

CREATE TABLE webhooks (
    id                   BLOB    NOT NULL,
    url                  TEXT    NOT NULL,
    secret               TEXT    NOT NULL,
    created_at           INTEGER NOT NULL,
    disabled_reason      TEXT,
    consecutive_failures INTEGER NOT NULL,
    CONSTRAINT webhooks_key PRIMARY KEY (id)
) WITHOUT ROWID;

CREATE TABLE deliveries (
    id              BLOB    NOT NULL,
    request_id      BLOB    NOT NULL,
    webhook_id      BLOB    NOT NULL,
    request_state   INTEGER NOT NULL,
    occurred_at     INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    last_error      TEXT,
    CONSTRAINT deliveries_key PRIMARY KEY (id),
    CONSTRAINT deliveries_state_known CHECK (state BETWEEN 1 AND 2 OR state BETWEEN 10 AND 11),
    CONSTRAINT deliveries_of_ends CHECK (request_state >= 10)
) WITHOUT ROWID;

CREATE INDEX deliveries_due ON deliveries (next_attempt_at, id) WHERE state < 10;
CREATE INDEX deliveries_of_request ON deliveries (request_id);
