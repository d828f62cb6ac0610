package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.Limit;
import io.pgproxy.core.internal.guard.OwnBlock;
import io.pgproxy.core.internal.guard.QueryClock;
import io.pgproxy.core.internal.limit.OverLimit;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Steering;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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

    private static final PgError WITHIN_COPY =
            PgError.of(SqlState.PROTOCOL_VIOLATION, "unexpected message during COPY from stdin");

    private final HookSession session;
    private final ServingPhase serving;
    private final Deferrals deferrals;
    private final SessionNames names = new SessionNames();
    private final GovernedSettings governed = new GovernedSettings();
    private final Set<HookExecution> live = new LinkedHashSet<>();
    private final TransactionEndings endings;
    private final Foresight foresight;
    private final HeldBack heldBack = new HeldBack(this);
    private final ExchangeRoute route;
    private final Upstreams upstreams;
    private final Cuts cuts;
    private final Admission admission;
    private final QueryMessages queries;
    private final ExtendedMessages extended;
    private final SyncWatch plainSync;
    private final OwnBlock ownBlock;
    private final QueryClock clock;

    private Generation generation;
    private HookExchange exchange;
    private @Nullable Frame frame;
    private @Nullable Traffic traffic;

    /** What is on its way was looked at by nobody, and hooks have been exchanged since. */
    private boolean passesUnseen;

    private boolean over;

    /**
     * How long the message at hand has waited for answers, without what the verdicts before it have been waited for.
     */
    private long queued;

    /** Whether the message at hand is counted among what its user runs. */
    private boolean counted;

    /**
     * A steering.
     *
     * @param begun the chain that the session has begun with, which may be another one than that in force
     */
    HookSteering(HookSession session, ServingPhase serving, Stages begun) {
        this.session = session;
        this.serving = serving;
        this.deferrals = new Deferrals(session.loop(), this::beforeWaiting);
        this.generation = new Generation(begun, session.renewals());
        this.exchange = new HookExchange(session, 0);
        this.endings = new TransactionEndings(session, serving.transaction());
        this.foresight = new Foresight(serving.transaction());
        this.upstreams = new Upstreams(session.engine(), serving);
        this.route = new ExchangeRoute(this, serving, upstreams);
        this.cuts = new Cuts(serving);
        this.plainSync = new SyncWatch(session, this);
        this.clock = new QueryClock(session.loop());
        this.ownBlock = new OwnBlock(serving, session.metrics());
        Preparation preparation = new Preparation(names, deferrals);
        this.admission = new Admission(this);
        PreparedTexts prepared = new PreparedTexts(this);
        this.queries = new QueryMessages(this, preparation, admission, prepared);
        this.extended = new ExtendedMessages(this, preparation, admission, prepared);
    }

    HookSession session() {
        return session;
    }

    /** Of what runs in this session. */
    QueryClock clock() {
        return clock;
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
        queued = -deferrals.waited();
        counted = false;
        if (verbs.isFirstOfExchange()) {
            beginExchange(verbs);
        }
        if (!over) {
            again();
        }
    }

    private void beginExchange(Traffic verbs) {
        HookExchange before = exchange;
        exchange = new HookExchange(session, before.number() + 1);
        session.exchangeBegins();
        Stages current = session.engine().stages();
        if (!generation.isOf(current, session.renewals())) {
            generation = new Generation(current, session.renewals());
            PgError unreadable = current.readsSql() ? session.unreadable() : null;
            if (unreadable != null) {
                session.end(unreadable); // it began before anybody read its SQL
            }
        }
        if (verbs.isQuiet()) {
            foresight.begin(serving.transaction());
            if (serving.transaction() == TransactionStatus.IDLE) {
                governed.settled(exchange.number());
            }
        }
        route.begin(before, foresight.transaction(), verbs);
    }

    /** Looks at the message from the beginning: something that it has to wait for may have come. */
    void again() {
        Frame message = frame();
        Traffic verbs = traffic();
        if (isUnseen()) {
            passesUnseen = true;
            verbs.forward(take(), null);
            return;
        }
        if (verbs.isSkipping()) {
            drop();
            return;
        }
        if ((message.tag() == 'Q' || message.tag() == 'F') && !heldBack.isEmpty()) {
            heldBack.release(this::again);
            return;
        }
        if (isTooLong(message)) {
            return;
        }
        if (!message.isWhole()) {
            refuse(TOO_LONG, "");
            return;
        }
        if (verbs.isQuiet()) {
            passesUnseen = false;
            foresight.settled();
            cuts.settled();
            governed.settled(exchange.number());
        } else if (passesUnseen
                || cuts.mustSettle()
                || ownBlock.isOpen()
                || verbs.isDoubtful()
                || foresight.isFenced(message.tag(), exchange.number())) {
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

    /** A text that is longer than the limit is not read at all. */
    private boolean isTooLong(Frame message) {
        byte tag = message.tag();
        long limit = session.engine().governor().limits().statementLength();
        int length = message.length() - (tag == 'P' ? 7 : 5);
        if ((tag != 'Q' && tag != 'P') || length <= limit) {
            return false;
        }
        session.metrics().limited(Limit.STATEMENT_LENGTH);
        SqlStatement unread = new SqlStatement(
                session, null, tag == 'P' ? Statement.Form.PREPARED : Statement.Form.QUERY, List.of(), generation);
        refuse(OverLimit.statementLength(length, limit), "", List.of(begin(unread, null)), 0);
        return true;
    }

    /** The message at hand runs something: the refusal if the user is over a limit, or null. */
    @Nullable
    PgError overShare() {
        if (counted) {
            return null;
        }
        counted = true;
        return session.beginQuery();
    }

    /** Nobody wants to know what the client sends: there are hooks of sessions alone. */
    private boolean isUnseen() {
        return !stages().readsSql()
                && session.terms().equals(Terms.NONE)
                && !session.engine().governor().watches();
    }

    /** A verdict will come later: what was sent before is answered meanwhile, for somebody may wait for it. */
    private void beforeWaiting() {
        session.metrics().deferred();
        if (route.holdsExecution()) {
            route.release(() -> traffic().urge());
        } else {
            traffic().urge();
        }
    }

    /** Decides once everything before the message has been answered. */
    void waitForAnswers() {
        if (!route.isHolding() && traffic().isQuiet()) {
            refuse(WITHIN_COPY, ""); // what is due comes behind a COPY that the client has not ended
            return;
        }
        session.metrics().deferred();
        long since = System.nanoTime();
        releaseRouted(() -> traffic().afterAnswers(() -> {
            queued += System.nanoTime() - since;
            again();
        }));
    }

    /** What waits in front of the message at hand goes before it: answered here, or to an upstream. */
    private void releaseHeld(Runnable then) {
        heldBack.release(() -> releaseRouted(then));
    }

    private void releaseRouted(Runnable then) {
        if (route.isHolding()) {
            route.release(then);
        } else {
            then.run();
        }
    }

    /** As {@link #waitForAnswers}, and goes on elsewhere; not at all if what came before has failed. */
    void afterAnswers(Runnable then) {
        afterAnswers(then, () -> {});
    }

    /** As the other; {@code skipped} is told if it does not go on. */
    void afterAnswers(Runnable then, Runnable skipped) {
        releaseHeld(() -> traffic().afterAnswers(() -> {
            if (frame == null) {
                skipped.run();
            } else if (traffic().isSkipping()) {
                drop();
                skipped.run();
            } else {
                then.run();
            }
        }));
    }

    /** Whether only answers can tell what a portal of our own is: it goes with its transaction. */
    boolean isUnsettled(@Nullable Portal portal) {
        return portal != null && portal.isOwn() && !traffic().isQuiet();
    }

    /** The name of a statement and portal that no client can have made. */
    String portalOfOurOwn() {
        return serving.impossiblePortal() + "-own";
    }

    Frame take() {
        Frame taken = frame();
        frame = null;
        return taken;
    }

    void forward(@Nullable AnswerOwner watcher) {
        forwardBehind(() -> {}, watcher);
    }

    /** The message goes on, behind something of the proxy's own. */
    void forwardBehind(Runnable before, @Nullable AnswerOwner watcher) {
        heldBack.release(() -> send(take(), watcher, before));
    }

    /** As the other; something else may go in the place of the message. */
    void forwardBehind(Runnable before, UnaryOperator<Frame> instead, @Nullable AnswerOwner watcher) {
        heldBack.release(() -> send(instead.apply(take()), watcher, before));
    }

    private void send(Frame message, @Nullable AnswerOwner watcher, Runnable inFront) {
        if (!traffic().isFirstOfExchange() && foresight.takeUnseen(message.tag(), exchange.number())) {
            route.forward(message, watcher, () -> {
                admission.putReading(portalOfOurOwn());
                inFront.run();
            });
        } else {
            route.forward(message, watcher, inFront);
        }
    }

    @Override
    public boolean isHolding() {
        return route.isHolding() || !heldBack.isEmpty();
    }

    @Override
    public void release(boolean complete, Runnable then) {
        if (complete) {
            exchange.completed();
        }
        releaseHeld(then);
    }

    /**
     * Asks where the exchange goes, and aims it there. What is held goes first; if that is refused, the message at hand
     * is sent to be skipped behind it.
     */
    void route(Runnable then, BiConsumer<PgError, String> refused) {
        heldBack.release(() -> {
            if (route.isHolding()) {
                route.release(() -> {
                    if (frame != null) {
                        then.run();
                    }
                });
            } else {
                route.ask(then, refused);
            }
        });
    }

    /** What may be answered from recordings with all of its exchange. */
    HeldBack heldBack() {
        return heldBack;
    }

    ExchangeRoute route() {
        return route;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    OwnBlock ownBlock() {
        return ownBlock;
    }

    Cuts cuts() {
        return cuts;
    }

    /** Whether settings of the session are not in force where the exchange goes. */
    boolean lacksSessionSettings() {
        Map<String, String> wanted = session.terms().settings();
        return !wanted.isEmpty()
                && !route.upstream().isBlockFailed()
                && !governed.missing(wanted, route.upstream()).isEmpty();
    }

    /** Puts them in an exchange of its own. */
    void putSessionSettings(Runnable then, Consumer<PgError> refused) {
        admission.putSessionSettings(then, refused);
    }

    boolean isOver() {
        return over;
    }

    void drop() {
        traffic().drop(take());
    }

    /** Its batch has failed. */
    void dropUndecided() {
        if (frame != null) {
            drop();
        }
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
        foresight.refused();
        releaseHeld(() -> {
            if (frame != null) {
                refuseNow(error, by, executions, refused, changes);
            }
        });
    }

    private void refuseNow(
            PgError error, String by, List<HookExecution> executions, int refused, List<Names.Change<?>> changes) {
        long began = session.exchangeBegan();
        traffic().refuse(take(), error, new Refusal() {
            @Override
            public @Nullable ByteBuf inFront() {
                return session.takeNotices();
            }

            @Override
            public void told(PgError said) {
                session.told(said, began);
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
        return new HookExecution(statement, exchange, bind, foresight.transaction(), foresight.wrote(), live);
    }

    /** It is about to be sent: what comes behind it finds what it will have done. */
    void willRun(HookExecution execution) {
        execution.waited(queued + deferrals.waited());
        execution.sent(route.upstream(), route.name());
        Effects effects = execution.statement().effects();
        foresight.willRun(effects, exchange.number());
        touches(effects);
    }

    /** It is executed: planning alone was what Bind has set off. */
    void executes(HookExecution execution) {
        Effects effects = execution.statement().effects();
        foresight.runs(effects, exchange.number());
        touches(effects);
    }

    private void touches(Effects effects) {
        if (effects.mayTouchSettings()) {
            governed.unknown();
        }
    }

    /** Whether what runs before would take of a limited time, and could be cancelled in the place of what it is for. */
    boolean isBehindAnother(Duration maxTime) {
        return !maxTime.isZero()
                && (route.holdsExecution() || route.upstream().expected().isRunning());
    }

    /** Its result may be cut off here. */
    void mayBeCut(HookExecution execution) {
        cuts.mayCome(execution, !exchange.complete(), foresight.transaction());
    }

    /** The watch of a Sync: it sees what fails there, and lets no block go on one of whose results was cut off. */
    @Override
    public AnswerOwner watchOfSync() {
        return cuts.mustSettle() ? new SyncWatch(session, this) : plainSync;
    }

    @Override
    public boolean mustSettle() {
        return cuts.mustSettleBeforeSync() || ownBlock.isOpen();
    }

    @Override
    public void exchangeWhole() {
        exchange.completed();
        cuts.exchangeWhole(foresight.transaction());
    }

    @Override
    public void exchangeEnded(TransactionStatus status) {
        session.overTime(null);
        endings.exchangeEnded(status, stages().observe);
        if (status == TransactionStatus.IDLE) {
            names.transactionOver();
        }
        if (live.isEmpty()) {
            session.quiet();
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

    @Override
    public boolean cancel() {
        live.forEach(HookExecution::cancelled);
        boolean routing = route.cancel();
        return deferrals.cancel() || routing;
    }

    @Override
    public void terminating() {
        ownBlock.commitNow();
    }

    @Override
    public void cancelled() {
        cancel();
    }

    @Override
    public void ended() {
        over = true;
        clock.stop();
        // What was sent has an end of its own, a commit, unless it was within a block that goes on.
        boolean mayCommit = !live.isEmpty() && foresight.transaction() == TransactionStatus.IDLE;
        deferrals.abandon();
        heldBack.over();
        route.over();
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
}
