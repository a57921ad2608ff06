-- The nodes over this database: how they find each other, and who of them is dead. A row is one
-- life of one node. As long as it lives, and no longer, its session holds the advisory lock
-- (7172, incarnation).
CREATE TABLE cluster_node (
  incarnation integer PRIMARY KEY,
  -- As the others reach it.
  host text NOT NULL,
  port integer NOT NULL,
  -- Pekko's number for this life of the address.
  uid bigint NOT NULL,
  -- It is, or was, a member: others may join it.
  member boolean NOT NULL DEFAULT false,
  -- Somebody found it dead: it must begin anew, whatever it believes.
  condemned_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now()
);
