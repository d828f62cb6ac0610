/**
 * Runs a server's hooks on its sessions.
 *
 * <p>A statement's way, in the order to read: {@link io.pgproxy.core.internal.hook.HookSteering} is shown each message;
 * {@link io.pgproxy.core.internal.hook.QueryMessages} and {@link io.pgproxy.core.internal.hook.ExtendedMessages} know
 * what it means; {@link io.pgproxy.core.internal.hook.Preparation} leads its text through classify, answer and rewrite,
 * {@link io.pgproxy.core.internal.hook.Admission} its run through admit and cache;
 * {@link io.pgproxy.core.internal.hook.ExchangeRoute} sends it where its exchange goes;
 * {@link io.pgproxy.core.internal.hook.QueryWatch} and {@link io.pgproxy.core.internal.hook.ExecuteWatch} see its
 * answer and tell the {@link io.pgproxy.core.internal.hook.HookExecution} how it ended.
 */
@NullMarked
package io.pgproxy.core.internal.hook;

import org.jspecify.annotations.NullMarked;
