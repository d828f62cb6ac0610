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
        this.share = new UserShare(governor.quota(client.activity().user(), now));
        this.ownBlock = new OwnBlock(serving, metrics);
        this.answers = new WatchedAnswers(serving, client, metrics, ownBlock);
        this.portalGone = answers::portalGone;
    }

    @Override
    public int longestMessage() {
        return LONGEST;
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
        Prepared query = null;
        if (tag == 'Q') {
            query = length > 0 && length - 1 <= inForce.statementLength() ? glance(buffer, body, length - 1) : null;
            if (query == null) {
                return null;
            }
        } else if (tag == 'E') {
            Prepared statement = unnamedPortal(buffer, body, length);
            boolean settles = statement == null || (statement.traits() & (Traits.ENDS | Traits.SHAPES)) != 0;
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
            if (verbs.isQuiet()) {
                inBlock = serving.transaction() != TransactionStatus.IDLE;
            }
        }
        return passed(tag, buffer, body, length, query);
    }

    private @Nullable Prepared unnamedPortal(ByteBuf buffer, int body, int length) {
        return length > 0 && buffer.getByte(body) == 0 ? names.portal("").statement() : null;
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
                    BodyReader reader = new BodyReader(buffer.slice(body, length));
                    OpenPortal portal = names.portal(buffer.getByte(body) == 0 ? "" : reader.string());
                    return execution(portal, now, 0);
                }
                case 'F' -> {
                    return answers.functionCall(limits, now, 0);
                }
                case 'P' -> learn(buffer.slice(body, length), buffer, body);
                case 'B' -> bound(buffer.slice(body, length));
                case 'C' -> closed(buffer.slice(body, length));
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
        ByteBuf bytes = message.bytes();
        Prepared known = message.isWhole() ? glance(bytes, bytes.readerIndex() + 5, length) : null;
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
            new BodyReader(body).string();
            if (isTooLong(Math.max(body.bytesBefore((byte) 0), 0))) {
                return;
            }
            ByteBuf bytes = message.bytes();
            learn(message.body(), bytes, bytes.readerIndex() + 5);
        } else if (isTooLong(message.length() - 8)) {
            return;
        }
        forwardPart();
    }

    /** Parse: its text gets a name. */
    private void learn(ByteBuf body, ByteBuf bytes, int from) {
        int whole = body.readableBytes();
        String name = body.isReadable() && body.getByte(body.readerIndex()) == 0
                ? skipped(body)
                : new BodyReader(body).string();
        int length = Math.max(body.bytesBefore((byte) 0), 0);
        int start = from + whole - body.readableBytes();
        Prepared plain = glance(bytes, start, length);
        names.parse(
                name,
                plain == null
                        ? known(governor.reader().analyze(bytes, start, length, session.standardConformingStrings()))
                        : plain);
    }

    private @Nullable Prepared glance(ByteBuf bytes, int from, int length) {
        return Glance.at(governor.reader().copy(bytes, from, length), length);
    }

    private static String skipped(ByteBuf body) {
        body.skipBytes(1);
        return "";
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
            bound(message.body());
        }
        forwardPart();
    }

    private void bound(ByteBuf body) {
        int at = body.readerIndex();
        if (body.readableBytes() > 1 && body.getByte(at) == 0 && body.getByte(at + 1) == 0) {
            names.bind("", "", portalGone);
        } else {
            BodyReader reader = new BodyReader(body);
            String portal = reader.string();
            names.bind(portal, reader.string(), portalGone);
        }
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
        traffic().forward(take(), execution(portal, arrived, queued));
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
        if (!isOverShare(StatementKind.UNKNOWN)) {
            traffic().forward(take(), answers.functionCall(limits, arrived, queued));
        }
    }

    private void close(Frame message) {
        if (message.isWhole()) {
            closed(message.body());
        }
        forwardPart();
    }

    private void closed(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        byte what = reader.int8();
        String name = reader.string();
        if (what == 'P') {
            names.closePortal(name, portalGone);
        } else {
            names.closeStatement(name);
        }
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
