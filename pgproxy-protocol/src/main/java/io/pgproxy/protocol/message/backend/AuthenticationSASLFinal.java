package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.MessageWriter;

/**
 * The server's last word; AuthenticationOk follows.
 *
 * <p>See "AuthenticationSASLFinal" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param data what the mechanism says
 */
public record AuthenticationSASLFinal(Bytes data) implements Authentication {
    static final int CODE = 12;

    static AuthenticationSASLFinal read(BodyReader body) {
        return new AuthenticationSASLFinal(body.rest());
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(CODE);
            data.write(body);
        });
    }
}
