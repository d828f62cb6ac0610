package io.pgproxy.sql.internal.text;

import io.pgproxy.sql.Comment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds the comments between two tokens, where nothing else but white space can be. */
public final class Comments {
    private Comments() {}

    /**
     * The comments of a gap between tokens.
     *
     * @param text the text
     * @param gapStart the end of the token in front of the gap, or 0
     * @param gapEnd the start of the token behind it, or the end of the text
     * @return in the order of the text
     */
    public static List<Comment> between(byte[] text, int gapStart, int gapEnd) {
        List<Comment> comments = new ArrayList<>(0);
        int at = gapStart;
        while (at < gapEnd) {
            if (text[at] == '-') {
                int close = lineEnd(text, at, gapEnd);
                comments.add(comment(text, at, close, at + 2, close));
                at = close;
            } else if (text[at] == '/') {
                int close = blockEnd(text, at, gapEnd);
                comments.add(comment(text, at, close, at + 2, close - 2));
                at = close;
            } else {
                at++;
            }
        }
        return List.copyOf(comments);
    }

    private static Comment comment(byte[] text, int start, int end, int bodyStart, int bodyEnd) {
        String body = new String(text, bodyStart, bodyEnd - bodyStart, StandardCharsets.UTF_8);
        return new Comment(start, end, body.strip());
    }

    private static int lineEnd(byte[] text, int from, int end) {
        int at = from;
        while (at < end && text[at] != '\n' && text[at] != '\r') {
            at++;
        }
        return at;
    }

    private static int blockEnd(byte[] text, int from, int end) {
        int depth = 0;
        int at = from;
        while (at + 1 < end) {
            if (text[at] == '/' && text[at + 1] == '*') {
                depth++;
                at += 2;
            } else if (text[at] == '*' && text[at + 1] == '/') {
                at += 2;
                if (--depth == 0) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return end;
    }
}
