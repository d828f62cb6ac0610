package io.pgproxy.cache;

import io.pgproxy.cache.Awaited.Kind;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the answers to pipelines in their order, and judges them. On one thread. */
final class PipelineAnswers {
    private final Place place;
    private final ScriptedClient client;
    private final StatementNames names;
    private final OwnWrites writes;
    private final String name;
    private char status = 'I';
    private boolean mayBeCancelled;

    PipelineAnswers(Place place, ScriptedClient client, StatementNames names, OwnWrites writes, String name) {
        this.place = place;
        this.client = client;
        this.names = names;
        this.writes = writes;
        this.name = name;
    }

    /** {@return I, T or E: what the last ReadyForQuery said} */
    char status() {
        return status;
    }

    /** From now on cancels are, or are not, of the client's own making. */
    void mayBeCancelled(boolean may) {
        mayBeCancelled = may;
    }

    /** Reads all answers. Behind an error the rest up to the next ReadyForQuery is skipped. */
    void read(List<Awaited> awaited) throws IOException, SQLException {
        boolean failed = false;
        for (Awaited each : awaited) {
            if (each.kind() == Kind.READY) {
                ready();
                failed = false;
            } else if (!failed) {
                failed = !answer(each);
            }
        }
    }

    private void ready() throws IOException, SQLException {
        WireMessage message = next();
        if (message.tag() == 'E') {
            refused(message); // by the commit, or a cancel that came late
            message = next();
        }
        expect(message, "Z", Kind.READY);
        status = (char) message.body()[0];
        if (status == 'I') {
            writes.committed();
        }
    }

    private boolean answer(Awaited awaited) throws IOException, SQLException {
        return switch (awaited.kind()) {
            case PARSED -> hear("1", awaited) && named(awaited, true);
            case STATEMENT_CLOSED -> hear("3", awaited) && named(awaited, false);
            case PORTAL_CLOSED -> hear("3", awaited);
            case STATEMENT_DESCRIBED -> hear("t", awaited) && hear("Tn", awaited);
            case PORTAL_DESCRIBED -> hear("Tn", awaited);
            case BOUND -> hear("2", awaited) && begun(awaited);
            case EXECUTED -> executed(awaited);
            case PART_OF_QUERY -> begun(awaited) && executed(awaited);
            case READY -> throw new IllegalArgumentException();
        };
    }

    private boolean hear(String tags, Awaited awaited) throws IOException, SQLException {
        WireMessage message = next();
        if (message.tag() == 'E') {
            refused(message);
            return false;
        }
        expect(message, tags, awaited.kind());
        return true;
    }

    private boolean named(Awaited awaited, boolean there) {
        if (!awaited.statement().isEmpty()) {
            names.heard(awaited.statement(), there);
        }
        return true;
    }

    private boolean begun(Awaited awaited) {
        awaited.portal().begun(writes);
        return true;
    }

    private boolean executed(Awaited awaited) throws IOException, SQLException {
        List<WireMessage> rows = new ArrayList<>();
        WireMessage message = next();
        if (awaited.kind() == Kind.PART_OF_QUERY && message.tag() == 'T') {
            message = next();
        }
        while (message.tag() == 'D') {
            rows.add(message);
            message = next();
        }
        if (message.tag() == 'E') {
            refused(message);
            return false;
        }
        expect(message, "Cs", awaited.kind());
        judge(awaited.portal(), rows, message);
        return true;
    }

    private void judge(Portal portal, List<WireMessage> messages, WireMessage end) {
        portal.rows += messages.size();
        if (portal.deed instanceof Deed.Read read) {
            List<Row> rows = messages.stream()
                    .map(each -> RowBytes.row(each, portal.binary))
                    .toList();
            read.judge().rows(rows, portal.floors(), portal.own());
            if (end.tag() == 'C') {
                read.judge().complete(portal.rows == 0);
            }
        } else if (portal.deed instanceof Deed.Write write && !messages.isEmpty()) {
            writes.wrote(write.target().slot(), RowBytes.number(messages.get(0), portal.binary));
        } else if (end.string().equals("COMMIT")) {
            writes.committed();
        } else if (end.string().equals("ROLLBACK")) {
            writes.rolledBack();
        }
    }

    private void refused(WireMessage error) throws SQLException {
        writes.rolledBack();
        String state = error.sqlState();
        if ("FATAL".equals(error.severity())) {
            throw new SQLException(error.toString(), state);
        } else if (mayBeCancelled && Troubles.CANCELLED.equals(state)) {
            place.troubles().cancelled.incrementAndGet();
        } else if (!"25P02".equals(state) || status == 'I') {
            place.troubles().refused(state, "pipeline: " + error.text());
        }
    }

    private void expect(WireMessage message, String tags, Kind kind) throws IOException {
        if (tags.indexOf(message.tag()) < 0) {
            place.world().fault(message + " where " + kind + " was expected; " + name);
            throw new IOException(message + " where " + kind + " was expected");
        }
    }

    /** Without notices and reports of settings. */
    private WireMessage next() throws IOException {
        while (true) {
            WireMessage message = client.readMessage();
            if (message.equals(WireMessage.END)) {
                throw Troubles.ended("the end of the stream");
            }
            if ("NSA".indexOf(message.tag()) < 0) {
                return message;
            }
        }
    }
}
