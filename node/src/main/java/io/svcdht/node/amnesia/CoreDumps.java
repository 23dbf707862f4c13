package io.svcdht.node.amnesia;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Tells the kernel never to dump this process: a limit of 0 on core files does not hold where they go to a handler
 * (core(5)), {@code PR_SET_DUMPABLE} does (prctl(2)). It also keeps other processes of the same user from tracing it.
 */
final class CoreDumps {
    private static final int PR_SET_DUMPABLE = 4;

    private CoreDumps() {}

    /** False where there is no such call, which is everywhere but on Linux. */
    @SuppressWarnings("restricted") // one call of the kernel; the manifest of the program enables it
    static boolean forbid() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return false;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> prctl = linker.defaultLookup().find("prctl");
        if (prctl.isEmpty()) {
            return false;
        }
        MethodHandle call = linker.downcallHandle(
                prctl.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try {
            return (int) call.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("prctl could not be called", e);
        }
    }
}
