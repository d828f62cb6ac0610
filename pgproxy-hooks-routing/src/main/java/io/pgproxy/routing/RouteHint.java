package io.pgproxy.routing;

import io.pgproxy.sql.Comment;
import java.util.List;

/** What a client says in a comment in front of a statement: <code>/&#42; pgproxy: reader &#42;/</code>. */
enum RouteHint {
    /** Nothing. */
    NONE,
    /** A reader will do, whatever functions are called. */
    READER,
    /** The writer it is. */
    WRITER;

    private static final String PRODUCT = "pgproxy";

    /** The first hint among comments. */
    static RouteHint in(List<Comment> comments) {
        for (int i = 0; i < comments.size(); i++) {
            RouteHint hint = in(comments.get(i).body());
            if (hint != NONE) {
                return hint;
            }
        }
        return NONE;
    }

    /** Of one comment, which has to hold nothing else. */
    static RouteHint in(String body) {
        int name = skipBlanks(body, 0);
        if (!body.regionMatches(true, name, PRODUCT, 0, PRODUCT.length())) {
            return NONE;
        }
        int colon = skipBlanks(body, name + PRODUCT.length());
        if (colon == body.length() || body.charAt(colon) != ':') {
            return NONE;
        }
        int word = skipBlanks(body, colon + 1);
        if (isRest(body, word, "reader")) {
            return READER;
        }
        return isRest(body, word, "writer") ? WRITER : NONE;
    }

    private static boolean isRest(String body, int from, String word) {
        return body.regionMatches(true, from, word, 0, word.length())
                && skipBlanks(body, from + word.length()) == body.length();
    }

    private static int skipBlanks(String body, int from) {
        int at = from;
        while (at < body.length() && Character.isWhitespace(body.charAt(at))) {
            at++;
        }
        return at;
    }
}
