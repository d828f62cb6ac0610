/**
 * What a host application composes: hooks that decide about sessions, statements and executions.
 *
 * <p>A {@link io.pgproxy.hook.QueryHook} implements one or several of nine stages, in this order: session, classify,
 * answer, rewrite, admit, cache, route, transform, observe. Statement stages (classify, answer, rewrite, transform) are
 * asked once for a text, when it is prepared; execution stages (admit, cache, observe) for each run of it; route for
 * each exchange, that is all up to one ReadyForQuery.
 *
 * <p>All stages of a session run on its event loop, one at a time and never re-entrantly; one instance of a hook serves
 * the sessions of all loops. Nothing may block there, unless the hook is registered with an executor.
 */
@NullMarked
package io.pgproxy.hook;

import org.jspecify.annotations.NullMarked;
