package io.pgproxy.core.internal.session;

import java.util.List;

/**
 * A session of a backend that can have each of its exchanges run by another upstream, and takes along what a client's
 * session is: settings, prepared statements. All calls on its event loop.
 */
public interface RoutedSession {
    /**
     * Whether it can go to all of these.
     *
     * @param upstreams names of upstreams
     * @return false if one of them is unknown to it, or keeps its clients
     */
    boolean serves(List<String> upstreams);

    /**
     * Whether what is sent next goes there anyway.
     *
     * @param upstreams as for {@link #aim}
     */
    boolean isAimed(List<String> upstreams);

    /**
     * What is sent from now on goes to the first of these that can be reached. Called between exchanges. In a block
     * that is open, and while something binds the session to where it is, it has no effect.
     *
     * @param upstreams that it {@link #serves}, in the order of preference
     * @param last whether the last of them is for when no other can be reached, and not one like the others
     */
    void aim(List<String> upstreams, boolean last);

    /**
     * As {@link #aim}, within a block that has done nothing but read: it is begun anew there, if it is not at one of
     * these.
     *
     * @param upstreams that it {@link #serves}, in the order of preference
     * @param begin what the block has begun with
     * @param failedToo whether to do so if it has failed, too, for what is sent next rolls it back; else it stays then
     */
    void move(List<String> upstreams, String begin, boolean failedToo);

    /**
     * Where it is at the moment.
     *
     * @return the name of that upstream alone; empty if it is nowhere
     */
    List<String> at();
}
