-- Steps of which the work was taken back, or not all of it.
ALTER TABLE run_view
  ADD COLUMN steps_rolled_back integer NOT NULL DEFAULT 0,
  ADD COLUMN steps_rollback_failed integer NOT NULL DEFAULT 0;
