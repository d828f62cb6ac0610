package io.pgproxy.readonly;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import org.jspecify.annotations.Nullable;

/**
 * Lets pass what is known to read, and refuses everything else with SQLSTATE 25006 and a message that begins
 * {@code Write operations are not permitted: }. Immutable but for the memory of whom it has warned about; one instance
 * serves all sessions.
 *
 * <p>A refusal stands where PostgreSQL's own error about a statement's text would: at Parse, or at Query. In a
 * transaction block the block has failed then. The upstream session is asked for with
 * {@code default_transaction_read_only=on}, which nothing that passes can change; a server that reports it off, or does
 * not report it (before PostgreSQL 14), ends the session.
 *
 * <p>It never blocks, and it keeps what it knows of an exchange in an attribute of the session: register it without an
 * executor.
 *
 * <p>What is refused, which option lets it pass and what guards it then stands at {@link ReadOnlyHookBuilder}.
 */
public final class ReadOnlyHook implements SessionHook, AnswerHook, AdmitHook {
    private static final Refusal FUNCTION_CALL =
            new Refusal("FunctionCall names a function by its number", "Call the function in a query.");

    /** Set where the session was asked for as READ ONLY. */
    private static final Attribute<Boolean> BEGUN = Attribute.named("begun as READ ONLY");

    private static final Verdict<Answer> NOT_BEGUN =
            Verdict.reject(new Refusal("the session began before it was to be READ ONLY", "Connect again.").fatal());

    private final StartupRules startup;
    private final SessionGuard guard;
    private final StatementRules statements;
    private final FunctionRules functions;
    private final RelationRules relations;
    private final AfterCalls afterCalls;

    /** Null where they pass. */
    private final @Nullable ForeignTables foreign;

    ReadOnlyHook(
            StartupRules startup,
            SessionGuard guard,
            StatementRules statements,
            FunctionRules functions,
            RelationRules relations,
            @Nullable ForeignTables foreign) {
        this.startup = startup;
        this.guard = guard;
        this.statements = statements;
        this.functions = functions;
        this.relations = relations;
        this.afterCalls = new AfterCalls(functions);
        this.foreign = foreign;
    }

    /**
     * A hook with safe settings, which can be changed.
     *
     * @return a builder
     */
    public static ReadOnlyHookBuilder builder() {
        return new ReadOnlyHookBuilder();
    }

    /**
     * Refuses what may not be asked for at start-up, and asks for a READ ONLY session.
     *
     * @param session the session
     * @param asked what the client asks for
     * @return what the upstream is asked for; else FATAL 42501
     */
    @Override
    public Verdict<Startup> connected(Session session, Startup asked) {
        session.set(BEGUN, true);
        return startup.connected(asked);
    }

    /**
     * Ends the session if the server says that it may write, or that it reads texts otherwise.
     *
     * @param session the session
     * @param setting the setting
     * @param value its value
     * @return a rejection is FATAL 25006, or 42501 for a superuser that is refused
     */
    @Override
    public Verdict<Void> reported(Session session, String setting, String value) {
        return guard.reported(setting, value);
    }

    /**
     * Makes sure that the server has said that the session is READ ONLY, and asks it for its foreign tables.
     *
     * @param session the session
     * @return no terms; a rejection is FATAL 0A000 if the server does not report it, else as {@link #reported}
     */
    @Override
    public Verdict<Terms> authenticated(Session session) {
        Verdict<Terms> verdict = guard.authenticated(session);
        return foreign == null || verdict instanceof Verdict.Reject ? verdict : foreign.learn(session);
    }

    /**
     * Refuses a statement for its text. Answers none.
     *
     * @param statement the statement
     * @return a rejection, or nothing to say; the rejection is PostgreSQL's own error (42601, 26000, 34000 and others)
     *     if no server would take the statement, and FATAL if the session began before this hook was there
     */
    @Override
    public Verdict<Answer> answer(Statement statement) {
        if (statement.session().get(BEGUN) == null) {
            return NOT_BEGUN;
        }
        Refusal refusal = refusal(statement);
        if (refusal == null) {
            return Verdict.proceed();
        }
        PgError error = ServerErrors.of(statement);
        return Verdict.reject(error == null ? refusal.error() : error);
    }

    /**
     * Refuses what has no text (FunctionCall), what another hook rewrote into something that may not pass, and what
     * follows a user's function before the server can have said which settings that changed.
     *
     * @param execution what is to run
     * @return a rejection, or no terms
     */
    @Override
    public Verdict<Terms> admit(Execution execution) {
        Refusal refusal = refusal(execution);
        return refusal == null ? Verdict.proceed() : Verdict.reject(refusal.error());
    }

    private @Nullable Refusal refusal(Execution execution) {
        Statement statement = execution.statement();
        boolean judged = statement.form() != Statement.Form.FUNCTION_CALL && !statement.wasRewritten();
        Refusal refusal = judged ? null : refusal(statement);
        return refusal != null ? refusal : afterCalls.refusal(execution);
    }

    private @Nullable Refusal refusal(Statement statement) {
        if (statement.form() == Statement.Form.FUNCTION_CALL) {
            return FUNCTION_CALL;
        }
        Refusal refusal = statements.refusal(statement);
        if (refusal == null) {
            refusal = functions.refusal(statement);
        }
        if (refusal == null) {
            refusal = relations.refusal(statement.sql());
        }
        return refusal != null || foreign == null ? refusal : foreign.refusal(statement.session(), statement.sql());
    }
}
