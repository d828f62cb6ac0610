package io.pgproxy.sql.catalog;

import java.util.List;

/**
 * What the rules of the views that initdb made refer to. To search their texts would be more than half of the time of
 * reading a small database, and they hardly ever change: a reader keeps what it found, under a digest of all of them.
 *
 * @param digest of their rules
 * @param nodes what they name
 * @param varying those that give other rows by themselves
 */
record SystemViews(String digest, List<Node> nodes, List<Long> varying) {
    /** Nothing was read yet. */
    static final SystemViews NONE = new SystemViews("", List.of(), List.of());

    /**
     * A relation or a function, in the rule of a view.
     *
     * @param view whose rule
     * @param oid of what is named
     * @param relation whether that is a relation
     */
    record Node(long view, long oid, boolean relation) {}
}
