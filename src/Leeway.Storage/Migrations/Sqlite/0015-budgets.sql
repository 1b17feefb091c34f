-- Budgets of keys, as they are written (200/month), and what of them is set aside for an open request: USD.
ALTER TABLE keys ADD COLUMN budget TEXT;
ALTER TABLE requests ADD COLUMN reserved TEXT;
