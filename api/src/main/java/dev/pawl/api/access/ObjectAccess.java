package dev.pawl.api.access;

/** What an rpc is to those whose grants are limited to objects. */
public enum ObjectAccess {
  /** Refused. */
  DENIED,
  /** It is about one run, which is asked what it is about. */
  RUN,
  /** The service shows and does only what is about their objects. */
  LIMITED,
  /** The same as to everybody else in that project. */
  OPEN
}
