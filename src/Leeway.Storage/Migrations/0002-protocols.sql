-- Virtual keys and teams.

-- Files and uploads.

-- Client batches.

-- Responses.
