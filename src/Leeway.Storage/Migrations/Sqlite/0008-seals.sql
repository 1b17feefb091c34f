-- Why a batch was sealed, in a sentence with the numbers. Batches sealed before this script have none.
ALTER TABLE batches ADD COLUMN seal_note TEXT;
