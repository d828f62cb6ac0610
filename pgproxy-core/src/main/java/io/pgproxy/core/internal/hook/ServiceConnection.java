package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the proxy's own to an upstream, for what hooks ask beside their sessions. One query runs at a time,
 * the others wait. Everything on one event loop. It closes when nothing was asked for ten seconds, or an answer takes
 * too long.
 */
final class ServiceConnection implements BackendSink, FrameSink {
    private static final int LONGEST_MESSAGE = 1 << 24;
    private static final long ANSWER_SECONDS = 30;
    private static final long IDLE_SECONDS = 10; // it keeps its database from being dropped

    private final EventLoop loop;
    private final Runnable closed;
    private final FrameScanner scanner =
            new FrameScanner(HeaderRules.BACKEND, Interest.everything(), LONGEST_MESSAGE, this);
    private final ArrayDeque<ServiceQuery> queue = new ArrayDeque<>();
    private @Nullable BackendSession session;
    private @Nullable ServiceQuery running;
    private @Nullable ScheduledFuture<?> clock;
    private boolean ready;
    private boolean over;

    private ServiceConnection(EventLoop loop, Runnable closed) {
        this.loop = loop;
        this.closed = closed;
    }

    /**
     * Opens one.
     *
     * @param credentials of the session, null if it has none of its own
     * @param closed run once it is of no more use
     */
    static ServiceConnection open(
            Backend backend,
            EventLoop loop,
            String user,
            String database,
            @Nullable Credentials credentials,
            Runnable closed) {
        ServiceConnection connection = new ServiceConnection(loop, closed);
        StartupMessage startup = new StartupMessage(
                ProtocolVersion.V3_0,
                List.of(
                        new StartupParameter("user", user),
                        new StartupParameter("database", database),
                        new StartupParameter("client_encoding", "UTF8"),
                        new StartupParameter("application_name", "pgproxy"),
                        new StartupParameter("search_path", "pg_catalog")));
        BackendSession opened = credentials == null
                ? backend.open(startup, loop, connection)
                : backend.open(startup, credentials, loop, connection);
        if (connection.over) {
            opened.close();
        } else {
            connection.session = opened;
        }
        connection.wind(ANSWER_SECONDS);
        return connection;
    }

    CompletionStage<QueryRows> ask(String sql, List<@Nullable String> parameters) {
        ServiceQuery query = new ServiceQuery(sql, parameters);
        if (over) {
            query.fail(PgError.of(SqlState.CONNECTION_FAILURE, "the connection for queries of hooks is closed"));
        } else {
            queue.add(query);
            next();
        }
        return query.result();
    }

    private void next() {
        BackendSession open = session;
        if (!ready || running != null || open == null) {
            return;
        }
        ServiceQuery query = queue.poll();
        running = query;
        if (query == null) {
            wind(IDLE_SECONDS);
            return;
        }
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(256);
        query.write(bytes);
        open.send(bytes);
        open.flush();
        wind(ANSWER_SECONDS);
    }

    private void wind(long seconds) {
        if (clock != null) {
            clock.cancel(false);
        }
        if (!over) {
            clock = loop.schedule(
                    () -> end(PgError.of(SqlState.QUERY_CANCELED, "the upstream took too long to answer a hook")),
                    seconds,
                    TimeUnit.SECONDS);
        }
    }

    @Override
    public void received(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        try {
            scanner.scan(bytes);
        } catch (ProtocolException e) {
            end(PgError.of(e));
        }
    }

    @Override
    public void framed(Frame frame) {
        try {
            if (!frame.isWhole()) {
                end(PgError.of(SqlState.PROGRAM_LIMIT_EXCEEDED, "the answer to a hook's query is too long"));
            } else if (ready) {
                answer(frame);
            } else {
                login(frame);
            }
        } finally {
            frame.release();
        }
    }

    private void login(Frame frame) {
        switch (frame.tag()) {
            case 'R' -> {
                if (!(Authentication.read(frame.body()) instanceof AuthenticationOk)) {
                    end(PgError.of(
                            SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                            "the upstream asks for a password: queries of hooks need an upstream that the proxy logs in"
                                    + " to by itself"));
                }
            }
            case 'E' -> end(ErrorResponse.read(frame.body()).error());
            case 'Z' -> {
                ready = true;
                next();
            }
            default -> {
                // settings, the key, notices
            }
        }
    }

    private void answer(Frame frame) {
        ServiceQuery query = running;
        if (query != null) {
            PgError tooMuch = query.take(frame);
            if (tooMuch != null) {
                end(tooMuch);
            } else if (frame.tag() == 'Z') {
                running = null;
                query.complete();
                next();
            }
        }
    }

    private void end(PgError why) {
        if (over) {
            return;
        }
        over = true;
        if (clock != null) {
            clock.cancel(false);
        }
        scanner.release();
        closed.run();
        if (session != null) {
            session.close();
        }
        if (running != null) {
            running.fail(why);
        }
        for (ServiceQuery waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            waiting.fail(why);
        }
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        bytes.release(); // the rest of a message that was too long
    }

    @Override
    public void noted(byte tag, int first) {}

    @Override
    public void receiveComplete() {}

    @Override
    public void writable(boolean writable) {}

    @Override
    public void closed(PgError reason) {
        end(reason);
    }
}
