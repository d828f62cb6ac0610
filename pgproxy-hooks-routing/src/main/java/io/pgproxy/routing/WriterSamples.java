package io.pgproxy.routing;

/**
 * Where the WAL of one writer ended, and when it was asked. A commit that had been answered before a sample was asked
 * for lies below its LSN. The first samples behind a moment are the lowest, so old ones are kept, the sparser the
 * older.
 */
final class WriterSamples {
    static final long UNKNOWN = -1;
    private static final int MOST = 256;

    /** When this writer was found: what a reader has said before may belong to another history. */
    private final long since;

    private final long[] asked = new long[MOST];
    private final long[] lsns = new long[MOST];
    private int count;
    private volatile Last last;

    /** The newest one. */
    record Last(long lsn, long asked) {}

    WriterSamples(long since) {
        this.since = since;
        this.last = new Last(UNKNOWN, since);
    }

    long since() {
        return since;
    }

    /** The newest one; its LSN is {@link #UNKNOWN} if there is none. */
    Last last() {
        return last;
    }

    synchronized void add(long lsn, long when) {
        if (count == MOST) {
            thin();
        }
        lsns[count] = lsn;
        asked[count++] = when;
        last = new Last(lsn, when);
    }

    /** Every second of the older half goes: for a commit before it the next one serves, which is higher. */
    private void thin() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (i >= count / 2 || i % 2 == 1) {
                asked[kept] = asked[i];
                lsns[kept++] = lsns[i];
            }
        }
        count = kept;
    }

    /** Where the WAL ended when it was first asked for after a moment, or {@link #UNKNOWN}. */
    long lsnAfter(long moment) {
        if (last.asked - moment <= 0) {
            return UNKNOWN;
        }
        synchronized (this) {
            int from = 0;
            int to = count;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (asked[middle] - moment > 0) {
                    to = middle;
                } else {
                    from = middle + 1;
                }
            }
            return from < count ? lsns[from] : UNKNOWN;
        }
    }
}
