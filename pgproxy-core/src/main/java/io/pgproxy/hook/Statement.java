package io.pgproxy.hook;

import io.pgproxy.sql.Comment;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.structure.SqlTree;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * An SQL text, from Parse (or Query) until its name goes. Shows its kind alone in {@code toString}.
 *
 * <p>To be used on the session's event loop, and by a hook that blocks ({@link HookOptions#on}) on its own thread until
 * its verdict is made: the session waits meanwhile.
 */
public interface Statement {
    /** {@return the session it belongs to} */
    Session session();

    /**
     * {@return the text as the client sent it, from its first token to its last; of a Query with several statements,
     * this one's part}
     */
    String original();

    /**
     * {@return the text as rewritten so far; of a statement that holds another (PREPARE, DECLARE, EXPLAIN, COPY), all}
     */
    String sql();

    /**
     * Whether hooks have given it another text.
     *
     * @return whether {@link #sql} differs from {@link #original}
     */
    default boolean wasRewritten() {
        return !sql().equals(original());
    }

    /** {@return what it does; for EXECUTE, FETCH and MOVE, what the named statement does} */
    Facts facts();

    /** {@return what it shares with statements that differ in constants only} */
    Fingerprint fingerprint();

    /** {@return the text with {@code ?} for each constant, without comments: fit for logs and metrics} */
    String normalized();

    /**
     * The comments in front of it, as the client sent them: whoever rewrites it does not change them.
     *
     * @return in their order; none if they take more than 16 KiB
     */
    List<Comment> leadingComments();

    /**
     * The comments behind it, as the client sent them; neither {@link #original} nor {@link #sql} has them. Of the last
     * statement of a text they are all that follow, also behind a semicolon. Tools that trace by comments
     * (sqlcommenter) write theirs there.
     *
     * @return in their order; none if they take more than 16 KiB
     */
    List<Comment> trailingComments();

    /** {@return how it came} */
    Form form();

    /** {@return the OIDs that Parse gave for the parameters, 0 where it left them to the server} */
    List<Integer> parameterTypes();

    /**
     * Its structure, parsed off the event loop when asked, and remembered. It is that of the text: of EXECUTE, FETCH
     * and MOVE it is unknown, although {@link #facts()} are those of what they name.
     *
     * @return completes with the tree or with what is unknown about it, on any thread
     */
    CompletionStage<SqlTree> tree();

    /** How a statement came. */
    enum Form {
        /** The only statement of a Query. */
        QUERY,
        /** One of several statements of a Query. */
        PART_OF_QUERY,
        /** By Parse. */
        PREPARED,
        /** By FunctionCall: there is no text, and its facts are unknown. */
        FUNCTION_CALL
    }
}
