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
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the exchange at hand goes. Until that is known its messages are held; it is asked when something has to leave:
 * a Query, Sync or Flush, what the proxy answers or refuses, or what runs while a verdict takes its time.
 */
final class ExchangeRoute {
    private static final PgError ANSWERED_IN_PART = PgError.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "a batch that the proxy has answered in part cannot go to another upstream");

    private final HookSteering steering;
    private final ServingPhase serving;
    private final Upstreams upstreams;
    private final Deferrals deferrals;
    private final List<Held> held = new ArrayList<>(0);
    private final List<Waiting> waiting = new ArrayList<>(0);
    private final MovableBlock movable = new MovableBlock();
    private State state = State.KNOWN;
    private boolean wasInBlock;

    /** Whether the exchange at hand stands in a block that can go on elsewhere. */
    private boolean moves;

    /** Whether that block has failed. */
    private boolean hasFailed;

    private Upstream upstream;

    ExchangeRoute(HookSteering steering, ServingPhase serving, Upstreams upstreams) {
        this.steering = steering;
        this.serving = serving;
        this.upstreams = upstreams;
        this.deferrals = new Deferrals(
                steering.session().loop(), () -> steering.traffic().urge());
        this.upstream = serving.main();
    }

    /**
     * An exchange begins; within a block it goes where the block began, unless that can be moved.
     *
     * @param before the exchange before it, whole
     * @param block the state of the transaction that it will find
     */
    void begin(HookExchange before, TransactionStatus block, Traffic traffic) {
        movable.ran(before, wasInBlock);
        boolean inBlock = block != TransactionStatus.IDLE;
        wasInBlock = inBlock;
        hasFailed = block == TransactionStatus.FAILED;
        moves = inBlock && movable.begin() != null && steering.stages().movesBlocks() && upstream.routed() != null;
        state = !isAsked() || (inBlock && !moves) ? State.KNOWN : State.UNASKED;
        if (inBlock && upstream != serving.main()) {
            traffic.aim(upstream);
        } else if (isKnown() && !inBlock) {
            upstream = serving.main();
            upstreams.home();
        }
    }

    /** Whether statements may be wanted on other upstreams than the one they were prepared on. */
    boolean isAsked() {
        return !steering.stages().route.isEmpty();
    }

    /** Whether it is known where the exchange goes. */
    boolean isKnown() {
        return state == State.KNOWN;
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
        if (isKnown()) {
            inFront.run();
            steering.traffic().forward(message, watcher);
        } else {
            held.add(new Held(message, watcher, inFront));
            steering.traffic().hold(message);
        }
    }

    /** A message goes there that was held back elsewhere. */
    void forwardHeld(Frame message, @Nullable AnswerOwner watcher, Runnable inFront) {
        if (isKnown()) {
            inFront.run();
            steering.traffic().send(message, watcher);
        } else {
            held.add(new Held(message, watcher, inFront));
        }
    }

    /** Whether something that runs is held: somebody may wait for what it does. */
    boolean holdsExecution() {
        for (Held message : held) {
            if (message.frame().tag() == 'E') {
                return true;
            }
        }
        return false;
    }

    /** Sends what is held before going on: now, or once it is known where to. */
    void release(Runnable then) {
        ask(then, (error, by) -> {
            refuseHeld(error, by);
            then.run();
        });
    }

    /** Asks where the exchange goes, aims it there, and sends what is held. */
    void ask(Runnable then, BiConsumer<PgError, String> refused) {
        if (isKnown()) {
            then.run();
            return;
        }
        waiting.add(new Waiting(then, refused));
        if (state == State.ASKED) {
            return;
        }
        if (moves && isAtItsPlace(steering.exchange())) {
            settle(null, "");
            return;
        }
        state = State.ASKED;
        steering.stages().route.run(steering.exchange(), Stages.UNROUTED, deferrals, new Decision<>() {
            @Override
            public void decided(Route route, String by) {
                if (moves) {
                    move(route, by);
                } else if (by.isEmpty()) {
                    upstreams.home();
                    aim(serving.main());
                } else {
                    upstreams.find(route, ExchangeRoute.this::aim, error -> settle(error, ""));
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                settle(error, by);
            }
        });
    }

    /** A block is over, and refuses what comes once it has failed, wherever it is. */
    private boolean isAtItsPlace(HookExchange exchange) {
        return movable.isEndedBy(exchange) || (hasFailed && !mayLeaveFailed(exchange));
    }

    /**
     * Not under settings that terms ask for: names behind the end of the block could be looked up before they are put.
     */
    private boolean mayLeaveFailed(HookExchange exchange) {
        return MovableBlock.isRolledBackBy(exchange)
                && steering.session().terms().settings().isEmpty();
    }

    /** What nobody wants elsewhere stays where the block is. */
    private void move(Route route, String by) {
        String begin = movable.begin();
        if (!by.isEmpty() && begin != null && !steering.exchange().needsPortal()) {
            boolean begunAgain = upstreams.move(route, begin, mayLeaveFailed(steering.exchange()));
            if (begunAgain) {
                steering.governed().unknown(); // what was put within the block is not there
            }
        }
        if (!steering.isOver()) {
            settleUnderSettings();
        }
    }

    private void aim(Upstream target) {
        if (steering.isOver()) {
            return;
        }
        if (!steering.traffic().mayAim(target)) {
            settle(ANSWERED_IN_PART, "");
            return;
        }
        upstream = target;
        steering.traffic().aim(target);
        settleUnderSettings();
    }

    private void settleUnderSettings() {
        if (isHolding() && steering.lacksSessionSettings()) {
            // What is held may look up names by them.
            steering.traffic()
                    .afterAnswers(
                            () -> steering.putSessionSettings(() -> settle(null, ""), error -> settle(error, "")));
        } else {
            settle(null, "");
        }
    }

    /** It is known, or an error is: whoever asked first is told of that, and the others find the batch failed. */
    private void settle(@Nullable PgError error, String by) {
        state = State.KNOWN;
        if (error == null) {
            sendHeld();
        }
        List<Waiting> told = List.copyOf(waiting);
        waiting.clear();
        for (int i = 0; i < told.size() && !steering.isOver(); i++) {
            if (i == 0 && error != null) {
                told.get(i).refused().accept(error, by);
            } else {
                told.get(i).then().run();
            }
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
            ((HookExecution) execution).heldUntilNow(upstream, name);
        }
    }

    private void refuseHeld(PgError error, String by) {
        List<Held> dropped = List.copyOf(held);
        held.clear();
        for (Execution execution : steering.exchange().executions()) {
            ((HookExecution) execution).refused(error, by);
        }
        if (error.isFatal()) {
            dropped.forEach(message -> message.frame().release());
            steering.session().end(error);
            return;
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

    /** The client does not want to wait for a verdict: whether there was one to wait for. */
    boolean cancel() {
        return deferrals.cancel();
    }

    /** The session is over. */
    void over() {
        deferrals.abandon();
        waiting.clear();
        held.forEach(message -> message.frame().release());
        held.clear();
        upstreams.over();
    }

    private enum State {
        UNASKED,
        ASKED,
        KNOWN
    }

    /** Goes on when it is known where the exchange goes, or that it may not. */
    private record Waiting(Runnable then, BiConsumer<PgError, String> refused) {}

    /** A message that waits. */
    private record Held(Frame frame, @Nullable AnswerOwner watcher, Runnable inFront) {}
}
