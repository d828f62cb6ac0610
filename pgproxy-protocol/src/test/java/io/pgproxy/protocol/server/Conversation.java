package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.Parse;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/** Feeds a server with messages and writes its answers down in short: {@code T D(1) C(SELECT 1) Z(I)}. */
final class Conversation {
    private final ServerProtocol server;

    Conversation(ServerProtocol server) {
        this.server = server;
    }

    String send(FrontendMessage... messages) {
        ByteBuf out = Unpooled.buffer();
        for (FrontendMessage message : messages) {
            server.answer(message, out);
        }
        return shortly(out);
    }

    static Parse parse(String name, String sql) {
        return new Parse(name, sql, List.of());
    }

    static Bind bind(String portal, String statement, String... parameters) {
        List<Bytes> values = List.of(parameters).stream().map(Bytes::of).toList();
        return new Bind(portal, statement, List.of(), List.copyOf(values), List.of());
    }

    static Bind bindBinary(String portal, String statement) {
        return new Bind(portal, statement, List.of(), List.of(), List.of(Format.BINARY));
    }

    static String shortly(ByteBuf bytes) {
        StringJoiner text = new StringJoiner(" ");
        while (bytes.isReadable()) {
            BackendTag tag = Objects.requireNonNull(BackendTag.of(bytes.readByte()));
            text.add(shortly(BackendMessage.read(tag, bytes.readSlice(bytes.readInt() - 4))));
        }
        return text.toString();
    }

    private static String shortly(BackendMessage message) {
        String tag = Character.toString(message.tag().code());
        if (message instanceof CommandComplete complete) {
            return tag + "(" + complete.commandTag() + ")";
        } else if (message instanceof ErrorResponse response) {
            return tag + "(" + response.error().sqlState() + ")";
        } else if (message instanceof ReadyForQuery ready) {
            return tag + "(" + Character.toString(ready.status().code()) + ")";
        } else if (message instanceof DataRow row) {
            StringJoiner values = new StringJoiner(",", tag + "(", ")");
            row.values().forEach(value -> values.add(value == null ? "null" : value.text()));
            return values.toString();
        }
        return tag;
    }
}
