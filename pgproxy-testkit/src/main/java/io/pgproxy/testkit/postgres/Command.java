package io.pgproxy.testkit.postgres;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One program with its arguments, in an environment that names no PostgreSQL and no language. */
record Command(List<String> words) {

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    static boolean succeeds(String... words) throws IOException {
        ProcessBuilder builder = of(words).builder();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        try {
            return Waiting.forExit(builder.start()) == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** What the program printed, both streams. Anything but exit code 0 is an error that shows it. */
    String output() throws IOException {
        Process process = builder().redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = Waiting.forExit(process);
        if (code != 0) {
            throw new IOException(String.join(" ", words) + " ended with " + code + ": " + output);
        }
        return output;
    }

    /** Starts the program with its output appended to a file. */
    Process startLoggingTo(File log) throws IOException {
        Process process = builder()
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        process.getOutputStream().close();
        return process;
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words).directory(new File("/"));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        environment.put("LC_ALL", "C");
        return builder;
    }
}
