package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The plain names of functions that were seen lately, so that a name that comes again and again is one object. Holds a
 * fixed number of short names.
 */
final class NameCache {
    private static final int SIZE = 512;
    private static final int LONGEST = 48;
    private static final String PG_CATALOG = "pg_catalog";
    private final @Nullable FunctionName[] names = new @Nullable FunctionName[2 * SIZE];

    /**
     * The name that an unquoted token of ASCII stands for.
     *
     * @param inCatalog whether {@code pg_catalog} stands in front of it
     * @return null if the token is of another sort
     */
    @Nullable
    FunctionName find(Tokens tokens, int token, boolean inCatalog) {
        int start = tokens.start(token);
        int length = tokens.end(token) - start;
        if (length > LONGEST || (!tokens.is(token, TokenKind.IDENTIFIER) && tokens.keyword(token) == null)) {
            return null;
        }
        byte[] text = tokens.text();
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            byte c = text[i];
            if (c < 0) {
                return null;
            }
            hash = hash * 31 + folded(c);
        }
        int slot = ((hash ^ hash >>> 16) & (SIZE - 1)) + (inCatalog ? SIZE : 0);
        FunctionName known = names[slot];
        if (known == null || !matches(known.name(), text, start, length)) {
            known = new FunctionName(inCatalog ? PG_CATALOG : null, word(text, start, length), false);
            names[slot] = known;
        }
        return known;
    }

    private static boolean matches(String name, byte[] text, int start, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != folded(text[start + i])) {
                return false;
            }
        }
        return true;
    }

    private static String word(byte[] text, int start, int length) {
        byte[] word = new byte[length];
        for (int i = 0; i < length; i++) {
            word[i] = folded(text[start + i]);
        }
        return new String(word, StandardCharsets.US_ASCII);
    }

    private static byte folded(byte c) {
        return c >= 'A' && c <= 'Z' ? (byte) (c + 0x20) : c;
    }
}
