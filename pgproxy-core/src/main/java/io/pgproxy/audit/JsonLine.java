package io.pgproxy.audit;

import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A record as one line. What a record does not have, its line does not have. */
final class JsonLine {
    private final JsonBytes json;
    private final int longestText;
    private final JsonTime time = new JsonTime();
    private final JsonSessions sessions = new JsonSessions();
    private final JsonMembers<StatementKind> kinds = new JsonMembers<>("kind", StatementKind.class);
    private final JsonMembers<Statement.Form> forms = new JsonMembers<>("form", Statement.Form.class);
    private final JsonMembers<Outcome.Status> statuses = new JsonMembers<>("status", Outcome.Status.class);
    private final JsonMembers<Outcome.Source> sources = new JsonMembers<>("source", Outcome.Source.class);

    JsonLine(JsonBytes json, int longestText) {
        this.json = json;
        this.longestText = longestText;
    }

    void write(AuditRecord record) {
        json.plain("{\"when\":\"");
        time.write(record.when(), json);
        json.plain("\",\"event\":\"");
        if (record instanceof ExecutionRecord execution) {
            json.plain("execution\"");
            execution(execution);
        } else if (record instanceof SessionRecord session) {
            json.plain("session_")
                    .plain(session.event().name().toLowerCase(Locale.ROOT))
                    .plain("\"");
            sessions.write(session.session(), json);
        } else if (record instanceof LossRecord loss) {
            json.plain("lost\"").plain(",\"records\":").number(loss.records());
        }
        json.plain("}\n");
    }

    private void execution(ExecutionRecord execution) {
        sessions.write(execution.session(), json);
        kinds.write(execution.kind(), json);
        forms.write(execution.form(), json);
        statuses.write(execution.status(), json);
        if (execution.sqlState() != null) {
            json.plain(",\"sqlstate\":").string(execution.sqlState());
        }
        sources.write(execution.source(), json);
        if (!execution.decidedBy().isEmpty()) {
            json.plain(",\"decided_by\":").string(execution.decidedBy());
        }
        upstreams(execution.upstreams());
        json.plain(",\"rows\":").number(execution.rows());
        json.plain(",\"bytes\":").number(execution.bytes());
        json.plain(",\"waited_us\":").number(micros(execution.waited()));
        json.plain(",\"ran_us\":").number(micros(execution.ran()));
        if (execution.text() != null) {
            text(execution.text());
        }
    }

    private void upstreams(List<String> names) {
        json.plain(",\"upstreams\":[");
        for (int i = 0; i < names.size(); i++) {
            json.plain(i == 0 ? "" : ",").string(names.get(i));
        }
        json.plain("]");
    }

    private void text(String text) {
        json.plain(",\"text\":");
        if (text.length() <= longestText) {
            json.string(text);
            return;
        }
        boolean inPair = longestText > 0
                && Character.isHighSurrogate(text.charAt(longestText - 1))
                && Character.isLowSurrogate(text.charAt(longestText));
        json.string(text, inPair ? longestText - 1 : longestText);
        json.plain(",\"cut_from\":").number(text.length());
    }

    private static long micros(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos());
    }
}
