package io.pgproxy.observation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What sqlcommenter writes into a comment: {@code key='value',…}, both URL-encoded.
 *
 * <p>See "Parsing" in the specification of sqlcommenter. It is read more strictly here: a comment with anything else in
 * it, or with a key that comes twice, tells nothing.
 */
final class CommentTags {
    private final String body;
    private final Map<String, String> tags = new HashMap<>();
    private int at;

    private CommentTags(String body) {
        this.body = body;
    }

    /**
     * Reads a comment.
     *
     * @param body what stands in it
     * @return its values by their keys, both as they stand there; empty if it is malformed
     */
    static Map<String, String> read(String body) {
        CommentTags tags = new CommentTags(body);
        return tags.read() ? tags.tags : Map.of();
    }

    private boolean read() {
        do {
            String key = key();
            String value = key == null ? null : value();
            if (key == null || value == null || tags.put(key, value) != null) {
                return false;
            }
        } while (next(','));
        return at == body.length();
    }

    /** Up to the equals sign, which is passed. */
    private @Nullable String key() {
        int end = body.indexOf('=', at);
        if (end < 0) {
            return null;
        }
        String key = body.substring(at, end).strip();
        at = end + 1;
        return key;
    }

    /** Between its quotes, which are passed; a backslash stands in front of a quote that does not end it. */
    private @Nullable String value() {
        if (!next('\'')) {
            return null;
        }
        int start = at;
        while (at < body.length()) {
            char c = body.charAt(at++);
            if (c == '\'') {
                return body.substring(start, at - 1);
            }
            if (c == '\\') {
                at++;
            }
        }
        return null;
    }

    private boolean next(char expected) {
        skipBlanks();
        if (at < body.length() && body.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < body.length() && Character.isWhitespace(body.charAt(at))) {
            at++;
        }
    }
}
