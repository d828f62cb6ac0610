package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens one more upstream for a session that serves already: with the start-up parameters of the session, its login
 * unseen by the client. The upstream has to trust the session's user, or the proxy logs in by itself.
 */
public final class FurtherUpstream implements UpstreamLogin {
    private static final PgError TOO_LATE = PgError.of(
            SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION,
            "an upstream did not answer within the login deadline");

    private final ServingPhase session;
    private final Consumer<Upstream> opened;
    private final Consumer<PgError> refused;
    private final Upstream upstream;
    private final ScheduledFuture<?> deadline;
    private @Nullable BackendKeyData key;
    private boolean over;

    private FurtherUpstream(ServingPhase session, Consumer<Upstream> opened, Consumer<PgError> refused) {
        this.session = session;
        this.opened = opened;
        this.refused = refused;
        this.upstream = new Upstream(new Lost(), this, true, true);
        long most =
                session.session().context().governor().limits().loginDeadline().toMillis();
        this.deadline = session.client().loop().schedule(() -> refuse(TOO_LATE), most, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens an upstream.
     *
     * @param backend where it is
     * @param session whose it will be
     * @param opened called with it once it is attached to the session
     * @param refused called instead, with the upstream's own error or 08001; after the login deadline too. Neither is
     *     called once the session is over
     */
    public static void open(
            Backend backend, ServingPhase session, Consumer<Upstream> opened, Consumer<PgError> refused) {
        FurtherUpstream login = new FurtherUpstream(session, opened, refused);
        session.opening(login);
        login.upstream.opened(session.session().open(backend, session.startup(), login.upstream));
    }

    /** The session is over: nobody waits for it any more. */
    void abandon() {
        if (!over) {
            over = true;
            deadline.cancel(false);
            upstream.close();
        }
    }

    @Override
    public void message(Frame frame, Upstream from) {
        try {
            switch (frame.tag()) {
                case 'R' -> {
                    if (!(Authentication.read(frame.body()) instanceof AuthenticationOk)) {
                        refuse(PgError.of(
                                SqlState.SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION,
                                "an upstream asks for a password that the proxy does not have"));
                    }
                }
                case 'K' -> key = BackendKeyData.read(frame.body());
                case 'E' -> refuse(ErrorResponse.read(frame.body()).error().withSeverity("ERROR"));
                case 'Z' -> ready();
                case 'S' -> {
                    ParameterStatus setting = ParameterStatus.read(frame.body());
                    session.session().guard().reported(setting.name(), setting.value());
                }
                default -> {
                    // notices belong to no query
                }
            }
        } catch (ProtocolException malformed) {
            refuse(PgError.of(malformed));
        } finally {
            frame.release();
        }
    }

    private void ready() {
        if (!over) {
            ended();
            upstream.serve(session, key, TransactionStatus.IDLE);
            session.attach(upstream);
            opened.accept(upstream);
        }
    }

    private void refuse(PgError why) {
        if (!over) {
            ended();
            upstream.close();
            refused.accept(why);
        }
    }

    private void ended() {
        over = true;
        deadline.cancel(false);
        session.opened(this);
    }

    /** While it logs in nothing of it is for the client; what ends it ends the attempt alone. */
    private final class Lost implements UpstreamListener {
        @Override
        public void answered(Upstream upstream, ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void answersComplete(Upstream upstream) {}

        @Override
        public void exchangeEnded(Upstream upstream, TransactionStatus status) {}

        @Override
        public void exchangesMerged(Upstream upstream, int count) {}

        @Override
        public void syncsVoided(Upstream upstream, int count, boolean exchangeGoesOn) {}

        @Override
        public void upstreamWritable(Upstream upstream, boolean writable) {}

        @Override
        public void upstreamClosed(Upstream lost, PgError reason) {
            refuse(reason.withSeverity("ERROR"));
        }
    }
}
