-- When a result first reached its owner, and how: what tells whether anybody waited for it.
CREATE TABLE pickups (
    request_id BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    way        INTEGER NOT NULL,
    CONSTRAINT pickups_key PRIMARY KEY (request_id),
    CONSTRAINT pickups_way_known CHECK (way BETWEEN 1 AND 3)
) WITHOUT ROWID;
