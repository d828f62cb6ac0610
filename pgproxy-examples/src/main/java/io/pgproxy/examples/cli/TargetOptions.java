package io.pgproxy.examples.cli;

import io.pgproxy.core.backend.PostgresUrl;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One of {@code --upstream} and {@code --demo}. */
public final class TargetOptions {

    @Option(
            names = "--upstream",
            paramLabel = "URL",
            required = true,
            description = "The server behind the proxy, as postgresql://HOST:PORT[/DB].")
    private @Nullable PostgresUrl upstream;

    @Option(
            names = "--demo",
            required = true,
            description =
                    "Instead of that a PostgreSQL of our own with a small shop in it, for as long as the proxy runs.")
    private boolean demo;

    /** Filled by picocli. */
    public TargetOptions() {}

    /**
     * Makes sure that the server answers; starts it if it is ours.
     *
     * @return the server
     * @throws IOException in one line why it does not answer
     */
    public Target open() throws IOException {
        return demo ? Target.demo() : Target.remote(Objects.requireNonNull(upstream));
    }
}
