package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for processes; an interrupt ends the wait as an {@link InterruptedIOException}. */
final class Waiting {

    private Waiting() {}

    static int forExit(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupt) {
            throw interrupted();
        }
    }

    /** Whether it ended in time. */
    static boolean forExit(Process process, Duration atMost) throws IOException {
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupt) {
            throw interrupted();
        }
    }

    /**
     * The same for a process that is not our own child. The JDK's onExit() looks too seldom, and takes a zombie, which
     * holds nothing any more and waits for the first process of the system, for a living one: zombies have no command.
     */
    static boolean forExit(ProcessHandle process, Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (runs(process) && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException interrupt) {
                throw interrupted();
            }
        }
        return !runs(process);
    }

    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for a process");
    }
}
