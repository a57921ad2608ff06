-- Things that runs are about, and of which somebody said that they are gone.
CREATE TABLE deleted_object (
  project text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  -- Runs that were created up to then are about it; later ones about another of the same name.
  deleted_at timestamptz NOT NULL,
  principal text NOT NULL,
  reason text NOT NULL,
  -- Of the call that said so: a repeat of it changes nothing.
  request_id text NOT NULL,
  PRIMARY KEY (project, kind, name)
);
