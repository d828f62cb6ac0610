package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Steering;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Route;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about the messages of one session as its hooks say: the message at hand, the exchange it belongs to, and what
 * is known of the transaction. What each kind of message means is told by {@link QueryMessages} and
 * {@link ExtendedMessages}.
 */
final class HookSteering implements Steering {
    private static final Logger LOG = LoggerFactory.getLogger(HookSteering.class);
    private static final PgError TOO_LONG =
            PgError.of(SqlState.PROGRAM_LIMIT_EXCEEDED, "the message is too long to be read by a hook");

    private static final PgError ANSWERED_IN_PART = PgError.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "a batch that the proxy has answered in part cannot go to another upstream");

    private final HookSession session;
    private final ServingPhase serving;
    private final Deferrals deferrals;
    private final SessionNames names = new SessionNames();
    private final GovernedSettings governed = new GovernedSettings();
    private final Set<HookExecution> live = new LinkedHashSet<>();
    private final Upstreams upstreams;
    private final TransactionEndings endings;
    private final List<Held> held = new ArrayList<>(0);
    private final QueryMessages queries;
    private final ExtendedMessages extended;
    private final SyncWatch plainSync;

    private Generation generation;
    private HookExchange exchange;
    private @Nullable Frame frame;
    private @Nullable Traffic traffic;

    private TransactionStatus expected;
    private boolean wrote;
    private boolean fenced;
    private long fencedIn;
    private long unseenIn;
    private boolean mustSettle;
    private boolean timed;
    private boolean cutInBatch;
    private boolean settleBeforeSync;
    private boolean routed = true;
    private Upstream pinned;

    private boolean over;

    HookSteering(HookSession session, ServingPhase serving) {
        this.session = session;
        this.serving = serving;
        this.deferrals = new Deferrals(session.loop(), () -> traffic().urge());
        this.generation = new Generation(session.engine().stages(), session.renewals());
        this.exchange = new HookExchange(session, 0);
        this.expected = serving.transaction();
        this.endings = new TransactionEndings(session, expected);
        this.upstreams = new Upstreams(session.engine(), serving);
        this.pinned = serving.main();
        this.plainSync = new SyncWatch(session, this);
        Preparation preparation = new Preparation(names, deferrals);
        this.queries = new QueryMessages(this, preparation);
        this.extended = new ExtendedMessages(this, preparation);
    }

    HookSession session() {
        return session;
    }

    Deferrals deferrals() {
        return deferrals;
    }

    SessionNames names() {
        return names;
    }

    GovernedSettings governed() {
        return governed;
    }

    HookExchange exchange() {
        return exchange;
    }

    Generation generation() {
        return generation;
    }

    Stages stages() {
        return generation.stages();
    }

    /** The message that is being decided on. */
    Frame frame() {
        return Objects.requireNonNull(frame);
    }

    Traffic traffic() {
        return Objects.requireNonNull(traffic);
    }

    @Override
    public void decide(Frame message, Traffic verbs) {
        frame = message;
        traffic = verbs;
        if (verbs.isFirstOfExchange()) {
            beginExchange(verbs);
        }
        if (!over) {
            again();
        }
    }

    private void beginExchange(Traffic verbs) {
        exchange = new HookExchange(session, exchange.number() + 1);
        Stages current = session.engine().stages();
        if (!generation.isOf(current, session.renewals())) {
            generation = new Generation(current, session.renewals());
            PgError unreadable = session.unreadable();
            if (unreadable != null) {
                session.end(unreadable); // it began before anybody read its SQL
            }
        }
        if (verbs.isQuiet()) {
            expected = serving.transaction();
            fenced = false;
            if (expected == TransactionStatus.IDLE) {
                wrote = false;
                governed.settled(exchange.number());
            }
        }
        routed = stages().route.isEmpty() || expected != TransactionStatus.IDLE;
        if (routed && expected != TransactionStatus.IDLE && pinned != serving.main()) {
            verbs.aim(pinned); // a transaction stays where it began
        } else if (routed) {
            pinned = serving.main();
        }
    }

    /** Looks at the message from the beginning: something that it has to wait for may have come. */
    void again() {
        Frame message = frame();
        Traffic verbs = traffic();
        if (!message.isWhole()) {
            refuse(TOO_LONG, "");
            return;
        }
        if (verbs.isSkipping()) {
            drop();
            return;
        }
        if (verbs.isQuiet()) {
            fenced = false;
            mustSettle = false;
            timed = false;
            governed.settled(exchange.number());
        } else if (mustSettle || verbs.isDoubtful() || (fenced && isFenced(message))) {
            waitForAnswers();
            return;
        }
        try {
            switch (message.tag()) {
                case 'Q' -> queries.query();
                case 'F' -> queries.functionCall();
                case 'P' -> extended.parse();
                case 'B' -> extended.bind();
                case 'D' -> extended.describe();
                case 'E' -> extended.execute();
                default -> extended.close();
            }
        } catch (ProtocolException malformed) {
            if (frame != null) {
                refuse(PgError.of(malformed), "");
            }
        }
    }

    /** What was sent may have changed how SQL is read, or what a new transaction may do. */
    private boolean isFenced(Frame message) {
        return message.tag() == 'Q' || message.tag() == 'P' || exchange.number() != fencedIn;
    }

    /** Decides once everything before the message has been answered. */
    void waitForAnswers() {
        releaseHeld(() -> traffic().afterAnswers(this::again));
    }

    private void releaseHeld(Runnable then) {
        if (held.isEmpty()) {
            then.run();
        } else {
            release(false, then);
        }
    }

    /** As {@link #waitForAnswers}, and goes on elsewhere; not at all if what came before has failed. */
    void afterAnswers(Runnable then) {
        releaseHeld(() -> traffic().afterAnswers(() -> {
            if (frame == null) {
                return;
            }
            if (traffic().isSkipping()) {
                drop();
            } else {
                then.run();
            }
        }));
    }

    boolean isDeciding() {
        return frame != null;
    }

    /** The name of a statement and portal that no client can have made. */
    String portalOfOurOwn() {
        return serving.impossiblePortal() + "-own";
    }

    private Frame take() {
        Frame taken = frame();
        frame = null;
        return taken;
    }

    void forward(@Nullable AnswerOwner watcher) {
        send(take(), watcher, () -> {});
    }

    /** The message goes on, behind something of the proxy's own. */
    void forwardBehind(Runnable before, @Nullable AnswerOwner watcher) {
        send(take(), watcher, before);
    }

    /** Something else goes in the place of the message. */
    void forwardInstead(byte tag, ByteBuf bytes, @Nullable AnswerOwner watcher) {
        take().release();
        send(new Frame(tag, bytes.readableBytes() - 1, bytes), watcher, () -> {});
    }

    private void send(Frame message, @Nullable AnswerOwner watcher, Runnable inFront) {
        Runnable before = inFront;
        boolean isText = message.tag() == 'P' || message.tag() == 'Q';
        if (isText && unseenIn == exchange.number() && !traffic().isFirstOfExchange()) {
            // What changes within a batch is reported at its end: too late for what is read in the same batch.
            unseenIn = 0;
            before = () -> {
                extended.putReading();
                inFront.run();
            };
        }
        if (routed) {
            before.run();
            traffic().forward(message, watcher);
        } else {
            held.add(new Held(message, watcher, before));
            traffic().hold(message);
        }
    }

    @Override
    public boolean isHolding() {
        return !held.isEmpty();
    }

    @Override
    public void release(boolean complete, Runnable then) {
        if (complete) {
            exchange.completed();
        }
        routeNow(
                () -> {
                    sendHeld();
                    then.run();
                },
                (error, by) -> {
                    refuseHeld(error, by);
                    then.run();
                });
    }

    /**
     * Asks where the exchange goes, and aims it there. What is held goes first; if that is refused, the message at hand
     * is sent to be skipped behind it.
     */
    void route(Runnable then, BiConsumer<PgError, String> refused) {
        if (held.isEmpty()) {
            routeNow(then, refused);
        } else {
            release(false, () -> {
                if (frame != null) {
                    then.run();
                }
            });
        }
    }

    private void routeNow(Runnable then, BiConsumer<PgError, String> refused) {
        if (routed) {
            then.run();
            return;
        }
        stages().route.run(exchange, Stages.UNROUTED, deferrals, new Decision<>() {
            @Override
            public void decided(Route route, String by) {
                routed = true;
                if (by.isEmpty()) {
                    aim(serving.main(), then, refused);
                } else {
                    upstreams.find(route, found -> aim(found, then, refused), error -> refused.accept(error, ""));
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                routed = true;
                refused.accept(error, by);
            }
        });
    }

    private void aim(Upstream upstream, Runnable then, BiConsumer<PgError, String> refused) {
        if (traffic == null || over) {
            return;
        }
        if (!traffic.mayAim(upstream)) {
            refused.accept(ANSWERED_IN_PART, "");
        } else {
            pinned = upstream;
            traffic.aim(upstream);
            then.run();
        }
    }

    private void sendHeld() {
        List<Held> sent = List.copyOf(held);
        held.clear();
        for (Held message : sent) {
            message.before().run();
            traffic().send(message.frame(), message.watcher());
        }
        for (Execution execution : exchange.executions()) {
            ((HookExecution) execution).sent(upstreams.name(pinned));
        }
    }

    private void refuseHeld(PgError error, String by) {
        List<Held> dropped = List.copyOf(held);
        held.clear();
        for (Execution execution : exchange.executions()) {
            ((HookExecution) execution).refused(error, by);
        }
        for (Held message : dropped) {
            message.frame().release();
            if (message.watcher() != null) {
                message.watcher().skipped();
            }
        }
        traffic()
                .ask(
                        ExpectedAnswers.EXECUTE,
                        RefusalAnswer.of(error, Refusal.UNTOLD),
                        RefusalAnswer.impossibleExecute(serving.impossiblePortal()));
    }

    Upstreams upstreams() {
        return upstreams;
    }

    /** Whether statements may be wanted on other upstreams than the one they were prepared on. */
    boolean routes() {
        return !stages().route.isEmpty();
    }

    void drop() {
        traffic().drop(take());
    }

    void say(ByteBuf answer) {
        traffic().say(take(), withNotices(answer));
    }

    void sayLast(ByteBuf answer, TransactionStatus status) {
        endings.statementRan();
        traffic().sayLast(take(), withNotices(answer), status);
    }

    private ByteBuf withNotices(ByteBuf answer) {
        ByteBuf notices = session.takeNotices();
        if (notices == null) {
            return answer;
        }
        notices.writeBytes(answer);
        answer.release();
        return notices;
    }

    /** Refuses the message; nobody's outcome depends on it. */
    void refuse(PgError error, String by) {
        refuse(error, by, List.of(), 0);
    }

    /**
     * Refuses the message.
     *
     * @param by the hook that refused
     * @param executions what it would have run
     * @param refused the one that was refused; the others were skipped
     */
    void refuse(PgError error, String by, List<HookExecution> executions, int refused) {
        refuse(error, by, executions, refused, List.of());
    }

    /** As the other; {@code changes} are what becomes of names although the message fails, if it is not skipped. */
    void refuse(PgError error, String by, List<HookExecution> executions, int refused, List<Names.Change<?>> changes) {
        if (error.isFatal()) {
            for (HookExecution execution : executions) {
                execution.refused(error, by);
            }
            session.end(error);
            return;
        }
        expected = expected == TransactionStatus.IDLE ? expected : TransactionStatus.FAILED;
        releaseHeld(() -> {
            if (frame != null) {
                refuseNow(error, by, executions, refused, changes);
            }
        });
    }

    private void refuseNow(
            PgError error, String by, List<HookExecution> executions, int refused, List<Names.Change<?>> changes) {
        traffic().refuse(take(), error, new Refusal() {
            @Override
            public void told(PgError said) {
                statementFailed();
                changes.forEach(Names.Change::confirm);
                for (int i = 0; i < executions.size(); i++) {
                    if (i == refused) {
                        executions.get(i).refused(said, by);
                    } else {
                        executions.get(i).skipped();
                    }
                }
            }

            @Override
            public void skipped() {
                changes.forEach(Names.Change::drop);
                executions.forEach(HookExecution::skipped);
            }
        });
    }

    /** An execution that begins with the message. */
    HookExecution begin(SqlStatement statement, @Nullable ByteBuf bind) {
        return new HookExecution(statement, exchange, bind, expected, wrote, live);
    }

    /** It is about to be sent: what comes behind it finds what it will have done. */
    void willRun(HookExecution execution) {
        execution.sent(upstreams.name(pinned));
        Effects effects = execution.statement().effects();
        expected = effects.after(expected);
        wrote |= effects.mayWrite();
        runs(effects);
    }

    /** What is sent behind cannot know what it has done. */
    private void runs(Effects effects) {
        if (effects.isUnseen()) {
            fenced = true;
            fencedIn = exchange.number();
            unseenIn = exchange.number();
        }
        if (effects.mayTouchSettings()) {
            governed.unknown();
        }
    }

    /** It is executed: planning alone was what Bind has set off. */
    void executes(HookExecution execution) {
        runs(execution.statement().effects());
    }

    /** Its result may be cut off here: what would have to be undone then must not be on its way. */
    void mayBeCut(HookExecution execution) {
        ResultFlow flow = execution.flow();
        if (flow != null && flow.mayCut()) {
            boolean inBatch = !exchange.complete();
            timed |= flow.isTimed();
            mustSettle |= inBatch || expected != TransactionStatus.IDLE || timed;
            settleBeforeSync |= inBatch && execution.statement().effects().mayWrite();
        }
    }

    /** The watch of a Sync: it sees what fails there, and lets no block go on one of whose results was cut off. */
    @Override
    public AnswerOwner watchOfSync() {
        return mustSettle ? new SyncWatch(session, this) : plainSync;
    }

    /** A result was cut off in the batch at hand, and the batch has not failed for it. */
    void cutInBatch(boolean stands) {
        cutInBatch = stands;
    }

    boolean isCutInBatch() {
        return cutInBatch;
    }

    @Override
    public boolean mustSettle() {
        return settleBeforeSync;
    }

    @Override
    public void exchangeWhole() {
        exchange.completed();
        settleBeforeSync = false;
        mustSettle &= timed || expected != TransactionStatus.IDLE;
    }

    @Override
    public void exchangeEnded(TransactionStatus status) {
        endings.exchangeEnded(status, stages().observe);
        if (status == TransactionStatus.IDLE) {
            names.transactionOver();
        }
    }

    /** A command tag says that a transaction has ended. */
    void transactionEnded(Ending ending) {
        if (ending != Ending.COMMITTED) {
            governed.unknown();
        }
        endings.tagged(ending, stages().observe);
    }

    void statementRan() {
        endings.statementRan();
    }

    void statementFailed() {
        endings.statementFailed();
        governed.unknown();
    }

    void log(RuntimeException cause) {
        LOG.debug("session {}", session.id(), cause);
    }

    /** A result was cut off: the upstream need not go on with it. */
    void cutOff(Upstream upstream) {
        serving.cancelOwn(upstream);
    }

    /** The batch at hand must not succeed, though all of it that was sent has. */
    void failBatch(HookExchange batch, Upstream upstream) {
        if (batch.complete()) {
            cutInBatch = true; // its Sync is on its way
        } else if (upstream.expected().size() == 1) {
            traffic()
                    .ask(ExpectedAnswers.EXECUTE, new Swallowed(false), RefusalAnswer.impossibleExecute("pgproxy-cut"));
            upstream.flush();
        }
    }

    /** The block must not go on, though its last statement has succeeded: ends the exchange by an error of our own. */
    void failBlock(Upstream upstream) {
        upstream.sentFor(ExpectedAnswers.QUERY, new Swallowed(true));
        upstream.send(RefusalAnswer.impossibleQuery());
        upstream.flush();
    }

    @Override
    public boolean cancel() {
        live.forEach(HookExecution::cancelled);
        return deferrals.cancel();
    }

    @Override
    public void cancelled() {
        live.forEach(HookExecution::cancelled);
        deferrals.cancel();
    }

    @Override
    public void ended() {
        over = true;
        // What was sent has an end of its own, a commit, unless it was within a block that goes on.
        boolean mayCommit = !live.isEmpty() && expected == TransactionStatus.IDLE;
        deferrals.abandon();
        held.forEach(message -> message.frame().release());
        held.clear();
        upstreams.over();
        Frame undecided = frame;
        if (undecided != null && traffic != null) {
            frame = null;
            traffic.drop(undecided);
        }
        for (HookExecution execution : new ArrayList<>(live)) {
            execution.abandoned();
        }
        endings.sessionEnded(mayCommit, stages().observe);
        session.over();
    }

    /** A message that waits until it is known where its exchange goes. */
    private record Held(Frame frame, @Nullable AnswerOwner watcher, Runnable before) {}
}
