-- The locks that are held, each in one run's hand. Collation C: one index serves equality and order.
CREATE TABLE lock_view (
  project text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  -- The lock of the whole scope; then the key is empty.
  whole_scope boolean NOT NULL,
  key text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  initiator text NOT NULL,
  since timestamptz NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (project, scope, whole_scope, key)
) WITH (fillfactor = 80);
CREATE INDEX lock_view_run ON lock_view (project, run_id);
