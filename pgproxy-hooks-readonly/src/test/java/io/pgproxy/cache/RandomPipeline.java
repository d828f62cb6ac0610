package io.pgproxy.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Puts statements into messages, in one of the many ways that there are. For one write. */
final class RandomPipeline {
    private final Messages messages = new Messages();
    private final Random random;
    private final StatementNames names;
    private final Fate fate;
    private boolean mayCommit;

    /** Portals that are bound and not executed yet. */
    private final List<Portal> waiting = new ArrayList<>();

    RandomPipeline(Random random, StatementNames names, Fate fate) {
        this.random = random;
        this.names = names;
        this.fate = fate;
        names.pipelineBegins();
    }

    Messages messages() {
        return messages;
    }

    /** {@return whether something may have been committed when all is done} */
    boolean mayCommit() {
        return mayCommit;
    }

    /** A simple Query. */
    void query(List<Deed> deeds) {
        deeds.forEach(this::willSend);
        messages.query(deeds);
        unitEnds();
    }

    /** Extended messages up to a Sync. */
    void batch(List<Deed> deeds) {
        for (Deed deed : deeds) {
            willSend(deed);
            if (deed instanceof Deed.Control) {
                executeWaiting(); // portals end with their transaction
            }
            List<Portal> before = new ArrayList<>(waiting);
            waiting.clear();
            add(deed);
            before.forEach(this::execute);
            if (random.nextInt(10) == 0) {
                messages.flush();
            }
        }
        executeWaiting();
        messages.sync();
        unitEnds();
    }

    private void willSend(Deed deed) {
        mayCommit |= fate.willSend(deed);
    }

    private void unitEnds() {
        fate.willSync();
        names.unitEnds();
    }

    private void add(Deed deed) {
        String statement = statement(deed);
        if (random.nextInt(6) == 0) {
            messages.describe(statement);
        }
        boolean isNamed = random.nextInt(4) == 0;
        Portal portal = new Portal(deed, isNamed ? names.newPortal() : "", random.nextBoolean());
        messages.bind(portal, statement);
        if (random.nextInt(3) > 0) {
            messages.describe(portal);
        }
        if (isNamed && deed instanceof Deed.Read && random.nextBoolean()) {
            waiting.add(portal);
        } else {
            execute(portal);
        }
        if (!statement.isEmpty() && random.nextInt(40) == 0) {
            names.closes(statement);
            messages.close(statement);
        }
    }

    private void executeWaiting() {
        waiting.forEach(this::execute);
        waiting.clear();
    }

    private void execute(Portal portal) {
        if (portal.deed instanceof Deed.Read && random.nextInt(6) == 0) {
            messages.execute(portal, random.nextInt(1, 3));
            if (random.nextInt(4) == 0) {
                return;
            }
        }
        messages.execute(portal, 0);
        if (!portal.name.isEmpty() && random.nextInt(3) == 0) {
            messages.close(portal);
        }
    }

    /** A statement that is there, or is parsed now. */
    private String statement(Deed deed) {
        boolean isNamed = deed instanceof Deed.Read || !deed.values().isEmpty();
        String name = isNamed ? names.of(deed.sql()) : "";
        if (names.isThere(name) && random.nextInt(4) > 0) {
            return name;
        }
        if (!names.mayParse(name) || random.nextBoolean()) {
            name = "";
        }
        names.parses(name);
        messages.parse(name, deed.sql());
        return name;
    }
}
