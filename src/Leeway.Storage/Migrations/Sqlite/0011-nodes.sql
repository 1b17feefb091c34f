-- Nodes: one row is the lease of everything a node owns, docs/decisions/0013 tells how. What there was before this script is number 0's,
-- which the first node that joins takes.
CREATE TABLE nodes (
    id         INTEGER NOT NULL,
    secret     BLOB,
    name       TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    held_by    INTEGER,
    started_at INTEGER NOT NULL,
    address    TEXT,
    version    TEXT    NOT NULL,
    CONSTRAINT nodes_key PRIMARY KEY (id)
) WITHOUT ROWID;

INSERT INTO nodes (id, name, epoch, expires_at, started_at, version) VALUES (0, '', 0, 0, 0, '');

ALTER TABLE requests ADD COLUMN node_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN node_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE client_batches ADD COLUMN node_id INTEGER NOT NULL DEFAULT 0;

-- Ends that another node recorded, for the one in whose memory the request is.
CREATE TABLE node_ends (
    node_id    INTEGER NOT NULL,
    request_id BLOB    NOT NULL,
    CONSTRAINT node_ends_key PRIMARY KEY (node_id, request_id)
) WITHOUT ROWID;
