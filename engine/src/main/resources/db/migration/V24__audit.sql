-- Every command: accepted ones out of the journal, by the projector, all others by the gateway that
-- answered them.
CREATE TABLE audit (
  -- The resource name of the run or definition.
  entity text COLLATE "C" NOT NULL,
  -- Of a command that was accepted its request id, so that its facts make one row however often they
  -- are read; of one that was refused something new each time.
  key text COLLATE "C" NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY,
  project text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  principal text COLLATE "C" NOT NULL,
  command text NOT NULL,
  step text NOT NULL,
  request_id text NOT NULL,
  reason text NOT NULL,
  state_before text NOT NULL,
  state_after text NOT NULL,
  outcome text NOT NULL,
  refusal text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (entity, key)
) WITH (fillfactor = 90);
CREATE INDEX audit_newest ON audit (project, at DESC, number DESC);
CREATE INDEX audit_principal ON audit (project, principal, at DESC, number DESC);
