package io.pgproxy.cache;

import io.pgproxy.hook.Recording;
import io.pgproxy.hook.Session;
import java.util.concurrent.atomic.AtomicBoolean;

/** A result with what it was read from, and until when it may be served. Immutable but for who renews it. */
final class CachedResult {
    private final Recording recording;
    private final Stamps stamps;
    private final long freshUntil;
    private final long usableUntil;
    private final String applicationName;
    private final AtomicBoolean renewed = new AtomicBoolean();

    /**
     * A result.
     *
     * @param settings whether it depends on settings that are in no key: then it is for sessions of one
     *     {@code application_name}
     * @param age for how many nanoseconds it is fresh
     * @param grace for how many more it may be served while somebody renews it
     */
    CachedResult(Recording recording, Stamps stamps, boolean settings, Session session, long age, long grace) {
        this.recording = recording;
        this.stamps = stamps;
        this.freshUntil = System.nanoTime() + age;
        this.usableUntil = freshUntil + grace;
        this.applicationName = settings ? nameOf(session) : "";
    }

    static String nameOf(Session session) {
        // A mark in front tells a name that is empty from one that does not matter.
        return "=" + session.setting("application_name");
    }

    Recording recording() {
        return recording;
    }

    /** {@return whether nothing has changed beneath it, and the session is one that it may be shown to} */
    boolean holdsFor(Session session) {
        return stamps.hold() && (applicationName.isEmpty() || applicationName.equals(nameOf(session)));
    }

    /** {@return whether nothing has changed beneath it} */
    boolean isCurrent() {
        return stamps.hold();
    }

    boolean isFresh(long now) {
        return now - freshUntil < 0;
    }

    boolean isUsable(long now) {
        return now - usableUntil < 0;
    }

    /** {@return how many nanoseconds it is worth being kept} */
    long left(long now) {
        return Math.max(1, usableUntil - now);
    }

    /** {@return whether the caller is to renew it: true once} */
    boolean takeRenewal() {
        return renewed.compareAndSet(false, true);
    }

    /** Whoever was to renew it has not. */
    void giveRenewalBack() {
        renewed.set(false);
    }

    /** {@return how many bytes it takes, more or less, without its key} */
    long bytes() {
        return recording.bytes() + 200 + 64L * recording.columns().size() + 24L * stamps.size();
    }

    /** {@return nothing of the rows} */
    @Override
    public String toString() {
        return "CachedResult[" + recording.rows() + " rows]";
    }
}
