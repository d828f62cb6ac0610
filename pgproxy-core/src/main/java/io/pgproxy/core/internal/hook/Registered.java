package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.HookOptions;
import io.pgproxy.hook.QueryHook;

/**
 * A hook in one of its stages.
 *
 * @param name of its registration
 * @param hook the hook
 * @param options how it is run
 * @param <H> the stage
 */
record Registered<H extends QueryHook>(String name, H hook, HookOptions options) {}
