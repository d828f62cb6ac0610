package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.limit.SqlReader;

/** Tells what texts leave behind. Thread-safe. */
final class FootprintReader {
    /** What is read of a text; of a longer one nothing is known. */
    static final int LONGEST = 1 << 20;

    private final SqlReader reader;

    FootprintReader(SqlReader reader) {
        this.reader = reader;
    }

    /**
     * Reads a text.
     *
     * @param from the index of its first byte
     * @param length how many bytes it has, the closing zero left out
     * @param standardStrings the session's standard_conforming_strings
     * @param utf8 whether the text is in UTF8; if not, bytes beyond ASCII can hide anything
     */
    Footprint read(ByteBuf bytes, int from, int length, boolean standardStrings, boolean utf8) {
        if (length > LONGEST || length < 0) {
            return Footprint.UNKNOWN;
        }
        byte[] text = reader.copy(bytes, from, length);
        Footprint plain = PlainText.glance(text, length);
        if (plain != null) {
            return plain;
        }
        if (!utf8 && !isAscii(text, length)) {
            return Footprint.UNKNOWN;
        }
        return FootprintBuilder.of(reader.analyzer().analyze(text, 0, length, standardStrings), standardStrings);
    }

    /**
     * Reads a text in front of which something is still to be answered that may change how it is to be read.
     *
     * @param standardStrings what was reported last
     * @param utf8 what was reported last
     */
    Footprint readAhead(ByteBuf bytes, int from, int length, boolean standardStrings, boolean utf8) {
        Footprint now = read(bytes, from, length, standardStrings, utf8);
        boolean quotes = length > 0 && bytes.indexOf(from, from + length, (byte) '\\') >= 0;
        if (!quotes || now.equals(Footprint.UNKNOWN)) {
            return now;
        }
        boolean same = isAscii(bytes, from, length) && now.equals(read(bytes, from, length, !standardStrings, utf8));
        return same ? now : Footprint.UNKNOWN;
    }

    private static boolean isAscii(ByteBuf bytes, int from, int length) {
        return bytes.forEachByte(from, length, each -> each >= 0) < 0;
    }

    private static boolean isAscii(byte[] text, int length) {
        for (int i = 0; i < length; i++) {
            if (text[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
