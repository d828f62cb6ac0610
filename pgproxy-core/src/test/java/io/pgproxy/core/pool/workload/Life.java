package io.pgproxy.core.pool.workload;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One client among faults: it connects, does its rounds, and connects again when it has lost its connection. An
 * innocent one is never cancelled, nor does it do anything wrong. Runs on one thread; others may disturb it.
 */
final class Life {
    /** So often it may be disturbed once nobody disturbs any more: by what was on its way. */
    private static final int LATE = 5;

    private final String name;
    private final boolean innocent;
    private final Opening opening;
    private final Tally tally;
    private final Random random;
    private final Misdeeds misdeeds;
    private final AtomicInteger cancelsSent = new AtomicInteger();
    private volatile @Nullable Client current;
    private int number;
    private int cancelled;
    private int terminated;

    Life(String name, int number, boolean innocent, Opening opening, Tally tally, Random random) {
        this.name = name;
        this.number = number;
        this.innocent = innocent;
        this.opening = opening;
        this.tally = tally;
        this.random = random;
        this.misdeeds = new Misdeeds(name, tally, random);
    }

    boolean isInnocent() {
        return innocent;
    }

    /** How often it was told, or has felt, that its connection is gone. Once it has ended. */
    int terminated() {
        return terminated;
    }

    /** Cancels whatever it does. Any thread. */
    void cancel() throws Exception {
        Client client = current;
        if (client != null) {
            cancelsSent.incrementAndGet();
            try {
                opening.cancel(client);
            } catch (SQLException closed) {
                // pgjdbc does not even ask any more
            }
        }
    }

    /** Cuts its connection. Any thread. */
    void cut() throws Exception {
        Client client = current;
        if (client != null) {
            try {
                client.abort();
            } catch (IOException | SQLException gone) {
                // by its own doing
            }
        }
    }

    /** Goes on until it is calm, and then until a round has been right once more. */
    void live(Calm calm) {
        int late = 0;
        boolean well = false;
        while (!well) {
            if (calm.hasCome() && late++ > LATE) {
                tally.wrong(name, "is not well again");
                return;
            }
            try (Client client = opening.open()) {
                current = client;
                well = rounds(client, calm);
            } catch (Refused refused) {
                explain(refused);
            } catch (Exception lost) {
                lose(lost);
            } finally {
                current = null;
            }
        }
    }

    /** Does its rounds until its connection is lost, or it is calm and one of them was right. */
    private boolean rounds(Client client, Calm calm) throws Exception {
        Rounds rounds = new Rounds(client, name, tally, random);
        boolean begun = false;
        for (int late = 0; late < LATE; ) {
            boolean calmBefore = calm.hasCome();
            try {
                if (!begun) {
                    rounds.begin();
                    begun = true;
                }
                rounds.round(number++);
                if (calmBefore) {
                    return true;
                }
                if (!innocent && random.nextInt(3) == 0 && !misdeeds.commit(client)) {
                    return false;
                }
            } catch (Refused refused) {
                explain(refused);
                begun = false;
                late += calmBefore ? 1 : 0;
                client.rollback();
            }
        }
        return false;
    }

    private void explain(Refused refused) {
        switch (refused.state()) {
            case "57P01" -> terminated++;
            case "57014" -> {
                if (++cancelled > cancelsSent.get()) {
                    tally.wrong(name, "is cancelled, but not by anybody who meant it: " + refused.getMessage());
                }
            }
            default -> {
                if (refused.state().startsWith("08")) {
                    terminated++;
                } else {
                    tally.wrong(name, "no fault explains " + refused.getMessage());
                }
            }
        }
    }

    private void lose(Exception lost) {
        for (Throwable cause = lost; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                tally.failed(name, lost);
                return;
            }
        }
        terminated++;
    }

    /** Connects, and cancels, by a driver. */
    interface Opening {
        Client open() throws Exception;

        void cancel(Client client) throws Exception;
    }

    /** Whether disturbances are over. */
    @FunctionalInterface
    interface Calm {
        boolean hasCome();
    }
}
