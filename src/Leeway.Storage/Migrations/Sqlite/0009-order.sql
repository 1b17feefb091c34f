-- The place that a member was given in its batch's file. Batches sealed before this script have none: their members go by deadline.
ALTER TABLE attempts ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
