package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the name of a type with what belongs to it: {@code numeric(10, 2)}, {@code time with time zone}, {@code a.b[]}.
 */
final class TypeReader {
    private static final Set<Keyword> SECOND_WORDS = EnumSet.of(CHARACTER, CHAR, VARYING, PRECISION);

    private TypeReader() {}

    /** Goes behind the type that begins here. */
    static void read(Cursor cursor) {
        cursor.accept(SETOF);
        Keyword keyword = cursor.keyword();
        if (Words.isType(keyword) || (keyword == DOUBLE && cursor.isAt(cursor.at + 1, PRECISION))) {
            cursor.at = behindKeywords(cursor);
        } else {
            Path path = Path.read(cursor);
            if (path.star()) {
                throw cursor.unread();
            }
            modifiers(cursor);
        }
        dimensions(cursor);
    }

    /** Whether the keyword here is, or begins, a type before a string: {@code timestamp '…'}, {@code text '…'}. */
    static boolean isConstant(Cursor cursor) {
        boolean type = Words.isType(cursor.keyword());
        if (!type && !Words.isFunctionName(cursor.tokens, cursor.at)) {
            return false;
        }
        int behind = type ? behindKeywords(cursor) : cursor.at + 1;
        return behind < cursor.last && cursor.tokens.kind(behind).isString();
    }

    private static int behindKeywords(Cursor cursor) {
        int at = cursor.at + 1;
        while (isAny(cursor.keywordAt(at))) {
            at++;
        }
        if (cursor.isAt(at, TokenKind.LEFT_PARENTHESIS)) {
            at = cursor.brackets.partner(at) + 1;
        }
        if ((cursor.isAt(at, WITH) || cursor.isAt(at, WITHOUT)) && cursor.isAt(at + 1, TIME)) {
            at += 3;
        }
        if (cursor.isAt(cursor.at, INTERVAL)) {
            while (isField(cursor.keywordAt(at))) {
                at++;
            }
        }
        return Math.min(at, cursor.last);
    }

    private static boolean isAny(@Nullable Keyword keyword) {
        return keyword != null && SECOND_WORDS.contains(keyword);
    }

    private static boolean isField(@Nullable Keyword keyword) {
        return keyword == YEAR
                || keyword == MONTH
                || keyword == DAY
                || keyword == HOUR
                || keyword == MINUTE
                || keyword == SECOND
                || keyword == TO;
    }

    /** Constants only: a call there would be none that the server allows. */
    private static void modifiers(Cursor cursor) {
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            int close = cursor.partner();
            for (int token = cursor.at + 1; token < close; token++) {
                if (cursor.isAt(token, TokenKind.LEFT_PARENTHESIS) || cursor.keywordAt(token) == SELECT) {
                    throw cursor.unread();
                }
                if (Words.isPlainName(cursor.tokens, token)) {
                    cursor.reading.mark(token, Mark.NAME);
                }
            }
            cursor.at = close + 1;
        }
    }

    private static void dimensions(Cursor cursor) {
        if (cursor.is(ARRAY)) {
            cursor.reading.drop(cursor.at, cursor.at + 1);
            cursor.at++;
        }
        while (cursor.is(TokenKind.LEFT_BRACKET)) {
            int close = cursor.partner();
            if (close > cursor.at + 2) {
                return;
            }
            if (close > cursor.at + 1 && !cursor.isAt(cursor.at + 1, TokenKind.INTEGER)) {
                return;
            }
            cursor.at = close + 1;
        }
    }
}
