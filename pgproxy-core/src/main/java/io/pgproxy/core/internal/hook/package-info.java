/**
 * Runs a server's hooks on its sessions.
 *
 * <p>A statement's way, in the order to read: {@link io.pgproxy.core.internal.hook.HookSteering} is shown each message
 * and asks the {@link io.pgproxy.core.internal.hook.Stages}; what they decide becomes a
 * {@link io.pgproxy.core.internal.hook.SqlStatement} and, when it runs, a
 * {@link io.pgproxy.core.internal.hook.HookExecution}; {@link io.pgproxy.core.internal.hook.QueryWatch} and
 * {@link io.pgproxy.core.internal.hook.ExecuteWatch} see its answer and tell it how it ended.
 */
@NullMarked
package io.pgproxy.core.internal.hook;

import org.jspecify.annotations.NullMarked;
