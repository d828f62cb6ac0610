package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks of one stage, asked one after the other. Without hooks it costs one look at a length; a hook that proceeds
 * at once costs no garbage.
 *
 * @param <H> the stage
 * @param <S> what is asked about
 * @param <R> what the stage wants to know
 */
abstract class Stage<H extends QueryHook, S, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

    private final List<Registered<H>> hooks;

    /** Fails open by its nature: what a hook would answer is not needed. */
    private final boolean optional;

    private final String name;
    private final ProxyMetrics metrics;

    Stage(String name, List<Registered<H>> hooks, boolean optional, ProxyMetrics metrics) {
        this.name = name;
        this.metrics = metrics;
        this.hooks = hooks;
        this.optional = optional;
    }

    /** Asks one hook; {@code known} is what those before it have made of it. */
    abstract Verdict<R> ask(H hook, S subject, R known);

    /** What is known after a hook has said something. */
    abstract R combine(R known, R said);

    /** Whether the first hook that says something decides. */
    boolean isDecidedByFirst() {
        return false;
    }

    boolean isEmpty() {
        return hooks.isEmpty();
    }

    List<Registered<H>> hooks() {
        return hooks;
    }

    /** Asks all, now or later; {@code then} is told once. */
    final void run(S subject, R start, Deferrals deferrals, Decision<R> then) {
        if (hooks.isEmpty()) {
            then.decided(start, "");
        } else {
            goOn(0, null, subject, start, deferrals, then);
        }
    }

    /** Goes on behind a verdict that came late, if there is one. */
    private void goOn(int from, @Nullable Verdict<R> late, S subject, R start, Deferrals deferrals, Decision<R> then) {
        R known = start;
        Verdict<R> pending = late;
        for (int i = from; i < hooks.size(); i++) {
            Registered<H> hook = hooks.get(i);
            Verdict<R> verdict = pending != null ? pending : measured(hook, subject, known);
            pending = null;
            if (verdict instanceof Verdict.Deferred<R> later) {
                int at = i;
                R soFar = known;
                deferrals.await(
                        later,
                        hook.options().timeout(),
                        said -> goOn(at, settled(hook, said), subject, soFar, deferrals, then));
                return;
            }
            if (verdict instanceof Verdict.Reject<R> refused) {
                then.rejected(refused.error(), hook.name());
                return;
            }
            if (verdict instanceof Verdict.Done<R> done) {
                try {
                    known = combine(known, done.value());
                } catch (RuntimeException e) {
                    then.rejected(failure(hook, e), hook.name());
                    return;
                }
                if (isDecidedByFirst()) {
                    then.decided(known, hook.name());
                    return;
                }
            }
        }
        then.decided(known, "");
    }

    private Verdict<R> measured(Registered<H> hook, S subject, R known) {
        if (!metrics.isTaken()) {
            return asked(hook, subject, known);
        }
        long since = System.nanoTime();
        Verdict<R> verdict = asked(hook, subject, known);
        metrics.asked(hook.name(), name, System.nanoTime() - since);
        return verdict;
    }

    private Verdict<R> asked(Registered<H> hook, S subject, R known) {
        Executor executor = hook.options().blockingOn();
        if (executor != null) {
            return elsewhere(executor, hook, subject, known);
        }
        try {
            Verdict<R> said = ask(hook.hook(), subject, known);
            return said == null ? failed(hook, null) : said;
        } catch (ProtocolException e) {
            // What the client has sent is malformed, and the hook has asked for its values.
            return passes(hook) ? Verdict.proceed() : Verdict.reject(PgError.of(e));
        } catch (RuntimeException | StackOverflowError e) {
            return failed(hook, e);
        }
    }

    private Verdict<R> elsewhere(Executor executor, Registered<H> hook, S subject, R known) {
        try {
            return Verdict.defer(CompletableFuture.supplyAsync(() -> ask(hook.hook(), subject, known), executor));
        } catch (RejectedExecutionException e) {
            return failed(hook, e);
        }
    }

    /** A verdict that came late, or why it did not. */
    private Verdict<R> settled(Registered<H> hook, Late<R> late) {
        if (late.timedOut()) {
            return passes(hook) ? Verdict.proceed() : Verdict.reject(timeOut(hook));
        }
        if (late.cancelled()) {
            return Verdict.reject(SqlState.QUERY_CANCELED, "canceling statement due to user request");
        }
        Verdict<R> verdict = late.verdict();
        return verdict == null ? failed(hook, late.failure()) : verdict;
    }

    private Verdict<R> failed(Registered<H> hook, @Nullable Throwable cause) {
        PgError error = failure(hook, cause);
        return passes(hook) ? Verdict.proceed() : Verdict.reject(error);
    }

    private boolean passes(Registered<H> hook) {
        return optional || hook.options().failOpen();
    }

    /** Says which hook and which class of exception: its message may hold what a client has sent. */
    private static PgError failure(Registered<?> hook, @Nullable Throwable cause) {
        LOG.warn(
                "hook {} failed: {}",
                hook.name(),
                cause == null ? "it said null" : cause.getClass().getName());
        LOG.debug("hook {} failed", hook.name(), cause);
        return PgError.of(SqlState.SYSTEM_ERROR, "the hook \"" + hook.name() + "\" failed");
    }

    private static PgError timeOut(Registered<?> hook) {
        LOG.warn("hook {} took too long", hook.name());
        return PgError.of(SqlState.QUERY_CANCELED, "the hook \"" + hook.name() + "\" took too long");
    }
}
