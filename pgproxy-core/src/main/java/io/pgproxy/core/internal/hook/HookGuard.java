package io.pgproxy.core.internal.hook;

import io.pgproxy.auth.Identity;
import io.pgproxy.core.internal.guard.WatchedSession;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.session.SessionGuard;
import io.pgproxy.core.internal.session.Steering;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads a session through its session hooks, and gives it a steering if its SQL is read. */
final class HookGuard implements SessionGuard {
    private static final Logger LOG = LoggerFactory.getLogger(HookGuard.class);
    private static final PgError NO_REPLICATION = PgError.of(
                    SqlState.FEATURE_NOT_SUPPORTED, "replication connections are not possible here")
            .withHint("The proxy reads SQL; the commands of a replication connection are none.");

    private final Session session;
    private final HookEngine engine;
    private final Stages stages;
    private final Deferrals deferrals;
    private final WatchedSession watched;
    private @Nullable HookSession hooked;
    private @Nullable Identity identity;
    private boolean ended;

    HookGuard(Session session, HookEngine engine) {
        this.session = session;
        this.engine = engine;
        this.stages = engine.stages();
        this.deferrals = new Deferrals(session.loop(), () -> {});
        this.watched = new WatchedSession(session, engine.governor());
    }

    @Override
    public void identified(Identity known) {
        identity = known;
    }

    @Override
    public void connected(StartupMessage startup, Consumer<StartupMessage> go, Consumer<PgError> refuse) {
        String user = startup.requireUser();
        String asked = startup.parameter("database");
        HookSession mine = new HookSession(session, engine, user, asked == null || asked.isEmpty() ? user : asked);
        hooked = mine;
        if (identity != null) {
            mine.identified(identity);
        }
        if (stages.readsSql() && isReplication(startup)) {
            refuse.accept(NO_REPLICATION);
            return;
        }
        stages.connected.run(mine, new Startup(startup.parameters()), deferrals, new Decision<>() {
            @Override
            public void decided(Startup changed, String by) {
                go.accept(new StartupMessage(startup.version(), changed.parameters()));
            }

            @Override
            public void rejected(PgError error, String by) {
                refuse.accept(error);
            }
        });
    }

    /** As the server reads it: whatever is not plainly false. */
    private static boolean isReplication(StartupMessage startup) {
        String asked = startup.parameter("replication");
        return asked != null
                && !List.of("false", "off", "no", "0", "f", "n", "fa", "fal", "fals", "of")
                        .contains(asked.toLowerCase(Locale.ROOT));
    }

    @Override
    public void reported(String name, String value) {
        watched.reported(name, value);
        HookSession mine = hooked;
        if (mine == null || ended) {
            return;
        }
        mine.reported(name, value);
        boolean isRead = engine.stages().readsSql() || !mine.isWithoutTerms();
        PgError refusal = isRead ? EncodingRules.checkReported(name, value) : null;
        for (int i = 0; refusal == null && i < stages.sessions.size(); i++) {
            refusal = refusal(stages.sessions.get(i), mine, name, value);
        }
        if (refusal != null) {
            ended = true;
            session.end(refusal);
        }
    }

    private static @Nullable PgError refusal(
            Registered<SessionHook> hook, HookSession session, String name, String value) {
        try {
            Verdict<Void> verdict = hook.hook().reported(session, name, value);
            if (verdict instanceof Verdict.Proceed<Void>) {
                return null;
            }
            if (verdict instanceof Verdict.Reject<Void> reject) {
                return reject.error();
            }
        } catch (RuntimeException e) {
            LOG.warn("hook {} failed: {}", hook.name(), e.getClass().getName());
            LOG.debug("hook {} failed", hook.name(), e);
        }
        return hook.options().failOpen()
                ? null
                : PgError.of(SqlState.SYSTEM_ERROR, "the hook \"" + hook.name() + "\" failed");
    }

    @Override
    public void authenticated(Runnable go, Consumer<PgError> refuse) {
        HookSession mine = hooked;
        if (mine == null) {
            go.run();
            return;
        }
        stages.authenticated.run(mine, Terms.NONE, deferrals, new Decision<>() {
            @Override
            public void decided(Terms terms, String by) {
                mine.begins(terms);
                // Terms are kept by reading SQL, although no hook does: what was reported before counts, too.
                PgError unreadable = mine.isWithoutTerms() ? null : mine.unreadable();
                if (unreadable == null) {
                    go.run();
                } else {
                    refuse.accept(unreadable);
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                refuse.accept(error);
            }
        });
    }

    @Override
    public @Nullable Steering steer(ServingPhase serving) {
        HookSession mine = hooked;
        if (mine == null) {
            return null;
        }
        mine.serves(serving);
        // A chain may be swapped for one that reads SQL later, so every session of a server with hooks is steered.
        boolean isWatched = engine.governor().watches();
        return isWatched && !stages.readsSql() && mine.isWithoutTerms()
                ? new UnreadSteering(mine, serving, stages, watched.steer(serving))
                : new HookSteering(mine, serving, stages);
    }

    @Override
    public void closed() {
        ended = true;
        deferrals.abandon();
        HookSession mine = hooked;
        if (mine == null) {
            return;
        }
        for (Registered<SessionHook> hook : stages.sessions) {
            try {
                hook.hook().closed(mine);
            } catch (RuntimeException e) {
                LOG.warn("hook {} failed: {}", hook.name(), e.getClass().getName());
                LOG.debug("hook {} failed", hook.name(), e);
            }
        }
        mine.over();
    }
}
