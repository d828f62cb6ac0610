package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Where a session goes next, and what it has to send there: that waits until all is answered where the session is, for
 * it is in one place at a time.
 */
final class Itinerary {
    private final VirtualSession session;
    private final Homes homes;
    private final ArrayDeque<Leg> legs = new ArrayDeque<>(0);
    private long waitingBytes;
    private boolean going;

    Itinerary(VirtualSession session, Homes homes) {
        this.session = session;
        this.homes = homes;
    }

    boolean isAimed(List<String> upstreams) {
        Leg latest = legs.peekLast();
        return latest == null ? homes.isWanted(upstreams) : latest.to().equals(upstreams);
    }

    /** What is sent from now on goes to the first of these that can be reached. */
    void aim(List<String> upstreams, boolean last) {
        Leg latest = legs.peekLast();
        if (latest == null && session.mayTurn()) {
            homes.want(upstreams);
        } else if (latest == null && session.isBusyAmong(upstreams, last)) {
            homes.want(upstreams); // it is as good where it is, and what is on its way need not be waited for
        } else {
            legs.add(new Leg(upstreams, new ArrayDeque<>(1)));
            session.goOnSoon();
        }
    }

    /** Whether bytes have to wait; then they are taken. */
    boolean takes(ByteBuf bytes) {
        Leg latest = legs.peekLast();
        if (latest == null) {
            return false;
        }
        latest.bytes().add(bytes);
        waitingBytes += bytes.readableBytes();
        return true;
    }

    boolean isEmpty() {
        return legs.isEmpty();
    }

    long waitingBytes() {
        return waitingBytes;
    }

    /** Goes as far as it can. */
    void goOn() {
        if (going) {
            return;
        }
        going = true;
        try {
            while (!legs.isEmpty() && session.mayTurn()) {
                Leg next = legs.remove();
                homes.want(next.to());
                for (ByteBuf bytes : next.bytes()) {
                    waitingBytes -= bytes.readableBytes();
                    session.take(bytes);
                }
            }
        } finally {
            going = false;
        }
    }

    void release() {
        legs.forEach(leg -> leg.bytes().forEach(ByteBuf::release));
        legs.clear();
        waitingBytes = 0;
    }

    /** Tells how far it is planned. */
    @Override
    public String toString() {
        return "Itinerary[" + legs.size() + "]";
    }

    private record Leg(List<String> to, ArrayDeque<ByteBuf> bytes) {}
}
