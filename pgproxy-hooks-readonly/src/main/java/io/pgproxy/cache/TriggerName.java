package io.pgproxy.cache;

import io.pgproxy.sql.QualifiedName;

/**
 * A trigger. One that partitions have of their parent is that of the parent.
 *
 * @param table the table or view that has it, with its schema, as the catalogue has them
 * @param trigger its name
 */
record TriggerName(QualifiedName table, String trigger) {}
