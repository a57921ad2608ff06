-- What runs are about, and when the first of their steps began (unknown of runs that ended before).
ALTER TABLE run_view
  ADD COLUMN objects jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN started_at timestamptz;
-- A run that is about nothing in particular costs this index nothing.
CREATE INDEX run_view_objects ON run_view USING gin (objects jsonb_path_ops) WHERE objects <> '[]';
-- Who started few of many runs is found by them.
CREATE INDEX run_view_initiator ON run_view (project, initiator, created_at DESC, run_id DESC);
