package dev.pawl.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Asks the kernel for the size of a terminal.
 *
 * <p>Terminal libraries send queries to the terminal itself, and an answer that comes when the
 * command has ended already is typed into the shell.
 */
final class WindowSize {
  private static final long TIOCGWINSZ_LINUX = 0x5413L;
  private static final long TIOCGWINSZ_MAC = 0x40087468L;
  private static final int WINSIZE_BYTES = 8;

  private final MethodHandle ioctl;
  private final long request;

  private WindowSize(MethodHandle ioctl, long request) {
    this.ioctl = ioctl;
    this.request = request;
  }

  /** The way to ask on this system, if there is one. */
  static Optional<WindowSize> ofSystem() {
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux") && !system.startsWith("Mac")) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("ioctl")
        .map(
            address ->
                new WindowSize(
                    linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS),
                        Linker.Option.firstVariadicArg(2)),
                    system.equals("Linux") ? TIOCGWINSZ_LINUX : TIOCGWINSZ_MAC));
  }

  /** The size of the terminal behind a descriptor; nothing when it is none. */
  Optional<Screen.Size> of(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_BYTES);
      int result = (int) ioctl.invokeExact(descriptor, request, size);
      int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
      return result == 0 && rows > 0 && columns > 0
          ? Optional.of(new Screen.Size(columns, rows))
          : Optional.empty();
    } catch (Throwable e) {
      throw new IllegalStateException("The call of ioctl has another form than declared.", e);
    }
  }
}
