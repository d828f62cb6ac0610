package io.pgproxy.examples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An example that runs in a process of its own, in a temporary directory of its own. */
final class RunningExample implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("ready: psql \"(host=(\\S+) port=(\\d+) user=(\\S+) dbname=(\\S+))\"");
    private static final int SECONDS = 60;

    private final Process process;
    private final Path directory;
    private final CompletableFuture<String> firstLine = new CompletableFuture<>();
    private final CompletableFuture<String> output;
    private final StringBuilder told = new StringBuilder();
    private final CompletableFuture<Void> errors;

    private RunningExample(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
        this.output = CompletableFuture.supplyAsync(this::readOutput);
        this.errors = CompletableFuture.runAsync(this::readErrors);
    }

    private void readErrors() {
        char[] part = new char[1024];
        try (var reader = process.errorReader(StandardCharsets.UTF_8)) {
            for (int read = reader.read(part); read >= 0; read = reader.read(part)) {
                synchronized (told) {
                    told.append(part, 0, read);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String readOutput() {
        StringBuilder text = new StringBuilder();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                text.append(line).append('\n');
                firstLine.complete(line);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            firstLine.completeExceptionally(new IOException("it ended without a line"));
        }
        return text.toString();
    }

    static Path jar() {
        return Path.of(System.getProperty("pgproxy.examples.jar"));
    }

    /** Starts {@code java -jar} with the jar that was built, in the JDK that runs the test. */
    static RunningExample start(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java") + ""));
        words.addAll(List.of("-Dio.netty.leakDetection.level=paranoid", "-jar", jar().toString()));
        words.addAll(List.of(arguments));
        return start(words, Path.of("."));
    }

    /** The same with settings in the environment, each as {@code NAME=value}. */
    static RunningExample startWith(List<String> settings, Path workingDirectory, String... arguments)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("env"));
        words.addAll(settings);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-Dio.netty.leakDetection.level=paranoid", "-jar", jar().toString()));
        words.addAll(List.of(arguments));
        return start(words, workingDirectory);
    }

    static RunningExample start(List<String> command, Path workingDirectory) throws IOException {
        return start(command, workingDirectory, ProcessBuilder.Redirect.from(new File("/dev/null")));
    }

    /** With a standard input that does not end by itself. */
    static RunningExample startAtTerminal(List<String> command, Path workingDirectory) throws IOException {
        return start(command, workingDirectory, ProcessBuilder.Redirect.PIPE);
    }

    private static RunningExample start(List<String> command, Path workingDirectory, ProcessBuilder.Redirect input)
            throws IOException {
        Path directory = Files.createTempDirectory("pgproxy-example-");
        // Where PostgreSQL has to run as another user than root, that user must get through.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        List<String> words = new ArrayList<>(withDefaultSignals());
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).directory(workingDirectory.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + directory);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new RunningExample(builder.redirectInput(input).start(), directory);
    }

    /** A shell starts background jobs with SIGINT ignored, the JVM keeps that, and the test may be in such a job. */
    private static List<String> withDefaultSignals() {
        List<String> env = List.of("env", "--default-signal=INT,TERM");
        try {
            List<String> probe = new ArrayList<>(env);
            probe.add("true");
            return new ProcessBuilder(probe)
                                    .redirectErrorStream(true)
                                    .start()
                                    .onExit()
                                    .join()
                                    .exitValue()
                            == 0
                    ? env
                    : List.of();
        } catch (IOException noSuchProgram) {
            return List.of();
        }
    }

    /** The line on standard output, once it is there. */
    String readyLine() throws Exception {
        try {
            return firstLine.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException ended) {
            throw new AssertionError("not ready: " + standardError(), ended);
        } catch (TimeoutException slow) {
            process.destroyForcibly();
            throw new AssertionError("not ready: " + standardError(), slow);
        }
    }

    String conninfo() throws Exception {
        return parts().group(1);
    }

    String jdbcUrl() throws Exception {
        Matcher parts = parts();
        return "jdbc:postgresql://" + parts.group(2) + ":" + parts.group(3) + "/" + parts.group(5) + "?user="
                + parts.group(4);
    }

    private Matcher parts() throws Exception {
        String line = readyLine();
        Matcher parts = READY.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError("not a ready line: " + line);
        }
        return parts;
    }

    Connection connect() throws Exception {
        return DriverManager.getConnection(jdbcUrl());
    }

    static List<String> strings(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    /** The shell's own kill: the program of that name is not on every system. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " ended with " + code);
        }
    }

    /** As Ctrl+D at a terminal. */
    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that it has started, PostgreSQL's processes among them. */
    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    String standardOutput() {
        return output.join();
    }

    /** Without the launcher's word about the options that this class gives it. */
    String standardError() {
        errors.join();
        return standardErrorSoFar();
    }

    /** The same while it runs. */
    String standardErrorSoFar() {
        synchronized (told) {
            return told.toString().replaceFirst("^NOTE: Picked up JDK_JAVA_OPTIONS:.*\\R", "");
        }
    }

    /** Data directories of servers in its temporary directory. */
    List<Path> servers() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("pgproxy-postgres-"))
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        if (process.onExit().completeOnTimeout(null, SECONDS, TimeUnit.SECONDS).join() == null) {
            process.destroyForcibly();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
