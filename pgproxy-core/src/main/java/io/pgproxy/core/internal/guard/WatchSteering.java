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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets the messages of a session pass, and has their answers watched. It refuses what is over a limit, and lets a
 * message wait only where a result that is cut off could not be undone any more once that message is on its way.
 */
final class WatchSteering implements Steering {
    /** What is read of a text; of a longer one nothing is known. */
    private static final int LONGEST = 1 << 20;

    private final WatchedSession session;
    private final ServingPhase serving;
    private final Governor governor;
    private final ProxyMetrics metrics;
    private final UserShare share;
    private final WatchedAnswers answers;
    private final KnownNames names = new KnownNames();
    private final OwnBlock ownBlock;
    private final Consumer<OpenPortal> portalGone;

    private Limits limits;
    private @Nullable Frame frame;
    private @Nullable Traffic traffic;
    private long arrived;
    private long queued;

    /** What the batch at hand may have done so far. */
    private int batch;

    /** Whether the message at hand will find a block open, as far as those before it tell. */
    private boolean inBlock;

    WatchSteering(WatchedSession session, Session client, ServingPhase serving, Governor governor) {
        this.session = session;
        this.serving = serving;
        this.governor = governor;
        this.metrics = governor.metrics();
        this.limits = governor.limits();
        long now = client.loop().ticker().nanoTime();
        this.share = new UserShare(governor, governor.quota(client.activity().user(), now));
        this.ownBlock = new OwnBlock(serving, metrics);
        this.answers = new WatchedAnswers(serving, client, metrics, ownBlock);
        this.portalGone = answers::portalGone;
    }

    @Override
    public int longestMessage() {
        return LONGEST;
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
            if (verbs.isQuiet()) {
                inBlock = serving.transaction() != TransactionStatus.IDLE;
            } else if (mustWaitForOthers()) {
                waitForAnswers(); // or what is cut off could not be undone
                return;
            }
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
        return ownBlock.isOpen() || (inBlock && answers.mayBeCut());
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
        Prepared known =
                message.isWhole() ? Glance.at(message.bytes(), message.bytes().readerIndex() + 5, length) : null;
        SqlAnalysis text = known == null ? read(message, 0, length) : null;
        if (known == null) {
            known = known(text);
        }
        int traits = known.traits();
        boolean risky = limits.limitsResults() && OwnBlock.isNeeded(traits);
        boolean changesBlock = (traits & (Traits.BEGINS | Traits.ENDS)) != 0;
        if (!traffic().isQuiet() && answers.mayBeCut() && (risky || changesBlock)) {
            waitForAnswers();
            return;
        }
        if (isOverShare(known.kind())) {
            return;
        }
        WatchedAnswer answer =
                answers.query(known, (traits & Traits.SEVERAL) == 0 ? null : text, limits, arrived, queued);
        if (risky && !inBlock && isCertain()) {
            answer.runsInOwnBlock();
            ownBlock.begin(traffic(), answer);
        }
        willRun(traits);
        traffic().forward(take(), answer);
    }

    /** Whether nothing has been asked, in a COPY neither, and nothing more can come. */
    private boolean isCertain() {
        ExpectedAnswers expected = traffic().target().expected();
        return traffic().isFirstOfExchange() && traffic().isQuiet() && expected.isEmpty() && expected.isExact();
    }

    private void willRun(int traits) {
        if ((traits & Traits.BEGINS) != 0) {
            inBlock = true;
        } else if ((traits & Traits.ENDS) != 0) {
            inBlock = false;
        }
    }

    private void parse(Frame message) {
        if (message.isWhole()) {
            ByteBuf body = message.body();
            String name = new BodyReader(body).string();
            int length = body.bytesBefore((byte) 0);
            if (isTooLong(Math.max(length, 0))) {
                return;
            }
            SqlAnalysis text = read(message, message.length() - 4 - body.readableBytes(), Math.max(length, 0));
            names.parse(name, known(text));
        } else if (isTooLong(message.length() - 8)) {
            return;
        }
        forwardPart();
    }

    private static Prepared known(@Nullable SqlAnalysis text) {
        if (text == null) {
            return Prepared.UNKNOWN;
        }
        StatementKind kind = text.statements().isEmpty()
                ? StatementKind.EMPTY
                : text.statements().get(0).facts().kind();
        return Prepared.of(kind, Traits.of(text));
    }

    private @Nullable SqlAnalysis read(Frame message, int from, int length) {
        if (!message.isWhole() || length > LONGEST) {
            return null;
        }
        ByteBuf bytes = message.bytes();
        return governor.reader()
                .analyze(bytes, bytes.readerIndex() + 5 + from, length, session.standardConformingStrings());
    }

    private void bind(Frame message) {
        if (message.isWhole()) {
            BodyReader reader = new BodyReader(message.body());
            String portal = reader.string();
            names.bind(portal, reader.string(), portalGone);
        }
        forwardPart();
    }

    private void execute(Frame message) {
        OpenPortal portal = names.portal(new BodyReader(message.body()).string());
        Prepared statement = portal.statement();
        int traits = statement.traits();
        if (answers.mayBeCut()
                && (traits & (Traits.ENDS | Traits.SHAPES)) != 0
                && !traffic().isQuiet()) {
            waitForAnswers();
            return;
        }
        if (isOverShare(statement.kind())) {
            return;
        }
        batch |= traits | ((batch & Traits.ROWS) != 0 ? Traits.SEVERAL : 0);
        WatchedAnswer answer = answers.execute(statement, portal, limits, arrived, queued);
        willRun(traits);
        traffic().forward(take(), answer);
    }

    private void functionCall() {
        if (!isOverShare(StatementKind.UNKNOWN)) {
            traffic().forward(take(), answers.functionCall(limits, arrived, queued));
        }
    }

    private void close(Frame message) {
        if (message.isWhole()) {
            BodyReader reader = new BodyReader(message.body());
            byte what = reader.int8();
            String name = reader.string();
            if (what == 'P') {
                names.closePortal(name, portalGone);
            } else {
                names.closeStatement(name);
            }
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
        return risky && !inBlock && limits.limitsResults() && answers.mayBeCut();
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
        if (status == TransactionStatus.IDLE) {
            names.transactionOver(portalGone);
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
        names.transactionOver(portalGone);
        share.close();
    }
}
