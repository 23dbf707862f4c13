package io.svcdht.console.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and SIGTERM end the process, but not before what the command has open is closed. */
final class Ending implements AutoCloseable {
    private static final int GONE_SECONDS = 45;

    private final Io io;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Thread closing = new Thread(this::end, "shutdown");

    Ending(Io io) {
        this.io = io;
        Runtime.getRuntime().addShutdownHook(closing);
    }

    /** Waits until the process is asked to end; an interrupt asks as well. */
    int await() {
        try {
            asked.await();
            return ExitCode.OK;
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        }
    }

    private void end() {
        asked.countDown();
        try {
            if (!gone.await(GONE_SECONDS, TimeUnit.SECONDS)) {
                io.say("not everything was closed in %d s".formatted(GONE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A stop that was asked for and went well is no failure: not the 143 a JVM would end with.
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    @Override
    public void close() {
        gone.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(closing);
        } catch (IllegalStateException e) {
            // It is what ended the command.
        }
    }
}
