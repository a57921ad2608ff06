package dev.pawl.bench.history.judge;

import dev.pawl.bench.Output;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.HistoryReader;
import dev.pawl.bench.history.HistoryUnreadable;
import dev.pawl.bench.history.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a history that was kept, by the rules of this build. */
@Command(
    name = "judge",
    mixinStandardHelpOptions = true,
    description = {
      "Judge a history that was kept, by the rules of this build.",
      "",
      "  pawl chaos judge history-4711.jsonl.gz",
      "  pawl chaos judge history-4711.jsonl.gz -o json | jq .verdict",
      "",
      "Exit codes: 0 valid; 1 invalid, with the records that show it; 2 vacuous (too little"
          + " happened or was recorded to say anything), or the file cannot be read"
    })
public final class JudgeCommand implements Callable<Integer> {
  private static final int UNREADABLE = 2;

  @Parameters(paramLabel = "FILE", description = "A history, .jsonl or .jsonl.gz.")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description =
          "table, for people, or json: one object on one line (default: ${DEFAULT-VALUE}).")
  private Output.Format format = Output.Format.TABLE;

  private final PrintStream out;
  private final PrintStream err;

  public JudgeCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    History history;
    try {
      history = HistoryReader.read(file);
    } catch (HistoryUnreadable e) {
      err.println("error: " + e.getMessage());
      return UNREADABLE;
    } catch (NoSuchFileException e) {
      err.println("error: there is no file " + file);
      return UNREADABLE;
    } catch (IOException e) {
      err.printf("error: %s cannot be read: %s%n", file, e);
      return UNREADABLE;
    }
    Verdict verdict = Judge.judge(history);
    VerdictPrinter printer = new VerdictPrinter(out);
    switch (format) {
      case TABLE -> printer.text(file.toString(), verdict);
      case JSON -> printer.json(file.toString(), verdict);
    }
    return VerdictPrinter.exitCode(verdict);
  }
}
