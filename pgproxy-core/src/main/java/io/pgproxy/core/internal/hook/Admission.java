package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.hook.row.RecordedResult;
import io.pgproxy.core.internal.hook.row.ResultRecorder;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.TransformHook;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Leads executions through admit and cache, and brings about the terms under which they run. */
final class Admission {
    private static final PgError NO_COPY = PgError.of(
                    SqlState.FEATURE_NOT_SUPPORTED, "COPY TO STDOUT is not possible in this session")
            .withHint("Rows of this session are transformed; the rows of a COPY cannot be.");

    private static final PgError NOT_TOGETHER = PgError.of(
                    SqlState.FEATURE_NOT_SUPPORTED, "these statements cannot stand in one Query in this session")
            .withHint("The proxy puts settings into force for each of them. Send them one by one.");

    private final HookSteering steering;
    private final OwnReplies replies;

    /** The upstream's own error, while it is being told of. */
    private @Nullable PgError saidUpstream;

    Admission(HookSteering steering) {
        this.steering = steering;
        this.replies = new OwnReplies(steering);
    }

    OwnReplies replies() {
        return replies;
    }

    /** Asks whether an execution may run; {@code alone}: whether a cache may serve it. */
    void admit(HookExecution execution, boolean alone, Decision<HookExecution> then) {
        PgError refusal = copyRefused(execution);
        if (refusal != null) {
            then.rejected(refusal, "");
            return;
        }
        execution.stages().admit.run(execution, steering.session().terms(), steering.deferrals(), new Decision<>() {
            @Override
            public void decided(Terms terms, String by) {
                execution.admitted(terms);
                admitted(execution, alone, then);
            }

            @Override
            public void rejected(PgError error, String by) {
                then.rejected(error, by);
            }
        });
    }

    private static @Nullable PgError copyRefused(HookExecution execution) {
        if (execution.statement().facts().family() == StatementFamily.COPY_OUT) {
            for (Registered<TransformHook> hook : execution.stages().transform) {
                if (!hook.hook().allowsCopyOut()) {
                    return NO_COPY;
                }
            }
        }
        return null;
    }

    private void admitted(HookExecution execution, boolean alone, Decision<HookExecution> then) {
        SqlStatement statement = execution.statement();
        if (statement.answer() != null) {
            execution.own(OwnResult.answer(), Outcome.Source.PROXY, statement.answeredBy());
            then.decided(execution, "");
            return;
        }
        if (!alone || execution.stages().cache.isEmpty() || !mayHaveRows(statement)) {
            then.decided(execution, "");
            return;
        }
        execution.stages().cache.run(execution, Stages.UNCACHED, steering.deferrals(), new Decision<>() {
            @Override
            public void decided(CacheUse use, String by) {
                if (!by.isEmpty()) {
                    use(execution, use, by);
                }
                then.decided(execution, "");
            }

            @Override
            public void rejected(PgError error, String by) {
                then.rejected(error, by);
            }
        });
    }

    /** A recording holds rows; COPY data and the value of a FunctionCall are none. */
    private static boolean mayHaveRows(SqlStatement statement) {
        return switch (statement.facts().family()) {
            case COPY_IN, COPY_OUT -> false;
            default -> statement.form() != Statement.Form.FUNCTION_CALL;
        };
    }

    private static void use(HookExecution execution, CacheUse use, String by) {
        if (use instanceof CacheUse.Serve serve && serve.recording() instanceof RecordedResult recorded) {
            execution.own(OwnResult.of(recorded), Outcome.Source.CACHE, by);
        } else if (use instanceof CacheUse.Keep keep) {
            execution.record(new ResultRecorder(keep.recorder(), keep.maxBytes()));
        }
    }

    /** Ends the result when its time is over. */
    void startClock(Duration limit, ResultWatch watch) {
        if (!limit.isZero()) {
            watch.startClock(limit);
        }
    }

    /**
     * In front of a Query: brings the settings of its terms into force, and waits until they are.
     *
     * @param skipped told instead if the Query comes behind an error
     */
    void putSettings(
            List<HookExecution> executions,
            List<SqlStatement> statements,
            Consumer<@Nullable PgError> then,
            Runnable skipped) {
        Map<String, String> wanted = new TreeMap<>();
        boolean takenBack = false;
        for (HookExecution execution : executions) {
            Map<String, String> own = execution.terms().settings();
            if (conflict(wanted, own) || (takenBack && !own.isEmpty() && needsSettings(execution.statement()))) {
                then.accept(NOT_TOGETHER);
                return;
            }
            wanted.putAll(own);
            takenBack |= execution.statement().effects().takesSettingsBack();
        }
        for (SqlStatement statement : statements) {
            PgError refusal = steering.governed().check(statement.facts(), wanted.keySet());
            if (refusal != null) {
                then.accept(refusal);
                return;
            }
        }
        if (steering.governed().isIdle(wanted) || !needsSettings(statements)) {
            then.accept(null);
            return;
        }
        steering.afterAnswers(
                () -> {
                    if (steering.traffic().target().isBlockFailed()) {
                        // One statement gets the server's own answer; of several the first may end the block.
                        then.accept(statements.size() > 1 ? NOT_TOGETHER : null);
                    } else if (steering.traffic().isUnsent()) {
                        put(wanted, true, then);
                    } else {
                        putInBatch(wanted); // another Query would commit what the batch has done so far
                        then.accept(null);
                    }
                },
                skipped);
    }

    /** Two statements of one Query run under the same settings. */
    private static boolean conflict(Map<String, String> wanted, Map<String, String> more) {
        for (Map.Entry<String, String> setting : more.entrySet()) {
            String other = wanted.get(setting.getKey());
            if (other != null && !other.equals(setting.getValue())) {
                return true;
            }
        }
        return false;
    }

    /** The settings of the session itself, in front of an exchange: some statements can have nothing before them. */
    boolean mustPutSessionSettings() {
        return steering.traffic().isFirstOfExchange()
                && steering.route().isKnown()
                && steering.traffic().isQuiet()
                && steering.lacksSessionSettings();
    }

    void putSessionSettings(Runnable then, Consumer<PgError> refused) {
        boolean noneUnnamed = !steering.names().statements.known().containsKey("");
        put(steering.session().terms().settings(), noneUnnamed, error -> {
            if (error == null) {
                then.run();
            } else {
                refused.accept(error);
            }
        });
    }

    /** A setting could not be put: in a block its error has failed the block already. */
    void settingsRefused(PgError error, List<HookExecution> executions) {
        if (steering.traffic().target().isBlockFailed() && steering.frame().tag() == 'Q' && saidUpstream != null) {
            for (HookExecution execution : executions) {
                if (execution == executions.get(0)) {
                    execution.failed(error);
                } else {
                    execution.skipped();
                }
            }
            steering.statementFailed();
            ByteBuf out = ByteBufAllocator.DEFAULT.buffer(128);
            error.writeError(out);
            steering.sayLast(out, TransactionStatus.FAILED);
        } else {
            steering.refuse(error, "", executions, 0);
        }
    }

    /** {@code byQuery}: in one message, which makes the server forget the unnamed statement. */
    private void put(Map<String, String> wanted, boolean byQuery, Consumer<@Nullable PgError> then) {
        GovernedSettings governed = steering.governed();
        Map<String, @Nullable String> missing =
                governed.missing(wanted, steering.route().upstream());
        if (missing.isEmpty()) {
            then.accept(null);
            return;
        }
        SettingsAnswer answer = new SettingsAnswer(steering.session().loop(), governed, unlessOver(then));
        governed.put(missing, steering.route().upstream(), steering.exchange().number());
        if (!byQuery) {
            putInBatch(missing, steering.portalOfOurOwn(), answer);
            ask(ExpectedAnswers.SYNC, answer, sync());
            return;
        }
        StringBuilder sql = new StringBuilder();
        missing.forEach(
                (name, value) -> sql.append(sql.isEmpty() ? "" : "; ").append(GovernedSettings.sql(name, value)));
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(sql.length() + 16);
        new Query(sql.toString()).write(bytes);
        steering.traffic().ask(ExpectedAnswers.QUERY, answer, bytes);
    }

    private Consumer<@Nullable PgError> unlessOver(Consumer<@Nullable PgError> then) {
        return error -> {
            if (!steering.isOver()) {
                saidUpstream = error;
                then.accept(error);
                saidUpstream = null;
            }
        };
    }

    /** What ends or shapes a transaction has to pass in one that has failed, and needs no setting. */
    private static boolean needsSettings(List<SqlStatement> statements) {
        for (SqlStatement statement : statements) {
            if (needsSettings(statement)) {
                return true;
            }
        }
        return false;
    }

    /** Nor does DISCARD, which can have nothing before it. */
    private static boolean needsSettings(SqlStatement statement) {
        for (SessionEffect effect : statement.facts().effects()) {
            if (effect instanceof SessionEffect.Discarded) {
                return false;
            }
        }
        return statement.facts().family() != StatementFamily.TRANSACTION;
    }

    /** In front of a Bind, within its batch: if a setting cannot be put, the server skips what is behind it. */
    void putSettings(HookExecution execution) {
        putInBatch(execution.terms().settings(), execution.statement());
    }

    /** Those of the session in front of a Parse: names are looked up by them, and a ROLLBACK may be on its way. */
    void putSessionSettings(SqlStatement statement) {
        putInBatch(steering.session().terms().settings(), statement);
    }

    private void putInBatch(Map<String, String> wanted, SqlStatement statement) {
        GovernedSettings governed = steering.governed();
        if (!governed.isIdle(wanted) && needsSettings(statement)) {
            putInBatch(wanted);
        }
    }

    private void putInBatch(Map<String, String> wanted) {
        GovernedSettings governed = steering.governed();
        Map<String, @Nullable String> missing =
                governed.missing(wanted, steering.route().upstream());
        if (missing.isEmpty()) {
            return;
        }
        putInBatch(missing, steering.portalOfOurOwn());
        governed.put(missing, steering.route().upstream(), steering.exchange().number());
    }

    /** The settings by which SQL is read, within a batch. */
    void putReading(String portal) {
        putInBatch(EncodingRules.NEEDED, portal);
    }

    private void putInBatch(Map<String, ? extends @Nullable String> settings, String portal) {
        putInBatch(settings, portal, new SettingsAnswer(steering.session().loop(), steering.governed(), null));
    }

    private void putInBatch(Map<String, ? extends @Nullable String> settings, String portal, SettingsAnswer answer) {
        settings.forEach((name, value) -> {
            ask(ExpectedAnswers.PARSE, answer, parse(portal, GovernedSettings.sql(name, value)));
            ask(ExpectedAnswers.BIND, answer, bind(portal));
            ask(ExpectedAnswers.EXECUTE, answer, execute(portal));
            ask(ExpectedAnswers.CLOSE, answer, close('P', portal));
            ask(ExpectedAnswers.CLOSE, answer, close('S', portal));
        });
    }

    private void ask(byte kind, SettingsAnswer answer, ByteBuf bytes) {
        steering.traffic().ask(kind, answer, bytes);
    }

    private static ByteBuf sync() {
        return ByteBufAllocator.DEFAULT.buffer(5).writeByte('S').writeInt(4);
    }

    private static ByteBuf parse(String name, String sql) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new io.pgproxy.protocol.message.frontend.Parse(name, sql, List.of()).write(bytes);
        return bytes;
    }

    private static ByteBuf bind(String name) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new io.pgproxy.protocol.message.frontend.Bind(name, name, List.of(), List.of(), List.of()).write(bytes);
        return bytes;
    }

    private static ByteBuf execute(String name) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new io.pgproxy.protocol.message.frontend.Execute(name, 0).write(bytes);
        return bytes;
    }

    private static ByteBuf close(char what, String name) {
        byte[] text = CString.encode(name);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(text.length + 7);
        return bytes.writeByte('C')
                .writeInt(text.length + 6)
                .writeByte(what)
                .writeBytes(text)
                .writeByte(0);
    }
}
