package io.pgproxy.cache;

import java.util.List;

/**
 * A row that is written, and the relations by which it can be.
 *
 * @param slot the name that it carries
 * @param tables whatever can be updated; the first is the table itself
 */
record Target(String slot, int id, List<String> tables) {
    static final List<Target> ALL = List.of(
            new Target("plain", 1, List.of("public.plain", "plain", "inner_view", "\"plain\"")),
            new Target("noted", 1, List.of("public.noted", "Noted")),
            new Target("part", 1, List.of("public.part", "part_1", "part")),
            new Target("heir", 1, List.of("public.heir", "base", "ruled")),
            new Target("key", 1, List.of("public.key")),
            new Target("s1", 1, List.of("s1.same")),
            new Target("s2", 1, List.of("s2.same", "S2.\"same\"")),
            new Target("alice", 1, List.of("public.secret")),
            new Target("bob", 2, List.of("public.secret")),
            new Target("cleared", 1, List.of("public.cleared")),
            new Target("remade", 1, List.of("public.remade")));

    String table() {
        return tables.get(0);
    }

    /** Whether its rows are for one user alone. */
    boolean isSecret() {
        return slot.equals("alice") || slot.equals("bob");
    }
}
