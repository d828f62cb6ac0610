package io.pgproxy.cache;

import java.util.List;
import java.util.Map;

/**
 * Whose results they are: everything of a session that has a part in what a text means and how its result reads.
 * Sessions with equal scopes share results. Immutable; its hash is computed once, for it is part of every key.
 */
final class Scope {
    private final CachedDatabase database;
    private final Object declared;
    private final List<String> startup;
    private final List<String> reported;
    private final Map<String, List<String>> made;
    private final boolean temporary;
    private final int hash;

    /**
     * A scope.
     *
     * @param declared for whom the proxy takes the client, and what the host says that results depend on
     * @param startup names and values of the start-up packet
     * @param reported values of settings that the server reports, in a fixed order
     * @param made settings that were set since
     * @param temporary whether a temporary relation may hide what others mean by a name
     */
    Scope(
            CachedDatabase database,
            Object declared,
            List<String> startup,
            List<String> reported,
            Map<String, List<String>> made,
            boolean temporary) {
        this.database = database;
        this.declared = declared;
        this.startup = startup;
        this.reported = reported;
        this.made = made;
        this.temporary = temporary;
        this.hash =
                List.of(database, declared, startup, reported, made, temporary).hashCode();
    }

    /** {@return how many bytes it takes, more or less} */
    long bytes() {
        long sum = 200;
        for (String parameter : startup) {
            sum += 40 + parameter.length();
        }
        for (Map.Entry<String, List<String>> setting : made.entrySet()) {
            sum += 100 + setting.getKey().length();
            for (String value : setting.getValue()) {
                sum += 40 + value.length();
            }
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Scope that
                        && hash == that.hash
                        && database == that.database
                        && declared.equals(that.declared)
                        && startup.equals(that.startup)
                        && reported.equals(that.reported)
                        && temporary == that.temporary
                        && made.equals(that.made));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** {@return nothing of it: it may hold secrets} */
    @Override
    public String toString() {
        return "Scope";
    }
}
