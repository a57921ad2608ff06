-- What is not a start is a few of many, too. By itself: while an index is built nobody writes to the
-- table, and between two of them whoever waited gets a turn.
CREATE INDEX audit_command ON audit (project, command, at DESC, number DESC)
  WHERE command <> 'StartRun';
