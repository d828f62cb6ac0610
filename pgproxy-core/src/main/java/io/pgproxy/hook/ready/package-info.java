/**
 * Hooks ready to use: lists of statements, a log of slow queries, masks for columns, faults for tests, and names for
 * upstream sessions. Each is made once and serves all sessions; they work with any other hook.
 */
@NullMarked
package io.pgproxy.hook.ready;

import org.jspecify.annotations.NullMarked;
