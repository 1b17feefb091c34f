-- Entries of requests that have no row of their own, all of one group commit in one row: docs/decisions/0007 tells why.
CREATE TABLE realtime_entries (
    id       INTEGER PRIMARY KEY,
    first_at INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    data     BLOB    NOT NULL
);

CREATE INDEX realtime_entries_last_at ON realtime_entries (last_at);

-- Read once, at start, where a walk along the requests does as well; it cost every new request a tenth of its way in.
DROP INDEX requests_open;
