package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * The end of a statement.
 *
 * <p>See "CommandComplete" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param commandTag what was done, such as {@code SELECT 5}
 */
public record CommandComplete(String commandTag) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static CommandComplete read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        CommandComplete message = new CommandComplete(reader.string());
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.COMMAND_COMPLETE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, commandTag);
        });
    }
}
