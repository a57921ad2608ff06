package dev.pawl.cli.log;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Sizes;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.ListLogSectionsResponse;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.LogServiceGrpc;
import java.util.ArrayList;
import java.util.List;

/** Lists the sections of a log: one for each attempt. */
final class SectionList {
  private final Invocation invocation;
  private final LogOptions options;

  SectionList(Invocation invocation, LogOptions options) {
    this.invocation = invocation;
    this.options = options;
  }

  void print(String parent) {
    LogSelection selection = options.selection(invocation, parent);
    List<LogSection> sections =
        invocation
            .connection()
            .call(
                LogServiceGrpc.getListLogSectionsMethod(),
                ListLogSectionsRequest.newBuilder().setParent(parent).build())
            .getSectionsList()
            .stream()
            .filter(section -> LogOptions.isSelected(selection, section))
            .toList();
    invocation
        .printer()
        .list(
            new Printer.Listing<>(
                ListLogSectionsResponse.newBuilder().addAllSections(sections).build(),
                sections,
                section -> Long.toString(section.getFence()),
                LogSection::getExecution,
                columns(parent.contains("/taskRuns/"))));
    if (sections.isEmpty()) {
      invocation.note("There is no log of that kind.");
    }
  }

  private List<Column<LogSection>> columns(boolean ofStep) {
    Times times = invocation.times();
    List<Column<LogSection>> columns = new ArrayList<>();
    if (!ofStep) {
      columns.add(of("STEP", section -> Names.part(section.getExecution(), "taskRuns")));
    }
    columns.add(of("ROUND", section -> Integer.toString(section.getRound())));
    columns.add(of("ATTEMPT", section -> Integer.toString(section.getAttempt())));
    columns.add(of("OPERATION", section -> States.name(section.getOperation())));
    columns.add(of("FENCE", section -> Long.toString(section.getFence())));
    if (ofStep) {
      columns.add(
          of("STATE", section -> invocation.style().state(States.name(section.getState()))));
    }
    columns.add(of("WORKER", LogSection::getWorker));
    columns.add(of("STARTED", section -> times.at(section.getStartTime())));
    if (ofStep) {
      columns.add(
          of("DURATION", section -> times.elapsed(section.getStartTime(), section.getEndTime())));
    }
    columns.add(of("LINES", section -> Long.toString(section.getLines())));
    columns.add(wide("STORED", section -> Sizes.bytes(section.getBytes())));
    columns.add(of("LOG", SectionList::completeness));
    if (ofStep) {
      columns.add(
          of("DETAIL", section -> RunDetails.why(section.getReason(), section.getMessage())));
    }
    return columns;
  }

  /** Whether lines are missing or may come. */
  private static String completeness(LogSection section) {
    if (section.getTruncated()) {
      return "cut";
    }
    if (section.getEnded()) {
      return "complete";
    }
    return section.hasEndTime() ? "unfinished" : "live";
  }
}
