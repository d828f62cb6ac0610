package io.pgproxy.hook;

import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply of the proxy's own: rows and a command tag, or a command tag alone. Never ReadyForQuery or ParseComplete:
 * those are the session's. Immutable; rows are in memory.
 *
 * <p>Values are Java objects: {@link io.pgproxy.protocol.server.ValueWriter} says which, and writes them in text or
 * binary as the client asked. Their number is that of the columns.
 */
public final class Reply {
    private final List<Column> columns;
    private final List<List<@Nullable Object>> rows;
    private final List<PgError> notices;
    private final @Nullable String tag;

    private Reply(
            List<Column> columns, List<List<@Nullable Object>> rows, List<PgError> notices, @Nullable String tag) {
        this.columns = columns;
        this.rows = rows;
        this.notices = notices;
        this.tag = tag;
    }

    /**
     * A reply with columns and no row yet.
     *
     * @param columns the same as those of {@link Answer#columns}
     * @return the reply; its tag is {@code SELECT} and the number of rows
     */
    public static Reply of(List<Column> columns) {
        return new Reply(List.copyOf(columns), List.of(), List.of(), null);
    }

    /**
     * A reply without rows.
     *
     * @param tag the command tag, such as {@code SET}
     * @return the reply
     */
    public static Reply command(String tag) {
        return new Reply(List.of(), List.of(), List.of(), tag);
    }

    /**
     * The same with one more row; for many see {@link #rows}.
     *
     * @param values one for each column, null for SQL's null
     * @return the longer reply
     * @throws IllegalArgumentException if there are more or fewer values than columns
     */
    public Reply row(@Nullable Object... values) {
        return rows(List.of(Arrays.asList(values.clone())));
    }

    /**
     * The same with more rows.
     *
     * @param more each with one value for each column
     * @return the longer reply
     * @throws IllegalArgumentException if a row has more or fewer values than there are columns
     */
    public Reply rows(List<? extends List<? extends @Nullable Object>> more) {
        List<List<@Nullable Object>> all = new ArrayList<>(rows);
        for (List<? extends @Nullable Object> row : more) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(row.size() + " values for " + columns.size() + " columns");
            }
            all.add(new ArrayList<>(row));
        }
        return new Reply(columns, all, notices, tag);
    }

    /**
     * The same with another command tag.
     *
     * @param other the tag
     * @return the changed reply
     */
    public Reply withTag(String other) {
        return new Reply(columns, rows, notices, other);
    }

    /**
     * The same with a notice in front of its rows.
     *
     * @param notice the notice
     * @return the changed reply
     */
    public Reply withNotice(PgError notice) {
        List<PgError> more = new ArrayList<>(notices);
        more.add(notice);
        return new Reply(columns, rows, List.copyOf(more), tag);
    }

    /** {@return the columns; none if the reply has no rows} */
    public List<Column> columns() {
        return columns;
    }

    /** {@return the rows, not to be changed} */
    public List<List<@Nullable Object>> rows() {
        return rows;
    }

    /** {@return the notices} */
    public List<PgError> notices() {
        return notices;
    }

    /** {@return the command tag} */
    public String tag() {
        return tag == null ? "SELECT " + rows.size() : tag;
    }

    /** {@return the command tag; no value} */
    @Override
    public String toString() {
        return "Reply[" + tag() + "]";
    }
}
