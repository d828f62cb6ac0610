package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.auth.Identity;
import io.pgproxy.auth.LoginRefusedException;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy itself finds out who the client is, before anything is opened for it. Bytes wait until they are asked for,
 * but the socket is read on, or nobody would see that the client has gone.
 */
final class AuthenticationPhase implements Phase, FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationPhase.class);
    private static final int LONGEST_ANSWER = 1 << 16;

    /** Somebody who sends byte by byte what nobody has asked for is not read any more. */
    private static final int MOST_UNASKED = 8;

    private static final PgError BUSY =
            PgError.of(SqlState.TOO_MANY_CONNECTIONS, "too many logins are being checked at the same time");

    private final Session session;
    private final ClientPort client;
    private final ClientAuthentication authentication;
    private final StartupMessage startup;
    private final ClientLogin login;
    private final FrameScanner answers =
            new FrameScanner(HeaderRules.LOGIN, Interest.everything(), LONGEST_ANSWER, this);
    private @Nullable CompletableFuture<?> running;
    private @Nullable Question<?> asked;
    private @Nullable ScheduledFuture<?> delay;
    private int unasked;
    private boolean over;

    AuthenticationPhase(Session session, StartupMessage startup, ClientAuthentication authentication) {
        this.session = session;
        this.client = session.client();
        this.authentication = authentication;
        this.startup = startup;
        this.login = new ClientLogin(session, this, authentication, startup);
    }

    /** Begins; {@code rest} is what the client sent behind its start-up packet, owned by the callee. */
    void begin(ByteBuf rest) {
        answers.pause();
        if (rest.isReadable()) {
            answers.scan(rest);
        } else {
            rest.release();
        }
        CompletionStage<Identity> stage;
        try {
            stage = Objects.requireNonNull(
                    authentication.authenticator().authenticate(login), "an authenticator has returned nothing");
        } catch (RuntimeException e) {
            ended(null, e);
            return;
        }
        running = stage instanceof CompletableFuture<Identity> future ? future : null;
        // Never within the scanner's own call: what waits is handed to the next phase.
        stage.whenComplete((identity, failure) -> client.loop().execute(() -> ended(identity, failure)));
    }

    /** Asks the client something; its answer is due next. */
    void ask(Authentication request, Question<?> question) {
        if (over) {
            question.failed(new CancellationException("the login is over"));
            return;
        }
        if (asked != null) {
            question.failed(new IllegalStateException("the client is being asked something else"));
            return;
        }
        asked = question;
        unasked = 0;
        say(request);
        client.reading(true);
        try {
            answers.resume();
        } catch (ProtocolException e) {
            refuse(PgError.of(e));
        }
    }

    /** Says something that wants no answer. */
    void say(Authentication message) {
        if (!over) {
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
            message.write(bytes);
            client.write(bytes);
            client.flush();
        }
    }

    @Override
    public void received(ByteBuf bytes) {
        if (asked == null && ++unasked >= MOST_UNASKED) {
            client.reading(false);
        }
        try {
            answers.scan(bytes);
        } catch (ProtocolException e) {
            refuse(PgError.of(e));
        }
    }

    @Override
    public void framed(Frame frame) {
        Question<?> question = asked;
        asked = null;
        answers.pause();
        try {
            if (question != null) {
                question.answered(frame.body());
            }
        } finally {
            ByteBuf bytes = frame.bytes();
            bytes.setZero(bytes.readerIndex(), bytes.readableBytes()); // the next reader of this memory is another one
            frame.release();
        }
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        bytes.release(); // no message of a login is longer than what is held
    }

    @Override
    public void noted(byte tag, int first) {}

    private void ended(@Nullable Identity identity, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        long now = client.loop().ticker().nanoTime();
        if (failure == null && identity != null) {
            after(authentication.failures().succeeded(client.address(), now), () -> proceed(identity));
            return;
        }
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ProtocolException malformed) {
            refuse(PgError.of(malformed));
        } else if (cause instanceof RejectedExecutionException) {
            refuse(BUSY);
        } else {
            PgError error = refusal(cause);
            after(authentication.failures().failed(client.address(), login.user(), now), () -> refuse(error));
        }
    }

    private PgError refusal(@Nullable Throwable cause) {
        if (cause instanceof LoginRefusedException refused) {
            return refused.error();
        }
        LOG.error(
                "session {}: the authenticator has failed: {}",
                session.id(),
                cause == null ? "it knows no identity" : cause.getClass().getName());
        return LoginRefusedException.notAuthenticated(login.user()).error();
    }

    private void after(long nanos, Runnable then) {
        if (nanos <= 0) {
            then.run();
        } else {
            delay = client.loop().schedule(then, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void proceed(Identity identity) {
        if (over) {
            return;
        }
        List<ByteBuf> early = answers.takeWaiting();
        end();
        StartupMessage known = IdentifiedStartup.of(startup, identity);
        session.identified(identity, known, new UserWatch(session, authentication, login.user(), login.database()));
        LoginPhase next = new LoginPhase(session, known, true);
        session.enter(next);
        next.begin(early);
    }

    private void refuse(PgError error) {
        if (!over) {
            end();
            session.refuse(error.fatal());
        }
    }

    @Override
    public void clientGone() {
        end();
    }

    @Override
    public void drain() {
        end();
        session.stop();
    }

    @Override
    public void abort(PgError reason) {
        refuse(reason);
    }

    private void end() {
        over = true;
        answers.release();
        login.over();
        ScheduledFuture<?> timer = delay;
        if (timer != null) {
            timer.cancel(false);
        }
        Question<?> open = asked;
        asked = null;
        if (open != null) {
            open.failed(new CancellationException("the login is over"));
        }
        CompletableFuture<?> stage = running;
        if (stage != null) {
            stage.cancel(false);
        }
    }
}
