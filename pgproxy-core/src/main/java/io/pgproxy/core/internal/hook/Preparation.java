package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Answer;
import io.pgproxy.hook.ClassifyHook;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads statements through the stages that belong to them: classify, answer, rewrite. What every chain that reads SQL
 * needs is checked here too: that the text means what it was read as.
 */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final SessionNames names;
    private final Deferrals deferrals;

    Preparation(SessionNames names, Deferrals deferrals) {
        this.names = names;
        this.deferrals = deferrals;
    }

    /** Prepares one statement, now or later. */
    void prepare(SqlStatement statement, GovernedSettings governed, Decision<SqlStatement> then) {
        if (statement.isEmpty()) {
            then.decided(statement, "");
            return;
        }
        if (isRefused(statement, governed, then)) {
            return;
        }
        Stages stages = statement.generation().stages();
        Answer forgets = names.deallocation(statement.facts().effects());
        if (forgets != null) {
            statement.claim(forgets, "");
            then.decided(statement, "");
            return;
        }
        if (stages.answer.isEmpty() || statement.form() == Statement.Form.FUNCTION_CALL) {
            rewrite(statement, stages, governed, then);
            return;
        }
        stages.answer.run(statement, Stages.UNCLAIMED, deferrals, new Decision<>() {
            @Override
            public void decided(Answer answer, String by) {
                if (by.isEmpty()) {
                    rewrite(statement, stages, governed, then);
                } else {
                    statement.claim(answer, by);
                    then.decided(statement, by);
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                then.rejected(error, by);
            }
        });
    }

    /** Classifies it, and looks at whether a session whose SQL is read may have it. */
    private boolean isRefused(SqlStatement statement, GovernedSettings governed, Decision<SqlStatement> then) {
        SqlStatement named = names.namedBy(statement.facts().effects());
        if (named != null) {
            statement.know(asNamed(statement.facts(), named.facts()));
        }
        for (Registered<ClassifyHook> hook : statement.generation().stages().classify) {
            try {
                Facts known = statement.facts();
                statement.know(known.stricter(hook.hook().classify(statement, known)));
            } catch (RuntimeException e) {
                LOG.warn("hook {} failed: {}", hook.name(), e.getClass().getName());
                LOG.debug("hook {} failed", hook.name(), e);
                if (!hook.options().failOpen()) {
                    PgError failure = PgError.of(SqlState.SYSTEM_ERROR, "the hook \"" + hook.name() + "\" failed");
                    then.rejected(failure, hook.name());
                    return true;
                }
            }
        }
        PgError refusal = EncodingRules.check(statement.facts());
        if (refusal == null) {
            refusal = governed.check(statement.facts());
        }
        if (refusal != null) {
            then.rejected(refusal, "");
        }
        return refusal != null;
    }

    /** EXECUTE, FETCH and MOVE do what the named statement does, and what stands in their own text. */
    private static Facts asNamed(Facts own, Facts named) {
        Access access = own.access() == Access.BY_NAME ? named.access() : Access.stricter(own.access(), named.access());
        return named.stricter(own.toBuilder().access(access).build());
    }

    private void rewrite(
            SqlStatement statement, Stages stages, GovernedSettings governed, Decision<SqlStatement> then) {
        if (stages.rewrite.isEmpty() || statement.form() == Statement.Form.FUNCTION_CALL) {
            then.decided(statement, "");
            return;
        }
        String before = statement.sql();
        stages.rewrite.run(statement, before, deferrals, new Decision<>() {
            @Override
            public void decided(String sql, String by) {
                if (sql.equals(before)) {
                    then.decided(statement, "");
                } else {
                    rewritten(statement, sql, governed, then);
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                then.rejected(error, by);
            }
        });
    }

    private void rewritten(SqlStatement statement, String sql, GovernedSettings governed, Decision<SqlStatement> then) {
        SqlStatement changed;
        try {
            changed = statement.withText(sql);
        } catch (IllegalStateException e) {
            then.rejected(PgError.of(SqlState.SYSTEM_ERROR, String.valueOf(e.getMessage())), "");
            return;
        }
        if (!isRefused(changed, governed, then)) {
            then.decided(changed, "");
        }
    }

    /** Whether a value is the same as UTF8 to the server, see {@code clean_encoding_name} in its encnames.c. */
    static boolean isUtf8(String encoding) {
        String letters = encoding.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return letters.equals("utf8") || letters.equals("unicode");
    }
}
