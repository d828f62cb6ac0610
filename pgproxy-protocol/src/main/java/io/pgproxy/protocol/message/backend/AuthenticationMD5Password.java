package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;

/**
 * Asks for the password hashed with MD5 and a salt.
 *
 * <p>See "AuthenticationMD5Password" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param salt four bytes
 */
public record AuthenticationMD5Password(Bytes salt) implements Authentication {
    static final int CODE = 5;
    private static final int SALT = 4;

    /**
     * Checks the salt's length.
     *
     * @param salt see the component
     */
    public AuthenticationMD5Password {
        if (salt.length() != SALT) {
            throw new IllegalArgumentException("salt of " + salt.length() + " bytes");
        }
    }

    static AuthenticationMD5Password read(BodyReader body) {
        return new AuthenticationMD5Password(body.bytes(SALT));
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(CODE);
            salt.write(body);
        });
    }
}
