package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.AuthenticationSASL;
import io.pgproxy.protocol.message.frontend.SASLInitialResponse;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SCRAM login that is passed on between two connections, each of which may be encrypted. What it could be bound to
 * differs then, unless both ends show the same certificate: so channel binding is not offered to the client. A client
 * on an encrypted connection says that it would have bound itself, which the server, who has offered it, takes for the
 * work of somebody in between; and rightly so. It is told what to do instead.
 *
 * <p>See "SCRAM-SHA-256 Authentication" in the chapter on the protocol, and RFC 5802, section 6.
 */
final class RelayedScram {
    private static final String BOUND = "SCRAM-SHA-256-PLUS";
    private static final PgError IN_BETWEEN = PgError.of(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "channel binding does not reach from the client to the upstream server")
            .withHint("Connect with channel_binding=disable, or let the proxy authenticate its clients by itself.")
            .fatal();

    private final boolean same;
    private final boolean encrypted;
    private boolean hidden;
    private boolean answered;

    /** For a client and the upstream that its login goes to. */
    RelayedScram(ClientChannel client, BackendSession upstream) {
        byte[] ours = client.tlsServerEndPoint();
        byte[] theirs = upstream.tlsServerEndPoint();
        this.same = ours != null && theirs != null && MessageDigest.isEqual(ours, theirs);
        this.encrypted = client.isEncrypted();
    }

    /** The server's request as the client is to see it; takes over the frame. */
    ByteBuf offered(Frame request) {
        if (!same && Authentication.read(request.body().slice()) instanceof AuthenticationSASL offer) {
            List<String> mechanisms = offer.mechanisms();
            hidden = mechanisms.contains(BOUND);
            if (hidden) {
                request.release();
                ByteBuf shown = ByteBufAllocator.DEFAULT.buffer(64);
                new AuthenticationSASL(mechanisms.stream()
                                .filter(mechanism -> !mechanism.equals(BOUND))
                                .toList())
                        .write(shown);
                return shown;
            }
        }
        return request.bytes();
    }

    /** Why the client's answer cannot be passed on; null if it can. */
    @Nullable
    PgError refusal(Frame answer) {
        if (!hidden || answered || !encrypted) {
            return null;
        }
        answered = true;
        Bytes first = SASLInitialResponse.read(answer.body().slice()).response();
        return first != null && first.text().startsWith("y") ? IN_BETWEEN : null;
    }
}
