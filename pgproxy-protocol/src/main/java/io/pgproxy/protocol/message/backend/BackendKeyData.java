package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * What a CancelRequest has to name to cancel this session.
 *
 * <p>See "BackendKeyData" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param pid the process ID
 * @param secret 4 bytes in protocol 3.0, up to 256 in 3.2
 */
public record BackendKeyData(int pid, Bytes secret) implements BackendMessage {
    private static final int LEAST_SECRET = 4;
    private static final int MOST_SECRET = 256;

    /**
     * Checks the secret's length.
     *
     * @param pid see the component
     * @param secret see the component
     */
    public BackendKeyData {
        if (secret.length() < LEAST_SECRET || secret.length() > MOST_SECRET) {
            throw new IllegalArgumentException("secret of " + secret.length() + " bytes");
        }
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static BackendKeyData read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        int pid = reader.int32();
        if (reader.left() < LEAST_SECRET || reader.left() > MOST_SECRET) {
            throw new ProtocolException("invalid length of secret");
        }
        return new BackendKeyData(pid, reader.rest());
    }

    @Override
    public BackendTag tag() {
        return BackendTag.BACKEND_KEY_DATA;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(pid);
            secret.write(body);
        });
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BackendKeyData[pid=" + pid + "]";
    }
}
