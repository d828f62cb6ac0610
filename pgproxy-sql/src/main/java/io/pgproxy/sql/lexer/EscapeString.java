package io.pgproxy.sql.lexer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Resolves the backslashes of {@code E'…'}: the state {@code xe} of {@code scan.l}. */
final class EscapeString {
    private final byte[] text;
    private final int end;
    private final ByteArrayOutputStream value;
    private int at;

    private EscapeString(byte[] text, int from, int end) {
        this.text = text;
        this.at = from;
        this.end = end;
        this.value = new ByteArrayOutputStream(end - from);
    }

    /**
     * What a string stands for.
     *
     * @param from behind its opening quote
     * @param end behind its last closing quote
     * @return null if the server refuses it or if that depends on its version
     */
    static @Nullable String value(byte[] text, int from, int end) {
        EscapeString string = new EscapeString(text, from, end);
        if (!string.resolve()) {
            return null;
        }
        byte[] value = string.value.toByteArray();
        // Octal and hexadecimal escapes make bytes, which need not be characters.
        return Encoding.problem(value) == null ? new String(value, StandardCharsets.UTF_8) : null;
    }

    private boolean resolve() {
        while (at < end) {
            byte c = text[at++];
            if (c == '\\') {
                if (!escape()) {
                    return false;
                }
            } else if (c != '\'') {
                value.write(c);
            } else if (at < end && text[at] == '\'') {
                value.write(text[at++]);
            } else if (at < end) {
                at = Literals.continuation(text, at, end);
            }
        }
        return true;
    }

    private boolean escape() {
        byte c = text[at++];
        switch (c) {
            case 'b' -> value.write('\b');
            case 'f' -> value.write('\f');
            case 'n' -> value.write('\n');
            case 'r' -> value.write('\r');
            case 't' -> value.write('\t');
            // A vertical tab from 17 on, the letter until then.
            case 'v' -> {
                return false;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                value.write(number(3, 8));
            }
            case 'x' -> value.write(Character.digit(text[at], 16) < 0 ? c : number(2, 16));
            case 'u', 'U' -> {
                return unicode(c);
            }
            default -> value.write(c);
        }
        return true;
    }

    private boolean unicode(byte letter) {
        int character = codePoint(letter);
        if (character > 0 && character <= Character.MAX_VALUE && Character.isHighSurrogate((char) character)) {
            character = secondHalf((char) character);
        } else if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
            return false;
        }
        if (character <= 0 || character > Character.MAX_CODE_POINT) {
            return false;
        }
        value.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
        return true;
    }

    /** The character of which one half has been read, or -1 if the other does not follow at once. */
    private int secondHalf(char first) {
        if (text[at] != '\\' || (text[at + 1] | 0x20) != 'u') {
            return -1;
        }
        byte letter = text[at + 1];
        at += 2;
        int second = codePoint(letter);
        boolean fits = second >= Character.MIN_LOW_SURROGATE && second <= Character.MAX_LOW_SURROGATE;
        return fits ? Character.toCodePoint(first, (char) second) : -1;
    }

    /** The number behind {@code \\u} or {@code \\U}; negative if there are too few digits, or too large a number. */
    private int codePoint(byte letter) {
        int digits = letter == 'u' ? 4 : 8;
        int from = at;
        int number = number(digits, 16);
        return at - from == digits ? number : -1;
    }

    /** The number in at most so many digits; the closing quote ends it at the latest. */
    private int number(int most, int radix) {
        int number = 0;
        int last = at + most;
        while (at < last && Character.digit(text[at], radix) >= 0) {
            number = number * radix + Character.digit(text[at++], radix);
        }
        return number;
    }
}
