package io.pgproxy.core.backend;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a passfile: {@code hostname:port:database:username:password}. A star alone is anything, a backslash
 * takes the next character as it is, and the first line that fits counts. See passwordFromFile in libpq's fe-connect.c.
 */
final class PassfileLines {
    /** Where libpq looks for sockets unless told otherwise: its sources have the one, many packages the other. */
    private static final List<String> DEFAULT_DIRECTORIES = List.of("/tmp", "/var/run/postgresql", "/run/postgresql");

    private final char[] text;
    private int at;
    private int end;

    private PassfileLines(char[] text) {
        this.text = text;
    }

    /** The password of the first line that fits; null if none does. To be cleared by the caller, as the text is. */
    static char @Nullable [] find(char[] text, LoginTarget login) {
        PassfileLines lines = new PassfileLines(text);
        for (int begin = 0; begin < text.length; begin = lines.end + 1) {
            lines.end = endOfLine(text, begin);
            if (text[begin] != '#' && lines.fits(begin, login)) {
                return lines.password();
            }
        }
        return null;
    }

    private static int endOfLine(char[] text, int from) {
        int end = from;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end;
    }

    private boolean fits(int begin, LoginTarget login) {
        at = begin;
        return (field(login.host()) || (DEFAULT_DIRECTORIES.contains(login.host()) && fieldAgain(begin, "localhost")))
                && field(String.valueOf(login.port()))
                && field(login.database())
                && field(login.user());
    }

    private boolean fieldAgain(int begin, String value) {
        at = begin;
        return field(value);
    }

    /** Whether the field that begins here is this value; then the next one begins behind its colon. */
    private boolean field(String value) {
        if (at + 1 < end && text[at] == '*' && text[at + 1] == ':') {
            at += 2;
            return true;
        }
        int same = 0;
        while (at < end) {
            char next = text[at++];
            if (next == ':') {
                return same == value.length();
            }
            if (next == '\\' && at < end) {
                next = text[at++];
            }
            if (same == value.length() || value.charAt(same) != next) {
                return false;
            }
            same++;
        }
        return false;
    }

    /** To the next colon or the end of the line, without what Windows ends lines with. */
    private char[] password() {
        int last = end > at && text[end - 1] == '\r' ? end - 1 : end;
        char[] found = new char[last - at];
        int length = 0;
        while (at < last && text[at] != ':') {
            if (text[at] == '\\' && at + 1 < last) {
                at++;
            }
            found[length++] = text[at++];
        }
        char[] password = Arrays.copyOf(found, length);
        Arrays.fill(found, '\0');
        return password;
    }
}
