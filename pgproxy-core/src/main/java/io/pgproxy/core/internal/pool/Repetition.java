package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client has sent since nothing was due, so that it can be sent again as if for the first time. What the client
 * has been told of it before, it is not told again: only ParseComplete and CloseComplete can be such, for the same
 * messages bring the same answers.
 */
final class Repetition {
    /** Of ParseComplete and CloseComplete. */
    private static final int BYTES_OF_ANSWER = 5;

    private final Recording recording = new Recording();
    private final List<ClientStatement> parsed = new ArrayList<>(0);

    /** How many answers to Parse and Close the client has heard. */
    private int told;

    /** How many of those are going to come again. */
    private int toldBefore;

    private boolean describes;

    /** What is going to be sent again, and what came meanwhile; null most of the time. */
    private @Nullable List<ByteBuf> again;

    private long waitingBytes;

    /** From here on what is sent is kept. */
    void begin() {
        recording.begin();
        parsed.clear();
        told = 0;
        describes = false;
    }

    boolean isKeeping() {
        return recording.isOn();
    }

    void sent(ByteBuf bytes) {
        if (recording.isOn()) {
            recording.add(bytes);
        }
    }

    /** It will never have to be sent again. */
    void drop() {
        recording.drop();
    }

    /** Columns are asked for: what they are the client hears. */
    void describes() {
        describes = true;
    }

    /**
     * The server has confirmed a Parse with a name, or a Close of a statement.
     *
     * @param statement of the Parse; null for a Close
     * @return whether the client is to hear of it: not if it has, before all was sent again
     */
    boolean confirmed(@Nullable ClientStatement statement) {
        if (statement != null) {
            parsed.add(statement);
        }
        told++;
        if (toldBefore > 0) {
            toldBefore--;
            return false;
        }
        return true;
    }

    /** The server has refused or skipped a Parse with a name, or a Close, that may have been confirmed before. */
    void unconfirmed() {
        if (toldBefore > 0 && again == null) {
            toldBefore--;
        }
    }

    /** How many bytes a client has heard that hears of nothing but its Parses and Closes. */
    int bytesTold() {
        return told * BYTES_OF_ANSWER;
    }

    /** Whether a client that binds a statement knows its columns from what it has sent here, if at all. */
    boolean isDescribedHere(ClientStatement statement) {
        return describes || parsed.contains(statement);
    }

    /** From here on what comes waits behind what is going to be sent again; what was prepared is not. */
    void prepare(Map<String, ClientStatement> statements) {
        again = recording.take();
        toldBefore = told;
        told = 0;
        for (ClientStatement each : parsed) {
            statements.remove(each.name(), each);
        }
        parsed.clear();
    }

    /** {@return whether it was put behind what is going to be sent again} */
    boolean takes(ByteBuf bytes) {
        List<ByteBuf> waiting = again;
        if (waiting != null) {
            waitingBytes += bytes.readableBytes();
            waiting.add(bytes);
        }
        return waiting != null;
    }

    /** How much came meanwhile. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** {@return what is to be sent again, owned by the caller, and what came meanwhile} */
    List<ByteBuf> take() {
        List<ByteBuf> all = again;
        again = null;
        waitingBytes = 0;
        return all == null ? List.of() : all;
    }
}
