package io.pgproxy.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.backend.BackendMessage;
import java.util.List;

/**
 * Reads what servers send to a client: {@link BackendMessage}s, and the {@link EncryptionAnswer} when one is expected.
 *
 * <p>A {@link ProtocolException} (inside Netty's DecoderException) means that nothing can be read any more and the
 * connection is to be closed. One instance for each connection.
 */
public final class BackendMessageDecoder extends ByteToMessageDecoder {
    /** The longest message that is held unless told otherwise: 64 MB. */
    public static final int DEFAULT_LONGEST = 64 << 20;

    private static final int HEADER = 5;
    private static final int LENGTH_FIELD = 4;

    private final int longest;
    private boolean answerExpected;
    private boolean ended;

    /** A decoder that holds messages of up to 64 MB. */
    public BackendMessageDecoder() {
        this(DEFAULT_LONGEST);
    }

    /**
     * A decoder with a limit of its own.
     *
     * @param longest the longest message that is held, in bytes with its length field
     */
    public BackendMessageDecoder(int longest) {
        this.longest = longest;
    }

    /**
     * A request for encryption is about to be sent: the next byte is its answer. To be called on the connection's event
     * loop.
     */
    public void expectEncryptionAnswer() {
        answerExpected = true;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        try {
            if (ended) {
                in.skipBytes(in.readableBytes());
            } else if (answerExpected) {
                out.add(encryptionAnswer(in));
                answerExpected = false;
            } else {
                decodeMessage(in, out);
            }
        } catch (ProtocolException violation) {
            ended = true;
            throw violation;
        }
    }

    /** Bytes behind the answer came before anything was agreed on: they must not pass for what came encrypted. */
    private static EncryptionAnswer encryptionAnswer(ByteBuf in) {
        EncryptionAnswer answer = switch (in.readByte()) {
            case 'S', 'G' -> EncryptionAnswer.ACCEPTED;
            case 'N' -> EncryptionAnswer.REFUSED;
            default -> throw new ProtocolException("invalid answer to a request for encryption");
        };
        if (in.isReadable()) {
            throw new ProtocolException("received unencrypted data behind the answer to a request for encryption");
        }
        return answer;
    }

    private void decodeMessage(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < HEADER) {
            return;
        }
        int start = in.readerIndex();
        BackendTag tag = BackendTag.of(in.getByte(start));
        int length = in.getInt(start + 1);
        if (tag == null || length < LENGTH_FIELD) {
            throw new ProtocolException("invalid header of a backend message");
        }
        if (length > longest) {
            throw new ProtocolException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED, "message is longer than " + longest + " bytes");
        }
        if (in.readableBytes() - 1 >= length) {
            out.add(BackendMessage.read(tag, in.skipBytes(HEADER).readSlice(length - LENGTH_FIELD)));
        }
    }
}
