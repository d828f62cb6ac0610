package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.tls.ServerHandshake;
import io.pgproxy.core.internal.tls.TlsFailures;
import io.pgproxy.protocol.PgError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection is being encrypted; then the client greets anew. */
final class HandshakePhase implements Phase {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakePhase.class);

    private final Session session;
    private final ServerHandshake handshake;
    private final boolean direct;

    /**
     * A handshake.
     *
     * @param direct whether the client has begun with it, without asking: then it has to say by ALPN what it wants, or
     *     bytes meant for a server of another protocol could be taken for ours
     */
    HandshakePhase(Session session, ServerHandshake handshake, boolean direct) {
        this.session = session;
        this.handshake = handshake;
        this.direct = direct;
    }

    @Override
    public void encrypted() {
        if (direct && !handshake.isForUs()) {
            LOG.info("session {} from {}: no ALPN protocol", session.id(), session.address());
            session.close();
            return;
        }
        ClientTls encrypted = new ClientTls(handshake.session(), handshake.endPoint());
        if (!encrypted.isValid()) {
            LOG.info("session {} from {}: the certificate has expired", session.id(), session.address());
            session.close();
            return;
        }
        session.channel(encrypted);
        session.enter(new GreetingPhase(session));
    }

    @Override
    public void notEncrypted(Throwable cause) {
        LOG.info("session {} from {}: no TLS: {}", session.id(), session.address(), TlsFailures.describe(cause));
        session.client().close();
    }

    @Override
    public void received(ByteBuf bytes) {
        bytes.release(); // nothing is decrypted before the handshake is over
        session.client().close();
    }

    @Override
    public void clientGone() {}

    @Override
    public void drain() {
        session.client().close();
    }

    @Override
    public void abort(PgError reason) {
        session.client().close();
    }
}
