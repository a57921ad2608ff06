-- Log lines as the workers packed them, in partitions by the day (UTC) the attempt began, so that a
-- day's log goes as a whole. Partitions are made on demand by who stores the first chunk of a day.
CREATE TABLE log_chunk (
  run_id text COLLATE "C" NOT NULL,
  task text COLLATE "C" NOT NULL,
  execution_index integer NOT NULL,
  fence bigint NOT NULL,
  day date NOT NULL,
  first_sequence bigint NOT NULL,
  line_count integer NOT NULL,
  bytes bytea NOT NULL,
  last boolean NOT NULL,
  truncated boolean NOT NULL,
  PRIMARY KEY (run_id, task, execution_index, fence, first_sequence, day)
) PARTITION BY RANGE (day);

-- They are compressed already.
ALTER TABLE log_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- One row per attempt: how far its log is stored. It is written with its chunks, and only by who
-- knows what it says, so that two writers never both continue it.
CREATE TABLE log_section (
  run_id text COLLATE "C" NOT NULL,
  task text COLLATE "C" NOT NULL,
  execution_index integer NOT NULL,
  fence bigint NOT NULL,
  started_at timestamptz NOT NULL,
  round integer NOT NULL,
  attempt integer NOT NULL,
  operation text NOT NULL,
  worker text NOT NULL,
  lines bigint NOT NULL,
  bytes bigint NOT NULL,
  ended boolean NOT NULL,
  truncated boolean NOT NULL,
  PRIMARY KEY (run_id, task, execution_index, fence)
) WITH (fillfactor = 80);
