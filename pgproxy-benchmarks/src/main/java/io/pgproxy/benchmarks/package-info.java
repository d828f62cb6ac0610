/**
 * What single steps cost: finding messages, reading and writing them.
 *
 * <p>A figure is nanoseconds for each message, whatever a call works on; the bytes allocated come from JMH's {@code gc}
 * profiler. {@code docs/performance.md} has the command and the figures.
 */
@NullMarked
package io.pgproxy.benchmarks;

import org.jspecify.annotations.NullMarked;
