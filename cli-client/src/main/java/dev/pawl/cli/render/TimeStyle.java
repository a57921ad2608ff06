package dev.pawl.cli.render;

/** How tables show an instant. */
public enum TimeStyle {
  RELATIVE,
  ISO,
  LOCAL
}
