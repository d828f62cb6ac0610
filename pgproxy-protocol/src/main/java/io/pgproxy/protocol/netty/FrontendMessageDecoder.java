package io.pgproxy.protocol.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.frontend.AuthenticationResponse;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.startup.GssEncRequest;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.protocol.startup.StartupDecoder;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupPacket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what clients send to a server: {@link StartupPacket}s up to the StartupMessage, then {@link FrontendMessage}s,
 * or {@link MalformedMessage} where only the body is wrong.
 *
 * <p>A {@link ProtocolException} (inside Netty's DecoderException) means that nothing can be read any more: the
 * connection is to be closed, after a FATAL error if a StartupMessage has come, without a byte otherwise. SQLSTATE
 * 54000 is a message longer than this decoder holds. Before a client is logged in, no more than 64 kB are read in all.
 *
 * <p>Clear text behind a request for encryption is refused, so that it cannot pass for what came encrypted. One
 * instance for each connection.
 */
public final class FrontendMessageDecoder extends ByteToMessageDecoder {
    /** The longest message that is held unless told otherwise: 64 MB. */
    public static final int DEFAULT_LONGEST = 64 << 20;

    private static final int MOST_BEFORE_LOGIN = 64 << 10;
    private static final int HEADER = 5;
    private static final int LENGTH_FIELD = 4;

    private final int longest;
    private final StartupDecoder startup = new StartupDecoder();
    private Phase phase = Phase.STARTUP;
    private boolean sslAsked;
    private boolean gssAsked;
    private AuthenticationResponse.@Nullable Kind expected;
    private long beforeLogin;

    private enum Phase {
        STARTUP,
        MESSAGES,
        /** Nothing more is read from this client. */
        ENDED
    }

    /** A decoder that holds messages of up to 64 MB. */
    public FrontendMessageDecoder() {
        this(DEFAULT_LONGEST);
    }

    /**
     * A decoder with a limit of its own.
     *
     * @param longest the longest message that is held, in bytes with its length field
     */
    public FrontendMessageDecoder(int longest) {
        this.longest = longest;
    }

    /**
     * The server is about to ask for authentication: until {@link #authenticated} only the answer is read. To be called
     * on the connection's event loop, before the request is sent.
     *
     * @param kind what is expected
     */
    public void authenticating(AuthenticationResponse.Kind kind) {
        expected = kind;
    }

    /** The client is let in. To be called on the connection's event loop. */
    public void authenticated() {
        expected = null;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        try {
            switch (phase) {
                case STARTUP -> decodeStartup(in, out);
                case MESSAGES -> decodeMessage(in, out);
                case ENDED -> in.skipBytes(in.readableBytes());
            }
        } catch (ProtocolException violation) {
            phase = Phase.ENDED;
            throw violation;
        }
    }

    private void decodeStartup(ByteBuf in, List<Object> out) {
        StartupPacket packet = startup.decode(in);
        if (packet == null) {
            return;
        }
        if (packet instanceof SslRequest) {
            checkRequest(sslAsked, in);
            sslAsked = true;
        } else if (packet instanceof GssEncRequest) {
            checkRequest(gssAsked, in);
            gssAsked = true;
        } else {
            phase = packet instanceof StartupMessage ? Phase.MESSAGES : Phase.ENDED;
        }
        out.add(packet);
    }

    private static void checkRequest(boolean asked, ByteBuf in) {
        if (asked) {
            throw new ProtocolException("encryption was asked for twice");
        }
        if (in.isReadable()) {
            throw new ProtocolException("received unencrypted data after a request for encryption");
        }
    }

    private void decodeMessage(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < HEADER) {
            return;
        }
        int start = in.readerIndex();
        FrontendTag tag = FrontendTag.of(in.getByte(start));
        int length = in.getInt(start + 1);
        if (tag == null || (expected != null && tag != FrontendTag.PASSWORD)) {
            throw new ProtocolException("invalid frontend message type " + in.getUnsignedByte(start));
        }
        checkLength(tag, length);
        if (in.readableBytes() - 1 < length) {
            return;
        }
        beforeLogin = expected == null ? 0 : beforeLogin + 1 + length;
        ByteBuf body = in.skipBytes(HEADER).readSlice(length - LENGTH_FIELD);
        out.add(read(tag, body));
    }

    private void checkLength(FrontendTag tag, int length) {
        if (length < LENGTH_FIELD || length > tag.longest()) {
            throw new ProtocolException("invalid message length");
        }
        if (expected != null && beforeLogin + 1 + length > MOST_BEFORE_LOGIN) {
            throw new ProtocolException("too many bytes before the login");
        }
        if (length > longest) {
            throw new ProtocolException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED, "message is longer than " + longest + " bytes");
        }
    }

    private Object read(FrontendTag tag, ByteBuf body) {
        try {
            return expected == null ? FrontendMessage.read(tag, body) : AuthenticationResponse.read(expected, body);
        } catch (ProtocolException violation) {
            return new MalformedMessage(tag, violation);
        }
    }
}
