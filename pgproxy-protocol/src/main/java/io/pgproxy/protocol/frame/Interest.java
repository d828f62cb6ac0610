package io.pgproxy.protocol.frame;

import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.FrontendTag;
import java.util.Arrays;

/**
 * How much of each message type somebody wants to see. Immutable; one instance serves any number of scanners.
 *
 * <p>An interest is declared once by those who read, so that nobody peeks "just in case": what nobody asked for is
 * never looked at beyond its header.
 */
public final class Interest {
    private static final Interest NOTHING = new Interest(new byte[256]);

    /** Level of a type whose messages pass within chunks, unseen. */
    static final byte PASS = 0;

    /** Level of a type whose messages pass within chunks, and are told of when their last byte has been seen. */
    static final byte NOTE = 1;

    /** Level of a type whose messages are shown where they stand and pass, but cut out if they straddle two buffers. */
    static final byte SHOW = 2;

    /**
     * Level of a type whose messages are shown where they stand and do not pass, but are cut out if they straddle two
     * buffers.
     */
    static final byte TAKE = 3;

    /** Level of a type whose messages are cut out and handed over whole. */
    static final byte CUT = 4;

    private final byte[] levels;
    private final long longest;

    private Interest(byte[] levels) {
        this(levels, Long.MAX_VALUE);
    }

    private Interest(byte[] levels, long longest) {
        this.levels = levels;
        this.longest = longest;
    }

    /**
     * The interest in nothing: every message passes unseen.
     *
     * @return a constant
     */
    public static Interest nothing() {
        return NOTHING;
    }

    /**
     * The interest in everything: every message is cut out.
     *
     * @return an interest that cuts all 256 types
     */
    public static Interest everything() {
        byte[] levels = new byte[256];
        Arrays.fill(levels, CUT);
        return new Interest(levels);
    }

    /**
     * A copy that notes these types, too.
     *
     * @param tags types that a client sends
     * @return the wider interest; types that were cut stay so
     */
    public Interest note(FrontendTag... tags) {
        byte[] copy = levels.clone();
        for (FrontendTag tag : tags) {
            raise(copy, tag.code(), NOTE);
        }
        return new Interest(copy);
    }

    /**
     * A copy that notes these types, too.
     *
     * @param tags types that a server sends
     * @return the wider interest; types that were cut stay so
     */
    public Interest note(BackendTag... tags) {
        byte[] copy = levels.clone();
        for (BackendTag tag : tags) {
            raise(copy, tag.code(), NOTE);
        }
        return new Interest(copy);
    }

    /**
     * A copy that is shown these types: in place, as part of the chunk they pass with, where all of a message is in the
     * buffer at hand; else it is cut out, and whoever takes it has to pass it on.
     *
     * @param tags types that a server sends
     * @return the wider interest
     */
    public Interest show(BackendTag... tags) {
        byte[] copy = levels.clone();
        for (BackendTag tag : tags) {
            raise(copy, tag.code(), SHOW);
        }
        return new Interest(copy);
    }

    /**
     * A copy that is shown these types, as {@link #show(BackendTag...)}.
     *
     * @param tags types that a client sends
     * @return the wider interest
     */
    public Interest show(FrontendTag... tags) {
        byte[] copy = levels.clone();
        for (FrontendTag tag : tags) {
            raise(copy, tag.code(), SHOW);
        }
        return new Interest(copy);
    }

    /**
     * A copy that cuts these types out.
     *
     * @param tags types that a client sends
     * @return the wider interest
     */
    public Interest cut(FrontendTag... tags) {
        byte[] copy = levels.clone();
        for (FrontendTag tag : tags) {
            raise(copy, tag.code(), CUT);
        }
        return new Interest(copy);
    }

    /**
     * A copy that takes these types: as {@link #show}, but they do not pass; whoever is shown them copies what is to go
     * on. For types that come in great number, and change.
     *
     * @param tags types that a server sends
     * @return the wider interest
     */
    public Interest take(BackendTag... tags) {
        byte[] copy = levels.clone();
        for (BackendTag tag : tags) {
            raise(copy, tag.code(), TAKE);
        }
        return new Interest(copy);
    }

    /**
     * A copy that cuts these types out.
     *
     * @param tags types that a server sends
     * @return the wider interest
     */
    public Interest cut(BackendTag... tags) {
        byte[] copy = levels.clone();
        for (BackendTag tag : tags) {
            raise(copy, tag.code(), CUT);
        }
        return new Interest(copy);
    }

    /**
     * A copy that lets noted messages pass up to a length only. Of a longer one the header alone is cut out, and handed
     * over as the head of a frame, before any of it has passed; its body follows as chunks.
     *
     * @param bytes how long a noted message may be, its type byte not counted
     * @return the interest; copies that are made of it have no such limit
     */
    public Interest upTo(long bytes) {
        return new Interest(levels, bytes);
    }

    /**
     * What either of two readers wants.
     *
     * @param other another reader's interest
     * @return for each type the higher of both levels
     */
    public Interest and(Interest other) {
        byte[] copy = levels.clone();
        for (int code = 0; code < copy.length; code++) {
            raise(copy, (byte) code, other.levels[code]);
        }
        return new Interest(copy);
    }

    long longest() {
        return longest;
    }

    byte level(byte tag) {
        return levels[tag & 0xff];
    }

    private static void raise(byte[] levels, byte tag, byte level) {
        levels[tag & 0xff] = (byte) Math.max(levels[tag & 0xff], level);
    }
}
