package io.pgproxy.audit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A record as one line. What a record does not have, its line does not have. */
final class JsonLine {
    private final JsonBytes json;
    private final int longestText;

    JsonLine(JsonBytes json, int longestText) {
        this.json = json;
        this.longestText = longestText;
    }

    void write(AuditRecord record) {
        json.plain("{\"when\":\"").plain(record.when().toString()).plain("\"");
        if (record instanceof ExecutionRecord execution) {
            execution(execution);
        } else if (record instanceof SessionRecord session) {
            word("event", "session_" + session.event().name());
            session(session.session());
        } else if (record instanceof LossRecord loss) {
            word("event", "lost");
            number("records", loss.records());
        }
        json.plain("}\n");
    }

    private void session(AuditedSession session) {
        number("session", session.id());
        string("user", session.user());
        string("database", session.database());
        string("client", session.client());
    }

    private void execution(ExecutionRecord execution) {
        word("event", "execution");
        session(execution.session());
        word("kind", execution.kind().name());
        word("form", execution.form().name());
        word("status", execution.status().name());
        if (execution.sqlState() != null) {
            string("sqlstate", execution.sqlState());
        }
        word("source", execution.source().name());
        if (!execution.decidedBy().isEmpty()) {
            string("decided_by", execution.decidedBy());
        }
        upstreams(execution.upstreams());
        number("rows", execution.rows());
        number("bytes", execution.bytes());
        micros("waited_us", execution.waited());
        micros("ran_us", execution.ran());
        if (execution.text() != null) {
            text(execution.text());
        }
    }

    private void upstreams(List<String> names) {
        name("upstreams").plain("[");
        for (int i = 0; i < names.size(); i++) {
            json.plain(i == 0 ? "" : ",").string(names.get(i));
        }
        json.plain("]");
    }

    private void text(String text) {
        name("text");
        if (text.length() <= longestText) {
            json.string(text);
            return;
        }
        boolean inPair = longestText > 0
                && Character.isHighSurrogate(text.charAt(longestText - 1))
                && Character.isLowSurrogate(text.charAt(longestText));
        json.string(text, inPair ? longestText - 1 : longestText);
        number("cut_from", text.length());
    }

    private JsonBytes name(String name) {
        return json.plain(",\"").plain(name).plain("\":");
    }

    private void word(String name, String constant) {
        name(name).plain("\"").plain(constant.toLowerCase(Locale.ROOT)).plain("\"");
    }

    private void string(String name, String value) {
        name(name).string(value);
    }

    private void number(String name, long value) {
        name(name).number(value);
    }

    private void micros(String name, Duration time) {
        number(name, TimeUnit.NANOSECONDS.toMicros(time.toNanos()));
    }
}
