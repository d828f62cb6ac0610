package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * Gives a COPY up.
 *
 * <p>See "CopyFail" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param reason what the server shall say in its error
 */
public record CopyFail(String reason) implements FrontendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static CopyFail read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        CopyFail message = new CopyFail(reader.string());
        reader.end();
        return message;
    }

    @Override
    public FrontendTag tag() {
        return FrontendTag.COPY_FAIL;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            CString.write(body, reason);
        });
    }
}
