package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolException;

/**
 * Asks to cancel what another connection runs; never answered.
 *
 * <p>See "CancelRequest" in the chapter "Message Formats" of the PostgreSQL manual. Compare secrets in constant time.
 *
 * @param pid the process ID of the other connection's BackendKeyData
 * @param secret its secret: 4 bytes in protocol 3.0, up to 256 in 3.2
 */
public record CancelRequest(int pid, Bytes secret) implements StartupPacket {
    /** The number in the place of a version. */
    static final int CODE = 80877102;

    private static final int LEAST_SECRET = 4;
    private static final int MOST_SECRET = 256;

    /**
     * Checks the components.
     *
     * @param pid see the component
     * @param secret see the component
     */
    public CancelRequest {
        if (secret.length() < LEAST_SECRET || secret.length() > MOST_SECRET) {
            throw new IllegalArgumentException("secret of " + secret.length() + " bytes");
        }
    }

    static CancelRequest read(BodyReader body) {
        int pid = body.int32();
        int length = body.left();
        if (length < LEAST_SECRET || length > MOST_SECRET) {
            throw new ProtocolException("invalid length of cancel request packet");
        }
        return new CancelRequest(pid, body.rest());
    }

    @Override
    public void write(ByteBuf out) {
        out.writeInt(StartupDecoder.SHORTEST + 4 + secret.length());
        out.writeInt(CODE);
        out.writeInt(pid);
        secret.write(out);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "CancelRequest[pid=" + pid + "]";
    }
}
