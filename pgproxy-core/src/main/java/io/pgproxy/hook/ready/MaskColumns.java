package io.pgproxy.hook.ready;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.TransformHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.sql.StatementFamily;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Masks columns of results: by name in every table, or by schema, table and name. Any thread.
 *
 * <p>A result says of each column from which table it comes, by OID and number, under whatever label: {@code SELECT
 * email AS x FROM customers} is masked. Which OIDs the names stand for is asked of the upstream by
 * {@link Session#query}, for each database when somebody logs in, at intervals, and after a definition was changed
 * through the proxy. So the proxy has to log in to the upstream by itself, and all upstreams of one database name need
 * the same OIDs (replicas have). A rule for a table holds for its partitions and for tables that inherit from it, not
 * for views. A column of the label of a rule by name is masked too, wherever it comes from.
 *
 * <p>A result with a column of a table, or with a column number, that is not known yet is refused with 55000 and looked
 * up at once: trying again helps. That includes tables that are not committed yet, and those that somebody has just
 * made again: nothing of them is shown unmasked. What is not noticed until the next look-up: that a column, table or
 * schema was renamed to a masked name by somebody who did not come through the proxy. A prepared statement keeps the
 * decision of when it was prepared.
 *
 * <p>COPY TO STDOUT is refused with 0A000 while this hook is there.
 *
 * <p><b>What it does not protect.</b> It masks what comes straight from a column. A client that writes its own SQL gets
 * at the values by expressions, set operations, conditions and error messages, for example with
 *
 * <pre>{@code
 * SELECT upper(email) FROM customers;
 * SELECT email AS x FROM customers UNION SELECT '';
 * SELECT count(*) FROM customers WHERE email LIKE 'a%';
 * SELECT cast(email AS int) FROM customers;
 * }</pre>
 *
 * <p>It is for applications and people that are not out for the values, such as a report or a support desk. Against the
 * others, masks have to be in place before any expression sees the value.
 */
public final class MaskColumns implements SessionHook, TransformHook, ObserveHook {
    private static final Logger log = LoggerFactory.getLogger(MaskColumns.class);
    private static final PgError NOT_LOOKED_UP = PgError.of(
                    SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "it is not known yet which columns are to be masked")
            .withHint("Try again in a moment; a table that was made in an open transaction can be read after COMMIT.");
    private static final PgError NO_LOOK_UP =
            PgError.of(SqlState.SYSTEM_ERROR, "it could not be found out which columns are to be masked");

    private final Attribute<Boolean> defined = Attribute.named("a definition was changed");
    private final MaskRules rules;
    private final Duration interval;
    private final ConcurrentMap<String, MaskLookup> databases = new ConcurrentHashMap<>();

    private MaskColumns(Builder builder) {
        rules = builder.rules.build();
        interval = builder.interval;
    }

    /** {@return a builder without columns} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Verdict<Terms> authenticated(Session session) {
        MaskLookup lookup = lookup(session);
        return lookup.isFresh()
                ? Verdict.proceed()
                : Verdict.defer(lookup.ask(session).handle((places, failure) -> verdict(lookup, failure)));
    }

    private static Verdict<Terms> verdict(MaskLookup lookup, @Nullable Throwable failure) {
        if (failure != null) {
            // The old places are still safe: what they do not know is refused.
            log.warn("columns to mask could not be looked up: {}", failure.toString());
            return lookup.places() == null ? Verdict.reject(NO_LOOK_UP) : Verdict.proceed();
        }
        return Verdict.proceed();
    }

    @Override
    public RowTransform transform(Statement statement, List<Column> columns) {
        if (columns.isEmpty()) {
            return RowTransform.NONE;
        }
        Session session = statement.session();
        MaskLookup lookup = lookup(session);
        MaskedPlaces places = lookup.places();
        if (places == null || !places.know(columns)) {
            refreshInTurn(lookup, session);
            throw new PgErrorException(NOT_LOOKED_UP);
        }
        if (!lookup.isFresh()) {
            refreshInTurn(lookup, session);
        }
        return MaskedColumns.of(columns, places);
    }

    @Override
    public void completed(Execution execution, Outcome outcome) {
        if (execution.statement().facts().family() == StatementFamily.DDL) {
            execution.session().set(defined, true);
        }
    }

    @Override
    public void transactionEnded(Session session, Ending ending) {
        if (Boolean.TRUE.equals(session.get(defined))) {
            session.set(defined, false);
            refresh(lookup(session), session);
        }
    }

    private static void refreshInTurn(MaskLookup lookup, Session session) {
        if (lookup.isTurnToAsk()) {
            refresh(lookup, session);
        }
    }

    private static void refresh(MaskLookup lookup, Session session) {
        CompletionStage<MaskedPlaces> asked = lookup.ask(session);
        asked.whenComplete((places, failure) -> {
            if (failure != null) {
                log.warn("columns to mask could not be looked up: {}", failure.toString());
            }
        });
    }

    private MaskLookup lookup(Session session) {
        return databases.computeIfAbsent(session.database(), database -> new MaskLookup(rules, interval));
    }

    /** Collects columns. Not thread-safe. */
    public static final class Builder {
        private final MaskRules.Builder rules = new MaskRules.Builder();
        private Duration interval = Duration.ofMinutes(1);

        private Builder() {}

        /**
         * Masks all columns of a name.
         *
         * @param column as the catalogue has it: {@code Email} is another name than {@code email}
         * @param mask shows what is to be seen
         * @return this
         * @throws IllegalArgumentException if it has a mask already
         */
        public Builder column(String column, Mask mask) {
            rules.add(new MaskRules.Name("", "", column), mask);
            return this;
        }

        /**
         * Masks a column of a table; it comes before a rule by name.
         *
         * @param schema as the catalogue has it
         * @param table as the catalogue has it
         * @param column as the catalogue has it
         * @param mask shows what is to be seen
         * @return this
         * @throws IllegalArgumentException if it has a mask already, or a name is empty
         */
        public Builder column(String schema, String table, String column, Mask mask) {
            if (schema.isEmpty() || table.isEmpty()) {
                throw new IllegalArgumentException("a column of no table: " + column);
            }
            rules.add(new MaskRules.Name(schema, table, column), mask);
            return this;
        }

        /**
         * How often names are looked up; one minute if not set.
         *
         * @param newInterval positive
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder refreshEvery(Duration newInterval) {
            if (newInterval.isZero() || newInterval.isNegative()) {
                throw new IllegalArgumentException("not an interval: " + newInterval);
            }
            interval = newInterval;
            return this;
        }

        /** {@return the hook} */
        public MaskColumns build() {
            return new MaskColumns(this);
        }
    }
}
