package io.pgproxy.hook;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The hooks of a server in their order. Immutable; any thread.
 *
 * <p>The stages have a fixed order; within a stage hooks stand in the order of registration, a bundle in its place.
 * What order still decides: who refuses first (cheap refusals before slow ones), rewrites and transforms (each sees the
 * last one's), and the stages in which the first that does not pass decides.
 */
public final class HookChain {
    /** No hooks: a transparent session. */
    public static final HookChain EMPTY = new HookChain(List.of());

    private final List<Entry> entries;

    private HookChain(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** {@return a builder without hooks} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the registrations in their order} */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * A copy with one hook exchanged.
     *
     * @param name a registered name
     * @param hook takes its place; its options stay
     * @return the changed chain
     * @throws IllegalArgumentException if no hook has that name, or its options do not fit the new hook
     */
    public HookChain replace(String name, QueryHook hook) {
        List<Entry> changed = new ArrayList<>(entries);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).name().equals(name)) {
                changed.set(i, new Entry(name, hook, changed.get(i).options()));
                return new HookChain(changed);
            }
        }
        throw new IllegalArgumentException("no hook is named " + name);
    }

    /** {@return the names} */
    @Override
    public String toString() {
        return "HookChain" + entries.stream().map(Entry::name).toList();
    }

    /**
     * A registration.
     *
     * @param name unique within a chain: metrics, logs and outcomes carry it
     * @param hook the hook
     * @param options how it is run
     */
    public record Entry(String name, QueryHook hook, HookOptions options) {
        /**
         * Checks that the options fit the stages of the hook.
         *
         * @param name not empty
         * @param hook the hook
         * @param options how it is run
         * @throws IllegalArgumentException if they do not; the message names the hook
         */
        public Entry {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a hook without a name");
            }
            check(name, hook, options);
        }

        private static void check(String name, QueryHook hook, HookOptions options) {
            if (hook instanceof HookBundle bundle) {
                bundle.hooks().forEach(part -> check(name, part, options));
                return;
            }
            if (options.failOpen()
                    && (hook instanceof AnswerHook || hook instanceof RewriteHook || hook instanceof TransformHook)) {
                throw new IllegalArgumentException(name + " answers, rewrites or transforms: it cannot fail open");
            }
            if (options.blockingOn() != null
                    && (hook instanceof ClassifyHook || hook instanceof TransformHook || hook instanceof ObserveHook)) {
                throw new IllegalArgumentException(
                        name + " classifies, transforms or observes: it runs on the event loop alone");
            }
        }
    }

    /** Collects hooks. Not thread-safe. */
    public static final class Builder {
        private final List<Entry> entries = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private Builder() {}

        /**
         * Registers a hook under the simple name of its class.
         *
         * @param hook not a lambda, nor a bundle: these have no name
         * @return this builder
         * @throws IllegalArgumentException if it needs a name, or the name is taken
         */
        public Builder hook(QueryHook hook) {
            String name = hook.getClass().getSimpleName();
            boolean nameless = name.isEmpty() || hook.getClass().isHidden() || hook instanceof HookBundle;
            if (nameless) {
                throw new IllegalArgumentException("a lambda, an anonymous class or a bundle needs a name");
            }
            return hook(name, hook);
        }

        /**
         * Registers a hook.
         *
         * @param name unique
         * @param hook the hook
         * @return this builder
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder hook(String name, QueryHook hook) {
            return hook(name, hook, HookOptions.DEFAULT);
        }

        /**
         * Registers a hook with options.
         *
         * @param name unique
         * @param hook the hook
         * @param options how it is run
         * @return this builder
         * @throws IllegalArgumentException if the name is taken, or the options do not fit the hook
         */
        public Builder hook(String name, QueryHook hook, HookOptions options) {
            Objects.requireNonNull(hook, "hook");
            Entry entry = new Entry(name, hook, options);
            if (!names.add(name)) {
                throw new IllegalArgumentException("two hooks are named " + name);
            }
            entries.add(entry);
            return this;
        }

        /** {@return the chain} */
        public HookChain build() {
            return entries.isEmpty() ? EMPTY : new HookChain(entries);
        }
    }
}
