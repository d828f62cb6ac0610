/**
 * Sends reads to replicas, and all else to the writer.
 *
 * <p>{@link io.pgproxy.routing.Topology} knows which servers hold the same data, which of them takes writes, and how
 * far the others are behind it. {@link io.pgproxy.routing.ReadWriteSplit} decides by that where each exchange goes.
 */
@NullMarked
package io.pgproxy.routing;

import org.jspecify.annotations.NullMarked;
