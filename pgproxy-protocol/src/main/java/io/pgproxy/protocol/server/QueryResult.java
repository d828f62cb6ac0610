package io.pgproxy.protocol.server;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.NoticeResponse;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one execution gives: rows, a command tag, and what becomes of the transaction.
 *
 * <p>The rows are taken when they are written, on the thread that feeds the {@link ServerProtocol}, no faster than the
 * client takes them; with a row limit the rest is asked for later or never. A row has one element for each column, as
 * {@link ValueWriter} takes it. A result is used once.
 */
public final class QueryResult {
    private final Iterator<? extends List<? extends @Nullable Object>> rows;
    private final LongFunction<String> tag;
    private final Runnable close;
    private final @Nullable TransactionStatus next;
    private final List<BackendMessage> announced;

    private QueryResult(
            Iterator<? extends List<? extends @Nullable Object>> rows,
            LongFunction<String> tag,
            Runnable close,
            @Nullable TransactionStatus next,
            List<BackendMessage> announced) {
        this.rows = rows;
        this.tag = tag;
        this.close = close;
        this.next = next;
        this.announced = announced;
    }

    /**
     * A result without rows.
     *
     * @param tag the command tag, such as {@code INSERT 0 1}
     * @return the result
     */
    public static QueryResult command(String tag) {
        return new QueryResult(Collections.emptyIterator(), rows -> tag, () -> {}, null, List.of());
    }

    /**
     * Rows, with the command tag {@code SELECT} and how many were sent.
     *
     * @param rows the rows
     * @return the result
     */
    public static QueryResult rows(Iterable<? extends List<? extends @Nullable Object>> rows) {
        return rows(rows.iterator());
    }

    /**
     * Rows, with the command tag {@code SELECT} and how many were sent.
     *
     * @param rows gives one row after the other
     * @return the result
     */
    public static QueryResult rows(Iterator<? extends List<? extends @Nullable Object>> rows) {
        return new QueryResult(rows, sent -> "SELECT " + sent, () -> {}, null, List.of());
    }

    /**
     * The same result with another command tag.
     *
     * @param commandTag makes the tag out of the number of rows that the ending Execute has sent
     * @return the result
     */
    public QueryResult withTag(LongFunction<String> commandTag) {
        return new QueryResult(rows, commandTag, close, next, announced);
    }

    /**
     * The same result, and a state of the transaction that follows it.
     *
     * @param status the session's status once the statement is complete
     * @return the result
     */
    public QueryResult then(TransactionStatus status) {
        return new QueryResult(rows, tag, close, status, announced);
    }

    /**
     * The same result with a notice in front of its command tag.
     *
     * @param notice the notice
     * @return the result
     */
    public QueryResult withNotice(PgError notice) {
        return announcing(new NoticeResponse(notice));
    }

    /**
     * The same result, which has changed a setting that servers report: the client is told in front of the command tag.
     *
     * @param name the setting
     * @param value its new value
     * @return the result
     */
    public QueryResult withParameterStatus(String name, String value) {
        return announcing(new ParameterStatus(name, value));
    }

    private QueryResult announcing(BackendMessage message) {
        List<BackendMessage> more = new ArrayList<>(announced);
        more.add(message);
        return new QueryResult(rows, tag, close, next, List.copyOf(more));
    }

    /**
     * The same result, and what to do when nobody wants more rows: at their end, after an error, or when the portal is
     * closed. It runs once.
     *
     * @param action what to do
     * @return the result
     */
    public QueryResult onClose(Runnable action) {
        return new QueryResult(rows, tag, action, next, announced);
    }

    Iterator<? extends List<? extends @Nullable Object>> rows() {
        return rows;
    }

    String tag(long sent) {
        return tag.apply(sent);
    }

    List<BackendMessage> announced() {
        return announced;
    }

    void close() {
        close.run();
    }

    @Nullable
    TransactionStatus next() {
        return next;
    }
}
