package io.pgproxy.core.pool.workload;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;

import io.pgproxy.core.clients.Place;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Messages by hand: statements are named in the order in which they were first needed, so that a name is another text
 * to each client; some are unnamed, some closed again, and what goes together goes in one write.
 */
final class RawClient implements Client {
    private final ScriptedClient wire;
    private final Random random;
    private final Map<String, String> statements = new LinkedHashMap<>();
    /** The texts that got a name in the messages sent last. */
    private final Set<String> fresh = new HashSet<>();

    private int named;

    private RawClient(ScriptedClient wire, Random random) {
        this.wire = wire;
        this.random = random;
    }

    static RawClient at(Place place, Random random, Duration patience) throws IOException {
        ScriptedClient wire = ScriptedClient.connect(place.host(), place.port());
        try {
            wire.timeout(patience).login(place.user(), place.password(), place.database());
            return new RawClient(wire, random);
        } catch (IOException | AssertionError failure) {
            wire.close();
            throw failure instanceof IOException io ? io : new IOException(failure);
        }
    }

    /** The connection, for what no driver does. */
    ScriptedClient wire() {
        return wire;
    }

    @Override
    public List<List<String>> ask(String sql, String... parameters) throws Exception {
        Batch batch = new Batch();
        if (parameters.length == 0) {
            batch.add(query(sql));
        } else {
            batch.execute(sql, List.of(parameters), 0);
            batch.add(sync());
        }
        batch.send();
        return rows();
    }

    @Override
    public void begin() throws Exception {
        ask("begin");
    }

    @Override
    public void commit() throws Exception {
        ask("commit");
    }

    @Override
    public void rollback() throws Exception {
        ask("rollback");
    }

    /** Each of them up to its Sync, all in one write. */
    @Override
    public List<Outcome> askTogether(List<Query> queries) throws Exception {
        Batch batch = new Batch();
        for (Query query : queries) {
            batch.execute(query.sql(), query.parameters(), 0);
            batch.add(sync());
        }
        batch.send();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            outcomes.add(Outcome.of(this::rows));
        }
        return outcomes;
    }

    /** All of them up to one Sync. */
    @Override
    public void askForEach(String sql, List<List<String>> parameters) throws Exception {
        Batch batch = new Batch();
        parameters.forEach(one -> batch.execute(sql, one, 0));
        batch.add(sync());
        batch.send();
        rows();
    }

    @Override
    public List<List<String>> askInPortions(int size, String sql, String... parameters) throws Exception {
        Batch batch = new Batch();
        batch.execute(sql, List.of(parameters), size);
        batch.add(sync());
        batch.send();
        List<List<String>> all = new ArrayList<>();
        List<List<String>> portion = rows();
        all.addAll(portion);
        while (portion.size() == size) {
            wire.send(execute("cursor", size), sync());
            portion = rows();
            all.addAll(portion);
        }
        return all;
    }

    @Override
    public void copyIn(String sql, String lines) throws Exception {
        wire.send(query(sql));
        rows();
        int half = lines.length() / 2;
        wire.send(copyData(lines.substring(0, half)), copyData(lines.substring(half)), copyDone());
        rows();
    }

    @Override
    public String copyOut(String sql) throws Exception {
        wire.send(query(sql));
        StringBuilder lines = new StringBuilder();
        rows().forEach(line -> lines.append(line.get(0)));
        return lines.toString();
    }

    @Override
    public void abort() throws IOException {
        wire.reset();
    }

    @Override
    public void close() throws IOException {
        try {
            wire.send(terminate());
        } finally {
            wire.close();
        }
    }

    /** Reads to the next ReadyForQuery or CopyInResponse; the first error on the way is thrown there. */
    List<List<String>> rows() throws Exception {
        List<List<String>> rows = new ArrayList<>();
        Refused refused = null;
        for (WireMessage message : wire.readUntilReady()) {
            switch (message.tag()) {
                case 'D' ->
                    rows.add(message.values().stream().map(String::valueOf).toList());
                case 'd' -> rows.add(List.of(new String(message.body(), StandardCharsets.UTF_8)));
                case 'E' -> refused = refused == null ? refused(message) : refused;
                case '!' -> throw refused == null ? new EOFException("the connection has ended") : refused;
                default -> {}
            }
        }
        if (refused != null) {
            fresh.forEach(statements::remove); // some may not have been parsed
            throw refused;
        }
        return rows;
    }

    static Refused refused(WireMessage error) {
        return new Refused(error.sqlState(), error.text(), error.field('D'));
    }

    /** Messages of one write, and the names that hold if they succeed. */
    private final class Batch {
        private final List<byte[]> messages = new ArrayList<>();

        Batch() {
            fresh.clear();
        }

        void add(byte[] message) {
            messages.add(message);
        }

        void execute(String sql, List<String> parameters, int size) {
            String portal = size == 0 ? "" : "cursor";
            add(bindable(sql, portal, parameters));
            add(describePortal(portal));
            add(io.pgproxy.testkit.peer.FrontendBytes.execute(portal, size));
        }

        private byte[] bindable(String sql, String portal, List<String> parameters) {
            String statement = "";
            if (random.nextInt(4) > 0) {
                String known = statements.get(sql);
                if (known != null && random.nextInt(20) == 0) {
                    add(closeStatement(known));
                    statements.remove(sql);
                    known = null;
                }
                if (known != null) {
                    return bind(portal, known, parameters.toArray(String[]::new));
                }
                statement = "s" + ++named;
                statements.put(sql, statement);
                fresh.add(sql);
            }
            add(parse(statement, sql));
            return bind(portal, statement, parameters.toArray(String[]::new));
        }

        void send() throws IOException {
            wire.send(messages.toArray(byte[][]::new));
        }
    }
}
