-- Immutable bytes by their SHA-256: definitions, and values too large for an event.
CREATE TABLE content (
  hash bytea PRIMARY KEY,
  bytes bytea NOT NULL
);
