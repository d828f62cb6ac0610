package io.pgproxy.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The program psql, where it is installed. */
final class Psql {

    private Psql() {}

    static boolean isThere() throws InterruptedException {
        try {
            return new ProcessBuilder("psql", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** What it prints for some commands, without the user's settings; an error of one of them is an error here. */
    static String run(String conninfo, String... commands) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("psql", "-X", "-v", "ON_ERROR_STOP=1", conninfo));
        for (String command : commands) {
            words.addAll(List.of("-c", command));
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new AssertionError("psql ended with " + code + ": " + output);
        }
        return output;
    }
}
