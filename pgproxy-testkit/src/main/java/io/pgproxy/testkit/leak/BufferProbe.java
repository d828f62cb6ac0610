package io.pgproxy.testkit.leak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;

/**
 * Netty buffers that became garbage without having been released. Netty's detector notices them when the collector has
 * queued their references; so the collector is asked to run, and a canary tells when the queueing is done.
 *
 * <p>This class cannot be loaded without Netty.
 */
final class BufferProbe implements Probe {

    /** Has to come before the first buffer: Netty makes its detector once. */
    static void install() {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        if (!RecordingLeakDetector.watches(ByteBuf.class)) {
            throw new IllegalStateException("Netty's buffers were used before the leak check began, so that their leaks"
                    + " cannot be seen: register it for the whole run, or set the system property"
                    + " io.netty.customResourceLeakDetector to " + RecordingLeakDetector.class.getName());
        }
    }

    @Override
    public List<String> left(Deadline deadline) throws InterruptedException {
        // One thread of the JVM queues what a collection has found, list after list. The first canary may stand in
        // front of a leaked buffer in its list; that of a second collection comes when the first list is done.
        collect();
        collect();
        return RecordingLeakDetector.reports();
    }

    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), queue);
        System.gc();
        if (queue.remove(10_000) != canary) {
            throw new AssertionError("leaked buffers cannot be found: System.gc() does not collect");
        }
    }

    private static final class RecordingFactory extends ResourceLeakDetectorFactory {

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return new RecordingLeakDetector<>(resource, samplingInterval);
        }

        @Override
        @SuppressWarnings("deprecation") // abstract in Netty for those who extend it since long
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return new RecordingLeakDetector<>(resource, samplingInterval);
        }
    }
}
