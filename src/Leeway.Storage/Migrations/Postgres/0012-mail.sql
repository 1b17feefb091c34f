-- Registered mail addresses. digested_until: what ended before it has been told in a digest.
CREATE TABLE mail_endpoints (
    id                   uuid     NOT NULL,
    team_id              integer  NOT NULL,
    address              text     NOT NULL,
    digest               smallint NOT NULL,
    digested_until       bigint   NOT NULL,
    created_at           bigint   NOT NULL,
    disabled_reason      text,
    consecutive_failures integer  NOT NULL,
    CONSTRAINT mail_endpoints_key PRIMARY KEY (id),
    CONSTRAINT mail_endpoints_once UNIQUE (team_id, address)
);

-- Runs whose end is to be told by mail. A run has no row of its own: it has ended once none of its requests is open.
CREATE TABLE run_mails (
    run_id  uuid    NOT NULL,
    team_id integer NOT NULL,
    mail_id uuid    NOT NULL,
    CONSTRAINT run_mails_key PRIMARY KEY (run_id, team_id, mail_id)
);

ALTER TABLE client_batches ADD COLUMN mail_id uuid;

-- The address that calls with the key are told by when they name none.
ALTER TABLE keys ADD COLUMN mail_id uuid;
