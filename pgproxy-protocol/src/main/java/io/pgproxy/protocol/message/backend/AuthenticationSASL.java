package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.MessageWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for SASL authentication and offers mechanisms.
 *
 * <p>See "AuthenticationSASL" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param mechanisms their names, in the server's order of preference
 */
public record AuthenticationSASL(List<String> mechanisms) implements Authentication {
    static final int CODE = 10;

    /**
     * Copies the list; a name cannot be empty.
     *
     * @param mechanisms see the component
     */
    public AuthenticationSASL {
        mechanisms = List.copyOf(mechanisms);
        if (mechanisms.contains("")) {
            throw new IllegalArgumentException("empty name of a mechanism");
        }
    }

    static AuthenticationSASL read(BodyReader body) {
        List<String> mechanisms = new ArrayList<>();
        for (String name = body.string(); !name.isEmpty(); name = body.string()) {
            mechanisms.add(name);
        }
        return new AuthenticationSASL(mechanisms);
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(CODE);
            for (String mechanism : mechanisms) {
                CString.write(body, mechanism);
            }
            body.writeByte(0);
        });
    }
}
