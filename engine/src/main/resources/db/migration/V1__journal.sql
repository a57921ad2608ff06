-- The journal: pekko-persistence-jdbc's columns, with the two that the feed orders by.
CREATE TABLE event_journal (
  ordering bigserial NOT NULL,
  persistence_id varchar(255) COLLATE "C" NOT NULL,
  sequence_number bigint NOT NULL,
  deleted boolean NOT NULL DEFAULT false,
  writer varchar(255) NOT NULL,
  write_timestamp bigint,
  adapter_manifest varchar(255),
  event_ser_id integer NOT NULL,
  event_ser_manifest varchar(255) NOT NULL,
  event_payload bytea NOT NULL,
  meta_ser_id integer,
  meta_ser_manifest varchar(255),
  meta_payload bytea,
  -- Raised by raise_epoch() alone; a constant, so that a write costs nothing for it.
  epoch bigint NOT NULL DEFAULT 1,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (persistence_id, sequence_number)
);
CREATE UNIQUE INDEX event_journal_ordering ON event_journal (ordering);
CREATE INDEX event_journal_feed ON event_journal (epoch, xid, ordering);

CREATE TABLE snapshot (
  persistence_id varchar(255) COLLATE "C" NOT NULL,
  sequence_number bigint NOT NULL,
  created bigint NOT NULL,
  snapshot_ser_id integer NOT NULL,
  snapshot_ser_manifest varchar(255) NOT NULL,
  snapshot_payload bytea NOT NULL,
  meta_ser_id integer,
  meta_ser_manifest varchar(255),
  meta_payload bytea,
  PRIMARY KEY (persistence_id, sequence_number)
);

-- One row per life of the database: a restored dump or a promoted standby begins a new one,
-- because transaction numbers may start again below those stored.
CREATE TABLE feed_epoch (
  epoch bigint PRIMARY KEY,
  system_identifier bigint NOT NULL,
  timeline bigint NOT NULL,
  raised_at timestamptz NOT NULL DEFAULT now()
);

-- The feed holds everything behind this place; no row: everything.
CREATE TABLE feed_floor (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  epoch bigint NOT NULL,
  xid bigint NOT NULL,
  ordering bigint NOT NULL
);

-- Called on every new connection that writes or reads the journal. Changing the default takes the
-- table's exclusive lock, so every writer of the older epoch has ended when the row is visible.
CREATE FUNCTION raise_epoch() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  identifier bigint := (SELECT system_identifier FROM pg_control_system());
  line bigint := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint;
  last feed_epoch;
BEGIN
  SELECT * INTO last FROM feed_epoch ORDER BY epoch DESC LIMIT 1;
  IF last.system_identifier = identifier AND last.timeline = line THEN
    RETURN last.epoch;
  END IF;
  PERFORM pg_advisory_xact_lock(7171, 1);
  SELECT * INTO last FROM feed_epoch ORDER BY epoch DESC LIMIT 1;
  IF last.system_identifier = identifier AND last.timeline = line THEN
    RETURN last.epoch;
  END IF;
  INSERT INTO feed_epoch (epoch, system_identifier, timeline)
    VALUES (coalesce(last.epoch, 0) + 1, identifier, line);
  IF last.epoch IS NOT NULL THEN
    EXECUTE format('ALTER TABLE event_journal ALTER COLUMN epoch SET DEFAULT %s', last.epoch + 1);
  END IF;
  RETURN coalesce(last.epoch, 0) + 1;
END
$$;

-- Seals cursors, page tokens and lease tokens.
CREATE TABLE signing_key (
  id integer PRIMARY KEY,
  secret bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
