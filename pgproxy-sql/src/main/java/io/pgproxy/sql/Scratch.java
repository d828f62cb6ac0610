package io.pgproxy.sql;

import io.pgproxy.sql.internal.classify.Classifier;
import io.pgproxy.sql.internal.text.Splitter;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;

/** What one thread needs to read texts without garbage, one after the other. */
final class Scratch {
    /** Beyond this, what a long text has made grow is given back after it. */
    private static final int KEPT_TOKENS = 16_384;

    private static final int KEPT_CHARACTERS = 65_536;
    private static final byte[] NOTHING = {};

    private final Lexer lexer;
    private final Splitter splitter = new Splitter();
    private final Classifier classifier = new Classifier();
    private final TextKey probe = new TextKey();
    private Tokens tokens = new Tokens();
    private byte[] encoded = new byte[1024];

    Scratch(LexerLimits limits) {
        lexer = new Lexer(limits);
    }

    Lexer lexer() {
        return lexer;
    }

    Splitter splitter() {
        return splitter;
    }

    Classifier classifier() {
        return classifier;
    }

    TextKey probe() {
        return probe;
    }

    Tokens tokens() {
        return tokens;
    }

    /** Writes a short text as UTF-8 into {@link #encoded}; -1 if it is long, or cannot be written without loss. */
    int encode(String text) {
        int length = text.length();
        if (length > KEPT_CHARACTERS) {
            return -1;
        }
        if (length * 3 > encoded.length) {
            encoded = new byte[length * 3];
        }
        byte[] into = encoded;
        int at = 0;
        while (at < length) {
            char c = text.charAt(at);
            if (c >= 0x80) {
                break;
            }
            into[at++] = (byte) c;
        }
        return at == length ? length : encodeRest(text, at);
    }

    private int encodeRest(String text, int from) {
        byte[] into = encoded;
        int to = from;
        for (int at = from; at < text.length(); at++) {
            int c = text.charAt(at);
            if (c < 0x80) {
                into[to++] = (byte) c;
            } else if (c < 0x800) {
                into[to++] = (byte) (0xC0 | (c >> 6));
                into[to++] = follower(c);
            } else if (!Character.isSurrogate((char) c)) {
                into[to++] = (byte) (0xE0 | (c >> 12));
                into[to++] = follower(c >> 6);
                into[to++] = follower(c);
            } else {
                c = text.codePointAt(at++);
                if (c < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                    return -1;
                }
                into[to++] = (byte) (0xF0 | (c >> 18));
                into[to++] = follower(c >> 12);
                into[to++] = follower(c >> 6);
                into[to++] = follower(c);
            }
        }
        return to;
    }

    private static byte follower(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    byte[] encoded() {
        return encoded;
    }

    /** Forgets the last text, and what it has made grow. */
    void release() {
        if (tokens.count() > KEPT_TOKENS) {
            tokens = new Tokens();
        }
        probe.pointTo(NOTHING, 0, 0, true, 0);
    }
}
