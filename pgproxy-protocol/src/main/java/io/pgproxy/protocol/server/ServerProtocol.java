package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BindComplete;
import io.pgproxy.protocol.message.backend.CloseComplete;
import io.pgproxy.protocol.message.backend.ParseComplete;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Close;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Query;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers to the messages of one client that is logged in, without any socket.
 *
 * <p>It is fed with one message after the other and writes the answers behind what the buffer holds. It keeps prepared
 * statements and portals, skips to Sync after an error in an extended exchange, and sends one ReadyForQuery for each
 * Query, FunctionCall and Sync. It can serve a whole session or single exchanges of one that somebody else serves: then
 * the status is {@linkplain #status(TransactionStatus) told} before an exchange and {@linkplain #status() read} after
 * it.
 *
 * <p>A long result does not have to be in memory at once: {@link #receive} and {@link #resume} stop when some 64 kB are
 * written and are continued by {@link #resume}. All calls on one thread at a time; nothing here blocks unless the
 * engine does.
 *
 * <p>See "Message Flow" in the PostgreSQL manual; where the manual is silent it does as {@code PostgresMain} in the
 * server's postgres.c. COPY is not spoken: data of a COPY is ignored, as a server ignores it outside of one.
 */
public final class ServerProtocol {
    private final ServerSession session;
    private @Nullable Run running;
    private boolean skipping;
    private boolean failed;
    private boolean closed;

    /**
     * Begins at status IDLE.
     *
     * @param engine answers the SQL
     */
    public ServerProtocol(QueryEngine engine) {
        this(engine, TransactionStatus.IDLE);
    }

    /**
     * Begins at any status.
     *
     * @param engine answers the SQL
     * @param status the state of the session's transaction
     */
    public ServerProtocol(QueryEngine engine, TransactionStatus status) {
        session = new ServerSession(engine, status);
    }

    /**
     * Takes a message and begins to answer it.
     *
     * @param message what the client sent
     * @param out where to write; its owner sends it
     * @return true once the message is answered; false if there is more to write: then {@link #resume} is called until
     *     it gives true before the next message is taken
     * @throws IllegalStateException if the message before is not answered yet
     */
    public boolean receive(FrontendMessage message, ByteBuf out) {
        if (running != null) {
            throw new IllegalStateException("the message before is not answered yet");
        }
        FrontendTag tag = message.tag();
        if (ignores(tag)) {
            return true;
        }
        try {
            begin(tag, message, out);
        } catch (RuntimeException cause) {
            fail(cause, out);
            end(tag, out);
        }
        return resume(out);
    }

    /**
     * Goes on with the answer.
     *
     * @param out where to write
     * @return true once the message is answered
     */
    public boolean resume(ByteBuf out) {
        Run run = running;
        if (run == null) {
            return true;
        }
        try {
            if (!run.advance(out)) {
                return false;
            }
        } catch (RuntimeException cause) {
            fail(cause, out);
        }
        running = null;
        end(run.tag(), out);
        return true;
    }

    /**
     * Takes a message and answers it whole, however long the answer.
     *
     * @param message what the client sent
     * @param out where to write
     */
    public void answer(FrontendMessage message, ByteBuf out) {
        boolean answered = receive(message, out);
        while (!answered) {
            // Each call writes at most so much more than the buffer holds, so the limit has to move with it.
            answered = resumeBehind(out);
        }
    }

    /**
     * Takes a message as it stands on the wire and answers it whole. A body that cannot be read is
     * {@linkplain #receiveMalformed answered} too.
     *
     * @param tag which message it is
     * @param body exactly the message's body; it is not released
     * @param out where to write
     */
    public void answer(FrontendTag tag, ByteBuf body, ByteBuf out) {
        FrontendMessage message;
        try {
            message = FrontendMessage.read(tag, body);
        } catch (ProtocolException violation) {
            receiveMalformed(tag, violation, out);
            return;
        }
        answer(message, out);
    }

    /**
     * Takes a message whose body could not be read: an error, and skipping to Sync where the message was an extended
     * one. Bodies that a server would not look at do no harm.
     *
     * @param tag which message it was
     * @param cause what is wrong with it
     * @param out where to write
     */
    public void receiveMalformed(FrontendTag tag, ProtocolException cause, ByteBuf out) {
        if (ignores(tag)) {
            return;
        }
        switch (tag) {
            case TERMINATE -> close();
            case COPY_DATA, COPY_DONE, COPY_FAIL -> {
                // Ignored outside of a COPY, whatever it holds.
            }
            case PASSWORD -> fail(notAuthenticating(), out);
            case QUERY, PARSE, BIND, EXECUTE, SYNC, DESCRIBE, CLOSE, FLUSH, FUNCTION_CALL -> {
                skipping &= tag != FrontendTag.SYNC;
                fail(cause, out);
                end(tag, out);
            }
        }
    }

    /**
     * The state of the session's transaction.
     *
     * @return as the next ReadyForQuery would tell it
     */
    public TransactionStatus status() {
        return session.status();
    }

    /**
     * Tells a state that somebody else has brought about, between two exchanges.
     *
     * @param status the state of the session's transaction
     */
    public void status(TransactionStatus status) {
        session.moveTo(status);
    }

    /**
     * Is the session over?
     *
     * @return true after Terminate, a FATAL error or {@link #close}
     */
    public boolean isClosed() {
        return closed;
    }

    /** Ends the session: portals are closed, later messages ignored. */
    public void close() {
        if (!closed) {
            closed = true;
            running = null;
            session.closeAll();
            session.engine().close();
        }
    }

    private boolean ignores(FrontendTag tag) {
        return closed || (skipping && tag != FrontendTag.SYNC && tag != FrontendTag.TERMINATE);
    }

    private static PgErrorException notAuthenticating() {
        return new PgErrorException(PgError.of(SqlState.PROTOCOL_VIOLATION, "invalid frontend message type 112")
                .fatal());
    }

    private boolean resumeBehind(ByteBuf out) {
        ByteBuf more = out.alloc().buffer();
        try {
            boolean answered = resume(more);
            out.writeBytes(more);
            return answered;
        } finally {
            more.release();
        }
    }

    private void begin(FrontendTag tag, FrontendMessage message, ByteBuf out) {
        switch (tag) {
            case QUERY -> running = new SimpleQuery(session, ((Query) message).sql());
            case PARSE -> {
                session.parse((Parse) message);
                ParseComplete.INSTANCE.write(out);
            }
            case BIND -> {
                session.bind((Bind) message);
                BindComplete.INSTANCE.write(out);
            }
            case DESCRIBE -> session.describe((Describe) message, out);
            case EXECUTE -> running = new PortalRun(session, (Execute) message);
            case CLOSE -> {
                session.close((Close) message);
                CloseComplete.INSTANCE.write(out);
            }
            case FLUSH, COPY_DATA, COPY_DONE, COPY_FAIL -> {
                // Nothing is held back; and a server accepts the data of a COPY that has failed before.
            }
            case SYNC -> {
                skipping = false;
                end(tag, out);
            }
            case FUNCTION_CALL ->
                throw new PgErrorException(SqlState.FEATURE_NOT_SUPPORTED, "function calls are not supported");
            case TERMINATE -> close();
            case PASSWORD -> throw notAuthenticating();
        }
    }

    /** After a message is answered, or has failed. */
    private void end(FrontendTag tag, ByteBuf out) {
        switch (tag) {
            case QUERY, FUNCTION_CALL, SYNC -> ready(out);
            case PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, FLUSH -> skipping |= failed;
            case COPY_DATA, COPY_DONE, COPY_FAIL, TERMINATE, PASSWORD -> {
                // Neither ends an exchange nor belongs to one.
            }
        }
    }

    private void ready(ByteBuf out) {
        if (closed) {
            return;
        }
        try {
            session.endExchange(!failed);
        } catch (RuntimeException cause) {
            fail(cause, out);
        }
        failed = false;
        if (!closed) {
            new ReadyForQuery(session.status()).write(out);
        }
    }

    private void fail(RuntimeException cause, ByteBuf out) {
        PgError error = errorOf(cause);
        error.writeError(out);
        failed = true;
        try {
            session.fail();
        } catch (RuntimeException second) {
            session.engine().failed(second);
        }
        if (error.isFatal()) {
            close();
        }
    }

    private PgError errorOf(RuntimeException cause) {
        if (cause instanceof PgErrorException refused) {
            return refused.error();
        }
        if (cause instanceof ProtocolException violation) {
            return PgError.of(violation);
        }
        session.engine().failed(cause);
        return PgError.of(SqlState.INTERNAL_ERROR, "internal error");
    }
}
