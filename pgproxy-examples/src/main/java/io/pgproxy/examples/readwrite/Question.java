package io.pgproxy.examples.readwrite;

import io.pgproxy.core.backend.RemotePostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks servers how they are, logged in to as the proxy will: a wrong password shows now, not with the first client. */
final class Question {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Question() {}

    /**
     * Asks all at the same time. Blocks for some ten seconds at most.
     *
     * @return the answers, in the order of the servers
     * @throws IOException if a file that a URL names cannot be read
     * @throws InterruptedException if this thread is interrupted
     */
    static Map<Server, Answer> askAll(Iterable<Server> servers) throws IOException, InterruptedException {
        Map<Server, Future<Answer>> asked = new LinkedHashMap<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            servers.forEach(server -> asked.put(server, threads.submit(() -> ask(server))));
            Map<Server, Answer> answers = new LinkedHashMap<>();
            for (Map.Entry<Server, Future<Answer>> one : asked.entrySet()) {
                answers.put(one.getKey(), one.getValue().get());
            }
            return answers;
        } catch (ExecutionException failure) {
            Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Answer ask(Server server) {
        try (RemotePostgres remote = RemotePostgres.of(server.url())) {
            remote.probe(PATIENCE);
        } catch (IOException unreachable) {
            return new Answer.Away(String.valueOf(unreachable.getMessage()));
        }
        try (Connection connection = DriverLogin.connect(server, PATIENCE);
                Statement statement = connection.createStatement()) {
            boolean recovers = "t".equals(value(statement, "pg_catalog.pg_is_in_recovery()"));
            return new Answer.There(!recovers, system(statement));
        } catch (IOException | SQLException refused) {
            String reason = String.valueOf(refused.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
            return new Answer.Away("it refuses the login: " + reason);
        }
    }

    private static Optional<String> system(Statement statement) {
        try {
            return Optional.of(value(statement, "system_identifier FROM pg_catalog.pg_control_system()"));
        } catch (SQLException notPermitted) {
            return Optional.empty();
        }
    }

    private static String value(Statement statement, String expression) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT " + expression)) {
            row.next();
            return row.getString(1);
        }
    }
}
