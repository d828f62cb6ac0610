/**
 * An audit: one record for each execution, however it ended, and for the beginning and end of each session, written by
 * a thread of its own. {@link io.pgproxy.audit.Audit} is the hook and its life, {@link io.pgproxy.audit.AuditSink} is
 * where records go, {@link io.pgproxy.audit.JsonLines} is one that writes lines of JSON.
 *
 * <p>A record never has a parameter, a value of a row or a message of the server's; by default it has no constant of a
 * text either.
 */
@NullMarked
package io.pgproxy.audit;

import org.jspecify.annotations.NullMarked;
