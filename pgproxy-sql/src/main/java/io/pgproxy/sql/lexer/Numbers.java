package io.pgproxy.sql.lexer;

/**
 * Where a number ends, by the rules of PostgreSQL 16 and later: {@code 1_000}, {@code 0x1F}, {@code 1.}, {@code .5e-3}.
 */
final class Numbers {
    private Numbers() {}

    /** The end of the number at {@code start}, which begins with a digit or with a dot and a digit. */
    static int end(byte[] text, int start, int to) {
        int prefixed = prefixedEnd(text, start, to);
        if (prefixed > start) {
            return prefixed;
        }
        int at = text[start] == '.' ? start : digitsEnd(text, start, to, CharClass.DIGIT);
        // "1..10" is a range of PL/pgSQL: the dots are a token of their own.
        if (at < to && text[at] == '.' && !(at + 1 < to && text[at + 1] == '.')) {
            at++;
            if (at < to && CharClass.is(text[at], CharClass.DIGIT)) {
                at = digitsEnd(text, at, to, CharClass.DIGIT);
            }
        }
        return exponentEnd(text, at, to);
    }

    /** The end of digits that may have single underscores between them. */
    static int digitsEnd(byte[] text, int start, int to, int digit) {
        int at = start;
        while (at < to) {
            if (CharClass.is(text[at], digit)) {
                at++;
            } else if (text[at] == '_' && at + 1 < to && CharClass.is(text[at + 1], digit)) {
                at += 2;
            } else {
                break;
            }
        }
        return at;
    }

    private static int prefixedEnd(byte[] text, int start, int to) {
        if (text[start] != '0' || start + 2 >= to) {
            return start;
        }
        int digits = start + 2;
        int end = switch (text[start + 1]) {
            case 'x', 'X' -> digitsEnd(text, digits, to, CharClass.HEX);
            case 'o', 'O' -> digitsEnd(text, digits, to, CharClass.OCTAL);
            case 'b', 'B' -> digitsEnd(text, digits, to, CharClass.BINARY);
            default -> digits;
        };
        return end > digits ? end : start;
    }

    private static int exponentEnd(byte[] text, int from, int to) {
        if (from >= to || (text[from] | 0x20) != 'e') {
            return from;
        }
        int at = from + 1;
        if (at < to && (text[at] == '+' || text[at] == '-')) {
            at++;
        }
        return at < to && CharClass.is(text[at], CharClass.DIGIT) ? digitsEnd(text, at, to, CharClass.DIGIT) : from;
    }

    /** Whether the token is what the grammar calls ICONST: no dot and no exponent. */
    static boolean isInteger(byte[] text, int start, int end) {
        if (end - start > 2 && CharClass.is(text[start + 1], CharClass.IDENTIFIER_START) && text[start + 1] != '_') {
            return (text[start + 1] | 0x20) != 'e';
        }
        for (int at = start; at < end; at++) {
            if (text[at] == '.' || (text[at] | 0x20) == 'e') {
                return false;
            }
        }
        return true;
    }

    /** Whether a name begins right behind a number: PostgreSQL 15 and later refuse that, 14 reads two tokens. */
    static boolean hasJunk(byte[] text, int end, int to) {
        return end < to && CharClass.is(text[end], CharClass.IDENTIFIER_START);
    }
}
