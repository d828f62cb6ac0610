package io.pgproxy.protocol.message.frontend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;

/**
 * A message from a client, after start-up.
 *
 * <p>Messages are values that hold copies: none needs a release. {@code toString} shows no SQL, no parameter and no
 * secret.
 */
public sealed interface FrontendMessage
        permits Query,
                Parse,
                Bind,
                Execute,
                Sync,
                Describe,
                Close,
                Flush,
                CopyData,
                CopyDone,
                CopyFail,
                FunctionCall,
                Terminate,
                AuthenticationResponse {
    /**
     * Which message this is.
     *
     * @return the tag that stands for its type byte
     */
    FrontendTag tag();

    /**
     * Writes the whole message: type byte, length, body.
     *
     * @param out where to write
     * @throws IllegalArgumentException if a text holds U+0000; nothing is written
     */
    void write(ByteBuf out);

    /**
     * Reads the body of a message of a client that is logged in.
     *
     * @param tag which message it is
     * @param body exactly the message's body; it is read to its end and not released
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed, or an answer to an authentication request, for which see
     *     {@link AuthenticationResponse#read}
     */
    static FrontendMessage read(FrontendTag tag, ByteBuf body) {
        return switch (tag) {
            case QUERY -> Query.read(body);
            case PARSE -> Parse.read(body);
            case BIND -> Bind.read(body);
            case EXECUTE -> Execute.read(body);
            case SYNC -> Sync.read(body);
            case DESCRIBE -> Describe.read(body);
            case CLOSE -> Close.read(body);
            case FLUSH -> Flush.read(body);
            case COPY_DATA -> CopyData.read(body);
            case COPY_DONE -> CopyDone.read(body);
            case COPY_FAIL -> CopyFail.read(body);
            case FUNCTION_CALL -> FunctionCall.read(body);
            case TERMINATE -> Terminate.read(body);
            case PASSWORD -> throw new ProtocolException("no authentication request to answer");
        };
    }
}
