package io.pgproxy.sql;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.Places;
import io.pgproxy.sql.structure.Span;
import io.pgproxy.sql.structure.SqlTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The tokens of a statement without what its constants say, and where each of them stands. Statements with the same key
 * have the same structure, token by token; only the places differ. Unlike in a {@link Fingerprint} no token is left
 * out, and a string and a number are not the same.
 */
final class TokenShape {
    /** What no token begins with, so that a column called STRING is no string. */
    private static final int KEYWORD = 1;

    private static final int CONSTANT = 2;

    private final Fingerprint key;
    private final int[] starts;
    private final int[] ends;

    private TokenShape(Fingerprint key, int[] starts, int[] ends) {
        this.key = key;
        this.starts = starts;
        this.ends = ends;
    }

    static TokenShape of(StatementKind kind, Tokens tokens) {
        int count = tokens.count();
        int[] starts = new int[count];
        int[] ends = new int[count];
        ByteArrayOutputStream shape = new ByteArrayOutputStream(tokens.text().length + count);
        write(shape, kind.name());
        for (int token = 0; token < count; token++) {
            starts[token] = tokens.start(token);
            ends[token] = tokens.end(token);
            write(shape, tokens, token);
        }
        return new TokenShape(Fingerprint.of(shape.toByteArray()), starts, ends);
    }

    /**
     * Names and operators as they are written: a shape is found again by the same program, which writes them so again.
     */
    private static void write(ByteArrayOutputStream shape, Tokens tokens, int token) {
        TokenKind kind = tokens.kind(token);
        Keyword keyword = tokens.keyword(token);
        if (keyword != null) {
            shape.write(KEYWORD);
            write(shape, keyword.name());
        } else if (kind.isConstant() && !isEscapeCharacter(tokens, token)) {
            shape.write(CONSTANT);
            write(shape, kind.name());
        } else {
            int start = tokens.start(token);
            shape.write(tokens.text(), start, tokens.end(token) - start);
        }
        // No token outside of quotes has a zero byte, and one in quotes has none either.
        shape.write(0);
    }

    /** The one constant that decides about a name: {@code U&"d!0061t" UESCAPE '!'}. */
    private static boolean isEscapeCharacter(Tokens tokens, int token) {
        return token > 0 && tokens.is(token - 1, Keyword.UESCAPE);
    }

    private static void write(ByteArrayOutputStream shape, String word) {
        shape.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
    }

    Fingerprint key() {
        return key;
    }

    int tokens() {
        return starts.length;
    }

    /** Whether each place that a structure names begins and ends with a token. */
    boolean holdsAllPlacesOf(SqlTree tree) {
        boolean[] all = {true};
        SqlTree unused = tree.at(place -> {
            all[0] &= moved(place.start(), starts, starts, ends, ends) >= 0
                    && moved(place.end(), ends, ends, starts, starts) >= 0;
            return place;
        });
        return all[0];
    }

    /**
     * Where the places of this statement, which {@link #holdsAllPlacesOf} has seen, are in another of the same shape.
     */
    Places in(TokenShape other) {
        return place -> new Span(
                moved(place.start(), starts, other.starts, ends, other.ends),
                moved(place.end(), ends, other.ends, starts, other.starts));
    }

    /** The second pair is for pieces of no length, which may begin where a token ends. */
    private static int moved(int offset, int[] from, int[] to, int[] otherFrom, int[] otherTo) {
        int token = Arrays.binarySearch(from, offset);
        if (token >= 0) {
            return to[token];
        }
        int other = Arrays.binarySearch(otherFrom, offset);
        return other >= 0 ? otherTo[other] : -1;
    }
}
