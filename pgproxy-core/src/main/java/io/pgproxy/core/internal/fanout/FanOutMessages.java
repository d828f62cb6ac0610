package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.limit.SqlReader;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.TransactionControl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client of several writers sends, one exchange after the other. */
final class FanOutMessages implements FrameSink {
    /** A message has to be kept until the first writer has answered it. */
    private static final int LONGEST = 64 << 20;

    private static final int HEADER = 5;

    private static final PgError TOO_LONG =
            PgError.of("54000", "a message of more than 64 MB cannot be sent to several writers");
    private static final PgError WITHIN_BATCH =
            PgError.of("0A000", "several writers take no Query within a batch that has not been ended by Sync");
    private static final PgError NO_TWO_PHASES =
            PgError.of("0A000", "PREPARE TRANSACTION is not supported by several writers");
    private static final PgError WITHIN_COPY =
            PgError.of("08P01", "unexpected message during COPY from stdin: data is awaited");

    private static final Interest WANTED = Interest.nothing()
            .cut(
                    FrontendTag.QUERY,
                    FrontendTag.FUNCTION_CALL,
                    FrontendTag.PARSE,
                    FrontendTag.BIND,
                    FrontendTag.EXECUTE,
                    FrontendTag.DESCRIBE,
                    FrontendTag.CLOSE,
                    FrontendTag.SYNC,
                    FrontendTag.FLUSH,
                    FrontendTag.COPY_DONE,
                    FrontendTag.COPY_FAIL,
                    FrontendTag.TERMINATE);

    private final FanOutSession session;
    private final SqlReader sql;
    private final FrameScanner scanner = new FrameScanner(HeaderRules.FRONTEND, WANTED, LONGEST, this);
    private final Prepared prepared = new Prepared();
    private @Nullable Exchange exchange;
    private @Nullable Frame stalled;

    /** Whether a block of the client's is open, once what was sent has succeeded. */
    private boolean inBlock;

    private boolean released;

    FanOutMessages(FanOutSession session) {
        this.session = session;
        this.sql = session.rules().sql();
    }

    void take(ByteBuf bytes) {
        scanner.scan(bytes);
    }

    @Nullable
    Exchange exchange() {
        return exchange;
    }

    /** Whether a block of the client's is open, as far as the first writer has said. */
    boolean isInBlock() {
        return inBlock;
    }

    boolean isBetweenMessages() {
        return scanner.isBetweenMessages();
    }

    /** How much is kept here. */
    long waitingBytes() {
        Exchange current = exchange;
        return scanner.waitingBytes() + (current == null ? 0 : current.waitingBytes());
    }

    /** More is waiting than should: the Sync that would have it answered may be behind what is not read now. */
    void hurry() {
        Exchange current = exchange;
        if (current != null && current.takesMore()) {
            current.hurry();
        }
    }

    /** The exchange is over: the next can begin. */
    void exchangeOver(TransactionStatus status) {
        Exchange last = exchange;
        exchange = null;
        inBlock = status != TransactionStatus.IDLE;
        prepared.exchangeOver(last == null ? 0 : last.parsed(), !inBlock);
    }

    /**
     * Goes on with what had to wait.
     *
     * @return whether there was anything
     */
    boolean goOn() {
        Frame next = stalled;
        if (next == null || !(isFree() || isCopyOpen())) {
            return false;
        }
        stalled = null;
        framed(next);
        if (stalled == null) {
            scanner.resume();
        }
        return true;
    }

    private boolean isCopyOpen() {
        Exchange current = exchange;
        return current != null && current.isCopyOpen();
    }

    private boolean isFree() {
        Exchange current = exchange;
        return current == null ? !session.isCancelling() : current.takesMore();
    }

    /** Nothing more comes from the client; what it has asked for goes on. */
    void stop() {
        released = true;
        if (stalled != null) {
            stalled.release();
            stalled = null;
        }
        scanner.release();
    }

    void release() {
        stop();
        if (exchange != null) {
            exchange.abandon();
        }
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        Exchange current = exchange;
        if (current == null || released) {
            bytes.release(); // of a COPY that has failed
        } else {
            current.data(bytes);
        }
    }

    @Override
    public void noted(byte tag, int first) {}

    @Override
    public void framed(Frame frame) {
        if (exchange != null && exchange.messageEnds()) {
            session.answersComplete();
        }
        if (released) {
            frame.release();
            return;
        }
        byte tag = frame.tag();
        if (tag == 'c' || tag == 'f') {
            copyEnds(frame);
        } else if (isCopyOpen()) {
            withinCopy(frame);
        } else if (!isFree()) {
            stalled = frame;
            scanner.pause();
        } else if (exchange == null && !session.isUpToDate()) {
            frame.release();
        } else if (!frame.isWhole()) {
            frame.release();
            session.fail(TOO_LONG);
        } else {
            step(frame);
        }
    }

    private void copyEnds(Frame frame) {
        Exchange current = exchange;
        if (current == null) {
            frame.release();
        } else {
            current.dataEnds(frame.bytes());
        }
    }

    /** As the server: Flush and Sync mean nothing there, and anything else is the end. */
    private void withinCopy(Frame frame) {
        frame.release();
        switch (frame.tag()) {
            case 'H', 'S' -> {}
            case 'X' -> session.terminated();
            default -> session.fail(WITHIN_COPY);
        }
    }

    private void step(Frame frame) {
        switch (frame.tag()) {
            case 'Q' -> query(frame);
            case 'F' -> functionCall(frame);
            case 'P' -> parse(frame);
            case 'B' -> bind(frame);
            case 'E' -> execute(frame);
            case 'D' -> batch().message(ExpectedAnswers.DESCRIBE, frame, false, false);
            case 'C' -> {
                prepared.close(frame.body().getByte(0) == 'S', name(frame, 1));
                batch().message(ExpectedAnswers.CLOSE, frame, true, false);
            }
            case 'H' -> {
                if (exchange == null) {
                    frame.release();
                } else {
                    exchange.message((byte) 0, frame, true, false);
                    session.answersComplete(); // what it asks for may have come already
                }
            }
            case 'S' -> {
                boolean open = exchange != null;
                batch().message(ExpectedAnswers.SYNC, frame, open, false);
            }
            default -> {
                frame.release();
                session.terminated();
            }
        }
    }

    private Exchange batch() {
        Exchange open = exchange;
        if (open == null) {
            open = session.begin(false);
            exchange = open;
        }
        return open;
    }

    private void query(Frame frame) {
        if (exchange != null) {
            frame.release();
            session.fail(WITHIN_BATCH);
            return;
        }
        ByteBuf bytes = frame.bytes();
        SqlAnalysis analysis =
                sql.analyze(bytes, bytes.readerIndex() + HEADER, frame.length() - HEADER, session.readsBackslashes());
        Plan plan = Plan.of(analysis);
        Exchange begun = session.begin(true);
        exchange = begun;
        if (isRefused(analysis, begun)) {
            frame.release();
            begun.refuse(ExpectedAnswers.QUERY, RefusalAnswer.impossibleQuery());
            return;
        }
        List<Known> statements = analysis.statements().stream()
                .map(statement -> Known.of(statement.facts()))
                .toList();
        begun.copies((int) statements.stream().filter(Known::copiesIn).count());
        if (plan == Plan.TRANSACTION && !inBlock) {
            begun.begin();
        } else if (statements.size() == 1 && statements.get(0).commits()) {
            begun.commit(ExpectedAnswers.QUERY, frame);
            return;
        } else {
            note(plan, statements, begun);
        }
        begun.message(ExpectedAnswers.QUERY, frame, plan != Plan.FIRST, plan == Plan.ALL_AT_ONCE);
    }

    /** What is no transaction of ours. */
    private void note(Plan plan, List<Known> statements, Exchange open) {
        if (statements.stream().anyMatch(Known::lasts)) {
            open.conduct().lasts();
        }
        if (statements.stream().anyMatch(known -> known.isOfSession(inBlock))) {
            open.conduct().changesSession();
        }
        if (plan == Plan.ALL_AT_ONCE) {
            open.conduct().stopping(Stopping.NONE);
        } else if (plan == Plan.IN_TURN) {
            open.conduct().stopping(statements.size() == 1 ? Stopping.FIRST : Stopping.NONE);
        }
    }

    /** Whether it may do something else on each writer, and that is not wanted. */
    private boolean isRefused(SqlAnalysis analysis, Exchange open) {
        if (analysis.statements().stream().anyMatch(FanOutMessages::preparesTransaction)) {
            open.refusal(NO_TWO_PHASES);
            return true;
        }
        PgError doubt = Determinism.doubt(analysis);
        if (doubt == null) {
            return false;
        }
        if (session.rules().onlyWarns()) {
            session.warn(doubt);
            return false;
        }
        open.refusal(doubt);
        return true;
    }

    private static boolean preparesTransaction(AnalyzedStatement statement) {
        TransactionControl control = statement.facts().transaction();
        return control != null && control.action() == TransactionControl.Action.PREPARE;
    }

    private void functionCall(Frame frame) {
        if (exchange != null) {
            frame.release();
            session.fail(WITHIN_BATCH);
            return;
        }
        Exchange begun = session.begin(true);
        exchange = begun;
        if (!inBlock) {
            begun.begin();
        }
        begun.message(ExpectedAnswers.FUNCTION_CALL, frame, true, false);
    }

    private void parse(Frame frame) {
        ByteBuf bytes = frame.bytes();
        String name = name(frame, 0);
        int from = bytes.readerIndex() + HEADER + name.getBytes(StandardCharsets.UTF_8).length + 1;
        int end = from < bytes.writerIndex() ? bytes.indexOf(from, bytes.writerIndex(), (byte) 0) : -1;
        SqlAnalysis analysis = end < from ? null : sql.analyze(bytes, from, end - from, session.readsBackslashes());
        Exchange open = batch();
        if (analysis != null && isRefused(analysis, open)) {
            frame.release();
            open.refuse(
                    ExpectedAnswers.EXECUTE,
                    RefusalAnswer.impossibleExecute(session.rules().impossibleName()));
            return;
        }
        List<AnalyzedStatement> read = analysis == null ? List.of() : analysis.statements();
        Known known = read.size() == 1 ? Known.of(read.get(0).facts()) : Known.UNKNOWN;
        prepared.parse(name, known);
        open.message(ExpectedAnswers.PARSE, frame, true, false);
    }

    private void bind(Frame frame) {
        String portal = name(frame, 0);
        Known bound = prepared.bind(portal, name(frame, portal.getBytes(StandardCharsets.UTF_8).length + 1));
        Exchange open = batch();
        if (bound.plan() == Plan.TRANSACTION && !inBlock && !open.isBegun()) {
            open.begin();
        }
        open.message(ExpectedAnswers.BIND, frame, bound.plan() != Plan.FIRST, false);
    }

    private void execute(Frame frame) {
        Known run = prepared.portal(name(frame, 0));
        Exchange open = batch();
        TransactionControl.Action action = run.action();
        if (run.commits()) {
            inBlock = false;
            open.commit(ExpectedAnswers.EXECUTE, frame);
            return;
        }
        if (action == TransactionControl.Action.BEGIN || action == TransactionControl.Action.ROLLBACK) {
            inBlock = action == TransactionControl.Action.BEGIN;
            open.handOver();
        }
        if (run.lasts()) {
            open.conduct().lasts();
        }
        if (run.isOfSession(inBlock || open.isBegun())) {
            open.conduct().changesSession();
        }
        if (run.plan() == Plan.ALL_AT_ONCE || run.plan() == Plan.IN_TURN) {
            open.conduct().stopping(Stopping.NONE);
        }
        open.copies(run.copiesIn() ? 1 : 0);
        open.message(ExpectedAnswers.EXECUTE, frame, run.plan() != Plan.FIRST, false);
    }

    private static String name(Frame frame, int offset) {
        ByteBuf bytes = frame.bytes();
        int from = bytes.readerIndex() + HEADER + offset;
        int end = from < bytes.writerIndex() ? bytes.indexOf(from, bytes.writerIndex(), (byte) 0) : -1;
        return end <= from ? "" : bytes.toString(from, end - from, StandardCharsets.UTF_8);
    }
}
