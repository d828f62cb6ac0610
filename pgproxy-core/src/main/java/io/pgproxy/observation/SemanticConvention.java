package io.pgproxy.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlStateClasses;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Names after OpenTelemetry's semantic conventions for databases where these have one, and {@code pgproxy.} in front of
 * the others. No key value ever has a parameter, a constant, a value of a row, a raw text or a message of the server's.
 *
 * <p>The observation is {@code pgproxy.query}, its span is named by the kind of the statement. Of low cardinality are
 * {@code db.system.name}, {@code db.operation.name}, {@code pgproxy.status}, {@code pgproxy.source},
 * {@code pgproxy.upstream}, {@code pgproxy.decided_by} and {@code pgproxy.sqlstate.class}, all of them always there; of
 * high cardinality {@code db.namespace}, {@code user.name}, {@code pgproxy.session}, and at the end
 * {@code pgproxy.rows}, {@code pgproxy.bytes}, {@code pgproxy.waited_us}, {@code db.response.status_code} and, when
 * asked for, {@code db.query.text}. Immutable.
 */
@SuppressWarnings("exports") // see the package: who uses it requires Micrometer
public final class SemanticConvention implements QueryConvention {
    private static final int LONGEST_TEXT = 2000;
    private static final int NANOS_OF_A_MICROSECOND = 1000;

    private final boolean text;

    private SemanticConvention(boolean text) {
        this.text = text;
    }

    /** {@return the convention without any text} */
    public static SemanticConvention withoutText() {
        return new SemanticConvention(false);
    }

    /** {@return the convention with the text with {@code ?} for each constant, cut behind 2,000 characters} */
    public static SemanticConvention withNormalizedText() {
        return new SemanticConvention(true);
    }

    @Override
    public String getName() {
        return "pgproxy.query";
    }

    @Override
    public String getContextualName(QueryContext context) {
        return operation(context);
    }

    private static String operation(QueryContext context) {
        return context.execution().statement().facts().kind().name();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(QueryContext context) {
        Outcome outcome = context.outcome();
        PgError error = outcome == null ? null : outcome.error();
        return KeyValues.of(
                KeyValue.of("db.system.name", "postgresql"),
                KeyValue.of("db.operation.name", operation(context)),
                KeyValue.of("pgproxy.status", outcome == null ? KeyValue.NONE_VALUE : word(outcome.status())),
                KeyValue.of("pgproxy.source", outcome == null ? KeyValue.NONE_VALUE : word(outcome.source())),
                KeyValue.of("pgproxy.upstream", outcome == null ? KeyValue.NONE_VALUE : upstreams(outcome)),
                KeyValue.of("pgproxy.decided_by", orNone(outcome == null ? "" : outcome.decidedBy())),
                KeyValue.of(
                        "pgproxy.sqlstate.class",
                        error == null ? KeyValue.NONE_VALUE : SqlStateClasses.of(error.sqlState())));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String upstreams(Outcome outcome) {
        return orNone(String.join(",", outcome.upstreams()));
    }

    private static String orNone(String value) {
        return value.isEmpty() ? KeyValue.NONE_VALUE : value;
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(QueryContext context) {
        Session session = context.execution().session();
        KeyValues known = KeyValues.of(
                KeyValue.of("db.namespace", session.database()),
                KeyValue.of("user.name", session.user()),
                KeyValue.of("pgproxy.session", Long.toString(session.id())));
        Outcome outcome = context.outcome();
        return outcome == null ? known : known.and(ended(context.execution().statement(), outcome));
    }

    private KeyValues ended(Statement statement, Outcome outcome) {
        KeyValues ended = KeyValues.of(
                KeyValue.of("pgproxy.rows", Long.toString(outcome.rows())),
                KeyValue.of("pgproxy.bytes", Long.toString(outcome.bytes())),
                KeyValue.of("pgproxy.waited_us", Long.toString(outcome.waited().toNanos() / NANOS_OF_A_MICROSECOND)));
        @Nullable PgError error = outcome.error();
        if (error != null) {
            ended = ended.and("db.response.status_code", error.sqlState());
        }
        return text ? ended.and("db.query.text", cut(statement.normalized())) : ended;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
