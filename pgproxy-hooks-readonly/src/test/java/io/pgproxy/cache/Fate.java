package io.pgproxy.cache;

import java.util.ArrayList;
import java.util.List;

/** Tells the world of writes of pipelines that are about to be sent, unless they are certainly not committed. */
final class Fate {
    private final World world;

    /** Written in a block that is certainly open: only a COMMIT makes them visible. */
    private final List<Deed.Write> held = new ArrayList<>();

    private boolean inBlock;
    private boolean wasInBlock;

    Fate(World world) {
        this.world = world;
    }

    /**
     * What was told of is over.
     *
     * @param inBlock whether a block is open, by what the server says
     */
    void heard(boolean inBlock) {
        this.inBlock = inBlock;
        wasInBlock = inBlock;
        if (!inBlock) {
            held.clear();
        }
    }

    /**
     * Something is going to be sent.
     *
     * @return whether it may commit something
     */
    boolean willSend(Deed deed) {
        if (deed instanceof Deed.Write write) {
            if (!inBlock) {
                mayCommit(write);
                return true;
            }
            held.add(write);
        } else if (deed == Deed.Control.BEGIN) {
            inBlock = true;
        } else if (deed == Deed.Control.COMMIT) {
            boolean some = !held.isEmpty();
            held.forEach(this::mayCommit);
            ended();
            return some;
        } else if (deed == Deed.Control.ROLLBACK) {
            ended();
        }
        return false;
    }

    private void ended() {
        held.clear();
        inBlock = false;
        wasInBlock = false;
    }

    /** A Sync: if what came before it has failed at its BEGIN, what comes next is in no block. */
    void willSync() {
        inBlock = wasInBlock;
    }

    private void mayCommit(Deed.Write write) {
        world.mayCommit(write.target().slot(), write.tag());
    }
}
