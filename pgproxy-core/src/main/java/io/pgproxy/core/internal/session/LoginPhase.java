package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.NegotiateProtocolVersion;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The login: the upstream's own exchange with the client is passed on, one message at a time, until ReadyForQuery.
 *
 * <p>Whoever asks for a password (the server, or a backend that checks clients itself) does so by Authentication
 * messages; a client is heard only while such a request is open. Only BackendKeyData is changed: the secret is ours.
 */
final class LoginPhase implements Phase, UpstreamLogin, UpstreamListener, FrameSink {
    private static final int AUTHENTICATION_OK = 0;
    private static final int SASL = 10;
    private static final int SASL_FINAL = 12;
    private static final int LONGEST_ANSWER = 1 << 16;
    private static final PgError CANNOT_ANSWER = PgError.of(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "the upstream server asks for authentication")
            .withHint("The proxy has authenticated the client by itself, and has nothing to log in with: give the"
                    + " upstream, or the identity, credentials.");

    private final Session session;
    private final ClientPort client;
    private final SessionGuard guard;
    private final Upstream upstream;
    private final FrameScanner answers =
            new FrameScanner(HeaderRules.LOGIN, Interest.everything(), LONGEST_ANSWER, this);
    private StartupMessage startup;
    private ProtocolVersion version;
    private @Nullable BackendKeyData upstreamKey;

    /** The proxy knows who the client is: whoever asks it again would be lied to. */
    private final boolean proven;

    private @Nullable BackendSession backend;
    private @Nullable RelayedScram scram;
    private boolean authenticated;
    private boolean isReady;

    LoginPhase(Session session, StartupMessage startup, boolean proven) {
        this.session = session;
        this.client = session.client();
        this.guard = session.guard();
        this.upstream = new Upstream(this, this, guard.watches(), guard.cutsMessages());
        this.startup = startup;
        this.proven = proven;
        this.version = startup.version().minor() >= 2 ? ProtocolVersion.V3_2 : startup.version();
    }

    /** Opens the upstream; {@code rest} is what the client has sent already, owned by the callee. */
    void begin(List<ByteBuf> rest) {
        answers.pause();
        client.reading(false);
        for (ByteBuf bytes : rest) {
            if (bytes.isReadable()) {
                answers.scan(bytes);
            } else {
                bytes.release();
            }
        }
        guard.connected(startup, this::open, this::abort);
    }

    private void open(StartupMessage asked) {
        startup = asked;
        if (!upstream.isClosed()) {
            BackendSession opened = session.open(session.context().backend(), asked, upstream);
            backend = opened;
            session.activity().opened(opened);
            upstream.opened(opened);
        }
    }

    @Override
    public void message(Frame frame, Upstream from) {
        try {
            if (!frame.isWhole()) {
                frame.release();
                throw new ProtocolException("the upstream sent a message too long for a login");
            }
            switch (frame.tag()) {
                case 'R' -> authentication(frame);
                case 'S' -> reported(frame);
                case 'N', 'A' -> client.write(frame.bytes());
                case 'v' -> negotiate(frame);
                case 'K' -> key(frame);
                case 'Z' -> ready(frame);
                case 'E' -> refused(frame);
                default -> {
                    frame.release();
                    throw new ProtocolException("the upstream sent a message that has no place in a login");
                }
            }
        } catch (ProtocolException e) {
            upstreamClosed(from, PgError.of(e).fatal());
        }
    }

    private void authentication(Frame frame) {
        ByteBuf body = frame.body();
        int request = body.readableBytes() < 4 ? -1 : body.getInt(body.readerIndex());
        if (proven && request != AUTHENTICATION_OK) {
            frame.release();
            abort(CANNOT_ANSWER);
            return;
        }
        client.write(request == SASL ? offered(frame) : frame.bytes());
        if (request == AUTHENTICATION_OK) {
            authenticated = true;
        } else if (request != SASL_FINAL && !authenticated) {
            client.reading(true);
            answers.resume();
        }
    }

    private ByteBuf offered(Frame frame) {
        BackendSession asking = backend;
        if (asking == null) {
            return frame.bytes();
        }
        RelayedScram relayed = new RelayedScram(session.channel(), asking);
        scram = relayed;
        try {
            return relayed.offered(frame);
        } catch (ProtocolException e) {
            frame.release();
            throw e;
        }
    }

    private void negotiate(Frame frame) {
        try {
            ProtocolVersion newest = NegotiateProtocolVersion.read(frame.body()).newest();
            if (newest.minor() < version.minor()) {
                version = newest;
            }
        } catch (ProtocolException e) {
            frame.release();
            throw e;
        }
        client.write(frame.bytes());
    }

    private void key(Frame frame) {
        BackendKeyData theirs;
        try {
            theirs = BackendKeyData.read(frame.body());
        } finally {
            frame.release();
        }
        if (upstreamKey != null) {
            throw new ProtocolException("the upstream sent BackendKeyData twice");
        }
        upstreamKey = theirs;
        session.activity().connected(theirs.pid());
        BackendKeyData ours = session.context().cancels().register(theirs.pid(), version, session);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        ours.write(bytes);
        client.write(bytes);
    }

    private void reported(Frame frame) {
        ParameterStatus setting;
        try {
            setting = ParameterStatus.read(frame.body());
        } catch (ProtocolException e) {
            frame.release();
            throw e;
        }
        guard.reported(setting.name(), setting.value());
        if (upstream.isClosed()) {
            frame.release(); // it was one that may not be
        } else {
            client.write(frame.bytes());
        }
    }

    private void ready(Frame frame) {
        if (!authenticated || isReady) {
            frame.release();
            throw new ProtocolException("the upstream is ready for a client that it has not authenticated");
        }
        TransactionStatus status;
        try {
            status = ReadyForQuery.read(frame.body()).status();
        } finally {
            frame.release(); // it may take minutes until the client is told, or never come to it
        }
        isReady = true;
        PgError tooMany = session.context().authenticated(session);
        if (tooMany == null) {
            guard.authenticated(() -> serve(status), this::abort);
        } else {
            abort(tooMany);
        }
    }

    private void serve(TransactionStatus status) {
        if (upstream.isClosed()) {
            return;
        }
        List<ByteBuf> early = answers.isBetweenMessages() ? answers.takeWaiting() : new ArrayList<>();
        answers.release();
        ByteBuf ready = ByteBufAllocator.DEFAULT.buffer(6);
        new ReadyForQuery(status).write(ready);
        client.write(ready);
        client.flush(); // a verdict may have come long after the bytes that led here
        session.loggedIn();
        if (isReplication()) {
            OpaquePhase opaque = new OpaquePhase(session, upstream, upstreamKey);
            upstream.passAll(opaque, upstreamKey);
            session.enter(opaque);
            opaque.begin(early);
        } else {
            ServingPhase serving = new ServingPhase(session, upstream, upstreamKey, startup);
            upstream.serve(serving, upstreamKey, status);
            session.enter(serving);
            serving.begin(early);
        }
    }

    /** As the server reads it: see {@code ProcessStartupPacket}; what is no boolean is refused there. */
    private boolean isReplication() {
        String asked = startup.parameter("replication");
        return asked != null
                && !List.of("false", "off", "no", "0", "f", "n", "fa", "fal", "fals", "of")
                        .contains(asked.toLowerCase(Locale.ROOT));
    }

    private void refused(Frame frame) {
        client.write(frame.bytes());
        end();
        session.close();
    }

    @Override
    public void received(ByteBuf bytes) {
        try {
            answers.scan(bytes);
        } catch (ProtocolException e) {
            end();
            session.refuse(PgError.of(e).fatal());
        }
    }

    @Override
    public void framed(Frame frame) {
        if (!frame.isWhole()) {
            frame.release();
            throw new ProtocolException("invalid password packet size");
        }
        answers.pause();
        client.reading(false);
        PgError refusal = refusal(frame);
        if (refusal != null) {
            frame.release();
            abort(refusal);
            return;
        }
        upstream.send(frame.bytes());
        upstream.flush();
    }

    private @Nullable PgError refusal(Frame answer) {
        RelayedScram relayed = scram;
        if (relayed == null) {
            return null;
        }
        try {
            return relayed.refusal(answer);
        } catch (ProtocolException e) {
            answer.release();
            throw e;
        }
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        bytes.release(); // the rest of an answer that was too long
    }

    @Override
    public void noted(byte tag, int first) {}

    @Override
    public void answered(Upstream from, ByteBuf bytes) {
        bytes.release(); // nothing is relayed before the login is over
    }

    @Override
    public void answersComplete(Upstream from) {
        client.flush();
    }

    @Override
    public void exchangeEnded(Upstream from, TransactionStatus status) {}

    @Override
    public void exchangesMerged(Upstream from, int count) {}

    @Override
    public void syncsVoided(Upstream from, int count, boolean exchangeGoesOn) {}

    @Override
    public void upstreamWritable(Upstream from, boolean writable) {}

    @Override
    public void upstreamClosed(Upstream from, PgError reason) {
        abort(reason);
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
        end();
        session.refuse(reason.fatal());
    }

    private void end() {
        answers.release();
        upstream.close();
        if (upstreamKey != null) {
            session.context().cancels().forget(upstreamKey.pid(), session);
        }
    }
}
