package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;

/**
 * What a NOTIFY sent; it may come at any time.
 *
 * <p>See "NotificationResponse" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param pid the process ID of the session that sent it
 * @param channel where it was sent
 * @param payload what was sent, may be empty
 */
public record NotificationResponse(int pid, String channel, String payload) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static NotificationResponse read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        NotificationResponse message = new NotificationResponse(reader.int32(), reader.string(), reader.string());
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.NOTIFICATION_RESPONSE;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeInt(pid);
            CString.write(body, channel);
            CString.write(body, payload);
        });
    }

    /** Without the payload. */
    @Override
    public String toString() {
        return "NotificationResponse[pid=" + pid + ", channel=" + channel + "]";
    }
}
