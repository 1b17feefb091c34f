-- Nodes: one row is the lease of everything a node owns, docs/decisions/0013 tells how. What there was before this script is number 0's,
-- which the first node that joins takes. A row is renewed every few seconds and locked by every transaction: its page is kept nearly empty.
CREATE TABLE nodes (
    id         integer NOT NULL,
    secret     uuid,
    name       text    NOT NULL,
    epoch      bigint  NOT NULL,
    expires_at bigint  NOT NULL,
    held_by    integer,
    started_at bigint  NOT NULL,
    address    text,
    version    text    NOT NULL,
    CONSTRAINT nodes_key PRIMARY KEY (id)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

INSERT INTO nodes (id, name, epoch, expires_at, started_at, version) VALUES (0, '', 0, 0, 0, '');

ALTER TABLE requests ADD COLUMN node_id integer NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN node_id integer NOT NULL DEFAULT 0;
ALTER TABLE client_batches ADD COLUMN node_id integer NOT NULL DEFAULT 0;

-- A node reads what it holds, in pages by id.
DROP INDEX requests_open;
CREATE INDEX requests_open ON requests (node_id, id) WHERE finished_at IS NULL;

-- Ends that another node recorded, for the one in whose memory the request is.
CREATE TABLE node_ends (
    node_id    integer NOT NULL,
    request_id uuid    NOT NULL,
    CONSTRAINT node_ends_key PRIMARY KEY (node_id, request_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
