-- What is priced apart, the tier that the provider served at, and its own words: docs/decisions/0009 tells how real-time entries keep them.
ALTER TABLE entries ADD COLUMN written_hour_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN audio_input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN audio_output_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN tier INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN raw_usage TEXT;
