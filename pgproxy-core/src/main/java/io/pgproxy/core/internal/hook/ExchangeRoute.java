package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Route;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the exchange at hand goes. Until that is known its messages are held; it is asked when something has to leave:
 * with the first Bind or Query, or at Sync or Flush.
 */
final class ExchangeRoute {
    private static final PgError ANSWERED_IN_PART = PgError.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "a batch that the proxy has answered in part cannot go to another upstream");

    private final HookSteering steering;
    private final ServingPhase serving;
    private final Upstreams upstreams;
    private final List<Held> held = new ArrayList<>(0);
    private boolean known = true;
    private Upstream upstream;

    ExchangeRoute(HookSteering steering, ServingPhase serving, Upstreams upstreams) {
        this.steering = steering;
        this.serving = serving;
        this.upstreams = upstreams;
        this.upstream = serving.main();
    }

    /** An exchange begins; within a block it goes where the block began. */
    void begin(boolean inBlock, Traffic traffic) {
        known = inBlock || !isAsked();
        if (inBlock && upstream != serving.main()) {
            traffic.aim(upstream);
        } else if (known) {
            upstream = serving.main();
        }
    }

    /** Whether statements may be wanted on other upstreams than the one they were prepared on. */
    boolean isAsked() {
        return !steering.stages().route.isEmpty();
    }

    /** Whether it is known where the exchange goes. */
    boolean isKnown() {
        return known;
    }

    /** Where the exchange goes once that is known; before, where the last one went. */
    Upstream upstream() {
        return upstream;
    }

    /** The name of {@link #upstream()}. */
    String name() {
        return upstreams.name(upstream);
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /** A message goes there, or is held; {@code inFront} sends what has to stand before it. */
    void forward(Frame message, @Nullable AnswerOwner watcher, Runnable inFront) {
        if (known) {
            inFront.run();
            steering.traffic().forward(message, watcher);
        } else {
            held.add(new Held(message, watcher, inFront));
            steering.traffic().hold(message);
        }
    }

    /** Sends what is held before going on: now, or once it is known where to. */
    void release(Runnable then) {
        ask(
                () -> putSettings(
                        () -> {
                            sendHeld();
                            then.run();
                        },
                        error -> {
                            refuseHeld(error, "");
                            then.run();
                        }),
                (error, by) -> {
                    refuseHeld(error, by);
                    then.run();
                });
    }

    /** Asks where the exchange goes, and aims it there; nothing is held. */
    void ask(Runnable then, BiConsumer<PgError, String> refused) {
        if (known) {
            then.run();
            return;
        }
        steering.stages().route.run(steering.exchange(), Stages.UNROUTED, steering.deferrals(), new Decision<>() {
            @Override
            public void decided(Route route, String by) {
                known = true;
                if (by.isEmpty()) {
                    aim(serving.main(), then, refused);
                } else {
                    upstreams.find(route, found -> aim(found, then, refused), error -> refused.accept(error, ""));
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                known = true;
                refused.accept(error, by);
            }
        });
    }

    private void aim(Upstream target, Runnable then, BiConsumer<PgError, String> refused) {
        if (steering.isOver()) {
            return;
        }
        if (steering.traffic().mayAim(target)) {
            upstream = target;
            steering.traffic().aim(target);
            then.run();
        } else {
            refused.accept(ANSWERED_IN_PART, "");
        }
    }

    /** What is held may look up names by settings of the session. */
    private void putSettings(Runnable then, Consumer<PgError> refused) {
        if (steering.lacksSessionSettings()) {
            steering.traffic().afterAnswers(() -> steering.putSessionSettings(then, refused));
        } else {
            then.run();
        }
    }

    private void sendHeld() {
        List<Held> sent = List.copyOf(held);
        held.clear();
        for (Held message : sent) {
            message.inFront().run();
            steering.traffic().send(message.frame(), message.watcher());
        }
        String name = name();
        for (Execution execution : steering.exchange().executions()) {
            ((HookExecution) execution).sent(name);
        }
    }

    private void refuseHeld(PgError error, String by) {
        List<Held> dropped = List.copyOf(held);
        held.clear();
        for (Execution execution : steering.exchange().executions()) {
            ((HookExecution) execution).refused(error, by);
        }
        for (Held message : dropped) {
            message.frame().release();
            if (message.watcher() != null) {
                message.watcher().skipped();
            }
        }
        steering.traffic()
                .ask(
                        ExpectedAnswers.EXECUTE,
                        RefusalAnswer.of(error, Refusal.UNTOLD),
                        RefusalAnswer.impossibleExecute(serving.impossiblePortal()));
    }

    /** The session is over. */
    void over() {
        held.forEach(message -> message.frame().release());
        held.clear();
        upstreams.over();
    }

    /** A message that waits. */
    private record Held(Frame frame, @Nullable AnswerOwner watcher, Runnable inFront) {}
}
