package io.pgproxy.flight;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One execution, from its admission to its outcome. */
@Name("io.pgproxy.Query")
@Label("Query")
@Category("pgproxy")
@Description("One run of a statement, from its admission to its outcome; without a text")
@StackTrace(false)
final class QueryEvent extends Event {
    /** Asking it makes no garbage. */
    private static final QueryEvent ANY = new QueryEvent();

    @Label("Session")
    long session;

    @Label("Kind")
    @Description("What the statement is")
    String kind = "";

    @Label("Fingerprint")
    @Description("The same for statements that differ in constants only")
    String fingerprint = "";

    @Label("Status")
    @Description("How it ended")
    String status = "";

    @Label("Source")
    @Description("Who answered it")
    String source = "";

    @Label("Upstream")
    @Description("Where it was sent to; empty if it was not")
    String upstream = "";

    @Label("Decided By")
    @Description("The hook that refused or answered it, or empty")
    String decidedBy = "";

    @Label("SQLSTATE")
    @Description("What the client was told, or empty")
    String sqlState = "";

    @Label("Rows")
    long rows;

    @Label("Bytes")
    @Description("What the client was sent")
    @DataAmount
    long bytes;

    @Label("Waited")
    @Description("From its message to its way upstream: hooks, queues")
    @Timespan(Timespan.NANOSECONDS)
    long waited;

    @Label("Ran")
    @Description("From its way upstream to its end")
    @Timespan(Timespan.NANOSECONDS)
    long ran;

    /** Whether a recording wants such events. */
    static boolean isWanted() {
        return ANY.isEnabled();
    }

    static QueryEvent begun() {
        QueryEvent event = new QueryEvent();
        event.begin();
        return event;
    }

    /** Ends it; a recording may not want what took less than its threshold, and then nothing is looked up. */
    void end(Execution execution, Outcome outcome) {
        end();
        if (shouldCommit()) {
            fill(execution, outcome);
            commit();
        }
    }

    private void fill(Execution execution, Outcome outcome) {
        Statement statement = execution.statement();
        PgError error = outcome.error();
        List<String> upstreams = outcome.upstreams();
        session = execution.session().id();
        kind = statement.facts().kind().name();
        fingerprint = statement.fingerprint().toString();
        status = outcome.status().name();
        source = outcome.source().name();
        upstream = upstreams.size() == 1 ? upstreams.get(0) : String.join(",", upstreams);
        decidedBy = outcome.decidedBy();
        sqlState = error == null ? "" : error.sqlState();
        rows = outcome.rows();
        bytes = outcome.bytes();
        waited = outcome.waited().toNanos();
        ran = outcome.ran().toNanos();
    }
}
