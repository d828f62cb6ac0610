package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** What has to wait does so by exchanges: behind a block that has not ended as it seemed each turns by itself. */
    boolean isAimed(List<String> upstreams) {
        return legs.isEmpty() && homes.isWanted(upstreams) && !session.isElsewhere(upstreams);
    }

    /** What is sent from now on goes to the first of these that can be reached. */
    void aim(List<String> upstreams, boolean last) {
        if (legs.isEmpty() && session.mayTurn()) {
            homes.want(upstreams);
        } else if (legs.isEmpty() && session.isBusyAmong(upstreams, last)) {
            homes.want(upstreams); // it is as good where it is, and what is on its way need not be waited for
        } else {
            Leg latest = legs.peekLast();
            if (latest != null && latest.begin() == null && latest.bytes().isEmpty()) {
                legs.removeLast(); // nothing goes there
            }
            legs.add(new Leg(upstreams, new ArrayDeque<>(1), null, false));
            session.goOnSoon();
        }
    }

    /**
     * As {@link #aim}, within a block that goes on there.
     *
     * @param begin what the block has begun with
     * @param failedToo whether it does so if it has failed, too
     */
    void move(List<String> upstreams, String begin, boolean failedToo) {
        if (legs.isEmpty() && session.isAt(upstreams)) {
            return;
        }
        legs.add(new Leg(upstreams, new ArrayDeque<>(1), begin, failedToo));
        session.goOnSoon();
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
            while (!legs.isEmpty() && (session.mayTurn() || isThere(legs.element()))) {
                Leg next = legs.element();
                String begin = next.begin();
                if (begin == null || session.connection() == null) {
                    homes.want(next.to());
                    arrive();
                } else if (session.isInBlockElsewhere(next.to(), next.failedToo())) {
                    homes.want(next.to());
                    session.relocate(begin, this::goOnThere);
                } else {
                    arrive(); // the block has failed, or is well where it is
                }
            }
        } finally {
            going = false;
        }
    }

    /** Whether a leg leads nowhere else: then what was sent before need not be waited for. */
    private boolean isThere(Leg next) {
        return homes.isWanted(next.to()) && session.isAt(next.to()) && !session.isRelocating();
    }

    private void goOnThere() {
        arrive();
        session.goOn();
    }

    /** It is where the next leg leads. */
    private void arrive() {
        for (ByteBuf bytes : legs.remove().bytes()) {
            waitingBytes -= bytes.readableBytes();
            session.take(bytes);
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

    /**
     * What is sent to one place.
     *
     * @param begin what the block has begun with that goes on there; null if it is not within a block
     * @param failedToo whether it does so if it has failed, too
     */
    private record Leg(
            List<String> to,
            ArrayDeque<ByteBuf> bytes,
            @Nullable String begin,
            boolean failedToo) {}
}
