package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What became of a deferred verdict.
 *
 * @param verdict what was said, or null
 * @param failure why nothing was said, or null
 * @param timedOut whether it took too long
 * @param cancelled whether the client did not want to wait
 * @param <R> what the stage wants to know
 */
record Late<R>(@Nullable Verdict<R> verdict, @Nullable Throwable failure, boolean timedOut, boolean cancelled) {}
