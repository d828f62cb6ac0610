package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client of a pool, or of the server itself, to see what is to be the same.
 *
 * @param wire its connection
 */
record PooledClient(ScriptedClient wire) implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(5);

    /** What came of something that was asked. */
    record Answer(
            List<List<@Nullable String>> rows, @Nullable WireMessage error, List<WireMessage> all) {
        static Answer of(List<WireMessage> messages) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            WireMessage error = null;
            for (WireMessage message : messages) {
                if (message.tag() == 'D') {
                    rows.add(message.values());
                } else if (message.tag() == 'E' && error == null) {
                    error = message;
                }
            }
            return new Answer(rows, error, messages);
        }
    }

    static PooledClient at(int port, TestDatabase database) throws IOException {
        return at(port, database, Map.of());
    }

    /** One whose start-up message says more than who and where. */
    static PooledClient at(int port, TestDatabase database, Map<String, String> more) throws IOException {
        return at("127.0.0.1", port, database, more);
    }

    /** One that has a connection of its own to the server. */
    static PooledClient direct(TestDatabase database, Map<String, String> more) throws IOException {
        return at(database.host(), database.port(), database, more);
    }

    private static PooledClient at(String host, int port, TestDatabase database, Map<String, String> more)
            throws IOException {
        Map<String, String> startup = new LinkedHashMap<>();
        startup.put("user", database.user());
        startup.put("database", database.name());
        startup.putAll(more);
        ScriptedClient wire = ScriptedClient.connect(host, port);
        try {
            wire.timeout(SOON).login(FrontendBytes.PROTOCOL_3_0, startup, database.password());
        } catch (IOException | AssertionError failure) {
            wire.close();
            throw failure;
        }
        return new PooledClient(wire);
    }

    /** By the simple protocol. */
    Answer ask(String sql) throws IOException {
        wire.send(query(sql));
        return hear();
    }

    /** By the extended protocol, without names. */
    Answer askBound(String sql, String... parameters) throws IOException {
        wire.send(parse("", sql), bind("", "", parameters), execute(), sync());
        return hear();
    }

    /** Up to ReadyForQuery, or the end. */
    Answer hear() throws IOException {
        return Answer.of(wire.readUntilReady());
    }

    /** Succeeds. */
    List<List<@Nullable String>> rows(String sql) throws IOException {
        Answer answer = ask(sql);
        assertThat(answer.error()).as(sql).isNull();
        return answer.rows();
    }

    /** The rows as they would stand in a table. */
    String shown(String sql) throws IOException {
        return String.valueOf(rows(sql));
    }

    /** The only value. */
    String value(String sql) throws IOException {
        List<List<@Nullable String>> rows = rows(sql);
        assertThat(rows).as(sql).hasSize(1);
        return String.valueOf(rows.get(0).get(0));
    }

    /** Fails, and the session goes on. */
    WireMessage refused(String sql) throws IOException {
        Answer answer = ask(sql);
        assertThat(WireMessage.tags(answer.all())).as(sql).endsWith("Z");
        WireMessage error = answer.error();
        assertThat(error).as(sql).isNotNull();
        return Objects.requireNonNull(error);
    }

    /** The server's process. */
    String pid() throws IOException {
        return value("select pg_backend_pid()");
    }

    /** What it was told of its settings is what they are. */
    void assertToldTheTruth() throws IOException {
        List<String> names = List.copyOf(wire.parameters().keySet());
        List<String> columns = new ArrayList<>();
        names.forEach(name -> columns.add("pg_catalog.current_setting('" + name + "')"));
        List<@Nullable String> are =
                rows("select " + String.join(", ", columns)).get(0);
        Map<String, @Nullable String> inForce = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            inForce.put(names.get(i), are.get(i));
        }
        assertThat(wire.parameters()).isEqualTo(inForce);
    }

    /** Says that it is the end. */
    void leave() throws IOException {
        wire.send(terminate());
        wire.awaitEnd();
        wire.close();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
