package io.pgproxy.cache;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.Callable;

/** Sessions of one kind, one after the other, until the time is over. */
final class Sessions implements Callable<Void> {
    private final String kind;
    private final Opening opening;
    private final Troubles troubles;
    private final Random random;
    private final long end;

    Sessions(String kind, Opening opening, Troubles troubles, long seed, long end) {
        this.kind = kind;
        this.opening = opening;
        this.troubles = troubles;
        this.random = new Random(seed);
        this.end = end;
    }

    /** Begins a session. */
    interface Opening {
        Client open(Random random, String name) throws SQLException, IOException;
    }

    @Override
    public Void call() {
        int opened = 0;
        while (isTime()) {
            try (Client client = opening.open(random, kind + ":" + opened++)) {
                use(client);
            } catch (SQLException | IOException e) {
                troubles.lost(e);
            }
        }
        return null;
    }

    private void use(Client client) throws SQLException, IOException {
        int steps = random.nextInt(50, 2000);
        boolean goesOn = true;
        for (int i = 0; goesOn && i < steps && isTime(); i++) {
            try {
                goesOn = client.step();
            } catch (SQLException e) {
                if (Troubles.isLoss(e)) {
                    throw e;
                }
                // What the server refuses is no matter: deadlocks, changed columns, tables that are gone.
                troubles.refused(e.getSQLState(), e.getMessage());
            }
        }
    }

    private boolean isTime() {
        return System.nanoTime() - end < 0;
    }
}
