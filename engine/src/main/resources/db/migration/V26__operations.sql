-- Bulk commands and exports, as lists show them.
CREATE TABLE operation_view (
  operation_id text COLLATE "C" PRIMARY KEY,
  project text COLLATE "C" NOT NULL,
  -- The command that it gives to runs; null for an export.
  command text,
  filter text NOT NULL,
  items_hash text NOT NULL,
  -- Of an export, with commas between them.
  export_columns text NOT NULL,
  request_id text NOT NULL,
  body_hash text NOT NULL,
  initiator text NOT NULL,
  request_reason text NOT NULL,
  status text NOT NULL,
  cancelling boolean NOT NULL,
  total integer NOT NULL,
  begun integer NOT NULL,
  accepted integer NOT NULL,
  unchanged integer NOT NULL,
  refused integer NOT NULL,
  unanswered integer NOT NULL,
  cancelled integer NOT NULL,
  attempt integer NOT NULL,
  reason text NOT NULL,
  message text NOT NULL,
  -- Null as long as there is no file.
  file_name text,
  file_type text,
  file_attempt integer NOT NULL,
  file_chunks integer NOT NULL,
  file_size bigint NOT NULL,
  file_rows bigint NOT NULL,
  file_hash text,
  file_expires_at timestamptz,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  sequence bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX operation_view_newest ON operation_view (project, created_at DESC, operation_id DESC);

-- The files of exports. Only the attempt that the operation's last fact names counts; chunks of
-- others are left-overs, and go with what is too old.
CREATE TABLE operation_file (
  operation_id text COLLATE "C" NOT NULL,
  attempt integer NOT NULL,
  chunk integer NOT NULL,
  bytes bytea NOT NULL,
  stored_at timestamptz NOT NULL,
  PRIMARY KEY (operation_id, attempt, chunk)
);
CREATE INDEX operation_file_age ON operation_file (stored_at);
