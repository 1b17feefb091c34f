-- SQLite's script of this number takes keys made from bodies out of the index. Here they stay: the request may be another node's, in whose
-- memory nobody can look.
COMMENT ON INDEX request_details_attach_key IS 'Keys of both kinds: made from an Idempotency-Key, and from a body.';
