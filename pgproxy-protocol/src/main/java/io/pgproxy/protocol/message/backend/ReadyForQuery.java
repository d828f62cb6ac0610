package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.TransactionStatus;

/**
 * The end of an exchange.
 *
 * <p>See "ReadyForQuery" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param status the state of the transaction
 */
public record ReadyForQuery(TransactionStatus status) implements BackendMessage {
    /**
     * Reads the body.
     *
     * @param body exactly the message's body; it is read to its end
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    public static ReadyForQuery read(ByteBuf body) {
        BodyReader reader = new BodyReader(body);
        ReadyForQuery message = new ReadyForQuery(TransactionStatus.of(reader.int8()));
        reader.end();
        return message;
    }

    @Override
    public BackendTag tag() {
        return BackendTag.READY_FOR_QUERY;
    }

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> {
            body.writeByte(status.code());
        });
    }
}
