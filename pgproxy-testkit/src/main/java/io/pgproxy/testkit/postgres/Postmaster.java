package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The first process of a running server, whose children are its backends. */
record Postmaster(Process process, Path pidFile) {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int STATUS_LINE = 7;
    private static final Set<String> UP = Set.of("ready", "standby");

    /**
     * Waits as pg_ctl does: the eighth line of postmaster.pid becomes "ready", or "standby" where hot_standby is off.
     * False if it ended or took too long.
     */
    boolean awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (Waiting.forExit(process, POLL) || System.nanoTime() - deadline > 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isReady() throws IOException {
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return lines.size() > STATUS_LINE
                    && UP.contains(lines.get(STATUS_LINE).strip());
        } catch (NoSuchFileException notYet) {
            return false;
        }
    }

    /** INT is PostgreSQL's fast shutdown, QUIT the immediate one. A server that does not obey is killed. */
    void stop(String signal, Duration patience) throws IOException {
        if (process.isAlive()) {
            signal(signal, process.pid());
            if (!Waiting.forExit(process, patience)) {
                killAll();
            }
        }
    }

    /** The postmaster is stopped first: it would tell the others of the death of the first. */
    void killAll() throws IOException {
        if (!process.isAlive()) {
            return;
        }
        signal("STOP", process.pid());
        List<ProcessHandle> children = process.children().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Waiting.forExit(process);
        for (ProcessHandle child : children) {
            Waiting.forExit(child, Duration.ofSeconds(10));
        }
    }

    void killChild(long pid) throws IOException {
        ProcessHandle child = process.children()
                .filter(handle -> handle.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(pid + " is no process of this server"));
        child.destroyForcibly();
    }

    private static void signal(String name, long pid) throws IOException {
        // The shell's own kill: the program of that name is not on every system.
        Command.of("sh", "-c", "kill -" + name + " " + pid).output();
    }
}
