-- How far the one projector has got: rows and place change in one transaction.
CREATE TABLE projection (
  name text PRIMARY KEY,
  epoch bigint NOT NULL,
  xid bigint NOT NULL,
  ordering bigint NOT NULL,
  -- The views show everything stored before.
  as_of timestamptz NOT NULL
);
INSERT INTO projection VALUES ('views', 0, 0, 0, 'epoch');

-- Collation C: one index serves equality, order and prefixes.
CREATE TABLE run_view (
  run_id text COLLATE "C" PRIMARY KEY,
  project text COLLATE "C" NOT NULL,
  definition_kind text NOT NULL,
  definition text COLLATE "C" NOT NULL,
  definition_version bigint NOT NULL,
  definition_hash text NOT NULL,
  profile text NOT NULL,
  status text NOT NULL,
  ended boolean NOT NULL,
  reason text NOT NULL,
  initiator text NOT NULL,
  labels jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  steps_total integer NOT NULL,
  steps_succeeded integer NOT NULL,
  steps_failed integer NOT NULL,
  steps_terminated integer NOT NULL,
  steps_skipped integer NOT NULL,
  sequence bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX run_view_newest ON run_view (project, created_at DESC, run_id DESC);
CREATE INDEX run_view_definition ON run_view (project, definition, created_at DESC, run_id DESC);
CREATE INDEX run_view_open ON run_view (project) WHERE NOT ended;
CREATE INDEX run_view_failed ON run_view (project, created_at DESC, run_id DESC) WHERE status = 'FAILED';
CREATE INDEX run_view_prefix ON run_view (project, run_id);
CREATE INDEX run_view_suffix ON run_view (project, reverse(run_id) COLLATE "C");
CREATE INDEX run_view_labels ON run_view USING gin (labels jsonb_path_ops);

CREATE TABLE definition_view (
  kind text NOT NULL,
  project text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL,
  hash text NOT NULL,
  display_name text NOT NULL,
  profile text NOT NULL,
  folder text NOT NULL,
  owners jsonb NOT NULL,
  labels jsonb NOT NULL,
  task_count integer NOT NULL,
  creator text NOT NULL,
  created_at timestamptz NOT NULL,
  submitted_at timestamptz NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (kind, project, name)
);

-- A row for every entity that owes something, and for no other.
CREATE TABLE wake (
  entity_id text COLLATE "C" PRIMARY KEY,
  due_at timestamptz NOT NULL,
  -- A wake-up at this instant is not put off, however often the entity was woken.
  deadline timestamptz,
  tries integer NOT NULL,
  -- Several nodes share the rows by slices.
  slice smallint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX wake_due ON wake (slice, due_at);
