package io.pgproxy.cache;

import java.util.HashMap;
import java.util.Map;

/** What a session has written in the transaction that is open, and what must be seen besides. */
final class OwnWrites {
    private final World world;
    private final Map<String, Long> open = new HashMap<>();
    private final Map<String, Long> floors = new HashMap<>();

    OwnWrites(World world) {
        this.world = world;
    }

    /** A pipeline is about to be sent. */
    void sending() {
        floors.putAll(world.floors());
    }

    void wrote(String slot, long version) {
        open.put(slot, version);
        World.followers(slot).forEach(each -> open.put(each, version));
    }

    /** What comes later in the same pipeline must see it, too, though it was sent before anybody knew. */
    void committed() {
        open.forEach((slot, version) -> {
            world.committed(slot, version);
            floors.merge(slot, version, Math::max);
        });
        open.clear();
    }

    void rolledBack() {
        open.clear();
    }

    Map<String, Long> open() {
        return open;
    }

    Map<String, Long> floors() {
        return floors;
    }
}
