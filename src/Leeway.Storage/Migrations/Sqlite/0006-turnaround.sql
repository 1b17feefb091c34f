-- What was learnt of how long batches take: sketches by scope (a provider or a deployment), regime, size and part of the week, −1 for any.
CREATE TABLE turnaround_cells (
    scope      TEXT    NOT NULL,
    regime     INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    hours      INTEGER NOT NULL,
    counted_at INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    CONSTRAINT turnaround_cells_key PRIMARY KEY (scope, regime, size, hours),
    CONSTRAINT turnaround_cells_regime_known CHECK (regime BETWEEN 1 AND 3)
) WITHOUT ROWID;

CREATE TABLE turnaround_deployments (
    deployment TEXT    NOT NULL,
    regime     INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    CONSTRAINT turnaround_deployments_key PRIMARY KEY (deployment),
    CONSTRAINT turnaround_deployments_regime_known CHECK (regime BETWEEN 1 AND 3)
) WITHOUT ROWID;

-- What the batches themselves do not tell: the regime they were submitted in, and the age up to which their silence has counted.
CREATE TABLE turnaround_open (
    batch_id BLOB    NOT NULL,
    regime   INTEGER NOT NULL,
    counted  INTEGER NOT NULL,
    explored INTEGER,
    closed   INTEGER NOT NULL,
    CONSTRAINT turnaround_open_key PRIMARY KEY (batch_id),
    CONSTRAINT turnaround_open_regime_known CHECK (regime BETWEEN 1 AND 3)
) WITHOUT ROWID;
