package io.pgproxy.sql.differential;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server's grammar, and nothing else of it: in a transaction that has failed the server parses what it is sent and
 * then refuses it, without looking up a name and without running anything ({@code exec_parse_message}; a statement that
 * would end the transaction is parsed, and is not run as there is no Execute).
 */
final class RawParser implements AutoCloseable {

    private static final int BATCH = 64;

    /** The log stays empty; the client is told instead when a statement is one that log_statement is about. */
    private static final List<String> SETTINGS = List.of(
            "SET log_min_messages = panic",
            "SET log_min_error_statement = panic",
            "SET client_min_messages = log",
            "SET log_statement = mod",
            "BEGIN");

    private final ScriptedClient client;
    private final int version;

    private RawParser(ScriptedClient client, int version) {
        this.client = client;
        this.version = version;
    }

    static RawParser of(TestDatabase database) throws IOException {
        return of(database, true);
    }

    static RawParser of(TestDatabase database, boolean standardConformingStrings) throws IOException {
        LocalPostgres server = database.server();
        ScriptedClient client = ScriptedClient.connect(server.host(), server.port());
        client.login(server.superuser(), server.password(), database.name());
        if (!standardConformingStrings) {
            client.send(FrontendBytes.query("SET escape_string_warning = off; SET standard_conforming_strings = off"));
            client.expect("CS?CS?Z");
        }
        for (String sql : SETTINGS) {
            client.send(FrontendBytes.query(sql));
            client.expect("CZ");
        }
        client.send(FrontendBytes.query("this fails"));
        client.expect("EZ");
        return new RawParser(client, server.version());
    }

    int version() {
        return version;
    }

    ParserAnswer ask(String text) throws IOException {
        return ask(List.of(text)).get(0);
    }

    /** What the grammar says of each text by itself. */
    List<ParserAnswer> ask(List<String> texts) throws IOException {
        List<ParserAnswer> answers = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += BATCH) {
            List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
            for (String text : batch) {
                client.send(FrontendBytes.parse("", text), FrontendBytes.sync());
            }
            for (int i = 0; i < batch.size(); i++) {
                answers.add(next());
            }
        }
        return answers;
    }

    /**
     * Whether the server ranks any of the statements as one that writes rows or definitions
     * ({@code GetCommandLogLevel}). It does so before it refuses the first, and only the first, as the rest is skipped
     * then.
     */
    boolean ranksAsChange(String text) throws IOException {
        client.send(FrontendBytes.query("SELECT 1;\n" + text));
        List<WireMessage> messages = client.readUntilReady();
        requireFailedBlock(messages.get(messages.size() - 1));
        return messages.stream().anyMatch(message -> message.tag() == 'N' && "LOG".equals(message.severity()));
    }

    private ParserAnswer next() throws IOException {
        WireMessage first = client.readMessage();
        while (first.tag() == 'N') {
            first = client.readMessage();
        }
        WireMessage ready = client.readMessage();
        requireFailedBlock(ready);
        return ParserAnswer.of(first);
    }

    private static void requireFailedBlock(WireMessage ready) {
        if (ready.tag() != 'Z' || ready.body()[0] != 'E') {
            throw new AssertionError("the transaction is no longer a failed one: " + ready);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
