package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads start-up packets out of bytes as they come, from peers nobody knows yet.
 *
 * <p>It takes the bytes of one packet and leaves what follows in the buffer; after a packet it is ready for the next,
 * since an SslRequest is followed by another. The length is judged as soon as its four bytes are there, and what is
 * held grows with what has arrived, never by what was announced. One decoder serves one connection, on one thread; it
 * holds no reference-counted buffer and needs no closing.
 *
 * <p>See {@code ProcessStartupPacket} in the server's backend_startup.c (postmaster.c before PostgreSQL 17).
 */
public final class StartupDecoder {
    /** The shortest packet: a length and a code. */
    static final int SHORTEST = 8;

    private static final int LENGTH_FIELD = 4;
    private static final int LONGEST = 10_000;
    private static final int USUAL = 256;

    private byte[] held = new byte[USUAL];
    private int filled;

    /** A decoder at the beginning of a connection. */
    public StartupDecoder() {}

    /**
     * Goes on reading.
     *
     * @param in what arrived; the packet's bytes are taken from it, it is not released
     * @return a packet once it is whole, or null if more bytes are needed
     * @throws ProtocolException (08P01) if this can become no packet; nothing can be read from this peer after it
     */
    public @Nullable StartupPacket decode(ByteBuf in) {
        if (!hold(in, LENGTH_FIELD)) {
            return null;
        }
        int length = Unpooled.wrappedBuffer(held).getInt(0);
        if (length < SHORTEST || length > LONGEST) {
            throw new ProtocolException("invalid length of startup packet");
        }
        if (!hold(in, length)) {
            return null;
        }
        filled = 0;
        return packet(new BodyReader(Unpooled.wrappedBuffer(held, LENGTH_FIELD, length - LENGTH_FIELD)));
    }

    /**
     * Has part of a packet arrived, and not all of it?
     *
     * @return true in the middle of a packet: an end of the connection is then not a clean one
     */
    public boolean isPartial() {
        return filled > 0;
    }

    /** Takes bytes until {@code wanted} are held; false if there are not enough yet. */
    private boolean hold(ByteBuf in, int wanted) {
        int taken = Math.min(in.readableBytes(), wanted - filled);
        if (taken > 0) {
            if (filled + taken > held.length) {
                held = Arrays.copyOf(held, Math.max(filled + taken, Math.min(2 * held.length, LONGEST)));
            }
            in.readBytes(held, filled, taken);
            filled += taken;
        }
        return filled >= wanted;
    }

    private static StartupPacket packet(BodyReader body) {
        int code = body.int32();
        switch (code) {
            case SslRequest.CODE -> {
                body.end();
                return SslRequest.INSTANCE;
            }
            case GssEncRequest.CODE -> {
                body.end();
                return GssEncRequest.INSTANCE;
            }
            case CancelRequest.CODE -> {
                return CancelRequest.read(body);
            }
            default -> {
                ProtocolVersion version = ProtocolVersion.of(code);
                return version.major() == 3
                        ? StartupMessage.read(version, body)
                        : new UnsupportedVersion(version, body.rest());
            }
        }
    }
}
