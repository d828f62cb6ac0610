package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.startup.CancelRequest;
import io.pgproxy.protocol.startup.GssEncRequest;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.protocol.startup.StartupDecoder;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupPacket;
import io.pgproxy.protocol.startup.UnsupportedVersion;
import java.util.List;

/** Before the StartupMessage: requests for encryption (refused), CancelRequest, or bytes of somebody who is lost. */
final class GreetingPhase implements Phase {
    private final Session session;
    private final StartupDecoder decoder = new StartupDecoder();
    private boolean tlsAsked;
    private boolean gssAsked;

    GreetingPhase(Session session) {
        this.session = session;
    }

    @Override
    public void received(ByteBuf bytes) {
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
        } else if (packet instanceof SslRequest && !tlsAsked) {
            tlsAsked = true;
            refuseEncryption(rest);
        } else if (packet instanceof GssEncRequest && !gssAsked) {
            gssAsked = true;
            refuseEncryption(rest);
        } else if (packet instanceof CancelRequest cancel) {
            cancel(cancel);
        } else if (packet instanceof UnsupportedVersion unsupported) {
            session.refuse(unsupported.refusal().fatal());
        } else {
            session.close(); // asked for the same encryption twice
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

    /** Bytes behind the request were sent without waiting for the answer: they must not be read, whatever it is. */
    private void refuseEncryption(ByteBuf rest) {
        if (rest.isReadable()) {
            session.close();
        } else {
            session.client().write(ByteBufAllocator.DEFAULT.buffer(1).writeByte('N'));
            session.client().flush();
        }
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
