package dev.pawl.engine.access;

/** The permissions of the model, C7, and what workers need. */
public enum Permission {
  /** List, read, stream. */
  VIEW,
  /** Command runs and their steps. */
  RUN,
  /** Submit definitions. */
  EDIT,
  /** Owners, deletion, locks, settings, the audit. */
  MANAGE,
  /** Take work and report it. */
  WORK
}
