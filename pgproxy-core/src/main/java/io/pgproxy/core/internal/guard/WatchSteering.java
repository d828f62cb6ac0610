package io.pgproxy.core.internal.guard;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.Limit;
import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.limit.OverLimit;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.session.Steering;
import io.pgproxy.core.internal.session.Swallowed;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets the messages of a session pass, and has their answers watched. It refuses what is over a limit, and lets a
 * message wait only where a result that is cut off could not be undone any more once that message is on its way.
 */
final class WatchSteering implements Steering {
    private final ServingPhase serving;
    private final Governor governor;
    private final ProxyMetrics metrics;
    private final UserShare share;
    private final WatchedAnswers answers;
    private final SeenMessages seen;
    private final OwnBlock ownBlock;

    private Limits limits;
    private @Nullable Frame frame;
    private @Nullable Traffic traffic;
    private long arrived;
    private long queued;

    /** What the batch at hand may have done so far. */
    private int batch;

    /** Whether the message at hand may find a block open, as far as those before it tell: they may fail. */
    private boolean mayBeInBlock;

    /** Whether it may find none. */
    private boolean mayBeOutside;

    /** The same of the exchange at hand, should nothing of it succeed. */
    private boolean beganOutside;

    WatchSteering(WatchedSession session, Session client, ServingPhase serving, Governor governor) {
        this.serving = serving;
        this.governor = governor;
        this.metrics = governor.metrics();
        this.limits = governor.limits();
        long now = client.loop().ticker().nanoTime();
        this.share = new UserShare(governor.quota(client.activity().user(), now));
        this.ownBlock = new OwnBlock(serving, metrics);
        this.answers = new WatchedAnswers(serving, client, metrics, ownBlock);
        this.seen = new SeenMessages(session, governor.reader(), answers::portalGone);
    }

    @Override
    public int longestMessage() {
        return SeenMessages.LONGEST;
    }

    @Override
    public boolean passesInPlace() {
        return true;
    }

    /** Whatever may have to wait, or to be refused, is decided on instead. */
    @Override
    public @Nullable AnswerOwner pass(byte tag, ByteBuf buffer, int body, int length, Traffic verbs) {
        traffic = verbs;
        boolean first = verbs.isFirstOfExchange();
        Limits inForce = first ? governor.limits() : limits;
        boolean mustBeDecided = verbs.isSkipping() || (!first && answers.isCutHere());
        if (mustBeDecided || (first && !verbs.isQuiet() && mustWaitForOthers())) {
            return null;
        }
        if (tag == 'S') {
            return mustSettle() || answers.isCutHere() ? null : answers.sync();
        }
        if (!first && (tag == 'Q' || tag == 'F') && answers.mayBeCut()) {
            return null; // it ends a batch without Sync
        }
        Prepared query = null;
        if (tag == 'Q') {
            query = length > 0 && length - 1 <= inForce.statementLength()
                    ? seen.glance(buffer, body, length - 1)
                    : null;
            if (query == null) {
                return null;
            }
        } else if (length == 0) {
            return null; // the server says what is wrong with it
        } else if (tag == 'E') {
            Prepared statement = seen.ofUnnamedPortal(buffer, body, length);
            boolean settles = statement == null || mustNotFollow(statement);
            if (settles && answers.mayBeCut()) {
                return null;
            }
        } else if (tag == 'P' && length > inForce.statementLength()) {
            return null;
        }
        boolean runs = tag == 'Q' || tag == 'E' || tag == 'F';
        if (runs && inForce.limitsUsers() && share.begin(inForce, answers.now()) != null) {
            return null; // it is asked once more, and refused
        }
        if (first) {
            answers.exchangeBegins();
            limits = inForce;
            batch = Traits.NOTHING;
            foresee(verbs);
        }
        return passed(tag, buffer, body, length, query);
    }

    private AnswerOwner passed(byte tag, ByteBuf buffer, int body, int length, @Nullable Prepared query) {
        long now = answers.now();
        try {
            switch (tag) {
                case 'Q' -> {
                    if (query != null) {
                        return answers.query(query, null, limits, now, 0);
                    }
                }
                case 'E' -> {
                    return execution(seen.portal(buffer.slice(body, length)), now, 0);
                }
                case 'F' -> {
                    return answers.functionCall(limits, now, 0);
                }
                case 'P' -> seen.parse(buffer.slice(body, length), buffer, body);
                case 'B' -> seen.bind(buffer.slice(body, length));
                case 'C' -> seen.close(buffer.slice(body, length));
                default -> {
                    // Describe tells nothing
                }
            }
        } catch (ProtocolException malformed) {
            return answers.part(); // the server says what is wrong with it
        }
        return answers.part();
    }

    @Override
    public void decide(Frame message, Traffic verbs) {
        frame = message;
        traffic = verbs;
        arrived = answers.now();
        queued = 0;
        if (verbs.isFirstOfExchange()) {
            answers.exchangeBegins();
            limits = governor.limits();
            batch = Traits.NOTHING;
        }
        again();
    }

    /** What an exchange that begins may find. */
    private void foresee(Traffic verbs) {
        if (verbs.isQuiet()) {
            mayBeOutside = serving.transaction() == TransactionStatus.IDLE;
            mayBeInBlock = !mayBeOutside;
        } else {
            mayBeOutside |= beganOutside;
        }
        beganOutside = mayBeOutside;
    }

    private void again() {
        Frame message = frame;
        Traffic verbs = traffic;
        if (message == null || verbs == null) {
            return; // the session is over
        }
        if (verbs.isSkipping() || answers.isCutHere()) {
            verbs.drop(take());
            return;
        }
        if (verbs.isFirstOfExchange()) {
            if (!verbs.isQuiet() && mustWaitForOthers()) {
                waitForAnswers(); // or what is cut off could not be undone
                return;
            }
            foresee(verbs);
        }
        try {
            switch (message.tag()) {
                case 'Q' -> query(message);
                case 'P' -> parse(message);
                case 'B' -> bind(message);
                case 'E' -> execute(message);
                case 'F' -> functionCall();
                case 'C' -> close(message);
                default -> forwardPart();
            }
        } catch (ProtocolException malformed) {
            forwardPart(); // the server says what is wrong with it
        }
    }

    /** Behind an exchange whose end can still be another one, nothing may be on its way. */
    private boolean mustWaitForOthers() {
        if (traffic().target().expected().isCopyingIn()) {
            return false; // the server takes it for a part of the client's data, and says what is wrong with it
        }
        return ownBlock.isOpen() || (mayBeInBlock && answers.mayBeCut());
    }

    private Frame take() {
        Frame taken = frame();
        frame = null;
        return taken;
    }

    private Frame frame() {
        return Objects.requireNonNull(frame);
    }

    private Traffic traffic() {
        return Objects.requireNonNull(traffic);
    }

    private void waitForAnswers() {
        metrics.deferred();
        long since = answers.now();
        traffic().afterAnswers(() -> {
            queued += answers.now() - since;
            again();
        });
    }

    private void query(Frame message) {
        int length = Math.max(0, message.length() - 5);
        if (isTooLong(length)) {
            return;
        }
        ByteBuf bytes = message.bytes();
        Prepared known = message.isWhole() ? seen.glance(bytes, bytes.readerIndex() + 5, length) : null;
        SqlAnalysis text =
                known == null && message.isWhole() ? seen.read(bytes, bytes.readerIndex() + 5, length) : null;
        if (known == null) {
            known = SeenMessages.known(text);
        }
        int traits = known.traits();
        boolean risky = limits.limitsResults() && OwnBlock.isNeeded(traits);
        boolean changesBlock = (traits & (Traits.BEGINS | Traits.ENDS)) != 0;
        if (!traffic().isQuiet() && (risky || endsDoubtfulBatch() || (changesBlock && answers.mayBeCut()))) {
            waitForAnswers(); // a risky one: whether it finds a block has to be known
            return;
        }
        if (isOverShare(known.kind())) {
            return;
        }
        WatchedAnswer answer =
                answers.query(known, (traits & Traits.SEVERAL) == 0 ? null : text, limits, arrived, queued);
        if (risky && isOutsideForCertain()) {
            answer.runsInOwnBlock();
            ownBlock.begin(traffic(), answer);
        }
        willRun(traits);
        traffic().forward(take(), answer);
    }

    /** Whether the message at hand ends a batch without Sync, which the server skips if a result before it fails. */
    private boolean endsDoubtfulBatch() {
        return !traffic().isFirstOfExchange() && answers.mayBeCut();
    }

    /** Whether nothing has been asked, in a COPY neither, nothing more can come, and there is no block. */
    private boolean isOutsideForCertain() {
        ExpectedAnswers expected = traffic().target().expected();
        return traffic().isQuiet()
                && expected.isEmpty()
                && expected.isExact()
                && serving.transaction() == TransactionStatus.IDLE
                && (traffic().isFirstOfExchange() || (batch & (Traits.BEGINS | Traits.ENDS)) == 0);
    }

    private void willRun(int traits) {
        if ((traits & Traits.ENDS) != 0) {
            mayBeOutside = true;
            mayBeInBlock |= (traits & Traits.BEGINS) != 0; // COMMIT may chain
        } else if ((traits & Traits.BEGINS) != 0) {
            mayBeOutside = false; // or what follows in the exchange is skipped
            mayBeInBlock = true;
        }
    }

    private void parse(Frame message) {
        if (message.isWhole()) {
            ByteBuf body = message.body();
            new BodyReader(body).string();
            if (isTooLong(Math.max(body.bytesBefore((byte) 0), 0))) {
                return;
            }
            ByteBuf bytes = message.bytes();
            seen.parse(message.body(), bytes, bytes.readerIndex() + 5);
        } else if (isTooLong(message.length() - 8)) {
            return;
        }
        forwardPart();
    }

    private void bind(Frame message) {
        if (message.isWhole()) {
            seen.bind(message.body());
        }
        forwardPart();
    }

    private void execute(Frame message) {
        OpenPortal portal = seen.portal(message.body());
        Prepared statement = portal.statement();
        if (answers.mayBeCut() && mustNotFollow(statement) && !traffic().isQuiet()) {
            waitForAnswers();
            return;
        }
        if (isOverShare(statement.kind())) {
            return;
        }
        traffic().forward(take(), execution(portal, arrived, queued));
    }

    /**
     * Whether it must not be on its way while a result before it may be cut off. A COPY neither: the server would wait
     * for data, and take the Sync for a part of it.
     */
    private static boolean mustNotFollow(Prepared statement) {
        return (statement.traits() & (Traits.ENDS | Traits.SHAPES)) != 0
                || statement.kind() == StatementKind.COPY_FROM_CLIENT;
    }

    private WatchedAnswer execution(OpenPortal portal, long since, long waited) {
        Prepared statement = portal.statement();
        int traits = statement.traits();
        batch |= traits | ((batch & Traits.ROWS) != 0 ? Traits.SEVERAL : 0);
        WatchedAnswer answer = answers.execute(statement, portal, limits, since, waited);
        willRun(traits);
        return answer;
    }

    private void functionCall() {
        if (endsDoubtfulBatch() && !traffic().isQuiet()) {
            waitForAnswers();
        } else if (!isOverShare(StatementKind.UNKNOWN)) {
            traffic().forward(take(), answers.functionCall(limits, arrived, queued));
        }
    }

    private void close(Frame message) {
        if (message.isWhole()) {
            seen.close(message.body());
        }
        forwardPart();
    }

    private void forwardPart() {
        traffic().forward(take(), answers.part());
    }

    private boolean isTooLong(int length) {
        if (length <= limits.statementLength()) {
            return false;
        }
        metrics.limited(Limit.STATEMENT_LENGTH);
        refuse(OverLimit.statementLength(length, limits.statementLength()), StatementKind.UNKNOWN);
        return true;
    }

    private boolean isOverShare(StatementKind kind) {
        PgError refusal = share.begin(limits, answers.now());
        if (refusal != null) {
            metrics.limited(share.over());
            refuse(refusal, kind);
        }
        return refusal != null;
    }

    private void refuse(PgError error, StatementKind kind) {
        boolean runs = frame().tag() != 'P';
        traffic().refuse(take(), error, answers.refusal(kind, runs));
    }

    /** A result that may be cut off stands beside something that would stay then, and no block keeps it from that. */
    @Override
    public boolean mustSettle() {
        Traffic verbs = traffic;
        if (verbs != null && verbs.isFirstOfExchange() && mustWaitForOthers()) {
            return true; // it is an exchange of its own
        }
        boolean risky = (batch & Traits.ROWS) != 0 && (batch & (Traits.WRITES | Traits.ENDS)) != 0;
        return risky && mayBeOutside && limits.limitsResults() && answers.mayBeCut();
    }

    @Override
    public AnswerOwner watchOfSync() {
        Traffic verbs = traffic;
        if (verbs != null && answers.isCutHere() && !verbs.isSkipping()) {
            verbs.ask(
                    ExpectedAnswers.EXECUTE,
                    new Swallowed(false),
                    RefusalAnswer.impossibleExecute(serving.impossiblePortal()));
        }
        return answers.sync();
    }

    @Override
    public void exchangeEnded(TransactionStatus status) {
        if (status == TransactionStatus.IDLE && serving.main().expected().isEmpty()) {
            seen.transactionOver(); // what is on its way has made portals of its own
        }
        if (answers.isEmpty()) {
            share.leave();
        }
    }

    @Override
    public void cancelled() {
        answers.cancelled();
    }

    @Override
    public void terminating() {
        ownBlock.commitNow();
    }

    @Override
    public void ended() {
        Frame undecided = frame;
        if (undecided != null) {
            frame = null;
            traffic().drop(undecided);
        }
        answers.abandon();
        seen.transactionOver();
        share.close();
    }
}
