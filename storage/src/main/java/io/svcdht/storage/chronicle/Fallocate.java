package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Linux's {@code fallocate}: blocks without writing, safe beside a writer. Not {@code posix_fallocate}, which the C
 * library imitates where the file system cannot, by writing zeros under the writer's hands.
 */
final class Fallocate implements Blocks {
    // The same on all of Linux's 64-bit machines that run this program.
    private static final int O_RDWR_CREAT_CLOEXEC = 0x2 | 0x40 | 0x80000;
    private static final int MODE_PRIVATE = 0600;
    private static final int EINTR = 4;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno")).withInvokeExactBehavior();

    private final MethodHandle open;
    private final MethodHandle fallocate;
    private final MethodHandle close;

    @SuppressWarnings("restricted") // the launcher and the jar's manifest allow native access
    private Fallocate(Linker linker, SymbolLookup libc) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        open = linker.downcallHandle(
                libc.findOrThrow("open"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                errno,
                Linker.Option.firstVariadicArg(2));
        fallocate = linker.downcallHandle(
                libc.findOrThrow("fallocate"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG),
                errno);
        close = linker.downcallHandle(
                libc.findOrThrow("close"), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /** Null where this is no 64-bit Linux. */
    static @Nullable Fallocate find() {
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        return System.getProperty("os.name").equals("Linux")
                        && ValueLayout.ADDRESS.byteSize() == Long.BYTES
                        && libc.find("fallocate").isPresent()
                ? new Fallocate(linker, libc)
                : null;
    }

    @Override
    public void make(Path file, long from, long to) throws IOException {
        int failed = called(file, from, to - from);
        if (failed == EOPNOTSUPP || failed == ENOSYS) {
            Blocks.writeZeros(file, from, to);
        } else if (failed != 0) {
            throw new FileSystemException(file.toString(), null, text(failed));
        }
    }

    /** Returns 0, or the error's number. */
    private int called(Path file, long offset, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment path = arena.allocateFrom(file.toString());
            int fd = (int) open.invokeExact(state, path, O_RDWR_CREAT_CLOEXEC, MODE_PRIVATE);
            if (fd < 0) {
                return (int) ERRNO.get(state, 0L);
            }
            try {
                int result;
                do {
                    result = (int) fallocate.invokeExact(state, fd, 0, offset, length);
                } while (result < 0 && (int) ERRNO.get(state, 0L) == EINTR);
                return result < 0 ? (int) ERRNO.get(state, 0L) : 0;
            } finally {
                int _ = (int) close.invokeExact(fd);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("fallocate could not be called", e);
        }
    }

    private static String text(int errno) {
        return switch (errno) {
            case 5 -> "Input/output error";
            case 13 -> "Permission denied";
            case 28 -> "No space left on device";
            case 30 -> "Read-only file system";
            case 122 -> "Disk quota exceeded";
            default -> "error " + errno;
        };
    }
}
