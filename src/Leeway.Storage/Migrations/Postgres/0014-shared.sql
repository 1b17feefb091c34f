-- What several nodes must agree on.

-- Idempotency keys in use, so that of two nodes that are sent one key at once one makes the request.
CREATE TABLE idempotency_keys (
    attach_key  bytea  NOT NULL,
    request_id  uuid   NOT NULL,
    accepted_at bigint NOT NULL,
    CONSTRAINT idempotency_keys_key PRIMARY KEY (attach_key)
);

-- What has been used of an allowance in a period: of rescues, billionths of a dollar by day.
CREATE TABLE allowances (
    name   text   NOT NULL,
    period bigint NOT NULL,
    used   bigint NOT NULL,
    CONSTRAINT allowances_key PRIMARY KEY (name, period)
) WITH (fillfactor = 50);

-- A retry that says nothing but its body may reach another node than the one that accepted the first call, and has to be found here.
CREATE INDEX request_details_body_key ON request_details (attach_key) WHERE attach_key IS NOT NULL AND body_hash IS NULL;
