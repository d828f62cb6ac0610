package io.pgproxy.cache;

import java.util.HashMap;
import java.util.Map;

/** A statement of a pipeline on its way, and what is known at the time whose snapshot it has: that of Bind. */
final class Portal {
    final Deed deed;
    final String name;
    final boolean binary;

    /** The rows that have come. */
    int rows;

    private Map<String, Long> own = Map.of();
    private Map<String, Long> floors = Map.of();

    Portal(Deed deed, String name, boolean binary) {
        this.deed = deed;
        this.name = name;
        this.binary = binary;
    }

    /** It has its snapshot. */
    void begun(OwnWrites writes) {
        own = new HashMap<>(writes.open());
        floors = new HashMap<>(writes.floors());
    }

    /** {@return the versions that it must show} */
    Map<String, Long> own() {
        return own;
    }

    /** {@return the versions below which it must show nothing} */
    Map<String, Long> floors() {
        return floors;
    }
}
