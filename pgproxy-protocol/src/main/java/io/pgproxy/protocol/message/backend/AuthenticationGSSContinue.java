package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;

/**
 * Goes on with GSSAPI or SSPI authentication.
 *
 * <p>See "AuthenticationGSSContinue" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param data what the mechanism says
 */
public record AuthenticationGSSContinue(Bytes data) implements Authentication {
    static final int CODE = 8;

    static AuthenticationGSSContinue read(BodyReader body) {
        return new AuthenticationGSSContinue(body.rest());
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(CODE);
            data.write(body);
        });
    }
}
