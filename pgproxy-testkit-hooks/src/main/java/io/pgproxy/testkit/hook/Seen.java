package io.pgproxy.testkit.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.Outcome;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request of a {@link HookTester}. It is live: once the test has completed a verdict that was
 * deferred, the same object shows what came of it. All calls on the tester's thread.
 */
public final class Seen {
    private final Conversation conversation;
    private final List<String> client = new ArrayList<>();
    private final Map<String, List<String>> sent = new TreeMap<>();
    private final Map<String, List<String>> ran = new TreeMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private int replies;
    private @Nullable ByteBuf next;
    private int nextReplies;
    private boolean failed;

    Seen(Conversation conversation, int replies) {
        this.conversation = conversation;
        this.replies = replies;
    }

    /** What goes out once everything so far was answered without an error. */
    void then(ByteBuf messages, int more) {
        next = messages;
        nextReplies = more;
    }

    /**
     * What the client was sent for it, a line for each message: its name as in the manual and what matters in it, such
     * as {@code RowDescription id, name}, {@code DataRow 1, NULL}, {@code CommandComplete SELECT 1},
     * {@code ErrorResponse 25006 Write operations are not permitted}, {@code ReadyForQuery I}. A FATAL error says so
     * before its SQLSTATE.
     *
     * @return the lines until now
     */
    public List<String> client() {
        conversation.run();
        return List.copyOf(client);
    }

    /**
     * The SQL that reached an upstream for it: a text for each Query and each Parse.
     *
     * @param upstream the name it was given
     * @return the texts as they were sent, rewritten or not
     */
    public List<String> sent(String upstream) {
        conversation.run();
        return List.copyOf(sent.getOrDefault(upstream, List.of()));
    }

    /**
     * The statements that an upstream has run for it. A statement that was prepared and refused before its execution
     * was {@linkplain #sent sent}, but did not run.
     *
     * @param upstream the name it was given
     * @return a text for each execution
     */
    public List<String> ran(String upstream) {
        conversation.run();
        return List.copyOf(ran.getOrDefault(upstream, List.of()));
    }

    /**
     * How its executions ended, as an {@link io.pgproxy.hook.ObserveHook} behind all others is told.
     *
     * @return an outcome for each, in the order of the wire
     */
    public List<Outcome> outcomes() {
        conversation.run();
        return List.copyOf(outcomes);
    }

    /**
     * Whether its answer is not complete: a deferred verdict is open, for it or for something before it.
     *
     * @return true until its last ReadyForQuery has come, or the session has ended
     */
    public boolean waiting() {
        conversation.run();
        return isWaiting();
    }

    boolean isWaiting() {
        return replies > 0 && conversation.isOpen();
    }

    boolean wantsMore() {
        return replies > 0;
    }

    void received(BackendMessage message) {
        client.add(Line.of(message));
        failed |= message instanceof ErrorResponse;
        ByteBuf more = next;
        if (message instanceof ReadyForQuery && --replies == 0 && more != null) {
            next = null;
            if (failed) {
                more.release();
            } else {
                replies = nextReplies;
                conversation.write(more);
            }
        }
    }

    void sent(String upstream, String sql) {
        sent.computeIfAbsent(upstream, name -> new ArrayList<>()).add(sql);
    }

    void ran(String upstream, String sql) {
        ran.computeIfAbsent(upstream, name -> new ArrayList<>()).add(sql);
    }

    void ended(Outcome outcome) {
        outcomes.add(outcome);
    }

    /** The session is over. */
    void release() {
        ByteBuf more = next;
        next = null;
        if (more != null) {
            more.release();
        }
    }

    /** The lines that the client got. */
    @Override
    public String toString() {
        return String.join("\n", client);
    }
}
