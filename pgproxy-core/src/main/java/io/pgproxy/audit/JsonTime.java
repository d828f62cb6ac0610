package io.pgproxy.audit;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Instants as ISO 8601 writes them, in UTC, to the microsecond. */
final class JsonTime {
    private static final int DIGITS = 6;

    private long second = Long.MIN_VALUE;
    private byte[] upToSecond = {};

    void write(Instant when, JsonBytes to) {
        if (when.getEpochSecond() != second) {
            second = when.getEpochSecond();
            String text = Instant.ofEpochSecond(second).toString();
            upToSecond = new JsonBytes().plain(text.replace("Z", ".")).toArray();
        }
        to.raw(upToSecond)
                .number(TimeUnit.NANOSECONDS.toMicros(when.getNano()), DIGITS)
                .plain("Z");
    }
}
