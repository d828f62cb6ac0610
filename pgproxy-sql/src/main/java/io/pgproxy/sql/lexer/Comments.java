package io.pgproxy.sql.lexer;

/** Where comments end. */
final class Comments {
    /** There is no end. */
    static final int NONE = -1;

    /** Comments within comments beyond the limit. */
    static final int TOO_DEEP = -2;

    private Comments() {}

    /** Whether a comment of either kind begins here; what looks like an operator ends in front of it. */
    static boolean beginsAt(byte[] text, int at, int to) {
        if (at + 1 >= to) {
            return false;
        }
        return text[at] == '-' ? text[at + 1] == '-' : text[at] == '/' && text[at + 1] == '*';
    }

    /** Where the line ends: at its line feed or its carriage return, whichever is first, or with the text. */
    static int lineEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] != '\n' && text[at] != '\r') {
            at++;
        }
        return at;
    }

    /** The offset behind the comment that begins with the slash and star at {@code from}; comments nest. */
    static int blockEnd(byte[] text, int from, int to, int deepest) {
        int depth = 1;
        int at = from + 2;
        while (at + 1 < to) {
            byte c = text[at++];
            if (c == '*' && text[at] == '/') {
                at++;
                if (--depth == 0) {
                    return at;
                }
            } else if (c == '/' && text[at] == '*') {
                at++;
                if (++depth > deepest) {
                    return TOO_DEEP;
                }
            }
        }
        return NONE;
    }
}
