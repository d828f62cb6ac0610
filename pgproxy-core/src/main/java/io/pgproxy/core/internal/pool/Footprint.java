package io.pgproxy.core.internal.pool;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a text leaves in the session that it runs in, as far as a pool has to know. Immutable.
 *
 * @param traits a set of bits
 * @param settings which settings it changes beyond its transaction, in lower case
 * @param parameters which of its parameters, from 1, are names of such settings
 * @param names what it does to prepared statements by their names, in order
 */
record Footprint(int traits, Set<String> settings, Set<Integer> parameters, List<NameUse> names) {
    /** Something may have changed that nobody sees: DO, CALL, a user's function, a text too long to be read. */
    static final int UNTRACKED = 1;

    /** It may make something that cannot move: a channel, a temporary object, a cursor WITH HOLD, a lock. */
    static final int PINS = 1 << 1;

    /** It may take such a thing away. */
    static final int UNPINS = 1 << 2;

    /** All it does to {@link #settings} is to reset them. */
    static final int RESETS = 1 << 3;

    /** It resets all settings. */
    static final int RESETS_ALL = 1 << 4;

    /** It leaves something that no reset undoes: a seed, a library. */
    static final int TAINTS = 1 << 5;

    /** It may change what the columns of prepared statements are. */
    static final int DEFINES = 1 << 6;

    /** It asks what sequences gave this session before. */
    static final int RECALLS = 1 << 7;

    /** It asks what is prepared. */
    static final int LISTS_STATEMENTS = 1 << 8;

    /** It may begin a block. */
    static final int BEGINS = 1 << 9;

    /** It may end a block. */
    static final int ENDS = 1 << 10;

    /** It changes a setting whose name is not known. */
    static final int SETS_UNKNOWN = 1 << 11;

    /** It has several statements. */
    static final int SEVERAL = 1 << 12;

    /** It changes settings whose names are parameters. */
    static final int SETS_BY_PARAMETER = 1 << 13;

    /** It may change, for the time of its transaction, a setting by which texts are read. */
    static final int SETS_LOCALLY = 1 << 14;

    static final Footprint NONE = of(0);
    static final Footprint BEGIN = of(BEGINS);
    static final Footprint END = of(ENDS);

    /** Of a text that nobody has read. */
    static final Footprint UNKNOWN = of(UNTRACKED | DEFINES | BEGINS | ENDS);

    /** Another user of the session begins without a role. */
    Footprint {
        if (settings.contains(SettingsSql.AUTHORIZATION)) {
            Set<String> all = new HashSet<>(settings);
            all.add(SettingsSql.ROLE);
            settings = Set.copyOf(all);
        }
    }

    static Footprint of(int traits) {
        return new Footprint(traits, Set.of(), Set.of(), List.of());
    }

    /**
     * What it leaves when it is run with parameters.
     *
     * @param names those of the parameters that are names of settings; null if they are not known
     */
    Footprint with(@Nullable Set<String> names) {
        if (names == null) {
            return new Footprint((traits & ~SETS_BY_PARAMETER) | SETS_UNKNOWN, settings, Set.of(), this.names);
        }
        Set<String> all = new HashSet<>(settings);
        all.addAll(names);
        return new Footprint(traits & ~SETS_BY_PARAMETER, Set.copyOf(all), Set.of(), this.names);
    }

    /** Whether nothing has to be done about it before or behind it. */
    boolean isPlain() {
        return (traits & ~(BEGINS | ENDS | SEVERAL)) == 0 && settings.isEmpty() && names.isEmpty();
    }

    /** Whether it leaves nothing at all. */
    boolean isNothing() {
        return traits == 0 && settings.isEmpty() && names.isEmpty();
    }

    /** Whether it runs what is prepared. */
    boolean executes() {
        return names.stream().anyMatch(use -> use.kind() == NameUse.Kind.EXECUTES);
    }

    boolean has(int trait) {
        return (traits & trait) != 0;
    }

    /** Names no value. */
    @Override
    public String toString() {
        return "Footprint[" + Integer.toBinaryString(traits) + ", " + settings + "]";
    }
}
