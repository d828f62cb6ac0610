package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A shell that outlives this JVM for a moment. Its standard input is a pipe that only the JVM holds open; when that
 * ends, for whatever reason, the shell stops the server and deletes its files.
 */
final class Watchdog {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            cat >/dev/null
            pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
            # The number may belong to somebody else by now.
            ours() {
              { tr '\\0' ' ' <"/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null | grep -qF "$1/data"
            }
            n=0
            if [ -n "$pid" ] && ours "$1"; then
              kill -QUIT "$pid"
              while ours "$1" && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
              ours "$1" && kill -KILL "$pid"
            fi
            rm -rf "$1"
            """;

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /** Guards a server whose data directory is {@code run/data}; {@code run} is deleted in the end. */
    static Watchdog over(Path run) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", SCRIPT, "watchdog", run.toString()));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        return new Watchdog(builder.start());
    }

    /** Lets it go, and waits until it has deleted what is left. */
    void release() throws IOException {
        shell.getOutputStream().close();
        if (!Waiting.forExit(shell, Duration.ofSeconds(20))) {
            shell.destroyForcibly();
        }
    }
}
