package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.ProtocolException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one upstream still owes: one entry for each message sent that will be answered, in order.
 *
 * <p>It follows the server's own rules: an error in an extended message skips everything up to the next Sync, Query
 * included; a Sync between CopyInResponse and the end of the client's data is ignored (see {@code SocketBackend},
 * {@code PostgresMain} in the server's postgres.c and {@code CopyGetData} in copyfromparse.c). So it can tell to whom
 * each answer belongs, and how many ReadyForQuery messages are to come.
 *
 * <p>Entries are bytes in a ring: a session that only passes messages on allocates nothing here.
 */
public final class ExpectedAnswers {
    /** To Parse. */
    public static final byte PARSE = 1;
    /** To Bind. */
    public static final byte BIND = 2;
    /** To Describe. */
    public static final byte DESCRIBE = 3;
    /** To Execute. */
    public static final byte EXECUTE = 4;
    /** To Close. */
    public static final byte CLOSE = 5;
    /** To Query. */
    public static final byte QUERY = 6;
    /** To FunctionCall. */
    public static final byte FUNCTION_CALL = 7;
    /** To Sync. */
    public static final byte SYNC = 8;

    /** Not an answer: where the client's CopyDone or CopyFail stands in the stream. */
    private static final byte COPY_END = 9;

    private static final int SMALLEST = 16;

    /** One Query can hold several COPY, but who would send the data of more without waiting for the first? */
    private static final int MOST_COPY_ENDS_IN_A_ROW = 64;

    private byte[] kinds = new byte[SMALLEST];
    private @Nullable AnswerOwner @Nullable [] owners;
    private int head;
    private int size;
    private int marks;
    private int marksInARow;

    private boolean skipping;
    private boolean copyingIn;
    private boolean copyEndSent;

    /** Something of the answer to the Query at the head has come. */
    private boolean answered;

    /**
     * Syncs that a failed COPY may or may not have swallowed: as many more ReadyForQuery may come, in front of the
     * answer to anything else.
     */
    private int mayStillCome;

    /**
     * A message was sent.
     *
     * @param kind one of the constants
     * @param owner who takes its answer; null when it goes to the client
     * @return false when the server will ignore this message: it skips to Sync, or waits for COPY data
     */
    public boolean sent(byte kind, @Nullable AnswerOwner owner) {
        if (copyingIn && !copyEndSent) {
            return false; // ignored if a Sync; all else ends the session with the server's FATAL
        }
        if (skipping) {
            if (kind != SYNC) {
                return false;
            }
            skipping = false;
        }
        marksInARow = 0;
        add(kind, owner);
        return true;
    }

    /** The client's CopyDone or CopyFail was sent. Outside COPY the server ignores it. */
    public void sentCopyEnd() {
        if (copyingIn && !copyEndSent) {
            copyEndSent = true;
        } else if (size > 0 && marksInARow < MOST_COPY_ENDS_IN_A_ROW) {
            add(COPY_END, null);
            marks++;
            marksInARow++;
        }
    }

    /** {@return how many answers are due} */
    public int size() {
        return size - marks;
    }

    /** {@return whether all that is due belongs to one exchange: nothing was sent behind the end of it} */
    public boolean isOneExchange() {
        for (int i = 0; i < size - 1; i++) {
            byte kind = kinds[at(i)];
            if (kind >= QUERY && kind != COPY_END) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether the answer that comes next is one to such a message} */
    public boolean isNext(byte kind) {
        return size > 0 && kinds[head] == kind;
    }

    /**
     * Looks at what will be skipped if the answer that comes next is an error.
     *
     * @param wanted what is looked for
     * @return how many there are
     */
    public int countSkippedByError(Wanted wanted) {
        int count = 0;
        if (size > 0 && kinds[head] < QUERY) {
            for (int i = 1; i < size && kinds[at(i)] != SYNC; i++) {
                count += isWanted(i, wanted) ? 1 : 0;
            }
        }
        return count;
    }

    /**
     * Looks at what stands behind the exchange that the next answer belongs to.
     *
     * @param wanted what is looked for
     * @return how many there are
     */
    public int countBehindExchange(Wanted wanted) {
        int end = 0;
        boolean simple = isSimple();
        while (end < size && kinds[at(end)] != SYNC && !simple) {
            end++;
        }
        int count = 0;
        for (int i = end + 1; i < size; i++) {
            count += isWanted(i, wanted) ? 1 : 0;
        }
        return count;
    }

    private boolean isWanted(int i, Wanted wanted) {
        return wanted.matches(kinds[at(i)], owners == null ? null : owners[at(i)]);
    }

    /** What is looked for. */
    @FunctionalInterface
    public interface Wanted {
        /** Whether it is a message of this kind, whose answer is this one's. */
        boolean matches(byte kind, @Nullable AnswerOwner owner);
    }

    /** {@return whether something is due that runs, or ends what ran: more than planning} */
    public boolean isRunning() {
        for (int i = 0; i < size; i++) {
            byte kind = kinds[at(i)];
            if (kind >= EXECUTE && kind != CLOSE && kind != COPY_END) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether it is known how many ReadyForQuery will come: a failed COPY may have left more of them} */
    public boolean isExact() {
        return mayStillCome == 0;
    }

    /** {@return whether none is due} */
    public boolean isEmpty() {
        return size == 0;
    }

    /** {@return whether the answer that comes next ends with its own ReadyForQuery, and not with that of a Sync} */
    public boolean isSimple() {
        return size > 0 && (kinds[head] == QUERY || kinds[head] == FUNCTION_CALL);
    }

    /** {@return whether the server waits for the client's COPY data} */
    public boolean isCopyingIn() {
        return copyingIn && !copyEndSent;
    }

    /** {@return whether an error has been seen whose Sync has not been sent yet} */
    public boolean isSkipping() {
        return skipping;
    }

    /** Who takes the next answer; null when it goes to the client. */
    public @Nullable AnswerOwner owner() {
        return size == 0 || owners == null ? null : owners[head];
    }

    /** ParseComplete, BindComplete or CloseComplete. */
    void completed(byte kind) {
        if (size == 0 || kinds[head] != kind) {
            throw outOfStep();
        }
        remove();
        mayStillCome = 0;
    }

    /** RowDescription or NoData: the end of a Describe, or part of a Query's answer. */
    void described() {
        if (size > 0 && kinds[head] == DESCRIBE) {
            remove();
        } else if (size == 0 || kinds[head] != QUERY) {
            throw outOfStep();
        } else {
            answered = true;
        }
        mayStillCome = 0;
    }

    /**
     * CommandComplete, EmptyQueryResponse or PortalSuspended: the end of an Execute, or of one statement of a Query.
     */
    void executed() {
        copyingIn = false;
        if (size > 0 && kinds[head] == EXECUTE) {
            remove();
        } else if (size == 0 || kinds[head] != QUERY) {
            throw outOfStep();
        } else {
            answered = true;
        }
        mayStillCome = 0;
    }

    /**
     * CopyInResponse: from here to the end of the client's data the server ignores Sync.
     *
     * @return how many Syncs that were sent already are void: the exchange goes on where they stood
     */
    int copyIn() {
        if (size == 0) {
            throw outOfStep();
        }
        copyingIn = true;
        copyEndSent = false;
        answered = kinds[head] == QUERY;
        int kept = 1;
        int voided = 0;
        int before = size;
        for (int i = 1; i < before; i++) {
            int from = at(i);
            if (!copyEndSent && kinds[from] == COPY_END) {
                copyEndSent = true;
                marks--;
            } else if (!copyEndSent && kinds[from] == SYNC) {
                voided++;
            } else {
                move(from, at(kept++));
            }
        }
        size = kept;
        mayStillCome = voided;
        return voided;
    }

    /**
     * ErrorResponse that leaves the session alive.
     *
     * @return how many exchanges will have no ReadyForQuery: each Query or FunctionCall that is skipped
     */
    int failed() {
        boolean copying = copyingIn;
        copyingIn = false;
        if (!copying) {
            mayStillCome = 0;
        }
        if (size > 0 && (kinds[head] == QUERY || kinds[head] == FUNCTION_CALL || kinds[head] == SYNC)) {
            answered = true;
            return 0; // ReadyForQuery follows
        }
        int merged = 0;
        while (size > 0 && kinds[head] != SYNC) {
            AnswerOwner owner = owner();
            if (isSimple() && (owner == null || owner.standsForClients())) {
                merged++;
            }
            remove();
            if (owner != null) {
                owner.skipped();
            }
        }
        skipping = size == 0;
        return merged;
    }

    /** The session is over: nothing of it will come. */
    void skipAll() {
        while (size > 0) {
            AnswerOwner owner = owner();
            remove();
            if (owner != null) {
                owner.skipped();
            }
        }
    }

    /**
     * ReadyForQuery.
     *
     * @return false for one that a failed COPY left possible and that no exchange waits for
     */
    boolean ready() {
        copyingIn = false;
        boolean due = size > 0 && kinds[head] >= QUERY;
        boolean ownAnswerIsDueFirst = due && kinds[head] == QUERY && !answered;
        if (mayStillCome > 0 && (!due || ownAnswerIsDueFirst)) {
            mayStillCome--;
            skipping = false;
            return false;
        }
        if (!due) {
            throw outOfStep();
        }
        remove();
        return true;
    }

    private void add(byte kind, @Nullable AnswerOwner owner) {
        if (size == kinds.length) {
            grow();
        }
        int index = at(size++);
        kinds[index] = kind;
        if (owner != null && owners == null) {
            owners = new AnswerOwner[kinds.length];
        }
        if (owners != null) {
            owners[index] = owner;
        }
    }

    private void remove() {
        answered = false;
        drop();
        while (size > 0 && kinds[head] == COPY_END) {
            drop();
            marks--;
        }
        if (size == 0 && kinds.length > SMALLEST * 64) {
            kinds = new byte[SMALLEST];
            owners = null;
            head = 0;
        }
    }

    private void drop() {
        if (owners != null) {
            owners[head] = null;
        }
        head = at(1);
        size--;
    }

    private void move(int from, int to) {
        kinds[to] = kinds[from];
        if (owners != null) {
            owners[to] = owners[from];
        }
    }

    private int at(int offset) {
        return (head + offset) & (kinds.length - 1);
    }

    private void grow() {
        byte[] more = new byte[kinds.length * 2];
        AnswerOwner[] moreOwners = owners == null ? null : new AnswerOwner[more.length];
        for (int i = 0; i < size; i++) {
            more[i] = kinds[at(i)];
            if (moreOwners != null && owners != null) {
                moreOwners[i] = owners[at(i)];
            }
        }
        kinds = more;
        owners = moreOwners;
        head = 0;
    }

    private static ProtocolException outOfStep() {
        return new ProtocolException("08P01", "the upstream sent an answer that nobody asked for");
    }

    /** Shows kinds only; for debugging. */
    @Override
    public String toString() {
        byte[] shown = new byte[size];
        for (int i = 0; i < size; i++) {
            shown[i] = kinds[at(i)];
        }
        return "ExpectedAnswers" + Arrays.toString(shown) + (skipping ? " skipping" : "")
                + (copyingIn ? " copying" : "");
    }
}
