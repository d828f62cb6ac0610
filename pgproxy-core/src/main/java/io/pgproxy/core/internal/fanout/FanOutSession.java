package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** One client's session on all of the writers. All calls on its event loop. */
public final class FanOutSession implements BackendSession {
    private static final long MOST_WAITING = 1 << 20;

    /** Where part of a character may look like a quote or a backslash. */
    private static final Set<String> AMBIGUOUS =
            Set.of("SJIS", "SHIFT_JIS_2004", "BIG5", "GBK", "UHC", "GB18030", "JOHAB");

    private enum State {
        LOGIN,
        SERVING,
        /** The client is gone, within something that all have to do now that some may have done it. */
        ORPHANED,
        OVER
    }

    private final BackendSink sink;
    private final EventLoop loop;
    private final FanOutRules rules;
    private final List<Writer> writers = new ArrayList<>();

    /** The names of all, those included that are out. */
    private final Set<String> names;

    private final FanOutMessages messages;
    private State state = State.LOGIN;
    private Set<String> fenced;
    private boolean reading = true;
    private boolean tooMuch;
    private boolean goingOn;
    private int cancels;

    private FanOutSession(EventLoop loop, BackendSink sink, Set<String> names, FanOutRules rules) {
        this.rules = rules;
        this.loop = loop;
        this.sink = sink;
        this.names = names;
        this.fenced = rules.fences().fenced();
        this.messages = new FanOutMessages(this);
    }

    /**
     * Opens a session on each that is not out.
     *
     * @param backends the writers by their names, the first of them first
     * @param loop the client's event loop
     * @param sink takes what the client is answered
     * @param rules what all sessions share
     * @param open opens a session on one of them, for a sink
     * @return the session, in login
     */
    public static FanOutSession open(
            Map<String, Backend> backends,
            EventLoop loop,
            BackendSink sink,
            FanOutRules rules,
            BiFunction<Backend, BackendSink, BackendSession> open) {
        FanOutSession session = new FanOutSession(loop, sink, backends.keySet(), rules);
        Map<Writer, Backend> opened = new LinkedHashMap<>();
        backends.forEach((name, backend) -> {
            if (!session.fenced.contains(name)) {
                Writer writer = new Writer(name, session);
                session.writers.add(writer);
                opened.put(writer, backend);
            }
        });
        opened.forEach((writer, backend) -> writer.upstream().opened(open.apply(backend, writer.upstream())));
        return session;
    }

    FanOutRules rules() {
        return rules;
    }

    /** Whether the client is told what this one answers. */
    boolean isFirst(Writer writer) {
        return !writers.isEmpty() && writers.get(0) == writer;
    }

    /** Tells the client of something that is done nevertheless. */
    void warn(PgError doubt) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(256);
        PgError.of("01000", doubt.message()).withSeverity("WARNING").writeNotice(bytes);
        toClient(bytes);
    }

    /** Whether a backslash in a plain literal is one. */
    boolean readsBackslashes() {
        return writers.get(0).standardConformingStrings();
    }

    /** Texts are in this encoding from now on. */
    void encoded(String encoding) {
        if (AMBIGUOUS.contains(encoding)) {
            fail(PgError.of("0A000", "SQL in the encoding " + encoding + " cannot be read for several writers")
                    .withHint("Set client_encoding to UTF8."));
        }
    }

    void loggedIn() {
        if (state == State.LOGIN && writers.stream().allMatch(Writer::isServing)) {
            state = State.SERVING;
            sink.received(writers.get(0).login().take());
        }
    }

    /** A writer refuses the login, or is gone: without it nothing can be written, unless it is taken out for that. */
    void lost(Writer writer, PgError why) {
        if (state == State.OVER || !writers.contains(writer)) {
            return;
        }
        Exchange current = messages.exchange();
        boolean committing = current != null && current.isCommitting();
        boolean out = rules.fences().lost(writer.name(), why, committing);
        if (current != null && committing) {
            writer.upstream().skipAll();
            writer.upstream().close();
            current.lost(writer, why);
            loop.execute(this::answersComplete); // not within the walk through what was read
        } else if (out && current == null && !messages.isInBlock() && writers.size() > 1) {
            drop(writer);
        } else {
            fail(PgError.of(why.sqlState(), "writer " + writer.name() + ": " + why.message()));
        }
    }

    /** The session goes on without it. */
    private void drop(Writer writer) {
        writers.remove(writer);
        writer.end(false);
        writers.get(0).upstream().reading(reading);
        if (state == State.LOGIN) {
            loop.execute(() -> {
                loggedIn();
                answersComplete();
            });
        }
    }

    /**
     * Whether it has all writers that are not out, and none that are: asked before each exchange. It goes on without
     * one that has been taken out, but not within a transaction that is on that one, too.
     */
    boolean isUpToDate() {
        Set<String> now = rules.fences().fenced();
        if (now == fenced) {
            return true;
        }
        fenced = now;
        for (Writer writer : List.copyOf(writers)) {
            if (now.contains(writer.name())) {
                if (messages.isInBlock() || writers.size() == 1) {
                    fail(PgError.of("57P01", "writer " + writer.name() + " has been taken out"));
                    return false;
                }
                drop(writer);
            }
        }
        for (String name : names) {
            if (!now.contains(name)
                    && writers.stream().noneMatch(writer -> writer.name().equals(name))) {
                fail(PgError.of("57P01", "writer " + name + " is back, and this session does not have it"));
                return false;
            }
        }
        return true;
    }

    /** Ends the session with an error. */
    void fail(PgError why) {
        if (state == State.OVER) {
            return;
        }
        Verdicts.note(why);
        PgError fatal = why.fatal();
        boolean orphaned = state == State.ORPHANED;
        end();
        if (!orphaned) {
            loop.execute(() -> sink.closed(fatal));
        }
    }

    private void end() {
        Exchange current = messages.exchange();
        boolean committing = current != null && current.isCommitting();
        state = State.OVER;
        messages.release();
        for (Writer writer : writers) {
            writer.end(committing);
        }
    }

    /** Whether the client is gone: nobody asks for the answers to a batch that has not been ended. */
    boolean isOrphaned() {
        return state == State.ORPHANED;
    }

    /** Whether the client is not within a message. */
    boolean isBetweenMessages() {
        return messages.isBetweenMessages();
    }

    Exchange begin(boolean simple) {
        return new Exchange(this, writers, simple);
    }

    void exchangeOver() {
        messages.exchangeOver(writers.get(0).status());
    }

    void toClient(ByteBuf bytes) {
        if (state == State.SERVING) {
            sink.received(bytes);
        } else {
            bytes.release();
        }
    }

    /** Something has come from one of the writers. */
    void answersComplete() {
        if (state == State.SERVING || state == State.ORPHANED) {
            goOn();
        }
        if (state == State.ORPHANED) {
            goOnOrphaned();
        } else if (state != State.OVER) {
            sink.receiveComplete();
        }
    }

    private void goOn() {
        if (goingOn) {
            return;
        }
        goingOn = true;
        try {
            boolean more = true;
            while (state != State.OVER && more) {
                Exchange current = messages.exchange();
                if (current != null) {
                    current.goOn();
                }
                more = messages.goOn();
            }
        } finally {
            goingOn = false;
        }
        flush();
        if (state == State.SERVING && tooMuch && messages.waitingBytes() <= MOST_WAITING) {
            tooMuch = false;
            writable();
        }
    }

    private void goOnOrphaned() {
        Exchange current = messages.exchange();
        if (!goingOn && (current == null || !current.isCommitting() || current.isSettled())) {
            end();
        }
    }

    void writable() {
        if (state == State.SERVING) {
            sink.writable(isWritable());
        }
    }

    /** The client has said that it is the end. */
    void terminated() {
        end();
        loop.execute(() -> sink.closed(PgError.of("08006", "the client has ended the session")));
    }

    @Override
    public void send(ByteBuf bytes) {
        if (state == State.OVER || state == State.ORPHANED) {
            bytes.release();
            return;
        }
        messages.take(bytes);
        Exchange current = messages.exchange();
        if (current != null && current.isCopyBreaking() && messages.isBetweenMessages()) {
            answersComplete();
        }
        if (state == State.SERVING && !tooMuch && messages.waitingBytes() > MOST_WAITING) {
            tooMuch = true;
            messages.hurry();
            flush();
            writable();
        }
    }

    @Override
    public void flush() {
        if (state != State.OVER) {
            for (Writer writer : writers) {
                writer.upstream().flush();
            }
        }
    }

    @Override
    public boolean isWritable() {
        return !tooMuch && writers.stream().allMatch(writer -> writer.upstream().isWritable());
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        writers.get(0).upstream().reading(on);
    }

    /** Whether a cancel is on its way to some writer: nothing may be sent that it must not hit. */
    boolean isCancelling() {
        return cancels > 0;
    }

    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        Exchange current = messages.exchange();
        List<Writer> running = state != State.SERVING || current == null
                ? List.of()
                : writers.stream().filter(current::isCancellable).toList();
        AtomicInteger open = new AtomicInteger(running.size());
        if (running.isEmpty()) {
            done.run();
            return;
        }
        cancels++;
        for (Writer writer : running) {
            writer.upstream().cancel(() -> {
                if (open.decrementAndGet() == 0) {
                    cancels--;
                    done.run();
                    answersComplete();
                }
            });
        }
    }

    @Override
    public void abandon(BackendKeyData key) {
        close();
    }

    /** Ends it, and what runs there; but what some may have kept already all get to the end. */
    @Override
    public void close() {
        Exchange current = messages.exchange();
        if (state == State.SERVING && current != null && current.isCommitting()) {
            state = State.ORPHANED;
            messages.stop();
            writers.forEach(writer -> writer.upstream().reading(true));
            current.hurry();
            answersComplete();
        } else if (state != State.OVER && state != State.ORPHANED) {
            end();
        }
    }

    /** Names the writers. */
    @Override
    public String toString() {
        return "FanOutSession" + writers;
    }
}
