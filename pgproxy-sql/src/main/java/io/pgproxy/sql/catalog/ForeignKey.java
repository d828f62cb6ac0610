package io.pgproxy.sql.catalog;

/**
 * A foreign key, seen from the table that it refers to.
 *
 * @param table the table that has the key, whose rows refer
 * @param followsDeletes whether the rows of the table are deleted or set to something else when those that they refer
 *     to are deleted
 * @param followsUpdates whether they are changed when the keys that they refer to are
 */
public record ForeignKey(StoredRelation table, boolean followsDeletes, boolean followsUpdates) {}
