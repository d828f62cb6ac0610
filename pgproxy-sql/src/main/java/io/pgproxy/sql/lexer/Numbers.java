package io.pgproxy.sql.lexer;

/**
 * Where numbers end. The versions differ most here. PostgreSQL 16 and later know {@code 0x1F}, {@code 0o17},
 * {@code 0b101} and {@code 1_000}; 15 refuses them, 14 reads a number and a name. A name that begins right behind a
 * number is refused from 15 on (from 17 on also where the number could have been cut shorter, as in {@code 0x1$}),
 * while 14 reads two tokens. Whatever two versions in question read in two ways is junk.
 */
final class Numbers {
    /** What is no number, or one to some servers only. */
    static final int JUNK = -1;

    private Numbers() {}

    /**
     * The end of the number at {@code start}, which begins with a digit or with a dot and a digit, or {@link #JUNK}.
     *
     * @param prefixes whether there are numbers with prefixes and underscores
     */
    static int end(byte[] text, int start, int to, boolean prefixes) {
        int end = prefixedEnd(text, start, to);
        boolean prefixed = end > start;
        if (!prefixed) {
            end = decimalEnd(text, start, to);
        }
        boolean underscores = has(text, start, end, '_');
        if ((prefixed || underscores) && !prefixes) {
            return JUNK;
        }
        // 16 takes the first of two dots for a part of the number, but only behind underscores.
        if (underscores && isInteger(text, start, end) && isDot(text, end, to) && isDot(text, end + 1, to)) {
            return JUNK;
        }
        return hasJunk(text, start, end, to) ? JUNK : end;
    }

    /**
     * The end of the parameter whose dollar is at {@code start}, or {@link #JUNK}. PostgreSQL 16 alone takes
     * underscores between its digits, and does not count those behind.
     */
    static int parameterEnd(byte[] text, int start, int to, boolean underscores) {
        int end = CharClass.end(text, start + 1, to, CharClass.DIGIT);
        if (underscores) {
            end = digitsEnd(text, start + 1, to, CharClass.DIGIT);
        }
        return hasJunk(text, start + 1, end, to) ? JUNK : end;
    }

    private static int decimalEnd(byte[] text, int start, int to) {
        int at = text[start] == '.' ? start : digitsEnd(text, start, to, CharClass.DIGIT);
        // "1..10" is a range of PL/pgSQL: the dots are a token of their own.
        if (at < to && text[at] == '.' && !isDot(text, at + 1, to)) {
            at++;
            if (at < to && CharClass.is(text[at], CharClass.DIGIT)) {
                at = digitsEnd(text, at, to, CharClass.DIGIT);
            }
        }
        return exponentEnd(text, at, to);
    }

    /** The end of digits that may have single underscores between them. */
    private static int digitsEnd(byte[] text, int start, int to, int digit) {
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

    /** Also true for what follows a number with a letter or an underscore in it and would follow in a name. */
    private static boolean hasJunk(byte[] text, int start, int end, int to) {
        if (end == to) {
            return false;
        }
        if (!hasNameStart(text, start, end)) {
            return CharClass.is(text[end], CharClass.IDENTIFIER_START);
        }
        return CharClass.is(text[end], CharClass.IDENTIFIER_PART);
    }

    private static boolean hasNameStart(byte[] text, int start, int end) {
        for (int at = start; at < end; at++) {
            if (CharClass.is(text[at], CharClass.IDENTIFIER_START)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a number that is no junk has neither dot nor exponent. */
    static boolean isInteger(byte[] text, int start, int end) {
        if (prefixedEnd(text, start, end) > start) {
            return true;
        }
        return !has(text, start, end, '.') && !has(text, start, end, 'e') && !has(text, start, end, 'E');
    }

    private static boolean has(byte[] text, int start, int end, char character) {
        for (int at = start; at < end; at++) {
            if (text[at] == character) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDot(byte[] text, int at, int to) {
        return at < to && text[at] == '.';
    }
}
