package io.pgproxy.readonly.corpus;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** Plays the client of one case at a port, and the administrator who looks before and after. */
final class CaseRun {
    private static final Duration LONG_ENOUGH_TO_MOVE = Duration.ofMillis(100);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private final CorpusServer corpus;
    private final int port;
    private final CorpusCase played;
    private final List<WireMessage> seen = new ArrayList<>();
    private boolean closed;

    private CaseRun(CorpusServer corpus, int port, CorpusCase played) {
        this.corpus = corpus;
        this.port = port;
        this.played = played;
    }

    /**
     * What came of a case.
     *
     * @param seen what the client was sent
     * @param survived whether the session still answers
     * @param changed what is not as it was
     */
    record Result(List<WireMessage> seen, boolean survived, Set<String> changed) {
        List<String> errors() {
            return seen.stream()
                    .filter(message -> message.tag() == 'E')
                    .map(message -> Objects.requireNonNull(message.sqlState()))
                    .toList();
        }

        boolean hasRows() {
            return seen.stream().anyMatch(message -> message.tag() == 'D' || message.tag() == 'V');
        }
    }

    static Result of(CorpusCase played, CorpusServer corpus, int port) throws Exception {
        return new CaseRun(corpus, port, played).run();
    }

    private Result run() throws Exception {
        for (String sql : played.setup()) {
            corpus.execute(sql);
        }
        ServerState before = corpus.before();
        Victim victim = played.victim() ? Victim.asleepIn(corpus) : null;
        try (victim;
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", port)) {
            String verified = verified();
            logIn(client);
            for (Step step : played.steps()) {
                if (!closed) {
                    take(client, step);
                }
            }
            Set<String> changed = new TreeSet<>();
            if (moves(verified)) {
                changed.add("__verify");
            }
            if (!corpus.locks().isEmpty()) {
                changed.add("locks");
            }
            boolean survived = !closed && answers(client);
            changed.addAll(corpus.changesSince(before));
            if (victim != null && victim.isHurt()) {
                changed.add("__victim");
            }
            return new Result(List.copyOf(seen), survived, changed);
        }
    }

    /** Not always at once: signals are on their way to the server's processes. */
    private boolean moves(String verified) throws SQLException {
        long deadline = System.nanoTime() + LONG_ENOUGH_TO_MOVE.toNanos();
        while (played.verifySql() != null && System.nanoTime() < deadline) {
            if (!verified().equals(verified)) {
                return true;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return false;
    }

    private String verified() throws SQLException {
        return played.verifySql() == null ? "" : String.valueOf(corpus.value(played.verifySql()));
    }

    private void logIn(ScriptedClient client) throws IOException {
        Map<String, String> startup = new LinkedHashMap<>();
        startup.put("user", corpus.server().superuser());
        startup.put("database", CorpusServer.DATABASE);
        startup.putAll(played.startup());
        List<WireMessage> login = client.tryLogin(
                FrontendBytes.PROTOCOL_3_0, startup, corpus.server().password());
        closed = login.contains(WireMessage.END);
        login.stream().filter(message -> message.tag() == 'E').forEach(seen::add);
    }

    private void take(ScriptedClient client, Step step) throws Exception {
        if (step instanceof Step.Simple simple) {
            converse(client, corpus.withOwnFiles(simple.query()), 1, false);
        } else if (step instanceof Step.Extended extended) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            extended.messages().forEach(message -> all.writeBytes(corpus.withOwnFiles(message)));
            converse(client, all.toByteArray(), extended.ready(), true);
        } else if (step instanceof Step.Call call) {
            String[] arguments = call.arguments().toArray(new String[0]);
            converse(client, FrontendBytes.functionCall(oid(call), arguments), 1, false);
        }
    }

    private int oid(Step.Call call) throws SQLException {
        return call.function().matches("\\d+")
                ? Integer.parseInt(call.function())
                : Integer.parseInt(
                        Objects.requireNonNull(corpus.value("SELECT '" + call.function() + "'::regprocedure::oid")));
    }

    /** A Sync sent before the server asked for COPY data is lost; another has to follow the data. */
    private void converse(ScriptedClient client, byte[] messages, int ready, boolean extended) throws IOException {
        client.send(messages);
        int due = ready;
        while (due > 0 && !closed) {
            WireMessage message = client.readMessage();
            seen.add(message);
            switch (message.tag()) {
                case 'Z' -> due--;
                case 'G', 'W' -> {
                    client.send(FrontendBytes.copyData(played.copyData()), FrontendBytes.copyDone());
                    if (extended) {
                        client.send(FrontendBytes.sync());
                    }
                }
                case '!' -> closed = true;
                default -> {}
            }
        }
    }

    private static boolean answers(ScriptedClient client) throws IOException {
        client.send(FrontendBytes.query("ROLLBACK"), FrontendBytes.query("SELECT 'alive'"));
        List<WireMessage> answer = new ArrayList<>(client.readUntilReady());
        if (answer.contains(WireMessage.END)) {
            return false;
        }
        answer.addAll(client.readUntilReady());
        return answer.stream().anyMatch(message -> message.tag() == 'D');
    }
}
