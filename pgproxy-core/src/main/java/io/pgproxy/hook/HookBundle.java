package io.pgproxy.hook;

import java.util.List;

/**
 * Several hooks as one, in order: what a module such as read-only hands out. Each stage in it lands where it belongs.
 *
 * @param hooks in their order; may be bundles
 */
public record HookBundle(List<QueryHook> hooks) implements QueryHook {
    /**
     * Copies the list.
     *
     * @param hooks in their order
     */
    public HookBundle {
        hooks = List.copyOf(hooks);
    }
}
