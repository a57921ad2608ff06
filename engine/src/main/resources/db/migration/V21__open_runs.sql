-- Pages of unfinished runs come out of the index in the order that lists show them.
DROP INDEX run_view_open;
CREATE INDEX run_view_open ON run_view (project, created_at DESC, run_id DESC) WHERE NOT ended;
-- The primary key finds prefixes too.
DROP INDEX run_view_prefix;
-- A run without labels costs this index nothing.
DROP INDEX run_view_labels;
CREATE INDEX run_view_labels ON run_view USING gin (labels jsonb_path_ops) WHERE labels <> '{}';
