package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.auth.Identity;
import io.pgproxy.core.Limit;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.core.internal.tls.TlsFailures;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.startup.StartupMessage;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's session: hands every event to the phase it is in.
 *
 * <p>All calls on its event loop, but for {@link #cancel}, {@link #drain} and {@link #abort}.
 */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final PgError STOPPING = PgError.of(
                    SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command")
            .fatal();

    private static final PgError EXPIRED =
            PgError.of(SqlState.ADMIN_SHUTDOWN, "terminating connection because the user is no longer valid");
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final long id;
    private final SessionContext context;
    private final ClientPort client;
    private final ScheduledFuture<?> loginDeadline;
    private final SessionActivity activity;
    private ClientChannel channel = ClientChannel.CLEAR;
    private @Nullable Credentials credentials;
    private @Nullable ScheduledFuture<?> expiry;
    private @Nullable UserWatch watch;
    private @Nullable SessionGuard guard;
    private Phase phase;
    private boolean loginOver;
    private boolean loggedIn;
    private boolean draining;
    private boolean gone;

    /**
     * A session in its first phase.
     *
     * @param id unique within the server
     * @param channel the client's connection, active
     * @param context what all sessions of the server share
     */
    public Session(long id, Channel channel, SessionContext context) {
        this.id = id;
        this.context = context;
        this.client = new ClientPort(channel);
        this.activity = new SessionActivity(client.loop().ticker().nanoTime());
        this.phase = new GreetingPhase(this);
        this.loginDeadline = channel.eventLoop()
                .schedule(
                        this::loginExpired,
                        context.governor().limits().loginDeadline().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Bytes from the client.
     *
     * @param bytes owned by the session from now on
     */
    public void received(ByteBuf bytes) {
        phase.received(bytes);
    }

    /** The client's connection is encrypted from now on. */
    public void encrypted() {
        phase.encrypted();
    }

    /** The client's connection cannot be encrypted. */
    public void notEncrypted(Throwable cause) {
        phase.notEncrypted(cause);
    }

    /** No more bytes from the client for now. */
    public void receiveComplete() {
        phase.receiveComplete();
    }

    /** The client takes more, or should get less. */
    public void writabilityChanged() {
        phase.clientWritable(client.isWritable());
    }

    /** The client's socket has closed. */
    public void clientGone() {
        if (!gone) {
            gone = true;
            loginOver();
            ScheduledFuture<?> timer = expiry;
            if (timer != null) {
                timer.cancel(false);
            }
            if (watch != null) {
                watch.stop();
            }
            try {
                phase.clientGone();
            } finally {
                phase = new ClosingPhase();
                client.close(); // lets go of what was to be written with more
                SessionGuard asked = guard;
                if (asked != null) {
                    asked.closed();
                }
                if (loggedIn) {
                    context.governor().metrics().loggedOut();
                }
                context.ended(this);
            }
        }
    }

    /**
     * Something broke on the way of the client's bytes: nothing can be said for sure any more.
     *
     * @param cause logged
     */
    public void failed(Throwable cause) {
        if (TlsFailures.isOne(cause)) {
            LOG.info("session {} from {}: {}", id, client.address(), TlsFailures.describe(cause));
        } else if (!(cause instanceof IOException)) {
            LOG.error("session {} ends: unexpected failure", id, cause);
        }
        client.close();
    }

    /**
     * A CancelRequest has named this session. From any thread.
     *
     * @param done called on the session's event loop when the cancel can no longer arrive late
     */
    void cancel(Runnable done) {
        client.loop().execute(() -> phase.cancel(done));
    }

    /** Ends the session at the next transaction boundary. From any thread. */
    public void drain() {
        client.loop().execute(() -> {
            draining = true;
            phase.drain();
        });
    }

    /** Other limits are in force. From any thread. */
    public void limitsChanged() {
        client.loop().execute(() -> phase.limitsChanged());
    }

    /** Ends the session now, as a server that is shut down. From any thread. */
    public void abort() {
        client.loop().execute(() -> phase.abort(STOPPING));
    }

    /** {@return a number unique within the server} */
    public long id() {
        return id;
    }

    /** {@return who it is, and what it does; from any thread} */
    public SessionActivity activity() {
        return activity;
    }

    /** {@return where the client is} */
    public SocketAddress address() {
        return client.address();
    }

    /** {@return the event loop on which all of the session happens} */
    public EventLoop loop() {
        return client.loop();
    }

    /** Ends the session: the client is told, if nothing is in its way. On the event loop. */
    public void end(PgError fatal) {
        phase.abort(fatal.fatal());
    }

    /** Ends the session without a word. On the event loop. */
    public void drop() {
        client.close();
    }

    /** Whom the session asks about itself; made when its start-up packet has come. */
    SessionGuard guard() {
        SessionGuard asked = guard;
        if (asked == null) {
            asked = context.steering().guard(this);
            guard = asked;
        }
        return asked;
    }

    SessionContext context() {
        return context;
    }

    ClientPort client() {
        return client;
    }

    /** The client's connection beneath the protocol. */
    ClientChannel channel() {
        return channel;
    }

    /** How it may be encrypted; null if it cannot. */
    @Nullable
    ListenerTls tls() {
        return client.isRemote() ? context.tls() : null;
    }

    /** From now on the client's connection is another one beneath the protocol: encrypted. */
    void channel(ClientChannel next) {
        channel = next;
        activity.encrypted(next.isEncrypted());
    }

    /** The proxy itself has found out who the client is; {@code known} is what the upstream will be asked for. */
    void identified(Identity identity, StartupMessage known, UserWatch user) {
        activity.asks(known);
        watch = user;
        user.start();
        credentials = identity.credentials();
        guard().identified(identity);
        Instant end = identity.validUntil();
        if (end != null) {
            expireAt(end);
        }
    }

    /** In steps of a day at most: nothing else would notice that the clock was set. */
    private void expireAt(Instant end) {
        Duration left = Duration.between(Instant.now(), end);
        // An end that is long over may be further away than there are milliseconds.
        Duration next = left.isNegative() ? Duration.ZERO : left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
        expiry = client.loop().schedule(() -> expired(end), next.toMillis() + 1, TimeUnit.MILLISECONDS);
    }

    private void expired(Instant end) {
        if (Instant.now().isBefore(end)) {
            expireAt(end);
        } else {
            end(EXPIRED);
        }
    }

    /** Opens an upstream, with the credentials that the session has of its own. */
    BackendSession open(Backend backend, StartupMessage startup, BackendSink sink) {
        Credentials own = credentials;
        return own == null
                ? backend.open(startup, client.loop(), sink)
                : backend.open(startup, own, client.loop(), sink);
    }

    boolean isDraining() {
        return draining;
    }

    /** Enters another phase. */
    void enter(Phase next) {
        phase = next;
    }

    /** The first ReadyForQuery has been sent: the deadline no longer counts. */
    void loginOver() {
        if (!loginOver) {
            loginOver = true;
            loginDeadline.cancel(false);
            context.loginOver(this);
        }
    }

    /** The client has logged in, and is told so. */
    void loggedIn() {
        loggedIn = true;
        activity.serves();
        context.governor().metrics().loggedIn(client.loop().ticker().nanoTime() - activity.began());
        loginOver();
    }

    /** Says a FATAL error, and closes. */
    void refuse(PgError error) {
        write(error);
        close();
    }

    /** Says that the server stops, and closes. */
    void stop() {
        refuse(STOPPING);
    }

    void write(PgError error) {
        LOG.info("session {} from {}: {} {}", id, client.address(), error.severity(), error.sqlState());
        context.governor().metrics().failed(error.sqlState());
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        error.writeError(bytes);
        client.write(bytes);
    }

    /** Closes once everything written has left. */
    void close() {
        enter(new ClosingPhase());
        client.reading(true); // an end of stream must be seen
        client.closeWhenFlushed();
    }

    private void loginExpired() {
        if (!loginOver) {
            context.governor().metrics().limited(Limit.LOGIN_DEADLINE);
            phase.abort(PgError.of(SqlState.QUERY_CANCELED, "canceling authentication due to timeout")
                    .fatal());
        }
    }

    /** Names the session; nothing of its content. */
    @Override
    public String toString() {
        return "Session[" + id + "]";
    }
}
