package io.pgproxy.routing;

import io.pgproxy.hook.Session;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/** How reads are told apart, and who gets them. */
public final class ReadWriteSplitBuilder {
    final Topology topology;
    String writer = "main";
    Balance balance = Balance.ROUND_ROBIN;
    boolean readOnlyBlocks;
    Blocks blocks = Blocks.CONSERVATIVE;
    Predicate<Session> hints = session -> false;
    long maxLagNanos = Long.MAX_VALUE;
    long maxLagBytes = Long.MAX_VALUE;
    boolean readYourWrites = true;
    Duration waitForReplay = Duration.ZERO;

    ReadWriteSplitBuilder(Topology topology) {
        this.topology = Objects.requireNonNull(topology, "topology");
    }

    /**
     * The upstream that writes go to: that of {@link Topology#backend()}.
     *
     * @param upstreamName {@code main} if not set, which is the session's own
     * @return this
     */
    public ReadWriteSplitBuilder writer(String upstreamName) {
        writer = Objects.requireNonNull(upstreamName, "upstreamName");
        return this;
    }

    /**
     * Which of several readers a read goes to.
     *
     * @param choice {@link Balance#ROUND_ROBIN} if not set
     * @return this
     */
    public ReadWriteSplitBuilder policy(Balance choice) {
        balance = Objects.requireNonNull(choice, "choice");
        return this;
    }

    /**
     * Whether blocks that begin with BEGIN READ ONLY or START TRANSACTION READ ONLY go to readers. What is in them is
     * not looked at: what a standby cannot do fails there.
     *
     * @param value false if not set: every block is the writer's
     * @return this
     */
    public ReadWriteSplitBuilder readOnlyTransactionsToReaders(boolean value) {
        readOnlyBlocks = value;
        return this;
    }

    /**
     * Where blocks go that do not say READ ONLY.
     *
     * @param mode {@link Blocks#CONSERVATIVE} if not set
     * @return this
     */
    public ReadWriteSplitBuilder blocks(Blocks mode) {
        blocks = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * Whose hints are followed: <code>/&#42; pgproxy: writer &#42;/</code> and <code>/&#42; pgproxy: reader &#42;/
     * </code> in front of a statement.
     *
     * @param trusted asked on event loops; nobody's if not set
     * @return this
     */
    public ReadWriteSplitBuilder hints(Predicate<Session> trusted) {
        hints = Objects.requireNonNull(trusted, "trusted");
        return this;
    }

    /**
     * How old what a reader shows may be. One whose lag is not known gets nothing then.
     *
     * @param most not negative; any age if not set
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ReadWriteSplitBuilder maxLag(Duration most) {
        maxLagNanos = notNegative(most).toNanos();
        return this;
    }

    /**
     * How much of the writer's WAL a reader may lack. One whose lag is not known gets nothing then.
     *
     * @param most bytes, not negative; any number if not set
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ReadWriteSplitBuilder maxLagBytes(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("a lag cannot be negative: " + most);
        }
        maxLagBytes = most;
        return this;
    }

    /**
     * Whether a session's reads see what it has written before.
     *
     * @param value true if not set
     * @return this
     */
    public ReadWriteSplitBuilder readYourWrites(boolean value) {
        readYourWrites = value;
        return this;
    }

    /**
     * How long a read may wait for a reader that has replayed what its session wrote, before it goes to the writer.
     *
     * @param most not negative; zero if not set: to the writer at once
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ReadWriteSplitBuilder waitForReplay(Duration most) {
        waitForReplay = notNegative(most);
        return this;
    }

    private static Duration notNegative(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("a duration cannot be negative: " + value);
        }
        return value;
    }

    /**
     * The split.
     *
     * @return a split with these settings; later changes of this builder do not touch it
     */
    public ReadWriteSplit build() {
        return new ReadWriteSplit(this);
    }
}
