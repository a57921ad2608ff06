-- The entity id of the execution that started a run; empty when a caller did.
ALTER TABLE run_view ADD COLUMN parent text NOT NULL DEFAULT '';
-- A run that a caller started costs this index nothing.
CREATE INDEX run_view_parent ON run_view (project, split_part(parent, '/', 1)) WHERE parent <> '';
