package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.core.internal.tls.ServerHandshake;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.startup.CancelRequest;
import io.pgproxy.protocol.startup.GssEncRequest;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.protocol.startup.StartupDecoder;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupPacket;
import io.pgproxy.protocol.startup.UnsupportedVersion;
import java.util.List;

/** Before the StartupMessage: requests for encryption, CancelRequest, or bytes of somebody who is lost. */
final class GreetingPhase implements Phase {
    /** The first byte of a TLS handshake; a start-up packet begins with a length, of which this would be 350 MB. */
    private static final byte HANDSHAKE = 0x16;

    private static final PgError NOT_ENCRYPTED = PgError.of(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "the connection must be encrypted")
            .withHint("Connect with sslmode=require or better.")
            .fatal();

    private final Session session;
    private final StartupDecoder decoder = new StartupDecoder();
    private boolean tlsAsked;
    private boolean gssAsked;
    private boolean begun;

    GreetingPhase(Session session) {
        this.session = session;
    }

    @Override
    public void received(ByteBuf bytes) {
        if (!begun && bytes.isReadable()) {
            begun = true;
            if (bytes.getByte(bytes.readerIndex()) == HANDSHAKE && mayEncrypt()) {
                begunWithHandshake(bytes);
                return;
            }
        }
        try {
            StartupPacket packet = decoder.decode(bytes);
            if (packet != null) {
                read(packet, bytes);
            }
        } catch (ProtocolException e) {
            malformed(e);
        } finally {
            bytes.release();
        }
    }

    private void read(StartupPacket packet, ByteBuf rest) {
        if (packet instanceof StartupMessage startup) {
            begin(startup, rest);
        } else if (packet instanceof SslRequest
                && !tlsAsked
                && !session.channel().isEncrypted()) {
            tlsAsked = true;
            if (!answer(mayEncrypt() ? 'S' : 'N', rest)) {
                session.close();
            } else if (mayEncrypt()) {
                encrypt(false);
            }
        } else if (packet instanceof GssEncRequest
                && !gssAsked
                && !session.channel().isEncrypted()) {
            gssAsked = true;
            if (!answer('N', rest)) {
                session.close();
            }
        } else if (packet instanceof CancelRequest cancel) {
            cancel(cancel);
        } else if (packet instanceof UnsupportedVersion unsupported) {
            session.refuse(unsupported.refusal().fatal());
        } else {
            session.close(); // asked for encryption twice
        }
    }

    /**
     * Clients wait for the end of this connection, and go on: from then on their cancel may not hit anything, as with
     * the server itself.
     */
    private void cancel(CancelRequest request) {
        session.enter(new ClosingPhase()); // nothing more is heard here
        ClientPort client = session.client();
        session.context()
                .cancels()
                .cancel(request, client.host(), () -> client.loop().execute(session::close));
    }

    private void begin(StartupMessage startup, ByteBuf rest) {
        session.activity().asks(startup);
        if (session.isDraining()) {
            session.stop();
            return;
        }
        ListenerTls tls = session.tls();
        if (tls != null && tls.isRequired() && !session.channel().isEncrypted()) {
            session.refuse(NOT_ENCRYPTED);
            return;
        }
        PgError tooMany = session.context().admitted(session);
        if (tooMany != null) {
            session.refuse(tooMany);
            return;
        }
        ByteBuf behind = rest.readRetainedSlice(rest.readableBytes());
        ClientAuthentication authentication = session.context().authentication();
        if (authentication == null) {
            LoginPhase login = new LoginPhase(session, startup, false);
            session.enter(login);
            login.begin(List.of(behind));
        } else {
            AuthenticationPhase login = new AuthenticationPhase(session, startup, authentication);
            session.enter(login);
            login.begin(behind);
        }
    }

    /** Once at most, and where it makes sense: the ways in that are no network have none. */
    private boolean mayEncrypt() {
        ListenerTls tls = session.tls();
        return tls != null && tls.isOffered() && !session.channel().isEncrypted();
    }

    private void begunWithHandshake(ByteBuf bytes) {
        if (ListenerTls.mayBegin(bytes)) {
            encrypt(true);
            session.client().receiveAgain(bytes);
        } else {
            bytes.release();
            session.close();
        }
    }

    private void encrypt(boolean direct) {
        ListenerTls tls = session.tls();
        if (tls != null) {
            ServerHandshake handshake = session.client().encrypt(tls);
            session.enter(new HandshakePhase(session, handshake, direct));
        }
    }

    /**
     * Answers a request; false if bytes behind it were sent without waiting for that: they must not be read, whatever
     * the answer is.
     */
    private boolean answer(char word, ByteBuf rest) {
        if (rest.isReadable()) {
            return false;
        }
        session.client().write(ByteBufAllocator.DEFAULT.buffer(1).writeByte(word));
        session.client().flush();
        return true;
    }

    private void malformed(ProtocolException e) {
        if (decoder.isPartial()) {
            session.close(); // not even a length: PostgreSQL does not answer that either
        } else {
            session.refuse(PgError.of(e).fatal());
        }
    }

    @Override
    public void clientGone() {}

    @Override
    public void drain() {
        session.close();
    }

    @Override
    public void abort(PgError reason) {
        session.close();
    }
}
