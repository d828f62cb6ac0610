package io.pgproxy.observation;

import io.pgproxy.sql.Comment;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the trace that a client has named in the comments around a statement. Whatever is malformed is as if it were
 * not there: a client that traces badly must not be refused, and one that means harm must not be believed.
 */
final class TraceComment {
    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";

    private TraceComment() {}

    /**
     * Looks from the outside to the inside: who writes a comment last is nearest to the wire.
     *
     * @param leading the comments in front of the statement, in their order
     * @param trailing those behind it
     * @return the headers {@code traceparent} and, if it came with one, {@code tracestate}; empty if there is no trace
     */
    static Map<String, String> headers(List<Comment> leading, List<Comment> trailing) {
        for (int i = trailing.size() - 1; i >= 0; i--) {
            Map<String, String> found = headers(trailing.get(i).body());
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (Comment comment : leading) {
            Map<String, String> found = headers(comment.body());
            if (!found.isEmpty()) {
                return found;
            }
        }
        return Map.of();
    }

    private static Map<String, String> headers(String body) {
        if (!body.contains(PARENT)) {
            return Map.of();
        }
        Map<String, String> tags = CommentTags.read(body);
        String given = decoded(tags.get(PARENT));
        String parent = given == null ? null : TraceParent.read(given);
        if (parent == null) {
            return Map.of();
        }
        String state = decoded(tags.get(STATE));
        return state != null && TraceState.isValid(state)
                ? Map.of(PARENT, parent, STATE, state)
                : Map.of(PARENT, parent);
    }

    private static @Nullable String decoded(@Nullable String value) {
        try {
            return value == null ? null : URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
