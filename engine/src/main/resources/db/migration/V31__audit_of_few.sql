-- The key of a command that was accepted is from now on the time of its facts and its request id: a
-- request id that an entity has forgotten may come with another command. Older rows keep theirs, which
-- was the request id alone; the projector looks for one before it writes.
COMMENT ON COLUMN audit.key IS
  'Accepted: microseconds since 1970 of its facts, and request id; before V31 the request id alone';

-- What names no project is listed under "-", which none can be called. By jumps along the index to
-- the few names, as there are many rows.
UPDATE audit SET project = '-' WHERE project = ANY (ARRAY(
  WITH RECURSIVE known AS (
    (SELECT project FROM audit ORDER BY project LIMIT 1)
    UNION ALL
    SELECT (SELECT project FROM audit WHERE project > known.project ORDER BY project LIMIT 1)
    FROM known WHERE known.project IS NOT NULL
  )
  SELECT project FROM known WHERE project !~ '^[a-z0-9][a-z0-9._-]{0,62}$'
));

-- What was refused, changed nothing or got no answer is a few of many, so that this index costs the
-- usual command nothing.
CREATE INDEX audit_outcome ON audit (project, outcome, at DESC, number DESC)
  WHERE outcome <> 'ACCEPTED';
