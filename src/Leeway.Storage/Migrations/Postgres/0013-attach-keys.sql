-- Keys made from bodies are hashes: each call put one at a random place of an index of all keys, and with a page of its own wrote more than its
-- body. They are found by their request's id; only keys made from an Idempotency-Key, beside which a body's hash stands, are looked up by value.
DROP INDEX request_details_attach_key;
CREATE INDEX request_details_idempotency ON request_details (attach_key) WHERE body_hash IS NOT NULL;
