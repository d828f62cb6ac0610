package io.pgproxy.testkit.leak;

import java.util.List;

/** Looks for one kind of thing that can be left. */
interface Probe {

    /**
     * Waits until nothing is left or the time is over.
     *
     * @return a line or more about each thing that is left
     */
    List<String> left(Deadline deadline) throws InterruptedException;
}
