package io.pgproxy.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What is logged while it is open, by everybody, at the levels that the run has. */
final class LogLines implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private LogLines() {
        System.setErr(new PrintStream(written, true, UTF_8));
    }

    static LogLines begin() {
        return new LogLines();
    }

    List<String> lines() {
        return written.toString(UTF_8).lines().toList();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
