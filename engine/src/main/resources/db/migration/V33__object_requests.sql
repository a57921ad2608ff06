-- What was said lately about objects, by request: one that is repeated acts no second time, whatever was said in between.
CREATE TABLE object_request (
  project text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  body_hash text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  -- What it was answered with: the object that was marked. Null when it took a mark back.
  deleted_at timestamptz,
  principal text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (project, kind, name, request_id)
);
-- The oldest are forgotten first.
CREATE INDEX object_request_at ON object_request (at);
