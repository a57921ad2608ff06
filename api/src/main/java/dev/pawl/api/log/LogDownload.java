package dev.pawl.api.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.api.call.Reader;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepView;
import dev.pawl.v1.DownloadLogsRequest;
import dev.pawl.v1.DownloadLogsResponse;
import dev.pawl.v1.LogFile;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One download: the log of a step as a text, or those of a run as an archive.
 *
 * <p>It is made while it is sent, and no faster than its reader takes it: a few chunks of a log are
 * in memory at a time, and a few hundred bytes for each file that is done. Between two reads of the
 * store nothing is held there.
 */
final class LogDownload {
  private static final int PIECE = 64 * 1024;
  private static final int READ_BYTES = 64 * 1024;

  private final Logs logs;
  private final Sections sections;
  private final RunReads reads;
  private final DownloadLogsRequest request;
  private final SectionChoice choice;
  private final String server;
  private final Instant now;
  private final Reader<DownloadLogsResponse> reader;
  private final ByteArrayOutputStream made = new ByteArrayOutputStream();

  /**
   * A download that has not begun.
   *
   * @param server the version of this server
   */
  LogDownload(
      Logs logs,
      Sections sections,
      RunReads reads,
      DownloadLogsRequest request,
      SectionChoice choice,
      String server,
      Instant now,
      Reader<DownloadLogsResponse> reader) {
    this.logs = logs;
    this.sections = sections;
    this.reads = reads;
    this.request = request;
    this.choice = choice;
    this.server = server;
    this.now = now;
    this.reader = reader;
  }

  /** Sends the text of one step. */
  void text(String project, RunId run, String task, LineSieve sieve) throws Exception {
    LogText.Origin origin =
        new LogText.Origin(reader.get(reads.head(project, run)), server, now, sieve);
    StepView step = reader.get(reads.step(project, run, task));
    List<Section> all = reader.get(sections.of(run, step));
    choice.check("step " + task, all.stream().map(Section::stored).toList());
    begin("pawl-%s-%s.log".formatted(run.value(), ArchivePaths.safe(task)), "text/plain");
    if (all.isEmpty()) {
      write(made, LogText.ofNone(origin, task, step.status().name()));
    }
    boolean first = true;
    for (Section section : all) {
      if (choice.wants(section.stored())) {
        write(made, first ? "" : "\n");
        first = false;
        var _ = write(made, origin, section);
      }
    }
    sendAll();
  }

  /** Sends the archive of a run. */
  void archive(String project, RunId run, LineSieve sieve) throws Exception {
    RunHead head = reader.get(reads.head(project, run));
    LogText.Origin origin = new LogText.Origin(head, server, now, sieve);
    List<LogSection> stored = reader.get(logs.sections(run, Optional.empty()));
    choice.check("run " + run.value(), stored);
    Set<String> logged = new HashSet<>();
    stored.forEach(section -> logged.add(section.key().execution().task()));
    begin("pawl-%s.zip".formatted(run.value()), "application/zip");
    LogManifest.Builder manifest = manifest(project, head);
    try (ZipOutputStream zip = new ZipOutputStream(made, StandardCharsets.UTF_8)) {
      zip.setLevel(Deflater.BEST_SPEED);
      int from = 0;
      while (true) {
        Runs.StepPage page = reader.get(reads.steps(project, run, from));
        for (StepView step : page.steps()) {
          if (step.fence() > 0 || logged.contains(step.task())) {
            add(zip, manifest, origin, project, run, step);
          }
        }
        if (page.next().isEmpty()) {
          break;
        }
        from = Math.toIntExact(page.next().getAsLong());
      }
      enter(zip, ArchivePaths.MANIFEST, now);
      Writer json = new OutputStreamWriter(zip, StandardCharsets.UTF_8);
      JsonFormat.printer().appendTo(manifest, json);
      json.append('\n').flush();
      zip.closeEntry();
    }
    sendAll();
  }

  private void add(
      ZipOutputStream zip,
      LogManifest.Builder manifest,
      LogText.Origin origin,
      String project,
      RunId run,
      StepView step)
      throws Exception {
    ArchivePaths paths = new ArchivePaths(step.task());
    for (Section section : reader.get(sections.of(run, step))) {
      String path = paths.of(section.stored());
      if (choice.wants(section.stored())) {
        enter(zip, path, section.stored().startedAt());
        long lines = write(zip, origin, section);
        zip.closeEntry();
        manifest.addFiles(
            LogFile.newBuilder()
                .setPath(path)
                .setSection(LogMapper.toProto(project, section))
                .setLines(lines));
      }
    }
  }

  private static void enter(ZipOutputStream zip, String path, Instant time) throws IOException {
    ZipEntry entry = new ZipEntry(path);
    entry.setLastModifiedTime(FileTime.from(time));
    zip.putNextEntry(entry);
  }

  private LogManifest.Builder manifest(String project, RunHead run) {
    LogManifest.Builder manifest =
        LogManifest.newBuilder()
            .setRun(ResourceNames.ofRun(project, run.id()))
            .setDefinition(run.header().definition().resourceName())
            .setDefinitionVersion(run.header().definitionVersion())
            .setState(run.status().name())
            .setCreateTime(Timestamps.of(run.header().createdAt()))
            .setServerVersion(server)
            .setArchiveTime(Timestamps.of(now));
    run.endedAt().ifPresent(ended -> manifest.setEndTime(Timestamps.of(ended)));
    if (request.hasSelection()) {
      manifest.setSelection(request.getSelection());
    }
    if (request.hasFilter()) {
      manifest.setFilter(request.getFilter());
    }
    return manifest;
  }

  /** Writes the text of a section, as far as it was stored when it was listed; gives its lines. */
  private long write(OutputStream out, LogText.Origin origin, Section section) throws Exception {
    LogSection stored = section.stored();
    write(out, LogText.head(origin, section));
    long lines = 0;
    boolean whole = true;
    long next = 1;
    while (next <= stored.lines()) {
      long before = next;
      for (LogChunk chunk : reader.get(logs.read(stored.key(), next, READ_BYTES))) {
        if (chunk.firstSequence() > next && next <= stored.lines()) {
          whole = false;
          write(out, LogText.missing(next, Math.min(chunk.firstSequence() - 1, stored.lines())));
        }
        for (LogLine line : LogLinesReader.lines(chunk, next)) {
          if (line.getSequence() <= stored.lines() && origin.sieve().wants(line)) {
            write(out, LogText.line(line));
            lines++;
          }
        }
        next = Math.max(next, chunk.nextSequence());
        sendPieces();
      }
      if (next == before) {
        break;
      }
    }
    if (next <= stored.lines()) {
      whole = false;
      write(out, LogText.missing(next, stored.lines()));
    }
    write(out, LogText.foot(section, lines, whole));
    return lines;
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private void begin(String fileName, String mediaType) throws Exception {
    reader.send(
        DownloadLogsResponse.newBuilder().setFileName(fileName).setMediaType(mediaType).build(),
        "");
  }

  /** Sends what is whole pieces of what was made. */
  private void sendPieces() throws Exception {
    if (made.size() >= PIECE) {
      byte[] bytes = made.toByteArray();
      made.reset();
      int at = 0;
      while (bytes.length - at >= PIECE) {
        send(ByteString.copyFrom(bytes, at, PIECE));
        at += PIECE;
      }
      made.write(bytes, at, bytes.length - at);
    }
  }

  private void sendAll() throws Exception {
    sendPieces();
    if (made.size() > 0) {
      send(ByteString.copyFrom(made.toByteArray()));
      made.reset();
    }
  }

  private void send(ByteString data) throws Exception {
    reader.send(DownloadLogsResponse.newBuilder().setData(data).build(), "");
  }
}
