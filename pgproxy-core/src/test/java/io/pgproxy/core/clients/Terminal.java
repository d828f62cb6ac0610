package io.pgproxy.core.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** psql at a pseudo-terminal, which is what makes it interactive and its Ctrl+C a real one. */
final class Terminal implements AutoCloseable {
    private static final String PROMPT = "ready> ";
    private static final int CTRL_C = 3;
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final Thread reader;
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final StringBuilder unread = new StringBuilder();

    private Terminal(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "terminal");
        reader.start();
    }

    /** Skips the test where there is nothing that makes a pseudo-terminal. */
    static void isThere() {
        assumeTrue(Program.isOnPath("script"), "script(1) is not on the PATH: install util-linux for a terminal");
    }

    static Terminal start(ProcessBuilder psql) throws IOException {
        List<String> words = new ArrayList<>(psql.command());
        for (int i = 1; i <= 3; i++) {
            words.add("-v");
            words.add("'PROMPT" + i + "=" + (i == 1 ? PROMPT : "") + "'");
        }
        // No echo of what is typed, no line ends of a screen.
        psql.command("script", "-q", "-c", "stty -echo -onlcr; exec " + String.join(" ", words), "/dev/null");
        psql.environment().put("PAGER", "");
        psql.environment().put("SHELL", "/bin/sh");
        return new Terminal(psql.redirectErrorStream(true).start());
    }

    /** Types a line. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    void ctrlC() throws IOException {
        process.getOutputStream().write(CTRL_C);
        process.getOutputStream().flush();
    }

    /** Types a line and waits for the next prompt; returns what was printed between. */
    String line(String line) throws Exception {
        type(line);
        return untilPrompt();
    }

    String untilPrompt() throws Exception {
        return until(printed -> printed.endsWith(PROMPT));
    }

    /** Waits for what is printed, and takes it. */
    String until(Predicate<String> enough) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!enough.test(unread.toString())) {
            String more = arrived.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (more == null) {
                throw new AssertionError("waited in vain; the terminal shows: " + unread);
            }
            unread.append(more);
        }
        String taken = unread.toString();
        unread.setLength(0);
        return taken;
    }

    private void read() {
        byte[] buffer = new byte[8_192];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                arrived.add(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Quits psql and waits until it has gone. */
    @Override
    public void close() throws IOException {
        try {
            type("\\q");
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
