package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * A password, in clear or hashed with MD5.
 *
 * <p>See "PasswordMessage" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param password the bytes without the zero byte at their end
 */
public record PasswordMessage(Bytes password) implements AuthenticationResponse {
    /**
     * A password cannot hold a zero byte.
     *
     * @param password see the component
     */
    public PasswordMessage {
        for (int i = 0; i < password.length(); i++) {
            if (password.at(i) == 0) {
                throw new IllegalArgumentException("zero byte in a password");
            }
        }
    }

    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static PasswordMessage read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw new ProtocolException("invalid password packet");
        }
        Bytes password = reader.bytes(length);
        reader.int8();
        reader.end();
        return new PasswordMessage(password);
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            password.write(body);
            body.writeByte(0);
        });
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "PasswordMessage[]";
    }
}
