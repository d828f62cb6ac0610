package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Query, or a batch up to its Sync, on its way over the writers: the first is asked first; what it has done without
 * an error the others are asked to do, all at the same time; and when all agree the client is told that it is done.
 * Where the client has no block open, all of this stands in a block of our own.
 */
final class Exchange {
    private enum Phase {
        /** It comes, and goes to the first. */
        FIRST,
        /** All is sent; the others have not answered all of it. */
        OTHERS,
        /** All are told to keep it, or not to. */
        ENDING,
        /** Nothing is awaited. */
        OVER
    }

    private final FanOutSession session;
    private final List<Writer> writers;
    private final FirstAnswer answer;
    private final List<OtherAnswer> others = new ArrayList<>();

    /** What the others are still to be sent, in order: each when the first has answered it. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private final List<Command> commands = new ArrayList<>();
    private Phase phase = Phase.FIRST;
    private int released;
    private long waitingBytes;
    private boolean begun;
    private boolean complete;
    private boolean copies;
    private boolean copyOpen;
    private boolean copyFailing;
    private boolean reopened;
    private boolean mayLast;
    private boolean undivided;
    private boolean firstStops;

    /** What it holds is not for the others any more. */
    private boolean failing;

    /** Of each writer, in their order, whether what it has deferred until COMMIT holds; null if it is not asked. */
    private final List<Command> checks = new ArrayList<>();

    private int unchecked;

    /** Of each writer, in their order, whether it has begun our block. */
    private final List<Command> begins = new ArrayList<>();

    private final Set<Integer> synced = new HashSet<>();
    private final boolean simple;
    private boolean committing;
    private int pending;
    private @Nullable PgError refusal;

    /** The client has been told an error: it hears of no other. */
    private boolean told;

    Exchange(FanOutSession session, List<Writer> writers, boolean simple) {
        this.session = session;
        this.writers = writers;
        this.simple = simple;
        this.answer = new FirstAnswer(simple);
        for (Writer writer : writers) {
            if (!writer.isFirst()) {
                others.add(new OtherAnswer(writer));
            }
        }
    }

    /** What the client is told in the place of what the writers say. */
    void refusal(PgError why) {
        refusal = why;
    }

    /** In the place of a message that is refused the first writer gets one that it is certain to refuse. */
    void refuse(byte kind, ByteBuf impossible) {
        complete |= kind >= ExpectedAnswers.QUERY;
        waiting.add(new Waiting(kind, null));
        writers.get(0).send(kind, answer, impossible);
    }

    /** Data of the client's is going to come: nothing can be asked behind it before it has. */
    void copies() {
        copies = true;
    }

    /**
     * Has all begin a block that ends with the exchange.
     *
     * @param copying as {@link #copies}
     */
    void begin(boolean copying) {
        copies = copying;
        begin();
    }

    /**
     * As {@link #begin(boolean)}. It is no Query: so a writer that cannot begin skips what was sent behind it, and does
     * not run it without a block.
     */
    void begin() {
        begun = true;
        begins.clear();
        for (Writer writer : writers) {
            Command command = new Command(() -> {});
            begins.add(command);
            ByteBuf bytes = ExtendedCommand.of(session.impossibleName(), "BEGIN");
            writer.upstream().sentFor(ExpectedAnswers.PARSE, command);
            writer.upstream().sentFor(ExpectedAnswers.BIND, command);
            writer.upstream().sentFor(ExpectedAnswers.EXECUTE, command);
            writer.send(ExpectedAnswers.CLOSE, command, bytes);
        }
    }

    /** The Sync that was sent is void, for COPY has begun: the client sends another behind its data. */
    void reopen() {
        complete = false;
        reopened = true;
    }

    /** Whether its block is one of ours. */
    boolean isBegun() {
        return begun;
    }

    /** The client has a say in the block now: it is its own. */
    void handOver() {
        begun = false;
    }

    /** How many statements of the client's have been prepared. */
    int parsed() {
        return answer.parsed();
    }

    long waitingBytes() {
        return waitingBytes;
    }

    boolean isComplete() {
        return complete;
    }

    /** Whether the client's data is to come. */
    boolean isCopyOpen() {
        return copyOpen;
    }

    /** Whether COPY has failed, and the message that was on its way has to end yet. */
    boolean isCopyFailing() {
        return copyFailing;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    /**
     * A message of the client's.
     *
     * @param kind of {@link ExpectedAnswers}, or 0 for one that is not answered
     * @param frame owned by the callee
     * @param all whether the others are to get it
     * @param atOnce whether they need not wait for the first
     */
    void message(byte kind, Frame frame, boolean all, boolean atOnce) {
        ByteBuf bytes = frame.bytes();
        if (kind == ExpectedAnswers.SYNC && writers.get(0).upstream().expected().isCopyingIn()) {
            reopened = true;
            bytes.release(); // servers ignore it, too: the client sends another behind its data
            return;
        }
        complete |= kind >= ExpectedAnswers.QUERY;
        if (kind == ExpectedAnswers.QUERY || kind == ExpectedAnswers.EXECUTE) {
            answer.executes(all);
        }
        if (all && atOnce) {
            sendOthers(kind, bytes);
        } else {
            boolean keep = all && !failing;
            waiting.add(new Waiting(kind, keep ? bytes.retainedDuplicate() : null));
            waitingBytes += keep ? bytes.readableBytes() : 0;
        }
        Writer first = writers.get(0);
        if (kind == 0) {
            first.upstream().send(bytes);
        } else {
            first.send(kind, answer, bytes);
            if (kind >= ExpectedAnswers.QUERY) {
                check(first);
            }
        }
    }

    /** What would fail at COMMIT has to fail now: then nobody has committed. */
    private void check(Writer writer) {
        if (begun && !copies) {
            checkNow(writer);
        }
    }

    private void checkNow(Writer writer) {
        unchecked++;
        Command command = Command.skippable(() -> unchecked--);
        checks.add(command);
        writer.send(ExpectedAnswers.QUERY, command, Command.query("SET CONSTRAINTS ALL IMMEDIATE"));
    }

    private @Nullable PgError checked(int writer, @Nullable PgError error) {
        PgError notBegun = notBegun(writer);
        if (notBegun != null) {
            return notBegun;
        }
        return error != null || checks.size() <= writer
                ? error
                : checks.get(writer).error();
    }

    private @Nullable PgError notBegun(int writer) {
        return begins.size() <= writer ? null : begins.get(writer).error();
    }

    /** What a writer without a block was to run it has skipped, and goes on doing so until Sync. */
    private void syncTheUnbegun() {
        for (int i = 0; i < begins.size(); i++) {
            if (simple && begins.get(i).error() != null && synced.add(i)) {
                if (i == 0) {
                    writers.get(0).send(ExpectedAnswers.SYNC, answer, ExtendedCommand.sync());
                } else {
                    writers.get(i).send(ExpectedAnswers.SYNC, others.get(i - 1), ExtendedCommand.sync());
                }
            }
        }
    }

    private void sendOthers(byte kind, ByteBuf bytes) {
        for (OtherAnswer other : others) {
            ByteBuf copy = bytes.retainedDuplicate();
            if (kind == 0) {
                other.writer().upstream().send(copy);
            } else {
                other.writer().send(kind, other, copy);
                if (kind >= ExpectedAnswers.QUERY) {
                    other.asked();
                    check(other.writer());
                }
            }
        }
    }

    /** Something of COPY; owned by the callee. */
    void data(ByteBuf bytes) {
        if (!copyOpen) {
            bytes.release(); // COPY has failed, and the client does not know yet
            return;
        }
        for (OtherAnswer other : others) {
            other.writer().upstream().send(bytes.retainedDuplicate());
        }
        writers.get(0).upstream().send(bytes);
    }

    /** CopyDone or CopyFail; owned by the callee. */
    void dataEnds(ByteBuf bytes) {
        if (copyOpen) {
            for (Writer writer : writers) {
                writer.upstream().expected().sentCopyEnd();
            }
        }
        data(bytes);
        copyOpen = false;
    }

    /** Goes on as far as it can. */
    void goOn() {
        if (phase == Phase.FIRST) {
            release();
        }
        if (phase != Phase.FIRST || checked(0, answer.error()) != null) {
            syncTheUnbegun();
        }
        if (phase == Phase.OTHERS
                && unchecked == 0
                && !session.isCancelling()
                && others.stream().allMatch(OtherAnswer::isDone)) {
            decide();
        }
        if (phase == Phase.ENDING && pending == 0) {
            ended();
        }
    }

    /** Sends the others what the first has done. */
    private void release() {
        boolean failed = checked(0, answer.error()) != null || begins.stream().anyMatch(each -> each.error() != null);
        if (failed && !failing) {
            failing = true;
            dropWaiting();
        }
        while (!failed && !waiting.isEmpty()) {
            Waiting next = waiting.element();
            boolean isDone = switch (next.kind()) {
                case 0 -> true;
                case ExpectedAnswers.QUERY, ExpectedAnswers.FUNCTION_CALL, ExpectedAnswers.SYNC ->
                    (answer.isReady() && unchecked == 0) || answer.isCopyIn();
                default -> released < answer.answered() || answer.isCopyIn();
            };
            if (!isDone || (undivided && session.isCancelling())) {
                break;
            }
            waiting.remove();
            released += next.kind() == 0 ? 0 : 1;
            leave(next);
            if (next.kind() == 0 && !answer.isCopyIn()) {
                relay(answer.take()); // the client may wait for it before it sends more
            }
        }
        openCopy();
        PgError own = checked(0, answer.error());
        if (own != null && !complete && !told) {
            refusal = refusal == null && answer.error() == null ? own : refusal;
            told = true;
            tellLast(); // the client may send Sync only when it has heard of it
        }
        if (answer.isReady()
                && !copyFailing
                && (!undivided || !session.isCancelling())
                && (waiting.isEmpty() || unchecked == 0)) {
            if (failed) {
                giveUp();
            }
            phase = Phase.OTHERS;
        }
    }

    /** Nobody is going to get what it holds. */
    private void dropWaiting() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        waitingBytes = 0;
        for (Waiting each : all) {
            ByteBuf bytes = each.bytes();
            if (bytes != null) {
                bytes.release();
            }
            waiting.add(new Waiting(each.kind(), null));
        }
    }

    /** Has the first answer what it has been sent. */
    void hurry() {
        writers.get(0).upstream().send(ExtendedCommand.flush());
    }

    /** What has been held back, or the error in its place. */
    private void tellLast() {
        ByteBuf held = answer.take();
        PgError why = refusal;
        if (why == null) {
            relay(held);
        } else {
            if (held != null) {
                held.release();
            }
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(256);
            why.writeError(bytes);
            session.toClient(bytes);
        }
    }

    private void relay(@Nullable ByteBuf held) {
        if (held != null) {
            session.toClient(held);
        }
    }

    private void leave(Waiting next) {
        ByteBuf bytes = next.bytes();
        if (bytes != null) {
            waitingBytes -= bytes.readableBytes();
            sendOthers(next.kind(), bytes);
            bytes.release();
        }
    }

    /** All of them wait for the client's data, or one of them does not: then nobody is to get any. */
    private void openCopy() {
        boolean refused = said().stream().anyMatch(each -> each.error() != null);
        if (refused) {
            boolean opened = copyOpen;
            failCopy();
            if (reopened && !complete && !opened && answer.isCopyIn()) {
                syncAgain();
            }
        } else if (!copyOpen && answer.isCopyIn() && others.stream().allMatch(OtherAnswer::isCopyIn)) {
            ByteBuf response = answer.take();
            if (response != null) {
                session.toClient(response);
                copyOpen = true;
            }
        }
    }

    /** The client waits for the end of what it has ended: it does not know of a COPY. */
    private void syncAgain() {
        complete = true;
        copyOpen = false;
        for (OtherAnswer other : others) {
            if (other.isCopyIn()) {
                other.writer().send(ExpectedAnswers.SYNC, other, ExtendedCommand.sync());
            }
        }
        writers.get(0).send(ExpectedAnswers.SYNC, answer, ExtendedCommand.sync());
    }

    private void failCopy() {
        copyFailing = copyOpen && !session.isBetweenMessages();
        if (copyFailing) {
            return; // all have a part of a message: the rest has to come first
        }
        copyOpen = false;
        for (Writer writer : writers) {
            ExpectedAnswers due = writer.upstream().expected();
            if (due.isCopyingIn()) {
                if (refusal == null && checked(0, answer.error()) == null) {
                    refusal = Verdicts.error(said(), false);
                }
                due.sentCopyEnd();
                writer.upstream().send(ExtendedCommand.copyFail());
            }
        }
    }

    /** The first has failed: the others are not to do what it has not done. */
    private void giveUp() {
        boolean synced = waiting.isEmpty();
        boolean batch = false;
        for (Waiting each : waiting) {
            batch |= each.kind() == ExpectedAnswers.SYNC;
        }
        waiting.clear();
        if (batch && !synced) {
            ByteBuf sync = ByteBufAllocator.DEFAULT.buffer(5).writeByte('S').writeInt(4);
            sendOthers(ExpectedAnswers.SYNC, sync);
            sync.release();
        }
    }

    private List<Verdicts.Said> said() {
        List<Verdicts.Said> all = new ArrayList<>();
        all.add(new Verdicts.Said(writers.get(0).name(), checked(0, answer.error()), answer.tags()));
        int number = 1;
        for (OtherAnswer other : others) {
            all.add(new Verdicts.Said(other.writer().name(), checked(number++, other.error()), other.tags()));
        }
        return all;
    }

    private void decide() {
        List<Verdicts.Said> all = said();
        boolean agreed = Verdicts.agree(all);
        if (agreed && begun && checks.isEmpty()) {
            writers.forEach(this::checkNow); // of COPY, behind which nothing could be asked
            session.flush();
            return;
        }
        boolean lasting = !begun && writers.stream().anyMatch(writer -> writer.status() == TransactionStatus.IDLE);
        boolean othersFailed = all.stream().skip(1).anyMatch(each -> each.error() != null);
        boolean asked =
                othersFailed || others.stream().anyMatch(other -> !other.tags().isEmpty());
        boolean allFailed = all.stream().allMatch(each -> each.error() != null);
        boolean firstStopped = answer.error() != null && !othersFailed && !lasting;
        if (refusal == null && !agreed && asked && !allFailed && !firstStopped) {
            refusal = Verdicts.error(all, lasting);
        } else if (refusal == null && answer.error() == null && all.get(0).error() != null) {
            refusal = all.get(0).error();
        }
        phase = Phase.ENDING;
        if (begun) {
            committing = agreed;
            tellAll(agreed ? "COMMIT" : "ROLLBACK");
        } else {
            align();
        }
        session.flush();
    }

    private void tellAll(String sql) {
        for (Writer writer : writers) {
            tell(writer, sql);
        }
    }

    private void tell(Writer writer, String sql) {
        pending++;
        Command command = new Command(() -> pending--);
        commands.add(command);
        writer.send(ExpectedAnswers.QUERY, command, Command.query(sql));
    }

    /** Has all of them in the state that the worst of them is in. */
    private void align() {
        boolean failed = writers.stream().anyMatch(writer -> writer.status() == TransactionStatus.FAILED);
        boolean idle = writers.stream().anyMatch(writer -> writer.status() == TransactionStatus.IDLE);
        for (Writer writer : writers) {
            if (idle && writer.status() != TransactionStatus.IDLE) {
                tell(writer, "ROLLBACK");
            } else if (failed && writer.status() == TransactionStatus.IN_TRANSACTION) {
                pending++;
                Command command = new Command(() -> pending--);
                writer.send(
                        ExpectedAnswers.EXECUTE, command, RefusalAnswer.impossibleExecute(session.impossibleName()));
                writer.send(
                        ExpectedAnswers.SYNC,
                        command,
                        ByteBufAllocator.DEFAULT.buffer(5).writeByte('S').writeInt(4));
            }
        }
    }

    private void ended() {
        phase = Phase.OVER;
        if (committing) {
            List<Verdicts.Said> all = new ArrayList<>();
            for (int i = 0; i < writers.size(); i++) {
                all.add(new Verdicts.Said(writers.get(i).name(), commands.get(i).error(), List.of("COMMIT")));
            }
            if (!Verdicts.agree(all)) {
                boolean some = all.stream().anyMatch(each -> each.error() == null);
                refusal = Verdicts.error(all, some);
            }
        }
        if (!told) {
            tellLast();
        }
        ByteBuf ready = ByteBufAllocator.DEFAULT.buffer(6);
        new ReadyForQuery(writers.get(0).status()).write(ready);
        session.toClient(ready);
        session.exchangeOver();
    }

    /** The session is over. */
    void abandon() {
        phase = Phase.OVER;
        ByteBuf held = answer.take();
        if (held != null) {
            held.release();
        }
        for (Waiting each : waiting) {
            ByteBuf bytes = each.bytes();
            if (bytes != null) {
                bytes.release();
            }
        }
        waiting.clear();
    }

    /** Some of what it does cannot be taken back, once it has been sent. */
    void lasts() {
        mayLast = true;
    }

    /**
     * What it does cannot be stopped on some of the writers alone.
     *
     * @param stoppable whether the first may be stopped before the others have begun
     */
    void undivided(boolean stoppable) {
        undivided = true;
        firstStops = stoppable;
    }

    /** Whether a cancel may reach this writer now, without dividing it from the others. */
    boolean isCancellable(Writer writer) {
        if (undivided) {
            return firstStops && writer.isFirst() && phase == Phase.FIRST && !answer.isReady();
        }
        return phase == Phase.FIRST || phase == Phase.OTHERS;
    }

    /** Whether some writers may have committed something, and others not. */
    boolean isCommitting() {
        return mayLast || (committing && phase == Phase.ENDING);
    }

    /**
     * A message that the others are to be sent.
     *
     * @param kind of {@link ExpectedAnswers}; 0 for one that is not answered
     * @param bytes null if it is not for them
     */
    private record Waiting(byte kind, @Nullable ByteBuf bytes) {}
}
