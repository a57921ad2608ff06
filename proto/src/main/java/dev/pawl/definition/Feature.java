package dev.pawl.definition;

/** A feature whose fields are reserved until it works. */
enum Feature {
  DISTRIBUTED_EXECUTION("distributed execution"),
  SCHEDULES("schedules"),
  STREAMS("streams"),
  SQL("the sql runner");

  private final String title;

  Feature(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
