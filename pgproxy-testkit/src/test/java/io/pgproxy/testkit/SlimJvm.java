package io.pgproxy.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A JVM whose class path has what the test kit cannot do without, and no test framework, containers or Netty. */
public final class SlimJvm {

    private static final Pattern OPTIONAL =
            Pattern.compile("junit|opentest4j|assertj|testcontainers|docker-java|netty");

    private SlimJvm() {}

    /** Starts a main class of the tests; what it says to standard error is seen in this JVM's. */
    public static Process start(Class<?> main) throws IOException {
        String classPath = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !OPTIONAL.matcher(new File(entry).getName()).find())
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(List.of(java, "-cp", classPath, main.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
