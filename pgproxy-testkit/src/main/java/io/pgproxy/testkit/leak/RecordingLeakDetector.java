package io.pgproxy.testkit.leak;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector, with a memory for its reports. {@link LeakCheck} puts it in place; where Netty's buffers are
 * in use before that, the system property {@code io.netty.customResourceLeakDetector} with the name of this class does.
 *
 * @param <T> the resource watched
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {

    // Netty has one detector for each class of resources and JVM, so this cannot be otherwise.
    private static final Queue<RecordingLeakDetector<?>> DETECTORS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    private final Class<?> resource;

    /**
     * Made by Netty.
     *
     * @param resource the class of what is watched
     * @param samplingInterval one of how many is watched, below the level paranoid
     */
    public RecordingLeakDetector(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
        this.resource = resource;
        DETECTORS.add(this);
    }

    static boolean watches(Class<?> resource) {
        return DETECTORS.stream().anyMatch(detector -> detector.resource == resource);
    }

    /** All reports since the last call. */
    static List<String> reports() {
        DETECTORS.forEach(RecordingLeakDetector::report);
        List<String> reports = new ArrayList<>();
        for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
            reports.add(report);
        }
        return reports;
    }

    /** A detector looks into its queue whenever it is given something to watch. */
    private void report() {
        @SuppressWarnings("unchecked") // never seen as a T: it is given back at once
        T anything = (T) new Object();
        ResourceLeakTracker<T> tracker = trackForcibly(anything);
        tracker.close(anything);
    }

    /** Whatever the level of the log. */
    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        REPORTS.add(resourceType + " was not released:" + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        REPORTS.add(resourceType + " was not released");
    }
}
